//! A layout in real memory, and the bytes that a copy of it has to give.

use std::alloc::{Layout as Allocation, alloc, dealloc, handle_alloc_error};
use std::ffi::c_void;
use std::ops::{Deref, DerefMut};

use pybuf_fast::Py_buffer;

use crate::layouts::{Layout, Structure};

/// A layout with memory of its own.
pub struct Case {
    pub structure: Structure,
    pub itemsize: usize,
    /// The elements and what lies between them.
    pub source: Memory,
    /// The elements one behind the other, in C's order.
    pub packed: Memory,
    /// Where they are copied to.
    pub target: Memory,
    suboffsets: Vec<isize>,
    /// To the rows of `source`, if they are behind pointers.
    pointers: Vec<*mut u8>,
}

impl Case {
    /// All of its memory is written once, so that none of it is there only when it is first used.
    pub fn new(layout: &Layout, bytes: usize) -> Self {
        let (structure, itemsize) = (layout.at(bytes), layout.itemsize);
        // The three do not start at the same place of a page, where stores would seem to be in the
        // way of loads.
        let mut source = Memory::new(structure.span(itemsize), 0);
        source.fill_with_noise();
        let len = structure.count() * itemsize;
        let (mut packed, target) = (Memory::new(len, 1344), Memory::new(len, 2688));
        pack(&structure, itemsize, &source, &mut packed);
        let (mut suboffsets, mut pointers) = (Vec::new(), Vec::new());
        if structure.is_indirect {
            suboffsets = vec![-1; structure.shape.len()];
            suboffsets[0] = 0;
            let row = len / structure.shape[0].unsigned_abs();
            pointers = source.chunks_mut(row).map(|row| row.as_mut_ptr()).collect();
        }
        Self { structure, itemsize, source, packed, target, suboffsets, pointers }
    }

    /// Bytes of all elements.
    pub fn len(&self) -> usize {
        self.packed.len()
    }

    /// A view of the elements. It owns nothing, and is good for as long as the case is.
    pub fn view(&mut self) -> Py_buffer {
        let start = if self.structure.is_indirect {
            self.pointers.as_mut_ptr().cast()
        } else {
            self.source[self.structure.offset..].as_mut_ptr()
        };
        let suboffsets = &mut self.suboffsets;
        Py_buffer {
            suboffsets: if suboffsets.is_empty() {
                std::ptr::null_mut()
            } else {
                suboffsets.as_mut_ptr()
            },
            ..describe(
                start.cast(),
                self.itemsize,
                &mut self.structure.shape,
                &mut self.structure.strides,
            )
        }
    }
}

/// A view without an owner.
pub fn describe(
    buf: *mut c_void,
    itemsize: usize,
    shape: &mut [isize],
    strides: &mut [isize],
) -> Py_buffer {
    Py_buffer {
        buf,
        len: shape.iter().product::<isize>() * itemsize as isize,
        itemsize: itemsize as isize,
        ndim: shape.len() as i32,
        shape: shape.as_mut_ptr(),
        strides: strides.as_mut_ptr(),
        ..Py_buffer::EMPTY
    }
}

/// Walks from element to element: slow and plain, as the copies are held against it.
fn pack(structure: &Structure, itemsize: usize, source: &[u8], packed: &mut [u8]) {
    if structure.is_indirect {
        // The rows lie one behind the other.
        return packed.copy_from_slice(source);
    }
    let mut indices = vec![0; structure.shape.len()];
    let mut place = structure.offset as isize;
    for item in packed.chunks_exact_mut(itemsize) {
        let start = place as usize;
        item.copy_from_slice(&source[start..start + itemsize]);
        for axis in (0..indices.len()).rev() {
            indices[axis] += 1;
            place += structure.strides[axis];
            if indices[axis] < structure.shape[axis] {
                break;
            }
            place -= structure.strides[axis] * structure.shape[axis];
            indices[axis] = 0;
        }
    }
}

/// Bytes at the start of a line of the cache.
pub struct Memory {
    start: *mut u8,
    len: usize,
    skew: usize,
}

impl Memory {
    const PAGE: usize = 4096;

    /// So many zeros, `skew` bytes behind the start of a page.
    pub fn new(len: usize, skew: usize) -> Self {
        assert!(skew.is_multiple_of(64) && skew < Self::PAGE);
        let allocation = Self::allocation(len, skew);
        // SAFETY: more than no bytes.
        let page = unsafe { alloc(allocation) };
        if page.is_null() {
            handle_alloc_error(allocation);
        }
        // SAFETY: inside of the allocation; and all of it is written.
        let start = unsafe {
            page.write_bytes(0, allocation.size());
            page.add(skew)
        };
        Self { start, len, skew }
    }

    fn allocation(len: usize, skew: usize) -> Allocation {
        Allocation::from_size_align(len + skew + 1, Self::PAGE).expect("no more than there can be")
    }

    /// Bytes that look like chance, and are the same each time.
    pub fn fill_with_noise(&mut self) {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for bytes in self.chunks_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.copy_from_slice(&state.to_ne_bytes()[..bytes.len()]);
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: as it was allocated in `new`.
        unsafe { dealloc(self.start.sub(self.skew), Self::allocation(self.len, self.skew)) };
    }
}

impl Deref for Memory {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: they are its own, and written.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }
}

impl DerefMut for Memory {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: they are its own, and written.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.len) }
    }
}
