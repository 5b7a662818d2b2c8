//! Elements in memory that is watched, and where each of them is: found by walking through the indices.

use pybuf_fast::{Error, Exporter, Memory, Object, Py_buffer};

use crate::arena::Arena;

/// Elements and all that a view tells of them.
pub struct Elements {
    pub arena: Arena,
    /// Where in the arena the element with only zeros for indices is, or the first pointer to it.
    start: usize,
    pub itemsize: usize,
    pub shape: Vec<isize>,
    strides: Vec<isize>,
    suboffsets: Option<Vec<isize>>,
    /// Where in the arena pointers are, and where in it they lead.
    pointers: Vec<(usize, isize)>,
}

impl Elements {
    /// In the smallest memory that there is room for them.
    pub fn new(shape: &[isize], strides: &[isize], itemsize: usize, shift: usize) -> Self {
        let (low, high) = reach(shape, strides);
        let (arena, first) = Arena::new((high - low) as usize + itemsize, shift);
        Self {
            arena,
            start: first + low.unsigned_abs(),
            itemsize,
            shape: shape.to_vec(),
            strides: strides.to_vec(),
            suboffsets: None,
            pointers: Vec::new(),
        }
    }

    /// One behind the other in C's order.
    pub fn packed(shape: &[isize], itemsize: usize, shift: usize) -> Self {
        Self::new(shape, &stacked(shape, itemsize as isize, 0), itemsize, shift)
    }

    /// Each time that a dimension has a suboffset, what the dimensions behind it describe is somewhere
    /// else, as far from the pointer's goal as the suboffset says.
    pub fn behind_pointers(
        shape: &[isize],
        strides: &[isize],
        suboffsets: &[isize],
        itemsize: usize,
        shift: usize,
    ) -> Self {
        let mut elements = Self::new(shape, strides, itemsize, shift);
        // Strides were written for the whole; each part has its own bytes.
        let mut pointers = Vec::new();
        let mut size = 0;
        let start = place(shape, strides, suboffsets, itemsize, &mut size, &mut pointers);
        let (arena, first) = Arena::new(size, shift);
        elements.arena = arena;
        elements.start = first + start;
        elements.suboffsets = Some(suboffsets.to_vec());
        for (at, to) in pointers {
            let (at, to) = (at + first, to + first as isize);
            elements.pointers.push((at, to));
            let start = elements.arena.start();
            // SAFETY: there is room for a pointer, aligned or not.
            unsafe { start.add(at).cast::<*mut u8>().write_unaligned(start.wrapping_offset(to)) };
        }
        elements.pointers.sort_unstable();
        elements
    }

    pub fn count(&self) -> usize {
        self.shape.iter().product::<isize>() as usize
    }

    /// Bytes of all elements.
    pub fn len(&self) -> usize {
        self.count() * self.itemsize
    }

    /// Where in the arena each element is: the last index varying the fastest, or the first.
    pub fn places(&self, fortran: bool) -> Vec<usize> {
        let ndim = self.shape.len();
        let mut indices = vec![0; ndim];
        let mut places = Vec::with_capacity(self.count());
        for _ in 0..self.count() {
            places.push(self.place_of(&indices));
            for turn in 0..ndim {
                let axis = if fortran { turn } else { ndim - 1 - turn };
                indices[axis] += 1;
                if indices[axis] < self.shape[axis] {
                    break;
                }
                indices[axis] = 0;
            }
        }
        places
    }

    fn place_of(&self, indices: &[isize]) -> usize {
        let mut place = self.start as isize;
        for (axis, index) in indices.iter().enumerate() {
            place += self.strides[axis] * index;
            let suboffset = self.suboffsets.as_ref().map_or(-1, |suboffsets| suboffsets[axis]);
            if suboffset >= 0 {
                let pointer = self.pointers.binary_search_by_key(&(place as usize), |pair| pair.0);
                place = self.pointers[pointer.expect("there is a pointer")].1 + suboffset;
            }
        }
        place as usize
    }

    /// Where the memory begins that is theirs, and behind which it ends.
    pub fn ends(&self) -> [usize; 2] {
        let (low, high) = reach(&self.shape, &self.strides);
        let first = self.start - low.unsigned_abs();
        [first, if self.count() == 0 { first } else { self.start + high as usize + self.itemsize }]
    }

