//! # The embedded fast implementation
//!
//! Connects `pybuf-fast` to the harness. It knows no editions; this adapter lends it the interface of
//! one: which functions there are, whether objects have old slots, and so on.

mod objects;

use std::ffi::c_void;

use pybuf_fast::flags::{PyBUF_READ, PyBUF_SIMPLE, PyBUF_WRITE};
use pybuf_fast::{Error, Object, Py_buffer, Segment, compat, old_protocol};
use pybuf_harness::call::{AsBuffer, BareView, Call, FillInfo, Output};
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen};
use pybuf_harness::{Capabilities, Implementation};
use pybuf_model::Edition;

use crate::view::View;
use objects::Made;

/// The fast implementation, as of an edition.
pub struct Fast {
    edition: Edition,
    objects: Vec<Option<Made>>,
    views: Vec<Option<Granted>>,
    /// Where the memory of each object made so far is, and then that of `buf` arguments.
    blocks: Vec<Block>,
    scratch: Vec<Box<[u8]>>,
}

/// A view that was granted, and the object that was asked for it.
struct Granted {
    view: View,
    object: Option<usize>,
}

/// A block of memory of the case, by its first byte and its size.
#[derive(Clone, Copy)]
struct Block {
    start: *const u8,
    size: usize,
}

/// What `PyBuffer_FillInfo` has for `buf`, in bytes.
const SCRATCH: usize = 8;

impl Fast {
    /// With the functions and objects that `edition` has.
    pub fn of(edition: Edition) -> Fast {
        let (objects, views, blocks, scratch) = Default::default();
        Fast { edition, objects, views, blocks, scratch }
    }

    fn has(&self, call: &Call) -> bool {
        let edition = self.edition;
        match call {
            Call::Make { .. } => true,
            Call::AsCharBuffer(_) | Call::AsReadBuffer(_) | Call::AsWriteBuffer(_) => {
                edition <= Edition::V3_12
            }
            Call::CheckReadBuffer { .. } => (Edition::V2_2..=Edition::V3_12).contains(&edition),
            Call::CheckBuffer { .. }
            | Call::GetBuffer { .. }
            | Call::Release { .. }
            | Call::FillInfo(_)
            | Call::IsContiguous { .. } => edition >= Edition::V2_7Draft,
        }
    }

    fn made(&self, object: usize) -> Option<&Made> {
        self.objects.get(object)?.as_ref()
    }

    /// The flags as the edition takes them. Up to 3.12, `PyBUF_READ` and `PyBUF_WRITE` were stray bits;
    /// the fast implementation has refused them from its beginning.
    fn flags(&self, flags: i32) -> i32 {
        let access = flags == PyBUF_READ || flags == PyBUF_WRITE;
        if access && self.edition <= Edition::V3_12 { PyBUF_SIMPLE } else { flags }
    }

    fn answer(&mut self, call: &Call) -> Option<Reply> {
        Some(match call {
            Call::Make { object } => self.make(object),
            Call::AsCharBuffer(arguments) => {
                self.as_buffer(arguments, old_protocol::as_char_buffer, compat::as_char_buffer)?
            }
            Call::AsReadBuffer(arguments) => {
                self.as_buffer(arguments, old_protocol::as_read_buffer, compat::as_read_buffer)?
            }
            Call::AsWriteBuffer(arguments) => {
                self.as_buffer(arguments, old_protocol::as_write_buffer, compat::as_write_buffer)?
            }
            Call::CheckReadBuffer { object } => self.check_read_buffer(*object)?,
            Call::CheckBuffer { object } => truth(self.made(*object)?.new.is_some()),
            Call::GetBuffer { object, flags } => self.get_buffer(*object, *flags)?,
            Call::Release { view } => self.release(*view)?,
            Call::FillInfo(arguments) => self.fill_info(arguments)?,
            Call::IsContiguous { view, order } => truth(is_contiguous(view, *order)),
        })
    }

    fn make(&mut self, object: &pybuf_harness::Object) -> Reply {
        match objects::make(object, self.edition) {
            Ok(made) => {
                let block = made.as_ref().map(|made| made.block);
                self.blocks.push(block.unwrap_or(Block { start: std::ptr::null(), size: 0 }));
                let there = made.is_some();
                self.objects.push(made);
                if there { Reply::Returned(Returned::default()) } else { Reply::NotInEdition }
            }
            Err(error) => {
                self.objects.push(None);
                Reply::Returned(Returned { exception: class(&error), ..Returned::default() })
            }
        }
    }

