//! What several faults ask of a call, or do to a reply.

use pybuf_harness::model::Flags;
use pybuf_harness::object::{Object, Step};
use pybuf_harness::reply::{Obj, Reply, Returned, Seen};

/// Whether all bits of a flag are in a mask.
pub(crate) fn has(mask: i32, flag: Flags) -> bool {
    Flags::from_bits_retain(mask).contains(flag)
}

/// Whether an object is a memoryview with gaps, or one that goes backwards.
pub(crate) fn has_gaps(object: &Object) -> bool {
    let is_step = |step: &Step| matches!(step, Step::Slice { step, .. } if *step != 1);
    matches!(object, Object::Memoryview { steps, .. } if steps.iter().any(is_step))
}

/// A number as C's int holds it.
pub(crate) fn cut_to_int(number: i64) -> i64 {
    i64::from(number as i32)
}

/// Returns this number and sets no exception.
pub(crate) fn answer(it: &mut Returned, value: i64) {
    (it.value, it.exception) = (Some(value), None);
}

/// Fails with an exception, and leaves behind what a failure leaves behind.
pub(crate) fn refuse(it: &mut Returned, exception: &str) {
    (it.value, it.exception) = (Some(-1), Some(exception.into()));
    it.view = None;
    it.obj = it.obj.take().map(|_| Seen::Is(Obj::Null));
    it.references = it.references.and(Some(0));
}

/// Does not come back: it reads where nothing is.
pub(crate) fn crash() -> Reply {
    Reply::Crashed { how: "signal 11 (SIGSEGV)".into() }
}
