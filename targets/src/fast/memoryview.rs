//! The C functions of memoryviews.

use std::ffi::CString;
use std::ptr;

use pybuf_fast::flags::{PyBUF_FULL_RO, PyBUF_WRITE};
use pybuf_fast::{Error, MemoryView, Order};
use pybuf_harness::call::{BareView, Call, OF_BUFFER};
use pybuf_harness::reply::{Pointer, Reply, Returned, Seen};

use super::made::{Also, Made};
use super::observe::{observe, status};
use super::state::{Fast, as_fast};
use crate::bare::Bare;
use crate::block::Block;
use crate::buffer::Py_buffer;

impl Fast {
    pub(super) fn memoryview(&mut self, call: &Call) -> Reply {
        let (returned, made) = match call {
            Call::MemoryviewFromObject { object } => self.of_object(*object).unzip(),
            Call::MemoryviewFromBuffer { view, buf_null, format, readonly } => {
                self.of_struct(view, *buf_null, format.as_deref(), *readonly).unzip()
            }
            Call::GetContiguous { object, buffertype, order } => {
                self.get_contiguous(*object, *buffertype, *order).unzip()
            }
            Call::MemoryviewCheck { object } => (self.check(*object), None),
            Call::MemoryviewRelease { object } => (self.release_memoryview(*object), None),
            _ => self.over_memory(call).unzip(),
        };
        if call.makes_object() {
            self.objects.push(made.flatten());
        }
        returned.map_or(Reply::NotMade, Reply::Returned)
    }

    fn of_object(&self, object: usize) -> Option<(Returned, Option<Made>)> {
        let made = self.object(object)?;
        let (view, seen) = observe(Some(made), || {
            made.new.as_ref().ok_or(Error::NoProtocol).and_then(MemoryView::from_object)
        });
        let returned = status(&view, seen);
        Some((returned, view.ok().map(|view| Made::memoryview(view, Some(made)))))
    }

    fn get_contiguous(
        &self,
        object: usize,
        buffertype: i32,
        order: char,
    ) -> Option<(Returned, Option<Made>)> {
        let made = self.solid(object)?;
        let order = match order {
            'C' => Order::C,
            'F' => Order::Fortran,
            'A' => Order::Any,
            _ => return None,
        };
        let (view, seen) = observe(Some(made), || {
            let object = made.new.as_ref().ok_or(Error::NoProtocol)?;
            MemoryView::contiguous(object, buffertype == PyBUF_WRITE, order)
        });
        let returned = status(&view, seen);
        let Ok(view) = view else {
            return Some((returned, None));
        };
        let memory = view.view(PyBUF_FULL_RO).ok()?;
        let block = Block { start: memory.buf().cast_const(), size: memory.len() as usize };
        // SAFETY: it is contiguous, and the view of it is still there.
        let bytes = memory
            .is_contiguous(Order::Any)
            .then(|| unsafe { std::slice::from_raw_parts(block.start, block.size) }.to_vec());
        let (begins, made) = match self.locate(block.start.cast(), self.block_of(object)) {
            Pointer::Elsewhere => {
                let mut made = Made::memoryview(view, None);
                made.block = block;
                (Pointer::At { block: self.objects.len(), offset: 0 }, made)
            }
            begins => (begins, Made::memoryview(view, Some(made))),
        };
        Some((Returned { buffer: Some(Seen::Is(begins)), bytes, ..returned }, Some(made)))
    }

    fn check(&self, object: usize) -> Option<Returned> {
        let made = self.object(object)?;
        let is = matches!(made.also, Also::Memoryview(_));
        Some(Returned { value: Some(is.into()), ..Returned::default() })
    }

    fn release_memoryview(&self, object: usize) -> Option<Returned> {
        let made = self.object(object)?;
        let Also::Memoryview(view) = &made.also else {
            return None;
        };
        let releases = || Some(made.underneath.as_ref()?.releases.get());
        let before = releases();
        let (result, seen) = observe(Some(made), || view.release());
        let releases = releases().zip(before).map(|(now, before)| now - before);
        Some(status(&result, Returned { releases, ..seen }))
    }

    fn of_struct(
        &mut self,
        view: &BareView,
        buf_null: bool,
        format: Option<&str>,
        readonly: i32,
    ) -> Option<(Returned, Option<Made>)> {
        let block = self.keep(OF_BUFFER);
        let bare = Bare::new(view);
        let format = format.map(CString::new).transpose().ok()?;
        let info = Py_buffer {
            buf: if buf_null { ptr::null_mut() } else { block.start.cast_mut().cast() },
            readonly,
            format: format.as_ref().map_or(ptr::null(), |format| format.as_ptr()),
            ..bare.buffer()
        };
        // SAFETY: the arrays have an entry for each dimension, and the bytes are kept until the case is
        // over.
        let made =
            view.has_whole_arrays().then(|| unsafe { MemoryView::from_buffer(as_fast(&info)) });
        made.map(|made| over(block, made))
    }
}

/// What a call returned that makes a memoryview of memory that no object owns.
pub(super) fn over(block: Block, view: Result<MemoryView, Error>) -> (Returned, Option<Made>) {
    let returned = status(&view, Returned::default());
    let made = view.ok().map(|view| {
        let mut made = Made::memoryview(view, None);
        made.block = block;
        made
    });
    (returned, made)
}
