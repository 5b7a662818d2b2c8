//! What two expectations permit, put side by side.

use pybuf_harness::editions::Unlike;
use pybuf_harness::model::expectation::{Answer, Expectation, Rule};
use pybuf_harness::model::{Clause, Edition, Fact, Level, Says, clause};
use pybuf_harness::protocol::Field;

/// What holds if a call succeeds, by a clause that is binding.
fn on_success(facts: &[Fact]) -> Expectation {
    let clause: Clause = clause!("request.success.returns-0");
    assert_eq!(clause.level(Edition::LATEST), Some(Level::Must));
    let rules =
        facts.iter().map(|says| Rule { clause, says: says.clone(), beyond_the_text: false });
    Answer { success: rules.collect(), ..Answer::default() }.into()
}

fn unlike(old: &[Fact], new: &[Fact]) -> Option<Unlike> {
    Unlike::of([&on_success(old), &on_success(new)], [Edition::LATEST; 2])
}

#[test]
fn what_rules_permit_together_is_what_each_of_them_permits() {
    let facts = [
        Field::Return.one_of([0, 1]),
        Field::Return.is(1),
        Field::Exception.something(),
        Field::BytesFrom(2).is(vec![1u8]),
        Field::BytesFrom(3).is(vec![1u8]),
    ];
    let Unlike { outcome, permits: [all, none] } = unlike(&facts, &[]).expect("they differ");
    assert!(!outcome, "the same outcomes are permitted");
    assert!(all.starts_with("success with return value 1, exception any, "), "{all}");
    assert_eq!(
        all.split(", ").count(),
        5,
        "bytes from different places are different parts: {all}"
    );
    assert!(none.starts_with("success with return value left open, "), "{none}");
    assert_eq!(
        unlike(&facts, &facts[1..]),
        None,
        "the first says nothing that the second does not"
    );
}
