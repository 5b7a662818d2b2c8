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
//! A driver that has little says what it `supports` instead of what it `lacks`: see [`Claims`].
//!
//! A driver that cannot go on, or does not speak this version, answers `{"error":{"message":"..."}}`
//! instead and exits. [`schema`] is the JSON Schema of all lines.
//!
//! Requests are written ahead of the answers to those before, so that nobody waits for a pipe to
//! be turned around. As every request is answered before the next is looked at, the first answer
//! that is missing tells which call killed a driver, or hung in it; that `begin` is answered
//! too tells a call from the cleaning up behind the case before.

use std::collections::BTreeMap;

use pybuf_harness::{Call, Capabilities, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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

/// What a driver says of itself. It may write `"supports": [...]` and a `"reason"` instead of `lacks`: then it lacks
/// everything else, for that reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Said")]
pub struct Claims {
    /// Such as `CPython 3.12.1`.
    pub name: String,
    /// What it cannot do, with the reason: by the C name of the function, or `make KIND`. Everything else
    /// is claimed, and a claim that no case exercises is an error. A name in `supports` that does not exist is
    /// here, too, and no run conforms with that.
    pub lacks: BTreeMap<String, String>,
    /// The editions of the documentation that it is to be judged by, such as `3.13`. None: the newest,
    /// unless the user asks for another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
}

/// What a driver says of itself: what it `lacks`, or else what it `supports` and the `reason` why it lacks the rest.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Claims", extend("oneOf" = either_way()))]
struct Said {
    /// Such as `CPython 3.12.1`.
    name: String,
    /// What it cannot do, with the reason: by the C name of the function, or `make KIND`. Everything else
    /// is claimed, and a claim that no case exercises is an error.
    #[schemars(with = "BTreeMap<String, String>")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lacks: Option<BTreeMap<String, String>>,
    /// Instead of `lacks`: what it can do, by the same names. It lacks everything else.
    #[schemars(with = "Vec<String>")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    supports: Option<Vec<String>>,
    /// Why it lacks what is not in `supports`.
    #[schemars(with = "String")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The editions of the documentation that it is to be judged by, such as `3.13`. None: the newest,
    /// unless the user asks for another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    editions: Vec<String>,
}

/// Which fields there must be, and which there must not be then.
fn either_way() -> Value {
    json!([
        { "required": ["lacks"], "properties": { "supports": false, "reason": false } },
        { "required": ["supports", "reason"], "properties": { "lacks": false } },
    ])
}

/// Why capabilities are none.
#[derive(Debug, thiserror::Error)]
enum ClaimsError {
    #[error("missing field `lacks`, or `supports` and `reason`")]
    Neither,
    #[error("missing field `reason` beside `supports`")]
    NoReason,
    #[error("`lacks` excludes `supports` and `reason`")]
    Both,
}

impl TryFrom<Said> for Claims {
    type Error = ClaimsError;

    fn try_from(said: Said) -> Result<Claims, ClaimsError> {
        let Said { name, lacks, supports, reason, editions } = said;
        let lacks = match (lacks, supports, reason) {
            (Some(lacks), None, None) => lacks,
            (None, Some(supports), Some(reason)) => {
                let supports: Vec<&str> = supports.iter().map(String::as_str).collect();
                Capabilities::only(&name, &supports, &reason).lacks
            }
            (Some(_), ..) => return Err(ClaimsError::Both),
            (None, Some(_), None) => return Err(ClaimsError::NoReason),
            (None, None, _) => return Err(ClaimsError::Neither),
        };
        Ok(Claims { name, lacks, editions })
    }
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

/// A line of the driver protocol, version 1: a request, which a driver reads from its standard input, or
/// an answer, which it writes to its standard output.
#[derive(JsonSchema)]
#[schemars(untagged, title = "pybuf driver protocol")]
#[expect(dead_code, reason = "it is only described")]
enum Line {
    Request(Request),
    Answer(Answer),
}

/// The JSON Schema (draft 2020-12) of all lines. `pybuf schema` shows it.
pub fn schema() -> Value {
    pybuf_harness::schema::of::<Line>()
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

    fn claims(fields: &str) -> Result<Claims, String> {
        let line = format!(r#"{{"name":"C"{fields}}}"#);
        serde_json::from_str(&line).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_supported_is_lacking() {
        let some =
            r#","supports":["make bytes","PyBuffer_Release"],"reason":"to do","editions":["3.13"]"#;
        let Capabilities { name, lacks } =
            Capabilities::only("C", &["make bytes", "PyBuffer_Release"], "to do");
        assert_eq!(claims(some), Ok(Claims { name, lacks, editions: vec!["3.13".into()] }));
        let unknown = claims(r#","supports":["make unicorn"],"reason":"to do""#);
        assert!(unknown.is_ok_and(|it| it.lacks.contains_key("make unicorn")));
    }

    #[test]
    fn what_is_lacking_is_said_in_one_way() {
        for (fields, problem) in [
            ("", "missing field `lacks`, or `supports` and `reason`"),
            (r#","supports":[]"#, "missing field `reason` beside `supports`"),
            (r#","reason":"to do""#, "missing field `lacks`, or `supports` and `reason`"),
            (r#","lacks":{},"supports":[],"reason":"to do""#, "`lacks` excludes"),
            (r#","lacks":{},"reason":"to do""#, "`lacks` excludes"),
            (r#","lacks":{},"edition":"3.13""#, "unknown field `edition`"),
        ] {
            let error = claims(fields).err().unwrap_or_default();
            assert!(error.contains(problem), "{fields}: {error:?}");
        }
    }
}
