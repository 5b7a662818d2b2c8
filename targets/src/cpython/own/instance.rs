//! An object of one of our types, in memory.

use std::cell::Cell;
use std::rc::Rc;

use pybuf_fast::Block;

use crate::counts::Counts;
use crate::cpython::api::Api;
use crate::cpython::layout::PyObject;
use crate::cpython::object::Object;

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

/// An object of ours, in memory.
#[repr(C)]
struct Instance {
    head: PyObject,
    own: *mut Own,
}

/// What the interpreter must allocate for one.
pub const SIZE: usize = size_of::<Instance>();

/// Gives a new object what is behind its head.
///
/// # Safety
///
/// It has the size of one of ours, and nobody else has seen it.
pub unsafe fn finish(object: &Object, own: Own) {
    // SAFETY: left to the caller.
    unsafe { (*object.as_ptr().cast::<Instance>()).own = Box::into_raw(Box::new(own)) };
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

/// `tp_dealloc`.
pub unsafe extern "C" fn dealloc(object: *mut PyObject) {
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
