//! The documented functions, each as a C interface on top of the fast crate would have it.

use std::ptr;

use pybuf_fast::flags::{PyBUF_READ, PyBUF_SIMPLE, PyBUF_WRITE};
use pybuf_fast::{Error, Object, Segment, Segments, compat, old_protocol};
use pybuf_harness::Object as Recipe;
use pybuf_harness::call::{AsBuffer, BareView, Call, FillInfo, Output};
use pybuf_harness::reply::{Reply, Returned, Seen};
use pybuf_model::Edition;

use super::made::Made;
use super::objects;
use super::observe::{observe, status};
use super::state::{Fast, as_fast};
use crate::bare::Bare;
use crate::block::Block;
use crate::rows::counting;
use crate::view::{Granted, View};

/// The size of what `PyBuffer_FillInfo` has for `buf`, in bytes.
const BUF: usize = 8;

impl Fast {
    pub(super) fn lending(&mut self, call: &Call) -> Reply {
        let returned = match call {
            Call::Make { object } => return self.make(object),
            Call::AsCharBuffer(arguments) => {
                self.as_buffer(arguments, old_protocol::as_char_buffer, compat::as_char_buffer)
            }
            Call::AsReadBuffer(arguments) => {
                self.as_buffer(arguments, old_protocol::as_read_buffer, compat::as_read_buffer)
            }
            Call::AsWriteBuffer(arguments) => {
                self.as_buffer(arguments, old_protocol::as_write_buffer, compat::as_write_buffer)
            }
            Call::CheckReadBuffer { object } => self.check_read_buffer(*object),
            Call::CheckBuffer { object } => self.check_buffer(*object),
            Call::GetBuffer { object, flags } => {
                let (returned, granted) = self.get_buffer(*object, *flags).unzip();
                self.views.push(granted.flatten());
                returned
            }
            Call::Release { view } => self.release(*view),
            Call::ReleaseCopy { view } => self.release_copy(*view),
            Call::FillInfo(arguments) => {
                let (returned, granted) = self.fill_info(arguments).unzip();
                self.views.push(granted.flatten());
                returned
            }
            Call::IsContiguous { view, order } => is_contiguous(view, *order).map(|contiguous| {
                Returned { value: Some(contiguous.into()), ..Returned::default() }
            }),
            // What an implementation lacks it answers so.
            Call::ParseTuple { code, .. } => {
                self.views.extend(code.fills_view().then_some(None));
                return Reply::Unsupported;
            }
            Call::SetError { .. } => return Reply::Unsupported,
            _ => None,
        };
        returned.map_or(Reply::NotMade, Reply::Returned)
    }

    fn make(&mut self, recipe: &Recipe) -> Reply {
        let made = objects::make(recipe, self.edition);
        let reply = match &made {
            Ok(Some(_)) => Reply::Returned(Returned::default()),
            Ok(None) => Reply::NotInEdition,
            Err(error) => {
                let exception = Some(error.exception().name().to_owned());
                Reply::Returned(Returned { exception, ..Returned::default() })
            }
        };
        self.objects.push(made.ok().flatten());
        reply
    }

    fn as_buffer(
        &self,
        arguments: &AsBuffer,
        old: fn(&dyn Segments) -> Result<Segment, Error>,
        wrapper: fn(&Object) -> Result<Segment, Error>,
    ) -> Option<Returned> {
        let made = match arguments.object {
            Some(object) => Some(self.object(object)?),
            None => None,
        };
        let (result, seen) = observe(made, || match made {
            Some(made) if arguments.null.is_none() => match self.edition.has_old_slots() {
                true => old(&*made.old),
                false => made.new.as_ref().ok_or(Error::NoProtocol).and_then(wrapper),
            },
            _ => Err(Error::NullArgument),
        });
        let given = |output| arguments.null != Some(output);
        let written = result.as_ref().ok();
        let nearest = arguments.object.and_then(|object| self.block_of(object));
        let pointer = |segment: &Segment| Seen::Is(self.locate(segment.ptr.cast(), nearest));
        let length = |segment: &Segment| Seen::Is(segment.len as i64);
        Some(Returned {
            buffer: given(Output::Buffer).then(|| written.map_or(Seen::Untouched, pointer)),
            length: given(Output::Length).then(|| written.map_or(Seen::Untouched, length)),
            ..status(&result, seen)
        })
    }

    fn check_read_buffer(&self, object: usize) -> Option<Returned> {
        let made = self.object(object)?;
        let (readable, seen) = observe(Some(made), || match self.edition.has_old_slots() {
            true => old_protocol::check_read_buffer(&*made.old),
            false => made.new.as_ref().is_some_and(compat::check_read_buffer),
        });
        Some(Returned { value: Some(readable.into()), ..seen })
    }

