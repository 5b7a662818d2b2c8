//! A layout in real memory, and the bytes that a copy of it has to give.

use std::alloc::{Layout as Allocation, alloc, dealloc, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::{ptr, slice};

use pybuf_fast::{Error, Exporter, Memory as Description, Object, Py_buffer};

use crate::layouts::{Layout, Structure};

/// A layout, where it is copied to, and what must arrive there.
pub struct Case {
    pub source: Place,
    /// The elements one behind the other, in C's order.
    pub packed: Bytes,
    /// As many bytes, to be written.
    pub target: Bytes,
    /// Elements of the same shape, with a gap behind each row.
    pub spaced: Place,
}

impl Case {
    /// All of its memory is written once, so that none of it is there only when it is first used.
    pub fn new(layout: &Layout, bytes: usize) -> Box<Self> {
        // They do not start at the same place of a page, where stores would seem to be in the
        // way of loads.
        let mut source = Place::new(layout.at(bytes), layout.itemsize, 0);
        source.bytes.fill_with_noise();
        let mut packed = Bytes::new(source.len(), 1344);
        source.pack(&mut packed);
        let target = Bytes::new(source.len(), 2688);
        let spaced = Place::new(source.structure.spaced(layout.itemsize), layout.itemsize, 2688);
        Box::new(Self { source, packed, target, spaced })
    }

    /// Bytes of all elements.
    pub fn len(&self) -> usize {
        self.packed.len()
    }
}

/// Elements in memory of their own.
pub struct Place {
    pub structure: Structure,
    pub itemsize: usize,
    /// The elements and what lies between them.
    pub bytes: Bytes,
    suboffsets: Vec<isize>,
    /// To the rows, if they are behind pointers.
    pointers: Vec<*mut u8>,
}

impl Place {
    /// Zeros, the first of them `skew` bytes behind the start of a page.
    pub fn new(structure: Structure, itemsize: usize, skew: usize) -> Self {
        let mut bytes = Bytes::new(structure.span(itemsize), skew);
        let (mut suboffsets, mut pointers) = (Vec::new(), Vec::new());
        if structure.is_indirect {
            suboffsets = vec![-1; structure.shape.len()];
            suboffsets[0] = 0;
            let row = bytes.len() / structure.shape[0].unsigned_abs();
            pointers = bytes.chunks_mut(row).map(|row| row.as_mut_ptr()).collect();
        }
        Self { structure, itemsize, bytes, suboffsets, pointers }
    }

    /// Bytes of all elements.
    pub fn len(&self) -> usize {
        self.structure.count() * self.itemsize
    }

    /// A view of the elements. It owns nothing, and is good for as long as the place is.
    pub fn view(&mut self) -> Py_buffer {
        let Structure { shape, strides, offset, is_indirect } = &mut self.structure;
        Py_buffer {
            buf: if *is_indirect {
                self.pointers.as_mut_ptr().cast()
            } else {
                self.bytes[*offset..].as_mut_ptr().cast()
            },
            len: (shape.iter().product::<isize>()) * self.itemsize as isize,
            itemsize: self.itemsize as isize,
            ndim: shape.len() as i32,
            shape: shape.as_mut_ptr(),
            strides: strides.as_mut_ptr(),
            suboffsets: if *is_indirect { self.suboffsets.as_mut_ptr() } else { ptr::null_mut() },
            ..Py_buffer::EMPTY
        }
    }

    /// An object whose elements these are.
    ///
    /// # Safety
    ///
    /// It is not used for longer than the place is there.
    pub unsafe fn object(&mut self) -> Object {
        Object::new(Lent(self.view()))
    }

    /// Walks from element to element: slow and plain, as the copies are held against it.
    pub fn pack(&self, packed: &mut [u8]) {
        let Structure { shape, strides, offset, is_indirect } = &self.structure;
        if *is_indirect {
            // The rows lie one behind the other.
            return packed.copy_from_slice(&self.bytes);
        }
        let mut indices = vec![0; shape.len()];
        let mut place = *offset as isize;
        for item in packed.chunks_exact_mut(self.itemsize) {
            let start = place as usize;
            item.copy_from_slice(&self.bytes[start..start + self.itemsize]);
            for axis in (0..indices.len()).rev() {
                indices[axis] += 1;
                place += strides[axis];
                if indices[axis] < shape[axis] {
                    break;
                }
                place -= strides[axis] * shape[axis];
                indices[axis] = 0;
            }
        }
    }
}

/// How many bytes are too many for the caches: 256 MiB, or 64 MiB where memory is short.
pub fn large() -> usize {
    let told = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    // The column of a layout has eight times as many around it, and there are three copies more.
    if kilobytes.is_some_and(|kilobytes| kilobytes < 6 << 20) { 64 << 20 } else { 256 << 20 }
}

/// Memory that somebody else keeps.
struct Lent(Py_buffer);

// SAFETY: who makes one keeps the memory and the arrays for as long, and is the only one to write.
unsafe impl Exporter for Lent {
    fn memory(&self) -> Result<Description<'_>, Error> {
        let view = &self.0;
        // SAFETY: each array has an entry a dimension.
        let array = |array| unsafe { slice::from_raw_parts(array, view.ndim as usize) };
        Ok(Description {
            buf: view.buf.cast(),
            readonly: false,
            itemsize: view.itemsize,
            format: None,
            shape: array(view.shape),
            strides: array(view.strides),
            suboffsets: (!view.suboffsets.is_null()).then(|| array(view.suboffsets)),
        })
    }
}

/// Bytes at the start of a line of the cache.
pub struct Bytes {
    start: *mut u8,
    len: usize,
    skew: usize,
}

impl Bytes {
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
        // One line more, lest who reads whole pixels go too far.
        Allocation::from_size_align(len + skew + 64, Self::PAGE).expect("no more than there can be")
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

impl Drop for Bytes {
    fn drop(&mut self) {
        // SAFETY: as it was allocated in `new`.
        unsafe { dealloc(self.start.sub(self.skew), Self::allocation(self.len, self.skew)) };
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: they are its own, and written.
        unsafe { slice::from_raw_parts(self.start, self.len) }
    }
}

impl DerefMut for Bytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: they are its own, and written.
        unsafe { slice::from_raw_parts_mut(self.start, self.len) }
    }
}