    /// Whether elements at these places follow each other.
    pub fn is_packed(&self, places: &[usize]) -> bool {
        let has_pointers = self.suboffsets.iter().flatten().any(|&suboffset| suboffset >= 0);
        !has_pointers && places.windows(2).all(|pair| pair[0] + self.itemsize == pair[1])
    }

    pub fn view(&mut self) -> Py_buffer {
        self.view_at(self.arena.start())
    }

    /// The view of elements that are not in the arena, but as far from `arena` as they are in it.
    pub fn view_at(&mut self, arena: *mut u8) -> Py_buffer {
        let start = arena.wrapping_add(self.start);
        let len = self.len() as isize;
        let suboffsets = self.suboffsets.as_mut();
        Py_buffer {
            buf: start.cast(),
            len,
            itemsize: self.itemsize as isize,
            ndim: self.shape.len() as i32,
            shape: self.shape.as_mut_ptr(),
            strides: self.strides.as_mut_ptr(),
            suboffsets: suboffsets.map_or(std::ptr::null_mut(), |array| array.as_mut_ptr()),
            ..Py_buffer::EMPTY
        }
    }

    /// An object that has these elements, to be used while they are there.
    pub fn object(&mut self) -> Object {
        Object::new(Lent(self.view()))
    }

    /// What a failing test says.
    pub fn told(&self) -> String {
        let Self { itemsize, shape, strides, suboffsets, .. } = self;
        format!(
            "itemsize {itemsize}, shape {shape:?}, strides {strides:?}, suboffsets {suboffsets:?}"
        )
    }
}

struct Lent(Py_buffer);

// SAFETY: the tests keep elements for longer than the objects that have them.
unsafe impl Exporter for Lent {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        let view = &self.0;
        let entries = |array: *mut isize| {
            // SAFETY: an entry a dimension; and of no dimensions there are none.
            unsafe { std::slice::from_raw_parts(array, view.ndim as usize) }
        };
        Ok(Memory {
            buf: view.buf.cast(),
            readonly: false,
            itemsize: view.itemsize,
            format: None,
            shape: entries(view.shape),
            strides: entries(view.strides),
            suboffsets: (!view.suboffsets.is_null()).then(|| entries(view.suboffsets)),
        })
    }
}

/// The lowest and the highest place of an element, from the one with only zeros for indices.
fn reach(shape: &[isize], strides: &[isize]) -> (isize, isize) {
    if shape.contains(&0) {
        return (0, 0);
    }
    let ends = shape.iter().zip(strides).map(|(extent, stride)| (extent - 1) * stride);
    ends.fold((0, 0), |(low, high), end| (low + end.min(0), high + end.max(0)))
}

/// Gives what these dimensions describe a place behind all that has one, and returns where the element
/// with only zeros for indices is. Notes where pointers are and where they lead.
fn place(
    shape: &[isize],
    strides: &[isize],
    suboffsets: &[isize],
    itemsize: usize,
    size: &mut usize,
    pointers: &mut Vec<(usize, isize)>,
) -> usize {
    let ends = suboffsets.iter().position(|&suboffset| suboffset >= 0);
    let here = ends.map_or(shape.len(), |axis| axis + 1);
    let (low, high) = reach(&shape[..here], &strides[..here]);
    let start = *size + low.unsigned_abs();
    let unit = if ends.is_some() { size_of::<*mut u8>() } else { itemsize };
    // Seven bytes more, lest parts touch each other.
    *size += (high - low) as usize + unit + 7;
    if let Some(axis) = ends {
        let table = Elements::new(&shape[..here], &strides[..here], 1, 0);
        for found in table.places(false) {
            let at = start + found - table.start;
            let to = place(
                &shape[here..],
                &strides[here..],
                &suboffsets[here..],
                itemsize,
                size,
                pointers,
            );
            pointers.push((at, to as isize - suboffsets[axis]));
        }
    }
    start
}

/// Strides of elements of which the last ones are `step` bytes apart, and what is behind each further
/// dimension has a gap before the next.
pub fn stacked(shape: &[isize], step: isize, gap: isize) -> Vec<isize> {
    let mut strides = vec![step; shape.len()];
    let mut next = step;
    for axis in (0..shape.len()).rev() {
        strides[axis] = next;
        next = next * shape[axis].max(1) + gap;
    }
    strides
}
