//! The documented functions. Each is called as a program in C would, on memory that was poisoned, and
//! everything that can be seen is reported.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use pybuf_fast::Py_buffer;
use pybuf_harness::call::{AsBuffer, BareView, FillInfo, Output};
use pybuf_harness::reply::{Obj, Seen};
use pybuf_harness::{Reply, Returned};

use super::api::AsBufferFunction;
use super::case::{Block, Granted, Made};
use super::embedded::Embedded;
use super::layout::{HAVE_NEWBUFFER, NewBufferProcs, PyObject};
use crate::bare::Bare;
use crate::view::{self, POISONED_POINTER, POISONED_SIZE, View};

/// What a view that is filled by hand is of. Nothing reads it.
static BYTE: u8 = 0;

impl Embedded {
    pub(super) fn as_buffer(
        &self,
        function: Option<AsBufferFunction>,
        AsBuffer { object, null }: &AsBuffer,
    ) -> Reply {
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        let made = match object.map(|number| self.case.object(number)) {
            Some(None) => return Reply::NotMade,
            made => made.flatten(),
        };
        let mut buffer = POISONED_POINTER.cast_const();
        let mut length = POISONED_SIZE;
        let given = |output| *null != Some(output);
        let to_buffer = if given(Output::Buffer) { &raw mut buffer } else { ptr::null_mut() };
        let to_length = if given(Output::Length) { &raw mut length } else { ptr::null_mut() };
        // SAFETY: each pointer is NULL, which these functions refuse, or good.
        let returned = self.observe(made, || unsafe {
            Some(function(pointer(made), to_buffer, to_length).into())
        });
        let nearest = object.and_then(|number| self.case.block_of(number));
        let seen_buffer = view::address(buffer, |it| self.case.locate(it, nearest));
        Reply::Returned(Returned {
            buffer: given(Output::Buffer).then_some(seen_buffer),
            length: given(Output::Length).then_some(view::size(length)),
            ..returned
        })
    }

    pub(super) fn check_read_buffer(&self, object: usize) -> Reply {
        let Some(function) = self.python.api.PyObject_CheckReadBuffer else {
            return Reply::NotInEdition;
        };
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        // SAFETY: an object.
        Reply::Returned(
            self.observe(Some(made), || unsafe { Some(function(made.object.as_ptr()).into()) }),
        )
    }

    pub(super) fn check_buffer(&self, object: usize) -> Reply {
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        let object = made.object.as_ptr();
        // SAFETY: an object.
        Reply::Returned(self.observe(Some(made), || unsafe {
            Some(match self.python.api.PyObject_CheckBuffer {
                Some(function) => function(object).into(),
                None => check_buffer_macro(object, self.version < (3, 0)).into(),
            })
        }))
    }

    pub(super) fn get_buffer(&mut self, object: usize, flags: c_int) -> Reply {
        let (reply, granted) = self.request(object, flags);
        self.case.views.push(granted);
        reply
    }

    pub(super) fn fill_info(&mut self, arguments: &FillInfo) -> Reply {
        let (reply, granted) = self.fill(arguments);
        self.case.views.push(granted);
        reply
    }

    fn request(&self, object: usize, flags: c_int) -> (Reply, Option<Granted>) {
        let Some(function) = self.python.api.PyObject_GetBuffer else {
            return (Reply::NotInEdition, None);
        };
        let Some(made) = self.case.object(object) else {
            return (Reply::NotMade, None);
        };
        let view = View::poisoned();
        // SAFETY: an object, and a view to be filled.
        let returned = self.observe(Some(made), || unsafe {
            Some(function(made.object.as_ptr(), view.as_ptr(), flags).into())
        });
        let nearest = self.case.block_of(object);
        let granted = Granted::new(view, Some(object), None);
        self.filled(returned, Some(made), granted, nearest)
    }

