//! Copies: between the elements of a view and packed bytes, and from one object to another.
//!
//! [`to_contiguous`] and [`from_contiguous`] are what a C interface has; [`View`](crate::View) has safe methods of
//! the same names. Unless both sides are contiguous in the same order, a copy goes like this:
//!
//! 1. Both sides are described alike (`side`), and pointers on the way are followed (`side::pointers`).
//! 2. A `plan` is made of what is left: no dimensions of one element, the destination walked upwards and as
//!    it lies, dimensions that are walked as one merged, items in a row taken as one run.
//! 3. A kernel is chosen by how the innermost dimensions lie, and by what the processor has (`execute`, `cached`, `cpu`):
//!    - `transpose`, where one side is in a row along one dimension and the other along another;
//!    - `shuffle`, where items lie close together: steps, reversals, channels of pixels, repeated items;
//!    - `runs` for all else: rows, and items one by one.
//! 4. What is large goes strip by strip and panel by panel. What is larger than the caches is written past them, by
//!    whole lines of memory, which need not be read then: by transposes and shuffles themselves, else by `pieces`, all
//!    with `stream`. Several threads share it if the caller says so (`threads`).
//!
//! Where two objects may share memory, and where only the first elements are to be written, items are copied
//! `one_by_one`.

mod cached;
mod contiguous;
mod cpu;
mod elements;
mod execute;
mod first;
mod objects;
mod one_by_one;
mod pieces;
mod plan;
mod room;
mod runs;
mod shuffle;
mod side;
mod stream;
#[cfg(feature = "std")]
mod threads;
mod transpose;
#[cfg(target_arch = "x86_64")]
mod vector64;
mod view;

pub use contiguous::{
    from_contiguous, from_contiguous_threads, to_contiguous, to_contiguous_threads,
};
#[cfg(debug_assertions)]
#[doc(hidden)]
pub use cpu::limit;
pub use objects::{copy_data, copy_to_object};
