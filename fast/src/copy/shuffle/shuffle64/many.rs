//! Shuffles of many units: chunks at the ends are told from others, and lines of memory are written past the caches.

use super::masks::Masks;
use super::permute::{MASKED, Ready, STREAMED, WHOLE, permute, permute_by};
use crate::copy::plan::Dimension;
use crate::copy::plan::walk::walk;
use crate::copy::shuffle::units::Shuffle;
use crate::copy::stream::LARGE;
use crate::copy::vector64::VECTOR;

/// From how many units on it pays to tell chunks at the ends from others.
pub(super) const MANY: usize = 8192;

/// Does the shuffle of many units at each place of the outer dimensions. Apart from that of few, of which what is in
/// registers would be in memory if it were handed on to a function.
///
/// # Safety
///
/// That of [`shuffle64`](super::shuffle64).
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub(super) unsafe fn all_of_many<const READS: usize, const WRITES: usize>(
    it: &Shuffle,
    chunk: usize,
    outer: &[Dimension],
    to: *mut u8,
    from: *const u8,
) {
    let ready = Ready::<READS, WRITES>::new(it, chunk);
    // SAFETY: left to the caller.
    unsafe { walk(outer, to, from, &mut |to, from| many(it, &ready, to, from)) };
}

/// The shuffle at one place, of many units.
///
/// # Safety
///
/// That of [`shuffle64`](super::shuffle64), from here.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
unsafe fn many<const READS: usize, const WRITES: usize>(
    it: &Shuffle,
    ready: &Ready<READS, WRITES>,
    mut to: *mut u8,
    mut from: *const u8,
) {
    // SAFETY: as in `one`. Behind the head, vectors that are written are lines.
    unsafe {
        if let Some(head) = streamed_from(it, ready, to) {
            permute(ready, &Masks::new(it, ready.chunk, head, &ready.items), to, from);
            to = to.wrapping_offset(head as isize * it.to.unit);
            from = from.wrapping_offset(head as isize * it.from.unit);
            let units = it.units - head;
            let (chunks, rest) = (units / ready.chunk, units % ready.chunk);
            full::<READS, WRITES, STREAMED>(it, ready, chunks, &mut to, &mut from);
            permute(ready, &Masks::new(it, ready.chunk, rest, &ready.items), to, from);
            return;
        }
        let (chunks, rest) = it.split(ready.chunk);
        if ready.whole {
            full::<READS, WRITES, WHOLE>(it, ready, chunks, &mut to, &mut from);
        } else {
            full::<READS, WRITES, MASKED>(it, ready, chunks, &mut to, &mut from);
        }
        if rest > 0 {
            permute(ready, &ready.rest, to, from);
        }
    }
}

/// So many full chunks. Those between the first and the last read whole vectors, for what they read beyond
/// their units is of the units before and behind them: what is far away is fetched much later with a mask.
///
/// # Safety
///
/// That of [`permute`], for each of them.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
unsafe fn full<const READS: usize, const WRITES: usize, const WRITE: u8>(
    it: &Shuffle,
    ready: &Ready<READS, WRITES>,
    chunks: usize,
    to: &mut *mut u8,
    from: &mut *const u8,
) {
    let [to_step, from_step] = [it.to.unit, it.from.unit].map(|unit| ready.chunk as isize * unit);
    let far = from_step.unsigned_abs() >= VECTOR;
    for number in 0..chunks {
        // SAFETY: left to the caller.
        unsafe {
            if far && number > 0 && number + 1 < chunks {
                permute_by::<READS, WRITES, true, WRITE>(ready, &ready.full, *to, *from);
            } else {
                permute_by::<READS, WRITES, false, WRITE>(ready, &ready.full, *to, *from);
            }
        }
        *to = to.wrapping_offset(to_step);
        *from = from.wrapping_offset(from_step);
    }
}

/// How many units come before the first that begins a line, if there is so much to be written that lines
/// should go past the caches, and if whole lines are written.
fn streamed_from<const READS: usize, const WRITES: usize>(
    it: &Shuffle,
    ready: &Ready<READS, WRITES>,
    to: *mut u8,
) -> Option<usize> {
    let unit = it.to.unit.unsigned_abs();
    if !ready.whole || it.to.rows || it.units.saturating_mul(unit) < LARGE {
        return None;
    }
    let before = to.addr().wrapping_neg() % VECTOR;
    // Pixels begin with a line at each few lines only.
    let mut ends = (before..=ready.chunk * unit).step_by(VECTOR);
    ends.find(|bytes| bytes.is_multiple_of(unit)).map(|bytes| bytes / unit)
}
