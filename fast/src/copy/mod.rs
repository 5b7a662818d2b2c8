//! Copies: between the elements of a view and packed bytes, and from one object to another.
//!
//! [`to_contiguous`] and [`from_contiguous`] are what a C interface has; [`View`](crate::View) has safe methods of
//! the same names. Unless both sides are contiguous in the same order, a copy goes like this:
//!
//! 1. Both sides are described alike (`side`), and pointers on the way are followed (`pointers`).
//! 2. A `plan` is made of what is left: no dimensions of one element, the destination walked upwards and as
//!    it lies, dimensions that are walked as one merged, items in a row taken as one run.
//! 3. A kernel is chosen by how the innermost dimensions lie, and by what the processor has (`execute`, `cpu`):
//!    - `transpose`, where one side is in a row along one dimension and the other along another;
//!    - `shuffle`, where items lie close together: steps, reversals, channels of pixels, repeated items;
//!    - `runs` for all else: rows, and items one by one.
//! 4. What is large goes strip by strip and panel by panel. What is larger than the caches is written past them, by
//!    whole lines of memory, which need not be read then: by transposes and shuffles themselves, else by `pieces`, all
//!    with `stream`. Several threads share it if the caller says so (`threads`).
//!
//! Where two objects may share memory, and where only the first elements are to be written, items are copied
//! `one_by_one`.

mod cpu;
mod execute;
mod first;
mod objects;
mod one_by_one;
mod pieces;
mod plan;
mod pointers;
mod room;
mod runs;
mod shuffle;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod shuffle16;
#[cfg(target_arch = "x86_64")]
mod shuffle64;
mod side;
mod stream;
#[cfg(feature = "std")]
mod threads;
mod transpose;
mod view;
mod walk;

use core::ptr;

use crate::buffer::Py_buffer;
use crate::contiguous::is_contiguous;
use crate::error::Error;
use cpu::Cpu;
#[cfg(debug_assertions)]
#[doc(hidden)]
pub use cpu::limit;
use first::first;
use plan::Plan;
use room::Room;
use side::{Order, Side};

pub use objects::{copy_data, copy_to_object};

/// `PyBuffer_ToContiguous`: copies all elements of the view, packed in an order, to `buf`.
///
/// The order is `b'C'`, `b'F'` (Fortran) or `b'A'`: as they lie if they are contiguous in one of the
/// two, in C's order otherwise. Any other order is Fortran's, as in CPython. A view without strides
/// is in C's order; without a shape it is a row of bytes.
///
/// # Errors
///
/// [`Error::LengthDiffers`] if `len` is not the view's, [`Error::TooManyDimensions`]. Then nothing was
/// written.
///
/// # Safety
///
/// The view is one that was granted and not released, by who keeps to what [`Exporter`](crate::Exporter)
/// says of memory. `buf` is good for writing `len` bytes, which are none of the view's.
pub unsafe fn to_contiguous(
    buf: *mut u8,
    view: &Py_buffer,
    len: isize,
    order: u8,
) -> Result<(), Error> {
    // SAFETY: left to the caller.
    unsafe { to_contiguous_threads(buf, view, len, order, 1) }
}

/// [`to_contiguous`] by up to so many threads, one of which is the caller's. Copies of less than a few MiB
/// are not shared, nor are those through pointers, and without the feature `std` none is.
///
/// # Errors
///
/// Those of [`to_contiguous`].
///
/// # Safety
///
/// That of [`to_contiguous`].
#[inline]
pub unsafe fn to_contiguous_threads(
    buf: *mut u8,
    view: &Py_buffer,
    len: isize,
    order: u8,
    threads: usize,
) -> Result<(), Error> {
    if len != view.len {
        return Err(Error::LengthDiffers);
    }
    // SAFETY: a granted view's arrays have as many entries as they must.
    if unsafe { is_contiguous(view, order) } {
        // A negative length is no bytes, whoever filled the view.
        let bytes = usize::try_from(len).unwrap_or(0);
        // SAFETY: contiguous: `buf` of the view is the first of `len` bytes. The caller vouches for
        // the rest.
        unsafe { row(view.buf.cast(), buf, bytes, threads) };
        return Ok(());
    }
    let order = if matches!(order, b'C' | b'A') { Order::C } else { Order::Fortran };
    let (mut room, mut packed) = (Room::new(), Room::new());
    // SAFETY: as above.
    let from = unsafe { Side::of(view, &mut room)? };
    let to = from.packed(buf, order, &mut packed);
    // SAFETY: both have the view's shape and its size of items, and do not overlap.
    unsafe { copy(&to, &from, threads) };
    Ok(())
}

