//! # Python's buffer protocols on real memory
//!
//! An object with memory of its own (the *exporter*) lends it to another (the *consumer*).
//! The consumer says with flags what it can deal with; the exporter fills a [`Py_buffer`]
//! with what was asked for and nothing that was not, or refuses.
//!
//! ```
//! use pybuf_fast::flags::{PyBUF_F_CONTIGUOUS, PyBUF_STRIDES};
//! use pybuf_fast::{Block, BlockLayout, Error, Object};
//!
//! // Two rows of three bytes, in C's order.
//! let object = Object::new(Block::new(6, BlockLayout::c_order(1, &[2, 3]))?);
//!
//! let view = object.view(PyBUF_STRIDES)?;
//! assert_eq!(view.shape(), Some(&[2, 3][..]));
//! assert_eq!(view.strides(), Some(&[3, 1][..]));
//! assert_eq!(view.format(), None); // It was not asked for.
//!
//! let refusal = object.view(PyBUF_F_CONTIGUOUS).err();
//! assert_eq!(refusal, Some(Error::NotFortranContiguous));
//! # Ok::<(), Error>(())
//! ```
//!
//! Elements are numbers to Rust where their format says so, and a [`MemoryView`] shows some of them, or all
//! in another order, without a copy:
//!
//! ```
//! use pybuf_fast::flags::PyBUF_FULL;
//! use pybuf_fast::{Error, MemoryView, Object, Order};
//!
//! let prices = Object::from_vec(vec![1.5, 2.0, 2.5, 3.0, 3.5, 4.0], &[3, 2])?;
//! let second_column = MemoryView::from_object(&prices)?.index(1, -1)?.reverse(0)?;
//!
//! let view = second_column.view(PyBUF_FULL)?;
//! assert_eq!(view.elements::<f64>(Order::C)?.collect::<Vec<_>>(), [4.0, 3.0, 2.0]);
//! view.set(&[0], 40.0)?;
//! assert_eq!(prices.view(PyBUF_FULL)?.get::<f64>(&[2, 1])?, 40.0);
//! assert_eq!(view.get::<f32>(&[0]), Err(Error::ItemDiffers));
//! # Ok::<(), Error>(())
//! ```
//!
//! What is there to export: numbers ([`Array`], [`Object::from_vec`]), bytes in any layout ([`Block`]), bytes
//! that are resized ([`ByteArray`]), and any type that implements [`Exporter`], where there is an example.
//!
//! Lengths, strides and suboffsets are in bytes, extents (the entries of a shape) in elements.
//! Where Python's documentation is silent, this crate does what CPython 3.13 does, but for this:
//!
//! - suboffsets that are all negative do not make memory discontiguous, and [`is_contiguous`] does not
//!   read through NULL;
//! - a memoryview can be cast from any format to any other, and a released one raises BufferError,
//!   as any refusal does;
//! - a memoryview has slices, indices and reversals along any dimension;
//! - elements of the format `?` are equal ([`View::equals`]) if both or none of them are zero;
//! - to [`fill_info()`] every `readonly` but 0 is read-only;
//! - [`fill_contiguous_strides`] cuts to `isize::MAX` what overflows there;
//! - [`copy_data`] refuses shapes that do not fit ([`Error::ShapesDiffer`]), where CPython writes
//!   outside of the elements.
//!
//! In reading order: the struct ([`buffer`]), the flags ([`flags`]), what can go wrong
//! ([`error`]), an exporter's memory ([`memory`], [`contiguous`], [`structure`]) and the exporter
//! itself ([`exporter`]), requests ([`request`], [`mod@fill_info`], [`view`]), elements
//! ([`mod@pointer`], [`order`], [`copy`]), their formats ([`mod@format`]) and what they are to Rust
//! ([`item`], [`typed`], [`elements`]), four exporters ([`mod@array`], [`block`], [`bytearray`],
//! [`memoryview`]), and the functions from before Python 3 ([`old_protocol`], [`compat`]) with Python 2's
//! buffer objects ([`buffer_object`], [`buffer_string`]).

#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod buffer;
#[cfg(feature = "capi")]
pub mod capi;
pub mod compat;
pub mod copy;
pub mod error;
pub mod exporter;
pub mod flags;
pub mod format;
mod layout;
pub mod memoryview;
mod objects;
pub mod old_protocol;
pub mod order;
pub mod request;
pub mod view;

pub use format::item;
pub use layout::{contiguous, memory, pointer, structure};
pub use objects::{array, block, buffer_object, buffer_string, bytearray};
pub use request::fill_info;
pub use view::{elements, typed};

pub use array::Array;
pub use block::{Block, BlockLayout};
pub use buffer::{MAX_NDIM, Py_buffer};
pub use buffer_object::BufferObject;
pub use bytearray::ByteArray;
pub use contiguous::{c_strides, fill_contiguous_strides, is_contiguous};
pub use copy::{
    copy_data, copy_to_object, from_contiguous, from_contiguous_threads, to_contiguous,
    to_contiguous_threads,
};
pub use elements::Elements;
pub use error::{Error, Exception};
pub use exporter::{Exporter, Object};
pub use fill_info::fill_info;
pub use format::size_from_format;
pub use item::Item;
pub use memory::Memory;
pub use memoryview::MemoryView;
pub use old_protocol::{Segment, Segments};
pub use order::Order;
pub use pointer::get_pointer;
pub use request::{fill, get_buffer, release};
pub use structure::verify_structure;
pub use view::View;

/// The examples of the README are tests too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