    fn check_buffer(&self, object: usize) -> Option<Returned> {
        let made = self.object(object)?;
        let (exports, seen) = observe(Some(made), || made.new.is_some());
        Some(Returned { value: Some(exports.into()), ..seen })
    }

    fn get_buffer(&self, object: usize, flags: i32) -> Option<(Returned, Option<Granted>)> {
        let made = self.object(object)?;
        let flags = self.flags(flags);
        let view = View::poisoned();
        let (result, seen) = observe(Some(made), || match &made.new {
            // SAFETY: the view is there to be written, and released before the object is dropped.
            Some(new) => unsafe { pybuf_fast::get_buffer(new, view.as_ptr().cast(), flags) },
            None if flags == PyBUF_READ || flags == PyBUF_WRITE => Err(Error::BadFlags),
            None => Err(Error::NoProtocol),
        });
        let obj = Some(self.obj(view.obj(), Some(object)));
        let returned = Returned { obj, ..status(&result, seen) };
        let granted = Granted::new(view, Some(object), None);
        Some(self.filled(returned, granted, self.block_of(object)))
    }

    fn fill_info(&self, arguments: &FillInfo) -> Option<(Returned, Option<Granted>)> {
        let FillInfo { exporter: object, view_null, buf_null, len, readonly, flags } = arguments;
        let made = match object {
            Some(object) => Some(self.object(*object)?),
            None => None,
        };
        let exporter = made.and_then(Made::counted);
        let memory = counting(BUF);
        let start = match *buf_null {
            true => ptr::null_mut(),
            false => memory.as_ptr().cast_mut().cast::<u8>(),
        };
        let view = View::poisoned();
        let to_view = if *view_null { ptr::null_mut() } else { view.as_ptr().cast() };
        let (len, flags) = (isize::try_from(*len).ok()?, self.flags(*flags));
        let (result, seen) = observe(made, || {
            // SAFETY: the view is NULL or there to be written, and it is released before the exporter
            // is dropped. Nobody reads the memory.
            unsafe { pybuf_fast::fill_info(to_view, exporter, start, len, *readonly, flags) }
        });
        let returned = status(&result, seen);
        if *view_null {
            return Some((returned, None));
        }
        let obj = Some(self.obj(view.obj(), *object));
        let granted = Granted::new(view, *object, Some(memory));
        let block = Block { start: start.cast_const(), size: BUF };
        let nearest = Some((self.objects.len(), block));
        Some(self.filled(Returned { obj, ..returned }, granted, nearest))
    }

    /// What a call that fills a view returned, and the view if it was granted.
    fn filled(
        &self,
        returned: Returned,
        granted: Granted,
        nearest: Option<(usize, Block)>,
    ) -> (Returned, Option<Granted>) {
        if returned.value != Some(0) {
            return (returned, None);
        }
        // SAFETY: it was granted just now.
        let seen = unsafe { granted.view.seen(|address| self.locate(address, nearest)) };
        (Returned { view: Some(Box::new(seen)), ..returned }, Some(granted))
    }

    fn release(&self, view: usize) -> Option<Returned> {
        let Granted { view, object, released, .. } = self.views.get(view)?.as_ref()?;
        let made = object.and_then(|object| self.made(object));
        released.set(true);
        let ((), seen) = observe(made, || {
            // SAFETY: the view was granted and is not copied; a second release does nothing.
            unsafe { pybuf_fast::release(view.as_ptr().cast()) }
        });
        Some(Returned { obj: Some(self.obj(view.obj(), *object)), ..seen })
    }

    fn release_copy(&mut self, view: usize) -> Option<Returned> {
        let Granted { view, object, .. } = self.views.get_mut(view)?.take()?;
        let made = object.and_then(|object| self.made(object));
        let copy = view.copy();
        let ((), seen) = observe(made, || {
            // SAFETY: the view was granted, and nobody has the original any more.
            unsafe { pybuf_fast::release(copy.as_ptr().cast()) }
        });
        Some(Returned { obj: Some(self.obj(copy.obj(), object)), ..seen })
    }

    /// The flags as the edition takes them. Up to 3.12, `PyBUF_READ` and `PyBUF_WRITE` were stray bits;
    /// the fast implementation has refused them from its beginning.
    fn flags(&self, flags: i32) -> i32 {
        let access = flags == PyBUF_READ || flags == PyBUF_WRITE;
        if access && self.edition <= Edition::V3_12 { PyBUF_SIMPLE } else { flags }
    }
}

/// `None` if it is no view: then nothing may look at it.
fn is_contiguous(view: &BareView, order: char) -> Option<bool> {
    let bare = Bare::new(view);
    let order = u8::try_from(order).unwrap_or(0);
    // SAFETY: a well-formed view's arrays have an entry for each of its dimensions.
    view.is_well_formed()
        .then(|| unsafe { pybuf_fast::is_contiguous(as_fast(&bare.buffer()), order) })
}
