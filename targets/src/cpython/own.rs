//! Types written for the purpose: the exporter, the one that raises, the one with old slots only.

use std::cell::Cell;
use std::collections::HashMap;
use std::ffi::CStr;
use std::ptr;
use std::rc::Rc;

use pybuf_fast::Block;
use pybuf_harness::object::OldSlot;

use super::api::Api;
use super::layout::{
    CountSlot, GetSlot, HAVE_CLASS, HAVE_GETCHARBUFFER, HAVE_NEWBUFFER, PyBufferProcs, PyObject,
    PyTypeObject,
};
use super::object::Object;
use super::slots;

/// What is behind the head of an object of ours.
pub struct Own {
    pub api: &'static Api,
    pub behaviour: Behaviour,
}

/// What our slots do.
pub enum Behaviour {
    Exporter {
        block: Block,
        counts: Rc<Counts>,
    },
    Raising {
        /// The name of a builtin class.
        exception: String,
    },
    Slots {
        memory: Rc<[Cell<u8>; 5]>,
        segments: i64,
        /// What the slots tell, in bytes.
        len: i64,
    },
}

/// What was counted of an exporter, which may be gone.
#[derive(Default)]
pub struct Counts {
    /// How often `bf_releasebuffer` was called.
    pub releases: Cell<i64>,
    /// Whether it was deallocated.
    pub freed: Cell<bool>,
}

/// Which slots a type has; a type is made for each combination.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Exporter,
    Raising,
    Slots { read: bool, write: bool, char: bool, segments: bool, raises: Option<OldSlot> },
}

/// An object of ours, in memory.
#[repr(C)]
struct Instance {
    head: PyObject,
    own: *mut Own,
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
        let own = Box::new(Own { api, behaviour });
        let kind = self.get(kind)?;
        // SAFETY: the type is ready and says how large its instances are. Nobody else has seen this
        // one when `own` is set.
        unsafe {
            let object = Object::own(api, (api._PyObject_New)(kind))?;
            (*object.as_ptr().cast::<Instance>()).own = Box::into_raw(own);
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
            tp_basicsize: size_of::<Instance>() as isize,
            tp_itemsize: 0,
            tp_dealloc: Some(dealloc),
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

/// What is behind an object of ours.
///
/// # Safety
///
/// Its type is one of [`Types`], and it outlives the answer.
pub unsafe fn own<'a>(object: *mut PyObject) -> &'a Own {
    // SAFETY: left to the caller; `own` was set before anybody saw the object.
    unsafe { &*(*object.cast::<Instance>()).own }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the interpreter calls this once, for an object of ours; `own` was a box, or the object
    // was never finished and does not come here.
    unsafe {
        let own = Box::from_raw((*object.cast::<Instance>()).own);
        if let Behaviour::Exporter { counts, .. } = &own.behaviour {
            counts.freed.set(true);
        }
        (own.api.PyObject_Free)(object.cast());
    }
}
