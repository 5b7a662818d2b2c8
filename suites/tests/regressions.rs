//! The cases that are kept: each is one that can be, and one that no walk comes by.

use std::collections::HashSet;

use pybuf_harness::judge::judge;
use pybuf_harness::model::Edition;
use pybuf_harness::regression::TO_BE_SAID;
use pybuf_harness::verdict::Kind;
use pybuf_harness::{Case, Implementation};
use pybuf_suites::ALL;
use pybuf_targets::fast::Fast;

#[test]
fn every_list_of_regressions_is_one() {
    for domain in ALL {
        // The text of the error names file and line.
        let regressions = domain.regressions().unwrap_or_else(|error| panic!("{error}"));
        for (number, regression) in (1..).zip(regressions) {
            let says = !["", TO_BE_SAID].contains(&regression.reason.trim());
            assert!(says, "{}.jsonl, line {number}: say who is wrong, and why", domain.name);
        }
    }
}

#[test]
fn every_regression_is_found_by_its_id_and_can_be_run() {
    let mut kept = 0;
    for (domain, (id, case)) in ALL
        .iter()
        .flat_map(|domain| domain.kept().into_iter().flatten().map(move |it| (domain, it)))
    {
        assert_eq!(id.to_string().parse().as_ref(), Ok(&id));
        assert_eq!(domain.case(&id).as_ref(), Some(&case));
        for edition in Edition::ALL {
            let mut fast = Fast::of(edition);
            let replies = fast.run(&[&case.calls]).pop().unwrap_or_default();
            let judgement = judge(&case, &replies, edition, &fast.capabilities());
            let bad = judgement.divergences.iter().find(|it| it.kind == Kind::OutOfProtocol);
            assert!(bad.is_none(), "{id} in edition {edition}: {bad:?}");
        }
        kept += 1;
    }
    assert!(kept > 0);
}

#[test]
fn no_regression_is_kept_twice_or_enumerated_anyway() {
    for domain in ALL {
        let text = |case: &Case| format!("{:?}", case.calls);
        let mut walked: HashSet<String> = domain.cases().map(|(_, case)| text(&case)).collect();
        for (id, case) in domain.kept().into_iter().flatten() {
            assert!(walked.insert(text(&case)), "{id}");
        }
    }
}
