//! The documented functions. Each is called as a program in C would, on memory that was poisoned, and
//! everything that can be seen is reported.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use pybuf_harness::call::{BareView, Call, FillInfo};
use pybuf_harness::reply::{Obj, Seen};
use pybuf_harness::{Object as Recipe, Reply, Returned};

use super::api::tested;
use super::case::Made;
use super::embedded::Embedded;
use super::layout::{HAVE_NEWBUFFER, NewBufferProcs, PyObject};
use super::make::{self, make};
use crate::bare::Bare;
use crate::block::Block;
use crate::buffer::Py_buffer;
use crate::rows::counting;
use crate::view::{Granted, View};

/// The size of what `PyBuffer_FillInfo` has for `buf`, in bytes.
const BUF: usize = 8;

/// What a view that is filled by hand is of. Nothing reads it.
static BYTE: u8 = 0;

impl Embedded {
    pub(super) fn lending(&mut self, call: &Call) -> Reply {
        match call {
            Call::Make { object } => self.make(object),
            &Call::CheckBuffer { object } => self.check_buffer(object),
            &Call::GetBuffer { object, flags } => self.get_buffer(object, flags),
            &Call::Release { view } => self.release(view),
            &Call::ReleaseCopy { view } => self.release_copy(view),
            Call::FillInfo(arguments) => self.fill_info(arguments),
            Call::IsContiguous { view, order } => self.is_contiguous(view, *order),
            _ => Reply::NotMade,
        }
    }

    fn make(&mut self, recipe: &Recipe) -> Reply {
        let (made, reply) = if !make::has(self.version, recipe) {
            (None, Reply::NotInEdition)
        } else if let Recipe::Ndarray { .. } = recipe
            && self.lacks("make ndarray")
        {
            (None, Reply::Unsupported)
        } else {
            let made = make(&self.python, &mut self.types, recipe);
            let returned =
                Returned { exception: self.python.api.take_exception(), ..Returned::default() };
            (made, Reply::Returned(returned))
        };
        self.case.objects.push(made);
        reply
    }

    fn check_buffer(&self, object: usize) -> Reply {
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        let object = made.object.as_ptr();
        let function = tested!(
            self.python.api,
            PyObject_CheckBuffer: unsafe extern "C" fn(*mut PyObject) -> c_int
        );
        // SAFETY: an object.
        Reply::Returned(self.observe(Some(made), || unsafe {
            Some(match function {
                Some(function) => function(object).into(),
                None => check_buffer_macro(object, self.version < (3, 0)).into(),
            })
        }))
    }

    fn get_buffer(&mut self, object: usize, flags: c_int) -> Reply {
        let (reply, granted) = self.request(object, flags);
        self.case.views.push(granted);
        reply
    }

    fn fill_info(&mut self, arguments: &FillInfo) -> Reply {
        let (reply, granted) = self.fill(arguments);
        self.case.views.push(granted);
        reply
    }

    fn request(&self, object: usize, flags: c_int) -> (Reply, Option<Granted>) {
        let Some(function) = self.python.api.get_buffer() else {
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
        let function = tested!(
            self.python.api,
            PyBuffer_FillInfo: unsafe extern "C" fn(
                *mut Py_buffer, *mut PyObject, *mut c_void, isize, c_int, c_int
            ) -> c_int
        );
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        let made = match arguments.exporter.map(|number| self.case.object(number)) {
            Some(None) => return (Reply::NotMade, None),
            made => made.flatten(),
        };
        let memory = counting(BUF);
        let buf = if arguments.buf_null { ptr::null() } else { memory.as_ptr().cast::<u8>() };
        let view = View::poisoned();
        let to_view = if arguments.view_null { ptr::null_mut() } else { view.as_ptr() };
        // SAFETY: the view is NULL, which the function refuses or ignores, or to be filled; the
        // exporter is NULL or an object; nothing reads the memory.
        let returned = self.observe(made, || unsafe {
            let FillInfo { len, readonly, flags, .. } = *arguments;
            Some(
                function(
                    to_view,
                    Made::pointer(made),
                    buf.cast_mut().cast(),
                    len as isize,
                    readonly,
                    flags,
                )
                .into(),
            )
        });
        if arguments.view_null {
            return (Reply::Returned(returned), None);
        }
        let block = Block { start: buf, size: BUF };
        let nearest = Some((self.case.objects.len(), block));
        let granted = Granted::new(view, arguments.exporter, Some(memory));
        self.filled(returned, made, granted, nearest)
    }

    /// The reply of a function that fills a view, and the view if it was granted.
    pub(super) fn filled(
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

    fn release(&self, view: usize) -> Reply {
        self.release_struct(view, |_| None)
    }

    fn release_copy(&self, view: usize) -> Reply {
        self.release_struct(view, |view| Some(view.copy()))
    }

    /// Releases a view, or the copy that is made of it.
    fn release_struct(&self, view: usize, copy: impl Fn(&View) -> Option<View>) -> Reply {
        let Some(function) = self.python.api.release() else {
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

    fn is_contiguous(&self, view: &BareView, order: char) -> Reply {
        let Some(function) = self.python.api.is_contiguous() else {
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