    fn as_buffer(
        &self,
        arguments: &AsBuffer,
        old: fn(&dyn pybuf_fast::Segments) -> Result<Segment, Error>,
        wrapper: fn(&Object) -> Result<Segment, Error>,
    ) -> Option<Reply> {
        let made = match arguments.object {
            Some(object) => Some(self.made(object)?),
            None => None,
        };
        let call = || match made {
            Some(_) if arguments.null.is_some() => Err(Error::NullArgument),
            None => Err(Error::NullArgument),
            Some(made) if self.edition.has_old_slots() => old(&*made.old),
            Some(made) => made.new.as_ref().ok_or(Error::NoProtocol).and_then(wrapper),
        };
        let (result, references) = counting(made, call);
        let given = |output| arguments.null != Some(output);
        let written = result.as_ref().ok();
        let pointer = |segment: &Segment| Seen::Is(self.locate(segment.ptr.cast()));
        let length = |segment: &Segment| Seen::Is(segment.len as i64);
        Some(Reply::Returned(Returned {
            buffer: given(Output::Buffer).then(|| written.map_or(Seen::Untouched, pointer)),
            length: given(Output::Length).then(|| written.map_or(Seen::Untouched, length)),
            references,
            ..status(&result)
        }))
    }

    fn check_read_buffer(&self, object: usize) -> Option<Reply> {
        let made = self.made(object)?;
        let (readable, references) = counting(Some(made), || match self.edition.has_old_slots() {
            true => old_protocol::check_read_buffer(&*made.old),
            false => made.new.as_ref().is_some_and(compat::check_read_buffer),
        });
        let value = Some(readable.into());
        Some(Reply::Returned(Returned { value, references, ..Returned::default() }))
    }

    fn get_buffer(&mut self, object: usize, flags: i32) -> Option<Reply> {
        let made = self.made(object)?;
        let flags = self.flags(flags);
        let view = View::poisoned();
        let (result, references) = counting(Some(made), || match &made.new {
            // SAFETY: the view is there to be written, and released before the object is dropped.
            Some(new) => unsafe { pybuf_fast::get_buffer(new, view.as_ptr(), flags) },
            None if flags == PyBUF_READ || flags == PyBUF_WRITE => Err(Error::BadFlags),
            None => Err(Error::NoProtocol),
        });
        let obj = self.obj(view.obj(), Some(object));
        Some(self.granted(
            result,
            view,
            Some(object),
            Returned { obj: Some(obj), references, ..Returned::default() },
        ))
    }

    fn fill_info(&mut self, arguments: &FillInfo) -> Option<Reply> {
        let FillInfo { exporter: object, view_null, buf_null, len, readonly, flags } = arguments;
        let made = match object {
            Some(object) => Some(self.made(*object)?),
            None => None,
        };
        let exporter = made.and_then(|made| made.new.as_ref());
        let mut scratch = vec![0; SCRATCH].into_boxed_slice();
        let start = scratch.as_mut_ptr();
        let buf = if *buf_null { std::ptr::null_mut() } else { start };
        let view = View::poisoned();
        let given = if *view_null { std::ptr::null_mut() } else { view.as_ptr() };
        let (len, flags) = (isize::try_from(*len).ok()?, self.flags(*flags));
        let (result, references) = counting(made, || {
            // SAFETY: the view is NULL or there to be written, and it is released before the exporter
            // is dropped. Nobody reads the memory.
            unsafe { pybuf_fast::fill_info(given, exporter, buf, len, *readonly, flags) }
        });
        self.blocks.push(Block { start, size: SCRATCH });
        self.scratch.push(scratch);
        let obj = (!view_null).then(|| self.obj(view.obj(), *object));
        let seen = Returned { obj, references, ..Returned::default() };
        Some(self.granted(result, view, *object, seen))
    }

    /// Keeps a view that was granted, and tells of it.
    fn granted(
        &mut self,
        result: Result<(), Error>,
        view: View,
        object: Option<usize>,
        seen: Returned,
    ) -> Reply {
        let Returned { value, exception, .. } = status(&result);
        let mut fields = None;
        if result.is_ok() {
            // SAFETY: it was filled just now.
            fields = Some(Box::new(unsafe { view.seen(|address| self.locate(address)) }));
        }
        self.views.push(result.is_ok().then_some(Granted { view, object }));
        Reply::Returned(Returned { value, exception, view: fields, ..seen })
    }

