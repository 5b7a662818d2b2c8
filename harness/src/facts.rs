//! # Facts
//!
//! Holds a statement of the model against the part of a reply that it is about.

use std::borrow::Borrow;
use std::fmt::Write;

use pybuf_model::expectation::{self, Exception, Fact, Permits};
use pybuf_model::layout::Address;
use pybuf_model::pointer::Place;

use crate::reply::{Obj, Pointer, Returned, Seen, SeenView};
use crate::show::{Show, show};

/// How a statement and a reply go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// The reply is as stated.
    Holds,
    /// The reply cannot tell.
    CannotTell,
    /// It is not.
    Broken {
        /// What was stated, such as `format NULL`.
        expected: String,
        /// What the reply says, such as `format "i"`.
        observed: String,
    },
}

/// Holds `fact` against `reply`.
pub fn check(fact: &Fact, reply: &Returned) -> Check {
    let view = reply.view.as_deref();
    match fact {
        Fact::Returns(permits) => compare("return value", permits, Some(value(reply.value))),
        Fact::Raises(permits) => raises(permits, reply.exception.as_deref()),
        Fact::RaisesSomething => match reply.exception {
            Some(_) => Check::Holds,
            None => broken("exception", "any".into(), "none".into()),
        },
        Fact::OutputsUntouched => untouched(reply),
        Fact::BufferGiven => given("*buffer", reply.buffer.as_ref()),
        Fact::MemoryBegins(permits) => {
            compare("memory begins at", permits, reply.buffer.as_ref().map(pointer))
        }
        Fact::Buffer(permits) => compare("*buffer", permits, reply.buffer.as_ref().map(pointer)),
        Fact::Element(permits) => compare("pointer", permits, reply.buffer.as_ref().map(place)),
        Fact::BufferLength(permits) => {
            compare("*buffer_len", permits, reply.length.as_ref().map(seen))
        }
        Fact::Obj(permits) => compare("obj", permits, reply.obj.as_ref().map(obj)),
        Fact::Owner(permits) => owner(permits, reply),
        Fact::References(permits) => counted("references", permits, reply.references),
        Fact::Releases(permits) => {
            counted("calls of the release function", permits, reply.releases)
        }
        Fact::BufGiven => given("buf", view.map(|view| &view.buf)),
        Fact::Buf(permits) => compare("buf", permits, view.map(|view| pointer(&view.buf))),
        Fact::Len(permits) => number("len", permits, view, |view| &view.len),
        Fact::Itemsize(permits) => number("itemsize", permits, view, |view| &view.itemsize),
        Fact::Ndim(permits) => number("ndim", permits, view, |view| &view.ndim),
        Fact::Readonly(permits) => {
            let truth = view.map(|view| seen(&view.readonly).map(|readonly| *readonly != 0));
            compare("readonly", permits, truth)
        }
        Fact::Format(permits) => compare("format", permits, view.map(|view| seen(&view.format))),
        Fact::Shape(permits) => compare("shape", permits, view.map(|view| seen(&view.shape))),
        Fact::Strides(permits) => compare("strides", permits, view.map(|view| seen(&view.strides))),
        Fact::Suboffsets(permits) => {
            compare("suboffsets", permits, view.map(|view| seen(&view.suboffsets)))
        }
        Fact::NoPointersToFollow => match view.map(|view| seen(&view.suboffsets)) {
            Some(Ok(suboffsets)) if suboffsets.iter().flatten().all(|&it| it < 0) => Check::Holds,
            Some(Ok(suboffsets)) => {
                broken("suboffsets", "NULL or negative".into(), suboffsets.show())
            }
            Some(Err(instead)) => broken("suboffsets", "NULL or negative".into(), instead),
            None => broken("suboffsets", "NULL or negative".into(), "is not told".into()),
        },
        Fact::StridesWritten(permits) => {
            compare("strides written", permits, reply.strides.clone().map(Ok))
        }
        Fact::StrideCount(permits) => {
            let count = reply.strides.as_ref().map(|strides| Ok(strides.len() as i64));
            compare("number of strides written", permits, count)
        }
        Fact::Bytes(permits) => compare("bytes", permits, reply.bytes.clone().map(Ok)),
        Fact::Number(permits) => compare("number", permits, reply.number.map(Ok)),
        Fact::FirstBytes(permits) => bytes_from(0, permits, reply.bytes.as_deref()),
        Fact::BytesBehind(first, permits) => bytes_from(*first, permits, reply.bytes.as_deref()),
        Fact::Freed(permits) => match reply.freed {
            Some(freed) if permits.allows(&freed) => Check::Holds,
            Some(freed) => broken("object", life(!freed), life(freed)),
            None => Check::CannotTell,
        },
    }
}

/// A value of a reply, or what there is instead.
type Value<T> = Result<T, String>;

