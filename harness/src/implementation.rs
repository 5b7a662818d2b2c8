//! # Implementations
//!
//! The one seam between the suite and whatever is tested.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::{self, Call};
use crate::reply::Reply;
use crate::text::in_a_line;

/// An implementation of the buffer protocols under test.
///
/// It makes the calls it is told to make and reports what it sees; it is never told what is
/// expected. Three odd cases have replies of their own: a function or object that the edition does
/// not have ([`Reply::NotInEdition`]), one that was declared missing ([`Reply::Unsupported`]), and a
/// call on an object or view that does not exist for one of these reasons or because the request for
/// it was refused ([`Reply::NotMade`]).
pub trait Implementation {
    /// What it is and what it lacks, fixed before the run.
    fn capabilities(&self) -> Capabilities;

    /// Forgets every object and view of the case before.
    fn begin_case(&mut self);

    /// Makes one documented call and tells, in plain data, what happened.
    fn call(&mut self, call: &Call) -> Reply;

    /// Runs whole cases: for each, a reply for each of its calls. There are fewer cases in the answer if
    /// it [cannot go on](Implementation::failure).
    ///
    /// There is nothing to write here unless calls are dear, as they are in another process.
    fn run(&mut self, cases: &[&[Call]]) -> Vec<Vec<Reply>> {
        cases
            .iter()
            .map(|calls| {
                self.begin_case();
                calls.iter().map(|call| self.call(call)).collect()
            })
            .collect()
    }

    /// Why it cannot go on, if it cannot: a process that does not start again, say. The run ends early
    /// then, and what was judged before is reported.
    fn failure(&self) -> Option<String> {
        None
    }
}

/// What an implementation says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Capabilities {
    /// Such as `CPython 3.12.1`.
    pub name: String,
    /// What it cannot do, with the reason: the names are those of [`Call::feature`]. Everything else
    /// is claimed, and a claim that no case exercises is an error.
    pub lacks: BTreeMap<String, String>,
}

impl Capabilities {
    /// With all text in a line each, whatever an implementation of anyone's says of itself.
    pub fn cleaned(self) -> Capabilities {
        let lacks = self.lacks.into_iter();
        let lacks = lacks.map(|(gap, why)| (in_a_line(&gap), in_a_line(&why))).collect();
        Capabilities { name: in_a_line(&self.name), lacks }
    }

    /// Those of an implementation that supports a few things and lacks everything else, for one reason.
    /// What is `supported` and is nothing that there is counts as a gap that is none, and no run conforms
    /// with that.
    ///
    /// ```
    /// use pybuf_harness::Capabilities;
    /// let mine = ["make bytes", "PyObject_GetBuffer", "PyBuffer_Release"];
    /// let capabilities = Capabilities::only("mine", &mine, "not written yet");
    /// assert!(!capabilities.lacks.contains_key("PyObject_GetBuffer"));
    /// assert_eq!(capabilities.lacks["PyObject_CheckBuffer"], "not written yet");
    /// ```
    pub fn only(name: &str, supported: &[&str], reason: &str) -> Capabilities {
        let there: BTreeSet<&str> = call::features().collect();
        let supported: BTreeSet<&str> = supported.iter().copied().collect();
        let lacks = there.symmetric_difference(&supported).map(|it| ((*it).into(), reason.into()));
        Capabilities { name: name.into(), lacks: lacks.collect() }
    }
}
