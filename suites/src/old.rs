//! # The old protocol
//!
//! The four functions on every object, and NULL in the places where it is defined.

use pybuf_harness::call::{AsBuffer, Call, Output};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::{Case, Domain};

use crate::objects;

/// Every object x the four functions; and each NULL argument x the three that take one.
pub const DOMAIN: Domain = Domain {
    name: "old",
    functions: &[
        "PyObject_AsCharBuffer",
        "PyObject_AsReadBuffer",
        "PyObject_AsWriteBuffer",
        "PyObject_CheckReadBuffer",
    ],
    bound: "every object x the four functions; each NULL argument",
    build,
};

fn build(chooser: &mut dyn Chooser) -> Case {
    if chooser.choose(2) == 1 {
        return null_argument(chooser);
    }
    let make = Call::Make { object: objects::choose(chooser) };
    let call = match chooser.choose(4) {
        3 => Call::CheckReadBuffer { object: 0 },
        function => as_buffer(function, AsBuffer { object: Some(0), null: None }),
    };
    Case { calls: vec![make, call] }
}

fn null_argument(chooser: &mut dyn Chooser) -> Case {
    let make = Call::Make { object: pybuf_harness::Object::Bytes { len: 5 } };
    let arguments = [
        AsBuffer { object: None, null: None },
        AsBuffer { object: Some(0), null: Some(Output::Buffer) },
        AsBuffer { object: Some(0), null: Some(Output::Length) },
    ];
    let arguments = pick(chooser, &arguments).clone();
    Case { calls: vec![make, as_buffer(chooser.choose(3), arguments)] }
}

fn as_buffer(function: usize, arguments: AsBuffer) -> Call {
    match function {
        0 => Call::AsCharBuffer(arguments),
        1 => Call::AsReadBuffer(arguments),
        _ => Call::AsWriteBuffer(arguments),
    }
}
