//! # Presence
//!
//! Which editions have a function, or something else that came or went. A clause of presence holds in
//! exactly the editions that have the thing; the table of functions names those of each function. "Not in
//! this edition" is decided here and nowhere else.

use std::sync::LazyLock;

use pybuf_protocol::Edition;
use pybuf_protocol::call::{Call, FUNCTIONS, Section};

use crate::clause::{Clause, clause};
use crate::objects;

/// The clause by which an edition does not have a function; `None` if it has it.
///
/// ```
/// use pybuf_model::{Edition, presence::absent};
/// use pybuf_protocol::Call;
///
/// let request = Call::GetBuffer { object: 0, flags: 0 };
/// assert!(absent(&request, Edition::V3_12).is_none());
/// assert_eq!(absent(&request, Edition::V1_6).unwrap().id(), "request.since-2.7-draft");
/// ```
pub fn absent(call: &Call, edition: Edition) -> Option<Clause> {
    of_function(call).find(|clause| !clause.holds(edition))
}

/// Whether the functions that a clause has not any more are there all the same, in no text: an
/// implementation that has them must do as they did.
pub(crate) fn lingers(clause: Clause) -> bool {
    clause == clause!("old.until-3.12")
}

/// The clauses of presence of the function that is called, or of the object that is made. Each of them must
/// hold.
pub fn of(call: &Call) -> impl Iterator<Item = Clause> {
    let made = match call {
        Call::Make { object } => objects::presence(object),
        _ => vec![],
    };
    made.into_iter().chain(of_function(call))
}

/// Whether a clause says which editions have something.
pub fn is_of_presence(clause: Clause) -> bool {
    clause.family() == Section::Object.name() || CLAUSES.iter().flatten().any(|it| *it == clause)
}

/// Those of a function, with the arguments of the call.
fn of_function(call: &Call) -> impl Iterator<Item = Clause> {
    let clauses = CLAUSES[call.function().row].iter().enumerate();
    clauses.filter(|(place, _)| call.is_within(*place)).map(|(_, clause)| *clause)
}

/// For each row of the table of functions.
static CLAUSES: LazyLock<Vec<Vec<Clause>>> = LazyLock::new(|| {
    let named = |id: &&str| Clause::named(id);
    FUNCTIONS.iter().map(|function| function.within.iter().map(named).collect()).collect()
});

/// All ids that the table of functions names are those of clauses, or nothing is built.
const _: () = {
    let mut row = 0;
    while row < FUNCTIONS.len() {
        let within = FUNCTIONS[row].within;
        let mut clause = 0;
        while clause < within.len() {
            Clause::named(within[clause]);
            clause += 1;
        }
        row += 1;
    }
};
