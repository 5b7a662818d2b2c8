//! The JSON Schema of the protocol, made from the types and what is written about them.

use schemars::JsonSchema;
use serde_json::Value;

use super::{Answer, Request};

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
