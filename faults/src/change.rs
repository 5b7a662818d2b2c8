//! What several faults do to a call or to a reply.

use pybuf_harness::Call;
use pybuf_harness::model::Flags;
use pybuf_harness::reply::{Obj, Reply, Returned, Seen};

/// Makes a request with other flags.
pub(crate) fn with_flags(call: Call, change: impl Fn(i32) -> i32) -> Call {
    match call {
        Call::GetBuffer { object, flags } => Call::GetBuffer { object, flags: change(flags) },
        call => call,
    }
}

/// Whether all bits of a flag are in a mask.
pub(crate) fn asks_for(flag: Flags, mask: i32) -> bool {
    Flags::from_bits_retain(mask).contains(flag)
}

/// Changes what a call that came back is told to have returned.
pub(crate) fn change(reply: Reply, how: impl FnOnce(&mut Returned)) -> Reply {
    match reply {
        Reply::Returned(mut returned) => {
            how(&mut returned);
            Reply::Returned(returned)
        }
        reply => reply,
    }
}

/// The same, of one function only, by the name that [`Call::feature`] has for it.
pub(crate) fn change_of(
    function: &str,
    call: &Call,
    reply: Reply,
    how: impl FnOnce(&mut Returned),
) -> Reply {
    if call.feature() == function { change(reply, how) } else { reply }
}

/// Returns this number and sets no exception, whatever a call that came back did.
pub(crate) fn answer(reply: Reply, value: i64) -> Reply {
    change(reply, |returned| (returned.value, returned.exception) = (Some(value), None))
}

/// Fails with this exception, whatever a call that came back did.
pub(crate) fn fail(reply: Reply, exception: &str) -> Reply {
    change(reply, |returned| refuse(returned, exception))
}

/// Changes what a call is told to have returned that failed.
pub(crate) fn change_failure(reply: Reply, how: impl FnOnce(&mut Returned)) -> Reply {
    change(reply, |returned| {
        if returned.failed() {
            how(returned);
        }
    })
}

/// Does not come back.
pub(crate) fn crash() -> Reply {
    Reply::Crashed { how: "signal 11 (SIGSEGV)".into() }
}

/// Does not come back: it divides by zero.
pub(crate) fn divide_by_zero() -> Reply {
    Reply::Crashed { how: "signal 8 (SIGFPE)".into() }
}

/// Tells that the call has failed with an exception, and otherwise as a failure is to be told.
pub(crate) fn refuse(returned: &mut Returned, exception: &str) {
    (returned.value, returned.exception) = (Some(-1), Some(exception.into()));
    returned.view = None;
    returned.obj = returned.obj.take().map(|_| Seen::Is(Obj::Null));
    returned.references = returned.references.map(|_| 0);
}

/// Tells that the call has succeeded.
pub(crate) fn succeed(returned: &mut Returned) {
    (returned.value, returned.exception) = (Some(0), None);
}
