//! What an object was asked and what it answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::reply::Reply;

/// What an object was asked, and what it answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// What it is.
    pub about: About,
    /// In the order in which it was asked. If the process ended, the last answer tells how.
    pub answers: Vec<(Question, Reply)>,
    /// The kind of an immutable object, such as `bytes`, that the memory was proved to belong to.
    pub immutable: Option<String>,
}

/// What there is to know of an object besides its answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The name of its type, with the module: `numpy.ndarray`.
    pub type_name: String,
    /// The package of the type with its version, if it tells one: `numpy 2.2.6`.
    pub package: Option<String>,
    /// Whether the type has the new protocol.
    pub exports: bool,
    /// What the type has of the old protocol; nothing where there is none, in Python 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<OldType>,
    /// The modules that were imported for the expression, in that order: `numpy`, or `xml` and `xml.dom`.
    pub modules: Vec<String>,
}

impl About {
    /// Whether the type has nothing of any buffer protocol.
    pub fn exports_nothing(&self) -> bool {
        let has_slots = |old: OldType| old.read || old.write || old.char;
        !self.exports && !self.old.is_some_and(has_slots)
    }
}

/// What a type of Python 2 has of the old protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OldType {
    /// `bf_getreadbuffer`
    pub read: bool,
    /// `bf_getwritebuffer`
    pub write: bool,
    /// `bf_getcharbuffer`, in a type that says that it has room for it.
    pub char: bool,
    /// What `bf_getsegcount` answers, if the type has it: -1 is a failure.
    pub segments: Option<i64>,
}

/// One thing that an object is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// A call.
    Call(Call),
    /// Each element of a view that was granted and not released, read where its fields say it is: the
    /// `bytes` of the reply, in C order.
    Elements {
        /// Which.
        view: usize,
    },
}
