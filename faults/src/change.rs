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