    fn fill(&self, arguments: &FillInfo) -> (Reply, Option<Granted>) {
        let Some(function) = self.python.api.PyBuffer_FillInfo else {
            return (Reply::NotInEdition, None);
        };
        let made = match arguments.exporter.map(|number| self.case.object(number)) {
            Some(None) => return (Reply::NotMade, None),
            made => made.flatten(),
        };
        let mut memory = (!arguments.buf_null).then(|| Box::new([0u8; 8]));
        let buf: *mut c_void = memory.as_mut().map_or(ptr::null_mut(), |it| it.as_mut_ptr().cast());
        let view = View::poisoned();
        let to_view = if arguments.view_null { ptr::null_mut() } else { view.as_ptr() };
        // SAFETY: the view is NULL, which the function refuses or ignores, or to be filled; the
        // exporter is NULL or an object; nothing reads the memory.
        let returned = self.observe(made, || unsafe {
            let FillInfo { len, readonly, flags, .. } = *arguments;
            Some(function(to_view, pointer(made), buf, len as isize, readonly, flags).into())
        });
        if arguments.view_null {
            return (Reply::Returned(returned), None);
        }
        let block = Block { start: buf, size: 8 };
        let nearest = (!arguments.buf_null).then_some((self.case.objects.len(), block));
        let granted = Granted::new(view, arguments.exporter, memory);
        self.filled(returned, made, granted, nearest)
    }

    /// The reply of a function that fills a view, and the view if it was granted.
    fn filled(
        &self,
        returned: Returned,
        asked: Option<&Made>,
        granted: Granted,
        nearest: Option<(usize, Block)>,
    ) -> (Reply, Option<Granted>) {
        let is_granted = returned.value == Some(0);
        let seen = is_granted.then(|| {
            // SAFETY: it was granted.
            unsafe { granted.view.seen(|it| self.case.locate(it, nearest)) }
        });
        let returned = Returned {
            obj: Some(self.seen_obj(&granted.view, asked)),
            view: seen.map(Box::new),
            ..returned
        };
        (Reply::Returned(returned), is_granted.then_some(granted))
    }

    pub(super) fn release(&self, view: usize) -> Reply {
        self.release_struct(view, |_| None)
    }

    pub(super) fn release_copy(&self, view: usize) -> Reply {
        self.release_struct(view, |view| Some(view.copy()))
    }

    /// Releases a view, or the copy that is made of it.
    fn release_struct(&self, view: usize, copy: impl Fn(&View) -> Option<View>) -> Reply {
        let Some(function) = self.python.api.PyBuffer_Release else {
            return Reply::NotInEdition;
        };
        let Some(Some(granted)) = self.case.views.get(view) else {
            return Reply::NotMade;
        };
        let made = granted.object.and_then(|it| self.case.made(it));
        granted.released.set(true);
        let copy = copy(&granted.view);
        let view = copy.as_ref().unwrap_or(&granted.view);
        // SAFETY: a view that was granted. To release it again is allowed, as its `obj` is NULL then;
        // after a copy was released, the case does not use the original any more.
        let returned = self.observe(made, || unsafe {
            function(view.as_ptr());
            None
        });
        Reply::Returned(Returned { obj: Some(self.seen_obj(view, made)), ..returned })
    }

    fn seen_obj(&self, view: &View, asked: Option<&Made>) -> Seen<Obj> {
        match view.obj() {
            Seen::Untouched => Seen::Untouched,
            Seen::Is(obj) => Seen::Is(self.case.identify(obj, asked)),
        }
    }

    pub(super) fn is_contiguous(&self, view: &BareView, order: char) -> Reply {
        let Some(function) = self.python.api.PyBuffer_IsContiguous else {
            return Reply::NotInEdition;
        };
        if !view.is_well_formed() {
            return Reply::NotMade;
        }
        let bare = Bare::new(view);
        let view = Py_buffer { buf: (&raw const BYTE).cast_mut().cast(), ..bare.buffer() };
        // SAFETY: a well-formed view's arrays are NULL or have an entry for each dimension. Some versions
        // read through NULL; that is for the suite to find, and why they have a process of their own.
        Reply::Returned(
            self.observe(None, || unsafe { Some(function(&view, order as c_char).into()) }),
        )
    }
}

/// NULL for none.
fn pointer(made: Option<&Made>) -> *mut PyObject {
    made.map_or(ptr::null_mut(), |made| made.object.as_ptr())
}

/// What `PyObject_CheckBuffer` is as a macro, up to 3.8.
///
/// # Safety
///
/// An object.
unsafe fn check_buffer_macro(object: *mut PyObject, python2: bool) -> bool {
    // SAFETY: its type lives as long; the struct of slots is there if the pointer to it is not NULL.
    unsafe {
        let kind = &*(*object).ob_type;
        let Some(procs) = kind.tp_as_buffer.as_ref() else {
            return false;
        };
        if python2 {
            kind.tp_flags & HAVE_NEWBUFFER != 0 && procs.new.bf_getbuffer.is_some()
        } else {
            let procs = &*(&raw const *procs).cast::<NewBufferProcs>();
            procs.bf_getbuffer.is_some()
        }
    }
}
