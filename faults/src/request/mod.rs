//! # Faults: Requests
//!
//! In four parts: who is granted a view; how a refusal is told; and what is in a view, arrays apart.

pub(crate) mod arrays;
pub(crate) mod grant;
pub(crate) mod refusal;
pub(crate) mod view;

use pybuf_harness::Call;
use pybuf_harness::reply::{Reply, Returned, SeenView};

use crate::change::change;

/// Changes what is told of a grant, by the flags that were asked with.
fn granted(call: &Call, reply: Reply, how: impl FnOnce(i32, &mut Returned)) -> Reply {
    let Call::GetBuffer { flags, .. } = call else { return reply };
    change(reply, |it| {
        if !it.failed() {
            how(*flags, it);
        }
    })
}

/// Changes the view that is granted, by the flags that were asked with.
fn in_view(call: &Call, reply: Reply, how: impl FnOnce(i32, &mut SeenView)) -> Reply {
    granted(call, reply, |flags, it| {
        if let Some(view) = &mut it.view {
            how(flags, view);
        }
    })
}

/// Changes what is told of a refusal.
fn refused(call: &Call, reply: Reply, how: impl FnOnce(&mut Returned)) -> Reply {
    let Call::GetBuffer { .. } = call else { return reply };
    change(reply, |it| {
        if it.failed() {
            how(it);
        }
    })
}