fn compare<T: PartialEq + Show>(
    what: &str,
    permits: &Permits<T>,
    observed: Option<Value<impl Borrow<T>>>,
) -> Check {
    match observed {
        Some(Ok(value)) if permits.allows(value.borrow()) => Check::Holds,
        Some(Ok(value)) => broken(what, show(permits), value.borrow().show()),
        Some(Err(instead)) => broken(what, show(permits), instead),
        None => broken(what, show(permits), "is not told".into()),
    }
}

fn bytes_from(first: usize, permits: &Permits<Vec<u8>>, bytes: Option<&[u8]>) -> Check {
    let count = match permits {
        Permits::Exactly(bytes) => bytes.len(),
        Permits::OneOf(each) => each.first().map_or(0, Vec::len),
    };
    let rest = bytes.and_then(|bytes| bytes.get(first..));
    let part = rest.map(|rest| Ok(rest[..count.min(rest.len())].to_vec()));
    compare(&format!("bytes from {first} on"), permits, part)
}

fn counted(what: &str, permits: &Permits<i64>, count: Option<i64>) -> Check {
    match count {
        Some(count) => compare(what, permits, Some(Ok(count))),
        None => Check::CannotTell,
    }
}

fn life(freed: bool) -> String {
    if freed { "gone".into() } else { "still there".into() }
}

fn given(what: &str, pointer: Option<&Seen<Pointer>>) -> Check {
    match pointer {
        Some(Seen::Is(_)) => Check::Holds,
        Some(Seen::Untouched) => broken(what, "anywhere".into(), "not written".into()),
        None => broken(what, "anywhere".into(), "is not told".into()),
    }
}

/// What `obj` is has a clause of its own; where it is nothing that one knows, this cannot be told.
fn owner(permits: &Permits<(expectation::Obj, i64)>, reply: &Returned) -> Check {
    match (reply.obj.as_ref().and_then(|seen| obj(seen).ok()), reply.references) {
        (Some(obj), Some(references)) => {
            compare("obj and references", permits, Some(Ok((obj, references))))
        }
        _ => Check::CannotTell,
    }
}

fn number(
    what: &str,
    permits: &Permits<i64>,
    view: Option<&SeenView>,
    field: fn(&SeenView) -> &Seen<i64>,
) -> Check {
    compare(what, permits, view.map(|view| seen(field(view))))
}

fn broken(what: &str, expected: String, observed: String) -> Check {
    let expected = format!("{what} {expected}");
    Check::Broken { expected, observed: format!("{what} {observed}") }
}

fn value(value: Option<i64>) -> Value<i64> {
    value.ok_or_else(|| "none".into())
}

fn seen<T>(field: &Seen<T>) -> Value<&T> {
    match field {
        Seen::Is(value) => Ok(value),
        Seen::Untouched => Err("not written".into()),
    }
}

fn pointer(field: &Seen<Pointer>) -> Value<Option<Address>> {
    match *seen(field)? {
        Pointer::Null => Ok(None),
        Pointer::At { block, offset } => Ok(Some(Address { block, offset })),
        Pointer::InRows { block, offset } => Err(format!("rows of block {block} + {offset}")),
        Pointer::Elsewhere => Err("outside of all blocks of the case".into()),
    }
}

fn place(field: &Seen<Pointer>) -> Value<Place> {
    if let Seen::Is(Pointer::InRows { block, offset }) = *field {
        return Ok(Place { address: Address { block, offset }, in_rows: true });
    }
    let address = pointer(field)?.ok_or("NULL")?;
    Ok(Place { address, in_rows: false })
}

fn obj(field: &Seen<Obj>) -> Value<expectation::Obj> {
    seen(field)?.known().ok_or_else(|| "another object".into())
}

fn raises(permits: &Permits<Option<Exception>>, raised: Option<&str>) -> Check {
    let known = match raised {
        None => Ok(None),
        Some(name) => Exception::named(name).map(Some).ok_or_else(|| name.to_owned()),
    };
    compare("exception", permits, Some(known))
}

fn untouched(reply: &Returned) -> Check {
    if reply.buffer.is_none() && reply.length.is_none() {
        return Check::CannotTell;
    }
    let buffer = reply.buffer.as_ref().filter(|buffer| **buffer != Seen::Untouched);
    let length = reply.length.as_ref().filter(|length| **length != Seen::Untouched);
    let mut observed = String::new();
    if let Some(buffer) = buffer {
        let text = pointer(buffer).map_or_else(|instead| instead, |address| address.show());
        let _ = write!(observed, "*buffer {text}");
    }
    if let Some(Seen::Is(length)) = length {
        let comma = if observed.is_empty() { "" } else { ", " };
        let _ = write!(observed, "{comma}*buffer_len {length}");
    }
    if observed.is_empty() {
        return Check::Holds;
    }
    Check::Broken { expected: "outputs not written".into(), observed }
}
