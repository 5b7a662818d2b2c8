//! What several faults do to a call or to a reply.

use pybuf_harness::Call;
use pybuf_harness::reply::{Reply, Returned};

/// Makes a request with other flags.
pub(crate) fn with_flags(call: Call, change: impl Fn(i32) -> i32) -> Call {
    match call {
        Call::GetBuffer { object, flags } => Call::GetBuffer { object, flags: change(flags) },
        call => call,
    }
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

/// Returns this number and sets no exception, whatever a call that came back did.
pub(crate) fn answer(reply: Reply, value: i64) -> Reply {
    change(reply, |returned| (returned.value, returned.exception) = (Some(value), None))
}

/// Fails with this exception, whatever a call that came back did.
pub(crate) fn fail(reply: Reply, exception: &str) -> Reply {
    change(reply, |returned| {
        returned.value = Some(-1);
        returned.exception = Some(exception.into());
    })
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
