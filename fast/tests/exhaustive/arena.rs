//! Memory that is watched.

use std::cell::Cell;
use std::sync::LazyLock;

/// Bytes with others around them that nobody may touch.
///
/// Kept by a raw pointer, from which those are that elements are behind: what is borrowed comes and goes.
pub struct Arena {
    lines: *mut [Line],
    size: usize,
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[expect(dead_code, reason = "only its bytes are looked at")] [u8; 64]);

/// How many bytes are on each side at least.
const GUARD: usize = 80;

/// Bytes that seem to be chance, and are the same each time. An odd number of them, twice.
static NOISE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let once: Vec<u8> = (0..4099).map(|_| next()).collect();
    once.repeat(2)
});

thread_local! {
    /// How many there were. No two that one check deals with have the same bytes in the same places.
    static ARENAS: Cell<usize> = const { Cell::new(0) };
}

impl Arena {
    /// Room for `len` bytes, and where the first of them is; `shift` bytes behind a round address.
    pub fn new(len: usize, shift: usize) -> (Self, usize) {
        let start = GUARD + 48 + shift % 64;
        let size = start + len + GUARD;
        let lines = vec![Line([0; 64]); size.div_ceil(64)].into_boxed_slice();
        let mut arena = Self { lines: Box::into_raw(lines), size };
        let first = ARENAS.replace(ARENAS.get() + 1) * 61 % (NOISE.len() / 2);
        for bytes in arena.bytes_mut().chunks_mut(NOISE.len() / 2) {
            bytes.copy_from_slice(&NOISE[first..first + bytes.len()]);
        }
        (arena, start)
    }

    pub fn start(&self) -> *mut u8 {
        self.lines.cast()
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: lines are bytes without gaps.
        unsafe { std::slice::from_raw_parts(self.start(), self.size) }
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: lines are bytes without gaps.
        unsafe { std::slice::from_raw_parts_mut(self.start(), self.size) }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: as it was in `new`.
        drop(unsafe { Box::from_raw(self.lines) });
    }
}
