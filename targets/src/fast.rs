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
mod memoryview;
mod objects;

use std::ffi::c_void;

use pybuf_fast::Object;
use pybuf_harness::call::Call;
use pybuf_harness::reply::{Obj, Pointer, Reply, Seen};
use pybuf_harness::{Capabilities, Implementation};
use pybuf_model::Edition;

use crate::view::View;
use objects::Made;

/// The fast implementation, as of an edition.
pub struct Fast {
    edition: Edition,
    objects: Vec<Option<Made>>,
    views: Vec<Option<Granted>>,
    /// Memory that no object owns, until the case is over.
    kept: Vec<Box<[u8]>>,
}

/// A view that was granted.
struct Granted {
    view: View,
    /// Which object was asked, if one was.
    object: Option<usize>,
    /// What it is a view of, if that is not the memory of an object.
    _buf: Option<Box<[u8]>>,
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

    fn made(&self, object: usize) -> Option<&Made> {
        self.objects.get(object)?.as_ref()
    }

    /// What `view->obj` is to the object that was asked.
    fn obj(&self, obj: Seen<*mut c_void>, object: Option<usize>) -> Seen<Obj> {
        let Seen::Is(obj) = obj else { return Seen::Untouched };
        let made = object.and_then(|object| self.made(object));
        let is = |other: Option<*const c_void>| other == Some(obj.cast_const());
        Seen::Is(match made {
            _ if obj.is_null() => Obj::Null,
            Some(made) if is(made.new.as_ref().map(Object::as_ptr)) => Obj::Exporter,
            Some(made) if is(made.root) => Obj::Root,
            _ => Obj::Other,
        })
    }

    /// In which block of the case an address is. `buf` is one that is no object's.
    fn locate(&self, address: *const c_void, buf: Option<Block>) -> Pointer {
        let of_objects = self.objects.iter().map(|made| made.as_ref().map(|made| made.block));
        let blocks = of_objects.chain([buf]).enumerate();
        let offset = |block: &Block| address.addr().wrapping_sub(block.start.addr());
        let mut around = blocks
            .filter_map(|(number, block)| Some((number, block.filter(|b| !b.start.is_null())?)))
            .filter(|(_, block)| offset(block) <= block.size);
        match around.next() {
            _ if address.is_null() => Pointer::Null,
            Some((block, it)) => Pointer::At { block, offset: offset(&it) as i64 },
            None => Pointer::Elsewhere,
        }
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
