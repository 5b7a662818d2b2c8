//! Whether replies make sense: a few cases of which one knows what has to come, whatever is documented.

use std::collections::BTreeSet;

use pybuf_harness::reply::{Pointer, Returned, Seen};
use pybuf_harness::{Call, Object, Reply};

use super::mistake::Mistake;
use crate::protocol::Claims;

/// `PyBUF_SIMPLE` and `PyBUF_WRITABLE`.
const SIMPLE: i32 = 0;
const WRITABLE: i32 = 1;

/// The length of the bytes in the first case, and in those after it.
const FIRST: usize = 3;
const LATER: usize = 5;

/// The cases that [`mistakes`] looks at, before any others.
pub(super) fn cases() -> Vec<Vec<Call>> {
    let make = |len| Call::Make { object: Object::Bytes { len } };
    let get = |flags| Call::GetBuffer { object: 0, flags };
    let release = |view| Call::Release { view };
    vec![
        // The first leaves a view and an object, which the second must not find.
        vec![make(FIRST), get(SIMPLE)],
        vec![make(LATER), get(SIMPLE), release(0)],
        // The view that is refused has a number, too.
        vec![make(LATER), get(WRITABLE), get(SIMPLE), release(0), release(1)],
        // So has the object that was not made.
        vec![
            Call::Make { object: Object::Plain },
            Call::MemoryviewFromObject { object: 0 },
            make(LATER),
            Call::CheckBuffer { object: 2 },
        ],
    ]
}

/// What is wrong with the replies to [`cases`] and to any after them.
pub(super) fn mistakes(
    claims: &Claims,
    cases: &[Vec<Call>],
    replies: &[Vec<Reply>],
) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = undeclared(claims, cases, replies).into_iter().collect();
    let [first, leak, views, objects, ..] = replies else { return mistakes };
    for case in [first, leak] {
        mistakes.extend(plainly_due(case).or_else(|| request(case)));
    }
    mistakes.dedup();
    if view_length(leak) == Some(FIRST as i64) {
        // Then no number means what it should.
        mistakes.push(Mistake::StateLeaks);
        return mistakes;
    }
    if let Some(Seen::Is(Pointer::Elsewhere | Pointer::Null)) = buf(leak) {
        mistakes.push(Mistake::NoBlock);
    }
    if let [_, Reply::Returned(refused), Reply::Returned(granted), on_refused, on_granted] =
        &views[..]
        && refused.failed()
        && !granted.failed()
    {
        match (on_refused, on_granted) {
            (Reply::NotMade, Reply::NotMade) | (Reply::Returned(_), Reply::NotMade) => {
                mistakes.push(Mistake::ViewNumbers);
            }
            (Reply::Returned(_), _) => {
                mistakes.push(Mistake::MadeOutOfTurn { feature: "PyBuffer_Release" });
            }
            _ => {}
        }
    }
    if let [Reply::Returned(_), _, Reply::Returned(_), Reply::NotMade] = &objects[..] {
        mistakes.push(Mistake::ObjectNumbers);
    }
    mistakes
}

/// What is answered with "unsupported" without having been declared.
fn undeclared(claims: &Claims, cases: &[Vec<Call>], replies: &[Vec<Reply>]) -> Option<Mistake> {
    let pairs = cases.iter().zip(replies).flat_map(|(calls, replies)| calls.iter().zip(replies));
    let gaps = pairs.filter(|(_, reply)| **reply == Reply::Unsupported);
    let gaps: BTreeSet<_> = gaps.map(|(call, _)| call.feature()).collect();
    let undeclared = gaps.into_iter().filter(|gap| !claims.lacks.contains_key(*gap));
    let features: Vec<&'static str> = undeclared.collect();
    (!features.is_empty()).then_some(Mistake::UndeclaredGaps { features })
}

/// Making bytes, asking for a view and releasing it: each can be made if the ones before were.
fn plainly_due(replies: &[Reply]) -> Option<Mistake> {
    let names = ["make bytes", "PyObject_GetBuffer", "PyBuffer_Release"];
    let made = replies.iter().take_while(|reply| matches!(reply, Reply::Returned(_))).count();
    let feature = *names.get(made)?;
    (replies.get(made) == Some(&Reply::NotMade)).then_some(Mistake::NotMade { feature })
}

/// What the reply to a request always tells.
fn request(replies: &[Reply]) -> Option<Mistake> {
    let Returned { value, obj, view, .. } = returned(replies, 1)?;
    let field = match (value, obj, view) {
        (None, _, _) => "value",
        (_, None, _) => "obj",
        (Some(0), _, None) => "view",
        _ => return None,
    };
    Some(Mistake::Untold { feature: "PyObject_GetBuffer", field })
}

fn view_length(replies: &[Reply]) -> Option<i64> {
    match returned(replies, 1)?.view.as_ref()?.len {
        Seen::Is(len) => Some(len),
        Seen::Untouched => None,
    }
}

fn buf(replies: &[Reply]) -> Option<&Seen<Pointer>> {
    Some(&returned(replies, 1)?.view.as_ref()?.buf)
}

fn returned(replies: &[Reply], index: usize) -> Option<&Returned> {
    match replies.get(index)? {
        Reply::Returned(returned) => Some(returned),
        _ => None,
    }
}
