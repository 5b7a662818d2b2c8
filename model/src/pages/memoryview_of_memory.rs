//! # Memoryviews of memory
//!
//! The functions that make a memoryview of a struct that somebody filled, or of bare memory.

use pybuf_protocol::call::{BareView, OF_BUFFER};
use pybuf_protocol::flags::{READ, WRITE};
use pybuf_protocol::{Address, Call, Edition, Exception, Field, MAX_NDIM};

use crate::clause::clause;
use crate::contiguity::View;
use crate::expectation::{Expectation, Outcome};
use crate::exporter::Exporter;
use crate::fact::Says;
use crate::format;
use crate::layout::{Layout, Order, packed_strides};
use crate::lives::Kind;
use crate::machine::{Expected, Machine};
use crate::memory::Block;
use crate::memoryview::{failed, made, open};

/// What `PyMemoryView_FromBuffer` is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// `buf`; `None` is NULL.
    pub buf: Option<Address>,
    /// In bytes.
    pub len: i64,
    /// Any int.
    pub readonly: i64,
    /// In the struct syntax; `None` is NULL.
    pub format: Option<String>,
    /// The fields that say how elements lie.
    pub view: View,
}

/// `PyMemoryView_FromBuffer`. Clauses: `memoryview.from-buffer.*`.
pub fn from_buffer(info: &Info, edition: Edition) -> Expectation {
    let answer = if info.buf.is_none() {
        let null = clause!("memoryview.from-buffer.buf-null.refused");
        open(clause!("memoryview.from-buffer.buf-null.open"))
            .outcome(null, Outcome::Failure)
            .on_failure(null, Field::Exception.is(Some(Exception::ValueError)))
    } else if usize::try_from(info.view.ndim).is_ok_and(|ndim| ndim > MAX_NDIM) {
        open(clause!("memoryview.from-buffer.ndim-limit.open"))
            .outcome(clause!("memoryview.from-buffer.ndim-limit.refused"), Outcome::Failure)
    } else if !info.is_consistent(edition) {
        open(clause!("memoryview.from-buffer.inconsistent-open"))
    } else {
        made(clause!("memoryview.from-buffer.wraps"))
    };
    failed(answer).in_edition(edition).into()
}

impl Info {
    /// Whether the fields agree with each other: `len` is the size of all elements, or without a shape
    /// the size of a row of bytes; the arrays have `ndim` entries; an item is as large as its format
    /// says. Without a format, it is of any size.
    fn is_consistent(&self, edition: Edition) -> bool {
        let View { itemsize, ndim, shape, strides, suboffsets } = &self.view;
        let has_entries = |array: &Option<Vec<i64>>| {
            array.as_ref().is_none_or(|array| i64::try_from(array.len()) == Ok(*ndim))
        };
        let format_agrees = || match &self.format {
            None => true,
            Some(format) => format::size(format, edition) == Some(*itemsize),
        };
        let len_agrees = match shape {
            Some(shape) => size_of(shape, *itemsize) == Some(self.len),
            None if *ndim == 0 => self.len == *itemsize,
            None => *ndim == 1 && *itemsize > 0 && self.len >= 0 && self.len % itemsize == 0,
        };
        len_agrees && [shape, strides, suboffsets].into_iter().all(has_entries) && format_agrees()
    }

    /// What the memoryview of it exports: what the struct says, and for what it leaves out what NULL
    /// stands for.
    pub fn exported(&self) -> Exporter {
        let View { itemsize, ndim, shape, strides, suboffsets } = self.view.clone();
        let row = || if ndim == 0 { vec![] } else { vec![self.len / itemsize.max(1)] };
        let shape = shape.unwrap_or_else(row);
        let in_c_order = || packed_strides(&shape, itemsize, Order::C);
        let layout = Layout {
            // Of NULL, nothing is asked.
            start: self.buf.unwrap_or(Address { block: 0, offset: 0 }),
            itemsize,
            format: self.format.clone().unwrap_or_else(|| "B".into()),
            strides: strides.unwrap_or_else(in_c_order),
            shape,
            suboffsets,
        };
        Exporter::new_protocol(layout, self.readonly != 0).memoryview()
    }
}

/// The size of all elements, in bytes; `None` if there can be none of that shape.
fn size_of(shape: &[i64], itemsize: i64) -> Option<i64> {
    let possible = itemsize > 0 && shape.iter().all(|&extent| extent >= 0);
    if shape.contains(&0) {
        return possible.then_some(0);
    }
    let mut extents = shape.iter().filter(|_| possible);
    let size = extents.try_fold(itemsize, |size, extent| size.checked_mul(*extent));
    size.filter(|_| possible)
}

/// `PyMemoryView_FromMemory`, over `size` bytes. Clauses: `memoryview.from-memory.*`.
pub fn from_memory(size: i64, access: i32, edition: Edition) -> Expectation {
    let answer = if size < 0 {
        open(clause!("memoryview.from-memory.negative-open"))
    } else if ![READ, WRITE].contains(&access) {
        open(clause!("memoryview.from-memory.flags-open"))
    } else {
        made(clause!("memoryview.from-memory.made"))
    };
    failed(answer).in_edition(edition).into()
}

/// What the memoryview of `size` bytes at the start of `block` exports.
pub fn of_memory(block: usize, size: i64, access: i32) -> Exporter {
    let layout = Layout { start: Address { block, offset: 0 }, ..Layout::bytes(size) };
    Exporter::new_protocol(layout, access != WRITE).memoryview()
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_of_memory(&self, call: &Call) -> Option<Expected> {
        Some(match call {
            Call::MemoryviewFromBuffer { view, buf_null, format, readonly } => {
                match self.info(view, *buf_null, format.as_ref(), *readonly) {
                    Some(info) => from_buffer(&info, self.edition).into(),
                    None => Expected::BadCase("an array has not ndim entries".into()),
                }
            }
            Call::MemoryviewFromMemory { size, flags } => {
                from_memory(*size, *flags, self.edition).into()
            }
            _ => return None,
        })
    }

    /// What the memoryview exports that a call of this page has made. It gets the next number, and so does
    /// its block.
    pub(crate) fn made_of_memory(&mut self, call: &Call) -> Option<Exporter> {
        let number = self.objects.len();
        let (size, exported) = match call {
            Call::MemoryviewFromBuffer { view, buf_null, format, readonly } => {
                let info = self.info(view, *buf_null, format.as_ref(), *readonly)?;
                (OF_BUFFER, info.exported())
            }
            Call::MemoryviewFromMemory { size, flags } => {
                (usize::try_from(*size).unwrap_or(0), of_memory(number, *size, *flags))
            }
            _ => return None,
        };
        self.lives.make(number, Kind::Memoryview);
        self.memory.set(number, Block::counting(size, &Layout::bytes(0)));
        Some(exported)
    }

    /// What `PyMemoryView_FromBuffer` is given; `None` if it cannot be given that.
    fn info(
        &self,
        view: &BareView,
        buf_null: bool,
        format: Option<&String>,
        readonly: i32,
    ) -> Option<Info> {
        let start = Address { block: self.objects.len(), offset: 0 };
        view.has_whole_arrays().then(|| Info {
            buf: (!buf_null).then_some(start),
            len: view.len,
            readonly: readonly.into(),
            format: format.cloned(),
            view: view.into(),
        })
    }
}
