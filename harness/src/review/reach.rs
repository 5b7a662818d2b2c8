//! # Reach
//!
//! What an implementation lacks takes cases away, and with them perhaps all that could put a clause to
//! it. Such a clause is out of its reach; that it was not exercised is no fault of the cases.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Edition, Expectation, Expected, presence};

use crate::call::Call;
use crate::case::{Case, Domain};
use crate::judge::by_model;

/// What keeps a clause out of reach: in the cases of `domains`, in those of `editions` that have the
/// clause, each call of which the model names it is lacking, or one before it is. These calls, by the
/// names of [`Call::feature`]; `None` if the clause is in reach. A clause that no case names is not out
/// of reach: cases are missing.
pub fn in_the_way(
    clause: Clause,
    domains: &[Domain],
    editions: &[Edition],
    lacking: impl Fn(&Call) -> bool,
) -> Option<BTreeSet<&'static str>> {
    let domains: Vec<&Domain> = domains.iter().filter(|d| d.name == clause.family()).collect();
    let mut in_the_way = BTreeSet::new();
    for edition in editions.iter().copied().filter(|edition| clause.holds(*edition)) {
        for (_, case) in domains.iter().flat_map(|domain| domain.cases()) {
            // What comes later does not matter: judging goes on past what is not supported.
            let Some(first) = first_to_name(&case, clause, edition) else { continue };
            in_the_way.insert(case.calls[..=first].iter().find(|call| lacking(call))?.feature());
        }
    }
    (!in_the_way.is_empty()).then_some(in_the_way)
}

/// The first call of a case of which the model names a clause, or that is there by it.
fn first_to_name(case: &Case, clause: Clause, edition: Edition) -> Option<usize> {
    let mut expected = case.calls.iter().zip(by_model(case, edition));
    expected.position(|(call, (expected, _))| match expected {
        Expected::Made | Expected::Reply(Expectation::Answer(_))
            if presence::of(call).any(|it| it == clause) =>
        {
            true
        }
        Expected::Reply(expectation) => expectation.clauses().any(|named| named == clause),
        _ => false,
    })
}
