//! Types written for the purpose: the exporter, the one that raises, the one with old slots only.

mod instance;
mod slots;

use std::collections::HashMap;
use std::ffi::CStr;
use std::ptr;

use pybuf_harness::object::OldSlot;

use super::api::Api;
use super::layout::{
    CountSlot, GetSlot, HAVE_CLASS, HAVE_GETCHARBUFFER, HAVE_NEWBUFFER, PyBufferProcs, PyObject,
    PyTypeObject,
};
use super::object::Object;
use instance::Own;

pub use instance::Behaviour;

/// Which slots a type has; a type is made for each combination.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Exporter,
    Raising,
    Slots { read: bool, write: bool, char: bool, segments: bool, raises: Option<OldSlot> },
}

/// The types made so far. They are never freed, as static types in C are not.
pub struct Types {
    api: &'static Api,
    python2: bool,
    ready: HashMap<Kind, *mut PyTypeObject>,
}

impl Types {
    pub fn new(api: &'static Api, python2: bool) -> Self {
        Self { api, python2, ready: HashMap::new() }
    }

    /// Makes an object. `None`: an exception is set.
    pub fn make(&mut self, kind: Kind, behaviour: Behaviour) -> Option<Object> {
        let api = self.api;
        let kind = self.get(kind)?;
        // SAFETY: the type is ready and says how large its instances are. Nobody else has seen this one.
        unsafe {
            let object = Object::own(api, (api._PyObject_New)(kind))?;
            instance::finish(&object, Own { api, behaviour });
            Some(object)
        }
    }

    fn get(&mut self, kind: Kind) -> Option<*mut PyTypeObject> {
        if let Some(&ready) = self.ready.get(&kind) {
            return Some(ready);
        }
        let procs = Box::leak(Box::new(kind.procs()));
        let made = Box::leak(Box::new(PyTypeObject {
            ob_base: PyObject { ob_refcnt: 1, ob_type: ptr::null_mut() },
            ob_size: 0,
            tp_name: kind.name().as_ptr(),
            tp_basicsize: instance::SIZE as isize,
            tp_itemsize: 0,
            tp_dealloc: Some(instance::dealloc),
            print_to_setattro: [0; 13],
            tp_as_buffer: procs,
            tp_flags: 0,
            rest: [0; 64],
        }));
        if self.python2 {
            made.tp_flags = HAVE_GETCHARBUFFER | HAVE_CLASS | HAVE_NEWBUFFER;
        } else {
            // The struct of Python 3 is the tail of that of Python 2.
            made.tp_as_buffer = (&raw mut procs.new).cast();
        }
        // SAFETY: a static type as an extension module in C would have it.
        if unsafe { (self.api.PyType_Ready)(made) } < 0 {
            return None;
        }
        self.ready.insert(kind, made);
        Some(made)
    }
}

impl Kind {
    fn name(self) -> &'static CStr {
        match self {
            Kind::Exporter => c"pybuf.exporter",
            Kind::Raising => c"pybuf.raising",
            Kind::Slots { .. } => c"pybuf.slots",
        }
    }

    fn procs(self) -> PyBufferProcs {
        let mut procs = PyBufferProcs::default();
        match self {
            Kind::Exporter => {
                procs.new.bf_getbuffer = Some(slots::lend);
                procs.new.bf_releasebuffer = Some(slots::take_back);
            }
            Kind::Raising => {
                procs.bf_getreadbuffer = Some(slots::raise_old);
                procs.bf_getwritebuffer = Some(slots::raise_old);
                procs.bf_getcharbuffer = Some(slots::raise_old);
                procs.bf_getsegcount = Some(slots::count);
                procs.new.bf_getbuffer = Some(slots::raise_new);
            }
            Kind::Slots { read, write, char, segments, raises } => {
                let get = |there: bool, slot| {
                    let get: GetSlot =
                        if raises == Some(slot) { slots::raise_old } else { slots::get_old };
                    there.then_some(get)
                };
                procs.bf_getreadbuffer = get(read, OldSlot::Read);
                procs.bf_getwritebuffer = get(write, OldSlot::Write);
                procs.bf_getcharbuffer = get(char, OldSlot::Char);
                let count: CountSlot = match raises {
                    Some(OldSlot::Segments) => slots::raise_count,
                    _ => slots::count,
                };
                procs.bf_getsegcount = segments.then_some(count);
            }
        }
        procs
    }
}
