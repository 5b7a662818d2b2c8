//! # Reach
//!
//! What an implementation lacks takes cases away, and with them perhaps all that could put a clause to
//! it. Such a clause is out of its reach; that it was not exercised is no fault of the cases.

use pybuf_model::{Clause, Edition};

use crate::call::Call;
use crate::case::{Case, Domain};
use crate::judge::expectations;
use crate::reply::Reply;
use crate::world::Expected;

/// Whether the cases of `domains` that name a clause, in those of `editions` that have it, all make a
/// call that is lacking. A clause that no case names is not out of reach: cases are missing.
pub fn is_out_of_reach(
    clause: Clause,
    domains: &[Domain],
    editions: &[Edition],
    lacking: impl Fn(&Call) -> bool,
) -> bool {
    let domains: Vec<&Domain> = domains.iter().filter(|d| d.name == clause.family()).collect();
    let mut named = 0;
    for edition in editions.iter().copied().filter(|edition| clause.holds(*edition)) {
        for (_, case) in domains.iter().flat_map(|domain| domain.cases()) {
            if names(&case, clause, edition) {
                if !case.calls.iter().any(&lacking) {
                    return false;
                }
                named += 1;
            }
        }
    }
    named > 0
}

/// Whether the model names a clause in a case, if each of its calls can be made and succeeds.
fn names(case: &Case, clause: Clause, edition: Edition) -> bool {
    let replies = vec![Reply::success(); case.calls.len()];
    expectations(case, &replies, edition).iter().any(|expected| match expected {
        Expected::Reply(expectation) => expectation.clauses().any(|named| named == clause),
        _ => false,
    })
}
