//! # The embedded fast implementation
//!
//! Connects `pybuf-fast` to the harness. It knows no editions; this adapter lends it the interface of
//! one: which functions there are, whether objects have old slots, and so on.

mod buffer_object;
mod calls;
mod copy;
mod exporters;
mod format;
mod life;
mod made;
mod memoryview;
mod objects;

use std::cell::Cell;
use std::ffi::c_void;
use std::rc::Rc;

use pybuf_fast::{Object, Py_buffer};
use pybuf_harness::call::Call;
use pybuf_harness::reply::{Obj, Pointer, Reply, Seen};
use pybuf_harness::{Capabilities, Implementation};
use pybuf_model::Edition;

use crate::rows::counting;
use crate::view::View;
use made::Made;

/// The fast implementation, as of an edition.
pub struct Fast {
    edition: Edition,
    objects: Vec<Option<Made>>,
    views: Vec<Option<Granted>>,
    /// Memory that no object owns, until the case is over.
    kept: Vec<Rc<[Cell<u8>]>>,
}

/// A view that was granted.
struct Granted {
    view: View,
    /// Which object was asked, if one was.
    object: Option<usize>,
    /// What it is said to be a view of, if that is not the memory of an object.
    filled_with: Option<Rc<[Cell<u8>]>>,
    /// Whether it was released.
    released: Cell<bool>,
}

impl Granted {
    fn new(view: View, object: Option<usize>, filled_with: Option<Rc<[Cell<u8>]>>) -> Granted {
        Granted { view, object, filled_with, released: Cell::new(false) }
    }
}

/// A block of memory of the case, by its first byte and its size.
#[derive(Clone, Copy)]
struct Block {
    start: *const u8,
    size: usize,
}

impl Fast {
    /// With the functions and objects that `edition` has.
    pub fn of(edition: Edition) -> Fast {
        Fast { edition, objects: Vec::new(), views: Vec::new(), kept: Vec::new() }
    }

    /// Whether the edition has the function. Objects are another matter.
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
            | Call::ReleaseCopy { .. }
            | Call::FillInfo(_)
            | Call::IsContiguous { .. } => edition >= Edition::V2_7Draft,
            Call::SizeFromFormat { .. } => format::in_edition(edition),
            Call::Copy(call) => copy::in_edition(call, edition),
            Call::Memoryview(call) => memoryview::in_edition(call, edition),
            Call::BufferObject(call) => buffer_object::in_edition(call, edition),
            Call::SetError { .. } | Call::Drop { .. } => true,
            Call::Resize { .. } => edition >= Edition::V2_7Draft,
        }
    }

    /// A block of so many bytes that no object owns, kept until the case is over.
    fn keep(&mut self, size: usize) -> Block {
        let bytes = counting(size);
        let block = Block { start: bytes.as_ptr().cast(), size };
        self.kept.push(bytes);
        block
    }

    /// An object that the case has not given up.
    fn object(&self, number: usize) -> Option<&Made> {
        self.made(number).filter(|made| made.held)
    }

    /// An object that the case has not given up, and that has all the memory that it tells of.
    fn solid(&self, number: usize) -> Option<&Made> {
        self.object(number).filter(|made| !made.hollow)
    }

    /// Any object, also for its views only.
    fn made(&self, number: usize) -> Option<&Made> {
        self.objects.get(number)?.as_ref()
    }

    /// A view of an object whose memory is there: it was asked for and not released.
    fn lent(&self, view: usize) -> Option<(&Py_buffer, usize, &Made)> {
        let Granted { view, object, filled_with, released } = self.views.get(view)?.as_ref()?;
        let object = object.filter(|_| filled_with.is_none() && !released.get())?;
        let made = self.made(object).filter(|made| !made.hollow)?;
        // SAFETY: the view was granted, and nobody writes to it while this is borrowed.
        Some((unsafe { &*view.as_ptr() }, object, made))
    }

    /// What `view->obj` is to the object that was asked.
    fn obj(&self, obj: Seen<*mut c_void>, object: Option<usize>) -> Seen<Obj> {
        let Seen::Is(obj) = obj else { return Seen::Untouched };
        let made = object.and_then(|object| self.made(object));
        let is = |other: Option<*const c_void>| other == Some(obj.cast_const());
        Seen::Is(match made {
            _ if obj.is_null() => Obj::Null,
            Some(made) if is(made.counted().map(Object::as_ptr)) => Obj::Exporter,
            Some(made) if is(made.root) => Obj::Root,
            _ => Obj::Other,
        })
    }

    /// In which block of the case an address is. `nearest` is tried first, then the blocks of objects
    /// that are there, then those of the others: the end of a block may be the start of another, and
    /// where memory was freed there may be a new block.
    fn locate(&self, address: *const c_void, nearest: Option<(usize, Block)>) -> Pointer {
        if address.is_null() {
            return Pointer::Null;
        }
        let all = || (0..).zip(&self.objects).filter_map(|(it, made)| Some((it, made.as_ref()?)));
        let held = |held| all().filter(move |(_, made)| made.held == held);
        let blocks = held(true).chain(held(false)).map(|(number, made)| (number, made.block));
        let mut found = nearest.into_iter().chain(blocks).filter_map(|(block, memory)| {
            Some(Pointer::At { block, offset: memory.offset(address)? })
        });
        found.next().unwrap_or(Pointer::Elsewhere)
    }

    /// The block of an object, with its number.
    fn block_of(&self, number: usize) -> Option<(usize, Block)> {
        Some((number, self.made(number)?.block))
    }
}

impl Block {
    /// How far an address is behind the start, if it is not behind the end.
    fn offset(self, address: *const c_void) -> Option<i64> {
        let offset = address.addr().checked_sub(self.start.addr())?;
        (!self.start.is_null() && offset <= self.size).then_some(offset as i64)
    }
}

impl Implementation for Fast {
    fn capabilities(&self) -> Capabilities {
        let name = concat!("pybuf-fast ", env!("CARGO_PKG_VERSION")).into();
        let errors_are_values = "errors are values here, and none is ever pending";
        let lacks = [("PyErr_SetString".into(), errors_are_values.into())];
        Capabilities { name, lacks: lacks.into() }
    }

    fn begin_case(&mut self) {
        for granted in self.views.drain(..).flatten() {
            // SAFETY: the view was granted and is not copied; a second release does nothing.
            unsafe { pybuf_fast::release(granted.view.as_ptr()) };
        }
        self.objects.clear();
        self.kept.clear();
    }

    fn call(&mut self, call: &Call) -> Reply {
        let reply = if call.is_too_large() {
            Reply::NotMade
        } else if self.has(call) {
            return self.answer(call);
        } else {
            Reply::NotInEdition
        };
        if call.makes_object() {
            self.objects.push(None);
        }
        reply
    }
}

impl Drop for Fast {
    fn drop(&mut self) {
        self.begin_case();
    }
}