    fn release(&mut self, view: usize) -> Option<Reply> {
        let Granted { view, object } = self.views.get(view)?.as_ref()?;
        let made = object.and_then(|object| self.made(object));
        let releases = || made.and_then(Made::releases);
        let before = releases();
        let ((), references) = counting(made, || {
            // SAFETY: it was filled by one of the two functions and is not copied.
            unsafe { pybuf_fast::release(view.as_ptr()) }
        });
        Some(Reply::Returned(Returned {
            obj: Some(self.obj(view.obj(), *object)),
            references,
            releases: releases().zip(before).map(|(after, before)| after - before),
            ..Returned::default()
        }))
    }

    /// What `view->obj` is to the object that was asked.
    fn obj(&self, obj: Seen<*mut c_void>, object: Option<usize>) -> Seen<Obj> {
        let Seen::Is(obj) = obj else { return Seen::Untouched };
        let made = object.and_then(|object| self.made(object));
        let is = |other: Option<&Object>| other.is_some_and(|o| o.as_ptr() == obj.cast_const());
        Seen::Is(match made {
            _ if obj.is_null() => Obj::Null,
            Some(made) if is(made.new.as_ref()) => Obj::Exporter,
            Some(made) if is(made.root.as_ref()) => Obj::Root,
            _ => Obj::Other,
        })
    }

    /// In which block of the case an address is.
    fn locate(&self, address: *const c_void) -> Pointer {
        if address.is_null() {
            return Pointer::Null;
        }
        for (block, Block { start, size }) in self.blocks.iter().enumerate() {
            let offset = address.addr().wrapping_sub(start.addr());
            if !start.is_null() && offset <= *size {
                return Pointer::At { block, offset: offset as i64 };
            }
        }
        Pointer::Elsewhere
    }
}

impl Implementation for Fast {
    fn capabilities(&self) -> Capabilities {
        let name = concat!("pybuf-fast ", env!("CARGO_PKG_VERSION")).into();
        Capabilities { name, lacks: Default::default() }
    }

    fn begin_case(&mut self) {
        for granted in self.views.drain(..).flatten() {
            // SAFETY: as in `release`; and a second time does nothing.
            unsafe { pybuf_fast::release(granted.view.as_ptr()) };
        }
        self.objects.clear();
        self.blocks.clear();
        self.scratch.clear();
    }

    fn call(&mut self, call: &Call) -> Reply {
        if !self.has(call) {
            return Reply::NotInEdition;
        }
        let reply = self.answer(call);
        if reply.is_none() && matches!(call, Call::GetBuffer { .. } | Call::FillInfo(_)) {
            self.views.push(None);
        }
        reply.unwrap_or(Reply::NotMade)
    }
}

impl Drop for Fast {
    fn drop(&mut self) {
        self.begin_case();
    }
}

fn truth(value: bool) -> Reply {
    Reply::Returned(Returned { value: Some(value.into()), ..Returned::default() })
}

/// Makes a call, and counts by how much it changes the references to an object.
fn counting<T>(made: Option<&Made>, call: impl FnOnce() -> T) -> (T, Option<i64>) {
    let before = made.and_then(Made::references);
    let result = call();
    let after = made.and_then(Made::references);
    (result, after.zip(before).map(|(after, before)| after - before))
}

/// 0, or -1 and the exception.
fn status<T>(result: &Result<T, Error>) -> Returned {
    let value = Some(if result.is_ok() { 0 } else { -1 });
    let exception = result.as_ref().err().and_then(class);
    Returned { value, exception, ..Returned::default() }
}

fn class(error: &Error) -> Option<String> {
    Some(error.exception().name().to_owned())
}

fn is_contiguous(view: &BareView, order: char) -> bool {
    let sizes = |array: &Option<Vec<i64>>| {
        array.as_ref().map(|array| array.iter().map(|&n| n as isize).collect::<Vec<_>>())
    };
    let mut arrays = [sizes(&view.shape), sizes(&view.strides), sizes(&view.suboffsets)];
    let [shape, strides, suboffsets] =
        arrays.each_mut().map(|a| a.as_mut().map_or(std::ptr::null_mut(), |a| a.as_mut_ptr()));
    let raw = Py_buffer {
        len: view.len as isize,
        itemsize: view.itemsize as isize,
        ndim: view.ndim,
        shape,
        strides,
        suboffsets,
        ..Py_buffer::EMPTY
    };
    let order = u8::try_from(order).unwrap_or(0);
    // SAFETY: the arrays have an entry for each of the view's dimensions, as the suite makes them.
    unsafe { pybuf_fast::is_contiguous(&raw, order) }
}
