//! # Memoryviews of memory
//!
//! The functions that make a memoryview of a struct that somebody filled, or of bare memory.

use pybuf_protocol::call::{BareView, OF_BUFFER};
use pybuf_protocol::flags::{READ, WRITE};
use pybuf_protocol::{Address, Call, Edition, Exception, MAX_NDIM};

use crate::clause::clause;
use crate::format;
use crate::machine::{Expected, Machine};
use crate::memoryview::{failed, made, open};
use crate::rules::{Expectation, Outcome};
use crate::state::{Block, Exporter, Kind, Layout, Order, packed_strides};

/// What `PyMemoryView_FromBuffer` is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// `buf`; `None` is NULL.
    pub buf: Option<Address>,
    /// Any int.
    pub readonly: i32,
    /// In the struct syntax; `None` is NULL.
    pub format: Option<String>,
    /// The fields that say how elements lie, and `len`.
    pub view: BareView,
}

/// `PyMemoryView_FromBuffer`. Clauses: `memoryview.from-buffer.*`.
pub fn from_buffer(info: &Info, edition: Edition) -> Expectation {
    let answer = if info.buf.is_none() {
        let null = clause!("memoryview.from-buffer.buf-null.refused");
        open(clause!("memoryview.from-buffer.buf-null.open"))
            .outcome(null, Outcome::Failure)
            .raises(null, Exception::ValueError)
    } else if usize::try_from(info.view.ndim).is_ok_and(|ndim| ndim > MAX_NDIM) {
        open(clause!("memoryview.from-buffer.ndim-limit.open"))
            .outcome(clause!("memoryview.from-buffer.ndim-limit.refused"), Outcome::Failure)
    } else if !info.is_consistent(edition) {
        open(clause!("memoryview.from-buffer.inconsistent-open"))
    } else {
        made(clause!("memoryview.from-buffer.wraps"))
    };
    failed(answer).in_edition(edition)
}

impl Info {
    /// Whether the fields agree with each other: `len` is the size of all elements, or without a shape
    /// the size of a row of bytes; the arrays have `ndim` entries; an item is as large as its format
    /// says. Without a format, it is of any size.
    fn is_consistent(&self, edition: Edition) -> bool {
        let BareView { len, itemsize, ndim, ref shape, .. } = self.view;
        let len_agrees = match shape {
            Some(shape) => size_of(shape, itemsize) == Some(len),
            None if ndim == 0 => len == itemsize,
            None => ndim == 1 && itemsize > 0 && len >= 0 && len % itemsize == 0,
        };
        let size = |format: &String| format::size(format, edition);
        let format_agrees = self.format.as_ref().is_none_or(|it| size(it) == Some(itemsize));
        len_agrees && self.view.has_whole_arrays() && format_agrees
    }

    /// What the memoryview of it exports: what the struct says, and for what it leaves out what NULL
    /// stands for.
    pub fn exported(&self) -> Exporter {
        let BareView { len, itemsize, ndim, shape, strides, suboffsets } = self.view.clone();
        let row = || if ndim == 0 { vec![] } else { vec![len / itemsize.max(1)] };
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
    if itemsize <= 0 || shape.iter().any(|&extent| extent < 0) {
        return None;
    }
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().try_fold(itemsize, |size, extent| size.checked_mul(*extent))
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
    failed(answer).in_edition(edition)
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
            Call::MemoryviewFromBuffer { .. } => match self.info(call) {
                Some(info) => from_buffer(&info, self.edition).into(),
                None => Expected::BadCase("an array has not ndim entries".into()),
            },
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
            Call::MemoryviewFromBuffer { .. } => (OF_BUFFER, self.info(call)?.exported()),
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
    fn info(&self, call: &Call) -> Option<Info> {
        let Call::MemoryviewFromBuffer { view, buf_null, format, readonly } = call.clone() else {
            return None;
        };
        let start = Address { block: self.objects.len(), offset: 0 };
        let buf = (!buf_null).then_some(start);
        view.has_whole_arrays().then_some(Info { buf, readonly, format, view })
    }
}
