//! # Reach
//!
//! What an implementation lacks takes cases away, and with them perhaps all that could put a clause to
//! it. Such a clause is out of its reach; that it was not exercised is no fault of the cases.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Edition};

use crate::call::Call;
use crate::case::{Case, Domain};
use crate::judge::expectations;
use crate::reply::{Reply, Returned};
use crate::world::Expected;

/// The clauses that the model names in cases which make a call that is lacking, and in no other.
pub fn out_of_reach(
    domain: &Domain,
    edition: Edition,
    lacks: impl Fn(&Call) -> bool,
) -> BTreeSet<Clause> {
    let (mut out, mut within) = (BTreeSet::new(), BTreeSet::new());
    for (_, case) in domain.cases() {
        let named = if case.calls.iter().any(&lacks) { &mut out } else { &mut within };
        named.extend(named_in(&case, edition));
    }
    out.difference(&within).copied().collect()
}

/// The clauses that the model names in a case, if each of its calls can be made and succeeds.
fn named_in(case: &Case, edition: Edition) -> BTreeSet<Clause> {
    let success = Reply::Returned(Returned { value: Some(0), ..Returned::default() });
    let replies = vec![success; case.calls.len()];
    let expected = expectations(case, &replies, edition);
    let clauses = expected.iter().flat_map(|expected| match expected {
        Expected::Reply(expectation) => expectation.clauses().collect(),
        _ => vec![],
    });
    clauses.collect()
}
