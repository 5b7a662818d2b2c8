//! Runs of bytes, one after the other: items that lie anywhere, rows, and an item over and over.

use core::hint::black_box;
use core::ptr;

use super::cpu::Cpu;
use super::plan::Dimension;
use super::plan::walk::walk;
use super::stream::LONG;

/// Copies runs of `run` bytes along a dimension, at each place of the outer ones.
///
/// # Safety
///
/// The runs are good to read and to write, and none of one side overlaps one of the other. The processor has
/// what `cpu` says.
pub(super) unsafe fn runs(
    cpu: Cpu,
    run: usize,
    inner: &Dimension,
    outer: &[Dimension],
    to: *mut u8,
    from: *const u8,
) {
    // What is called for each place is compiled for these vectors, what walks from place to place is not.
    let along: unsafe fn(usize, &Dimension, *mut u8, *const u8) = match cpu {
        #[cfg(target_arch = "x86_64")]
        Cpu::Vector64 => along64,
        #[cfg(target_arch = "x86_64")]
        Cpu::Vector32 => along32,
        _ => by_size,
    };
    // SAFETY: left to the caller; the processor has what is asked of it.
    walk(outer, to, from, &mut |to, from| unsafe { along(run, inner, to, from) });
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
unsafe fn along64(run: usize, inner: &Dimension, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe { by_size(run, inner, to, from) };
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn along32(run: usize, inner: &Dimension, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe { by_size(run, inner, to, from) };
}

/// The loop for runs of this size.
///
/// # Safety
///
/// That of [`runs`], along one dimension, as for all here.
#[inline(always)]
unsafe fn by_size(run: usize, inner: &Dimension, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe {
        match run {
            1 => by_fours::<1>(inner, to, from),
            2 => by_fours::<2>(inner, to, from),
            3 => pairs::<2>(run, inner, to, from),
            4 => by_fours::<4>(inner, to, from),
            5..8 => pairs::<4>(run, inner, to, from),
            8 => by_fours::<8>(inner, to, from),
            9..16 => pairs::<8>(run, inner, to, from),
            16 => by_fours::<16>(inner, to, from),
            17..32 => pairs::<16>(run, inner, to, from),
            32 => by_fours::<32>(inner, to, from),
            33..64 => pairs::<32>(run, inner, to, from),
            64..LONG => vectors(run, inner, to, from),
            _ => along(inner, to, from, |to, from| ptr::copy_nonoverlapping(from, to, run)),
        }
    }
}

/// Four runs at a time, with as few additions as can be: one that waits for another takes as long as
/// copying an item.
#[inline(always)]
unsafe fn by_fours<const SIZE: usize>(inner: &Dimension, mut to: *mut u8, mut from: *const u8) {
    // The compiler would make four additions in a row of what it knows to be four times the step.
    let [to_two, to_four] = [2, 4].map(|times| black_box(inner.to.wrapping_mul(times)));
    let [from_two, from_four] = [2, 4].map(|times| black_box(inner.from.wrapping_mul(times)));
    for _ in 0..inner.extent / 4 {
        let (to_next, from_next) = (to.wrapping_offset(to_two), from.wrapping_offset(from_two));
        // SAFETY: left to the caller.
        unsafe {
            item::<SIZE>(to, from);
            item::<SIZE>(to.wrapping_offset(inner.to), from.wrapping_offset(inner.from));
            item::<SIZE>(to_next, from_next);
            item::<SIZE>(to_next.wrapping_offset(inner.to), from_next.wrapping_offset(inner.from));
        }
        to = to.wrapping_offset(to_four);
        from = from.wrapping_offset(from_four);
    }
    let rest = Dimension { extent: inner.extent % 4, ..*inner };
    // SAFETY: left to the caller.
    along(&rest, to, from, |to, from| unsafe { item::<SIZE>(to, from) });
}

/// Runs of `SIZE` bytes up to twice as many: the first and the last so many.
#[inline(always)]
unsafe fn pairs<const SIZE: usize>(run: usize, inner: &Dimension, to: *mut u8, from: *const u8) {
    let last = run - SIZE;
    // SAFETY: left to the caller.
    along(inner, to, from, |to, from| unsafe {
        let (first, second) = (read::<SIZE>(from), read::<SIZE>(from.wrapping_add(last)));
        to.cast::<[u8; SIZE]>().write(first);
        to.wrapping_add(last).cast::<[u8; SIZE]>().write(second);
    });
}

/// Runs of a few vectors: the first and the last one, and between them those that are lines of memory.
#[inline(always)]
unsafe fn vectors(run: usize, inner: &Dimension, to: *mut u8, from: *const u8) {
    let last = run - 64;
    // SAFETY: left to the caller.
    along(inner, to, from, |to, from| unsafe {
        item::<64>(to, from);
        let mut done = 64 - to.addr() % 64;
        while done + 256 <= last {
            for part in 0..4 {
                item::<64>(to.wrapping_add(done + 64 * part), from.wrapping_add(done + 64 * part));
            }
            done += 256;
        }
        while done < last {
            item::<64>(to.wrapping_add(done), from.wrapping_add(done));
            done += 64;
        }
        item::<64>(to.wrapping_add(last), from.wrapping_add(last));
    });
}

/// Does something at each place along a dimension.
#[inline(always)]
fn along(
    dimension: &Dimension,
    mut to: *mut u8,
    mut from: *const u8,
    act: impl Fn(*mut u8, *const u8),
) {
    for _ in 0..dimension.extent {
        act(to, from);
        to = to.wrapping_offset(dimension.to);
        from = from.wrapping_offset(dimension.from);
    }
}

#[inline(always)]
unsafe fn read<const SIZE: usize>(from: *const u8) -> [u8; SIZE] {
    // SAFETY: left to the caller; an array of bytes has no alignment.
    unsafe { from.cast::<[u8; SIZE]>().read() }
}

/// Copies one item of `SIZE` bytes, aligned or not.
#[inline(always)]
unsafe fn item<const SIZE: usize>(to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe { to.cast::<[u8; SIZE]>().write(read::<SIZE>(from)) };
}

/// Writes the run at `from` again and again, `count` times, one behind the other.
///
/// # Safety
///
/// The run is good to read, and so many to be written.
pub(super) unsafe fn fill(run: usize, count: usize, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller. What was written is read again: twice as much each time, up to
    // what the first cache holds.
    unsafe {
        if run == 1 {
            return ptr::write_bytes(to, from.read(), count);
        }
        let total = run * count;
        ptr::copy_nonoverlapping(from, to, run);
        let mut done = run;
        while done < total {
            let more = done.min(total - done).min((16384 / run).max(1) * run);
            ptr::copy_nonoverlapping(to.cast_const(), to.wrapping_add(done), more);
            done += more;
        }
    }
}
