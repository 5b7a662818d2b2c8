//! Blocks of memory of a case, and where in them an address is.

use std::ffi::c_void;
use std::ptr;

use pybuf_harness::reply::Pointer;

/// A block of memory, by its first byte and its size.
#[derive(Clone, Copy)]
pub struct Block {
    pub start: *const u8,
    pub size: usize,
}

impl Block {
    /// What an object has that has no memory.
    pub const NONE: Block = Block { start: ptr::null(), size: 0 };

    /// How far an address is from the start, if it is not beyond the end.
    fn offset(self, address: *const c_void) -> Option<i64> {
        let offset = address.addr().checked_sub(self.start.addr())?;
        (!self.start.is_null() && offset <= self.size).then_some(offset as i64)
    }
}

/// In which of some blocks, which have the numbers of their objects, an address is. The first one counts: blocks may
/// share memory, and the end of a block may be the start of another.
pub fn locate(address: *const c_void, blocks: impl IntoIterator<Item = (usize, Block)>) -> Pointer {
    if address.is_null() {
        return Pointer::Null;
    }
    let mut found = blocks
        .into_iter()
        .filter_map(|(block, memory)| Some(Pointer::At { block, offset: memory.offset(address)? }));
    found.next().unwrap_or(Pointer::Elsewhere)
}
