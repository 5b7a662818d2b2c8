//! Rows of memory that the pointers in a block point to.

use std::cell::Cell;
use std::ffi::c_void;
use std::rc::Rc;

/// The rows of an object, in the order of the pointers to them, all of one size.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    starts: Vec<*const u8>,
    size: usize,
}

impl Rows {
    /// Rows of `size` bytes each.
    pub fn new(starts: Vec<*const u8>, size: usize) -> Rows {
        Rows { starts, size }
    }

    /// What is in all rows, one after the other; `None` if there are none.
    ///
    /// # Safety
    ///
    /// They are good to read.
    pub unsafe fn contents(&self) -> Option<Vec<u8>> {
        // SAFETY: left to the caller.
        let row = |&start: &*const u8| unsafe { bytes(start, self.size) };
        (!self.starts.is_empty()).then(|| self.starts.iter().flat_map(row).collect())
    }

    /// How far an address inside of a row is from the start of the first one, if they were one after
    /// the other.
    pub fn offset(&self, address: *const c_void) -> Option<i64> {
        let of = |start: &*const u8| address.addr().checked_sub(start.addr());
        let mut inside = self.starts.iter().map(of).enumerate();
        inside.find_map(|(row, offset)| {
            let offset = offset.filter(|offset| *offset < self.size)?;
            Some((row * self.size + offset) as i64)
        })
    }
}

/// So many bytes from an address on; none if it is NULL.
///
/// # Safety
///
/// They are good to read.
pub unsafe fn bytes(start: *const u8, size: usize) -> Vec<u8> {
    if start.is_null() {
        return Vec::new();
    }
    // SAFETY: left to the caller.
    (0..size).map(|offset| unsafe { start.add(offset).read() }).collect()
}

/// 0, 1, 2 ... modulo 251: memory of no object. Cells, so that pointers into it may write; counted, so that
/// they stay good when it is moved.
pub fn counting(size: usize) -> Rc<[Cell<u8>]> {
    (0..=250).cycle().map(Cell::new).take(size).collect()
}
