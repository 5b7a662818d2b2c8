//! Copies between two sides, and of bytes in a row: planned, shared by threads, and carried out.

use core::ptr;

use super::cpu::Cpu;
use super::execute::execute;
use super::plan::Plan;
use super::side::Side;
use super::side::pointers::follow;
use super::stream;
#[cfg(feature = "std")]
use super::threads::share;

/// Copies all elements that have an index of `from`, which are indices of `to`, too.
///
/// # Safety
///
/// Both have the same size of items. Those of one side are good to read, with the bytes between those that are
/// less than 256 bytes apart along a dimension, those of the other good to write; the two share no memory.
#[inline(always)]
pub(super) unsafe fn copy(to: &Side<'_>, from: &Side<'_>, threads: usize) {
    let (cpu, mut plan) = (Cpu::this(), Plan::new());
    let Some(last) = from.last_pointer().max(to.last_pointer()) else {
        if plan.make(from.itemsize, from.shape, to.strides, from.strides) {
            // SAFETY: left to the caller.
            unsafe { shared(cpu, &plan, to.start, from.start, threads) };
        }
        return;
    };
    if from.shape.iter().any(|&extent| extent <= 0) {
        return;
    }
    let inner = last + 1;
    let (shape, strides) = (&from.shape[inner..], [&to.strides[inner..], &from.strides[inner..]]);
    if plan.make(from.itemsize, shape, strides[0], strides[1]) {
        let rows = from.shape[..inner].iter().map(|extent| extent.unsigned_abs());
        let all = rows.fold(plan.bytes(), usize::saturating_mul);
        // SAFETY: left to the caller.
        unsafe {
            follow(inner, to, from, &mut |to, from| {
                execute(cpu, &plan, all, to, from);
            });
        }
    }
}

/// Carries out a plan by up to so many threads.
///
/// # Safety
///
/// That of [`execute`].
#[inline(always)]
unsafe fn shared(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8, threads: usize) {
    // SAFETY: left to the caller.
    unsafe {
        #[cfg(feature = "std")]
        if threads > 1 {
            return share(cpu, plan, to, from, threads);
        }
        let _ = threads;
        execute(cpu, plan, plan.bytes(), to, from);
    }
}

/// Copies bytes in a row.
///
/// # Safety
///
/// They are good to read and to write, and do not overlap.
#[inline(always)]
pub(super) unsafe fn row(from: *const u8, to: *mut u8, bytes: usize, threads: usize) {
    // SAFETY: left to the caller.
    unsafe {
        if threads > 1 {
            let plan = Plan { run: bytes, ..Plan::new() };
            return shared(Cpu::this(), &plan, to, from, threads);
        }
        if bytes < stream::LARGE_ROW {
            // Without asking what the processor has: of a few bytes that would be felt.
            return ptr::copy_nonoverlapping(from, to, bytes);
        }
        stream::row(Cpu::this(), to, from, bytes, bytes);
    }
}