/// `PyBuffer_FromContiguous`: copies packed bytes from `buf` to the elements of the view.
///
/// Fewer bytes than the view has fill its first elements in that order; an item that is only begun is
/// left as it is unless the view is contiguous. Of more bytes those are left over that have no place.
/// The order is Fortran's for `b'F'`, as the elements lie for `b'A'` if they are contiguous, and C's
/// for any other. Whether the view is read-only is not looked at. Where elements share memory, any of
/// them may be the one that stays.
///
/// # Errors
///
/// [`Error::TooManyDimensions`].
///
/// # Safety
///
/// The view is one that was granted and not released, by who keeps to what [`Exporter`](crate::Exporter)
/// says of memory, and may be written to. `buf` is good for reading `len` bytes, which are none of the view's.
pub unsafe fn from_contiguous(
    view: &Py_buffer,
    buf: *const u8,
    len: isize,
    order: u8,
) -> Result<(), Error> {
    // SAFETY: left to the caller.
    unsafe { from_contiguous_threads(view, buf, len, order, 1) }
}

/// [`from_contiguous`] by up to so many threads, as in [`to_contiguous_threads`]. Copies to elements that share
/// memory with each other are not shared.
///
/// # Errors
///
/// Those of [`from_contiguous`].
///
/// # Safety
///
/// That of [`from_contiguous`].
#[inline]
pub unsafe fn from_contiguous_threads(
    view: &Py_buffer,
    buf: *const u8,
    len: isize,
    order: u8,
    threads: usize,
) -> Result<(), Error> {
    let len = len.clamp(0, view.len.max(0));
    // SAFETY: a granted view's arrays have as many entries as they must.
    if unsafe { is_contiguous(view, order) } {
        // SAFETY: contiguous, and `len` is not more than the view has.
        unsafe { row(buf, view.buf.cast(), len.unsigned_abs(), threads) };
        return Ok(());
    }
    let order = if order == b'F' { Order::Fortran } else { Order::C };
    let (mut room, mut packed) = (Room::new(), Room::new());
    // SAFETY: as above.
    let to = unsafe { Side::of(view, &mut room)? };
    let from = to.packed(buf.cast_mut(), order, &mut packed);
    // SAFETY: both have the view's shape and its size of items, and do not overlap. If there are
    // fewer bytes, only items that are all there are read.
    unsafe {
        if len == view.len {
            copy(&to, &from, threads);
        } else {
            first(&to, &from, order, len.checked_div(to.itemsize).unwrap_or(0), threads);
        }
    }
    Ok(())
}

/// Copies all elements that have an index of `from`, which are indices of `to`, too.
///
/// # Safety
///
/// Both have the same size of items. Those of one side are good to read, with the bytes between those that are
/// less than 256 bytes apart along a dimension, those of the other good to write; the two share no memory.
#[inline(always)]
unsafe fn copy(to: &Side<'_>, from: &Side<'_>, threads: usize) {
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
            pointers::follow(inner, to, from, &mut |to, from| {
                execute::execute(cpu, &plan, all, to, from);
            });
        }
    }
}

/// Carries out a plan by up to so many threads.
///
/// # Safety
///
/// That of [`execute::execute`].
#[inline(always)]
unsafe fn shared(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8, threads: usize) {
    // SAFETY: left to the caller.
    unsafe {
        #[cfg(feature = "std")]
        if threads > 1 {
            return threads::share(cpu, plan, to, from, threads);
        }
        let _ = threads;
        execute::execute(cpu, plan, plan.bytes(), to, from);
    }
}

/// Copies bytes in a row.
///
/// # Safety
///
/// They are good to read and to write, and do not overlap.
#[inline(always)]
unsafe fn row(from: *const u8, to: *mut u8, bytes: usize, threads: usize) {
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
