//! What the tests are written with.

use std::fmt::Debug;

use libtest_mimic::Failed;
use pybuf_harness::call::AsBuffer;
use pybuf_harness::object::{Layout, Step};
use pybuf_harness::{Call, Implementation, Object, Reply, Returned};
use pybuf_targets::Process;

pub const WRITABLE: i32 = 0x001;
pub const FULL_RO: i32 = 0x11c;

pub fn run(python: &mut Process, calls: &[Call]) -> Vec<Reply> {
    python.run(&[calls]).swap_remove(0)
}

pub fn make(object: Object) -> Call {
    Call::Make { object }
}

pub fn get(object: usize, flags: i32) -> Call {
    Call::GetBuffer { object, flags }
}

pub fn old(object: usize) -> AsBuffer {
    AsBuffer { object: Some(object), null: None }
}

pub fn memoryview(steps: Vec<Step>) -> Object {
    Object::Memoryview { len: 9, readonly: true, steps }
}

/// Six bytes; if a stride is negative, from the fifth on.
pub fn layout(shape: Vec<i64>, strides: Vec<i64>) -> Layout {
    Layout {
        size: 6,
        offset: if strides.iter().any(|&it| it < 0) { 4 } else { 0 },
        itemsize: 1,
        format: "B".into(),
        shape,
        strides,
        suboffsets: None,
    }
}

pub fn exporter(shape: Vec<i64>, strides: Vec<i64>) -> Object {
    Object::Exporter { layout: layout(shape, strides), readonly: false }
}

pub fn returned(reply: &Reply) -> Result<&Returned, Failed> {
    match reply {
        Reply::Returned(returned) => Ok(returned),
        other => Err(format!("not returned: {other:?}").into()),
    }
}

/// The class, and an empty name for a call that did not come back.
pub fn exception(reply: &Reply) -> Option<&str> {
    match reply {
        Reply::Returned(returned) => returned.exception.as_deref(),
        _ => Some(""),
    }
}

#[track_caller]
pub fn expect<T: PartialEq + Debug>(seen: T, expected: T) -> Result<(), Failed> {
    if seen == expected {
        return Ok(());
    }
    let line = std::panic::Location::caller().line();
    Err(format!("line {line}: seen {seen:?}, expected {expected:?}").into())
}
