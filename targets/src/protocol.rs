//! # The driver protocol
//!
//! An implementation in a process of its own is a *driver*: a program, in any language, that reads
//! requests from its standard input, one JSON object a line, and answers each with one line on its
//! standard output, which it flushes at once. Its standard error is its own.
//!
//! | request | answer |
//! | --- | --- |
//! | `{"start":{"protocol":1}}` | `{"capabilities":{"name":"...","lacks":{...},"editions":[...]}}` |
//! | `{"begin":{}}`, at the start of each case | `{"begun":{}}`, when the case before is forgotten |
//! | `{"call":`[`Call`]`}` | `{"reply":`[`Reply`]`}` |
//! | `{"stop":{}}` | none: the driver exits |
//!
//! A driver that cannot go on, or does not speak this version, answers `{"error":{"message":"..."}}`
//! instead and exits. [`schema`] is the JSON Schema of all lines.
//!
//! Requests are written ahead of the answers to those before, so that nobody waits for a pipe to
//! be turned around. As every request is answered before the next is looked at, the first answer
//! that is missing tells which call killed a driver, or hung in it; that `begin` is answered
//! too tells a call from the cleaning up behind the case before.

mod schema;

use std::collections::BTreeMap;

use pybuf_harness::{Call, Capabilities, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use schema::schema;

/// The version of this protocol.
pub const VERSION: u32 = 1;

/// What the parent tells a driver, one a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// The first line: who are you?
    Start {
        /// The version that the parent speaks.
        protocol: u32,
    },
    /// Forget every object and view: a case begins.
    Begin {},
    /// Make this call.
    Call(Call),
    /// The last line: exit. So does the end of the input.
    Stop {},
}

/// What a driver answers, one a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// To [`Request::Start`].
    Capabilities(Claims),
    /// To [`Request::Begin`].
    Begun {},
    /// To [`Request::Call`].
    Reply(Reply),
    /// To anything: the driver gives up.
    Error {
        /// Why, and what the user may do about it.
        message: String,
    },
}

/// What a driver says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Such as `CPython 3.12.1`.
    pub name: String,
    /// What it cannot do, with the reason: by the C name of the function, or `make KIND`. Everything else
    /// is claimed, and a claim that no case exercises is an error.
    pub lacks: BTreeMap<String, String>,
    /// The editions of the documentation that it is to be judged by, such as `3.13`. None: the newest,
    /// unless the user asks for another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
}

impl From<Capabilities> for Claims {
    fn from(Capabilities { name, lacks }: Capabilities) -> Claims {
        Claims { name, lacks, editions: Vec::new() }
    }
}

impl From<Claims> for Capabilities {
    fn from(Claims { name, lacks, .. }: Claims) -> Capabilities {
        Capabilities { name, lacks }
    }
}

impl Answer {
    /// The name that its line has it by.
    pub fn name(&self) -> &'static str {
        match self {
            Answer::Capabilities(_) => "capabilities",
            Answer::Begun {} => "begun",
            Answer::Reply(_) => "reply",
            Answer::Error { .. } => "error",
        }
    }
}

/// The name of a reply that tells how a driver has failed. Whoever drives it gives that, never the driver.
pub(crate) fn not_of_drivers(reply: &Reply) -> Option<&'static str> {
    match reply {
        Reply::Crashed { .. } => Some("crashed"),
        Reply::TimedOut { .. } => Some("timed_out"),
        Reply::Garbled { .. } => Some("garbled"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use pybuf_harness::Object;
    use pybuf_harness::object::OldSlot;

    use super::*;

    fn slots(len: Option<i64>, raises: Option<OldSlot>) -> Object {
        Object::Slots { read: true, write: false, char: false, segments: Some(1), len, raises }
    }

    #[test]
    fn lines_look_as_documented() {
        let lines = [
            (Request::Start { protocol: VERSION }, r#"{"start":{"protocol":1}}"#),
            (Request::Begin {}, r#"{"begin":{}}"#),
            (
                Request::Call(Call::Make { object: Object::Bytes { len: 3 } }),
                r#"{"call":{"make":{"object":{"kind":"bytes","len":3}}}}"#,
            ),
            (
                Request::Call(Call::Make { object: slots(None, None) }),
                r#"{"call":{"make":{"object":{"kind":"slots","read":true,"write":false,"char":false,"segments":1}}}}"#,
            ),
            (
                Request::Call(Call::Make { object: slots(Some(1 << 31), Some(OldSlot::Read)) }),
                r#"{"call":{"make":{"object":{"kind":"slots","read":true,"write":false,"char":false,"segments":1,"len":2147483648,"raises":"read"}}}}"#,
            ),
            (Request::Stop {}, r#"{"stop":{}}"#),
        ];
        for (request, line) in lines {
            assert_eq!(serde_json::to_string(&request).ok().as_deref(), Some(line));
            assert_eq!(serde_json::from_str::<Request>(line).ok(), Some(request));
        }
    }

    #[test]
    fn answers_look_as_documented() {
        let lines = [
            (
                Answer::Capabilities(Claims {
                    name: "C".into(),
                    lacks: BTreeMap::new(),
                    editions: vec![],
                }),
                r#"{"capabilities":{"name":"C","lacks":{}}}"#,
            ),
            (Answer::Begun {}, r#"{"begun":{}}"#),
            (Answer::Reply(Reply::NotMade), r#"{"reply":"not_made"}"#),
            (Answer::Error { message: "no".into() }, r#"{"error":{"message":"no"}}"#),
        ];
        for (answer, line) in lines {
            assert_eq!(serde_json::to_string(&answer).ok().as_deref(), Some(line));
            assert_eq!(serde_json::from_str::<Answer>(line).ok(), Some(answer));
        }
    }
}
