//! The suite catches wrong implementations: each fault makes the run fail, under the clause that it
//! breaks, with the smallest case that shows it. That is for the judge alone to say; what the snapshots
//! hold is which fault is caught where.

mod conform;
mod kills;
mod snapshot;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kills::Kill;
use pybuf_faults::{Change, Fault, all};
use pybuf_harness::model::clause;
use pybuf_harness::random::SEED;
use pybuf_harness::{Call, Case, Implementation, Object, Reply};

#[test]
fn faults_are_many_and_each_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for fault in all() {
        assert!(names.insert(fault.name), "two faults are called {}", fault.name);
        assert!(fault.edition().is_some(), "{} breaks no must: {}", fault.name, fault.clause);
        assert!(!fault.seen_in.is_empty(), "{}", fault.name);
    }
    assert!(names.len() >= 80, "{} faults", names.len());
}

#[test]
fn no_fault_panics_at_random_cases() {
    let mut panics = BTreeSet::new();
    for fault in all() {
        let edition = fault.edition().expect("a fault breaks a must");
        let domain = pybuf_suites::named(fault.clause.family()).expect("a clause has a section")[0];
        for (id, case) in domain.random(SEED).take(3_000) {
            let run = || fault.implementation(edition).run(&[&case.calls]);
            if catch_unwind(AssertUnwindSafe(run)).is_err() {
                panics.insert(format!("{} at {id}", fault.name));
            }
        }
    }
    assert_eq!(panics, BTreeSet::new());
}

#[test]
fn every_fault_is_caught_under_its_own_clause() {
    for kill in &*kills::ALL {
        let Kill { fault, clause, .. } = kill;
        let Some(group) = &kill.first else {
            panic!("{} is not caught under {clause}, but under {:?}", fault.name, kill.others);
        };
        let first = &group.case;
        assert!(kill.is_shown_by(first), "{}: {first} does not show it again", fault.name);
        // Else it would be caught by what it cannot be in the wild.
        assert_eq!(kill.strange, None, "{}", fault.name);
    }
}

/// The faults whose smallest case has a call that could be left out, and why it is there.
const SUPERFLUOUS: [(&str, &str); 3] = [
    ("size-is-the-end", "PyBuffer_Check is asked of each buffer object"),
    ("part-of-part-without-end", "PyBuffer_Check is asked of each buffer object"),
    ("end-is-the-last-byte", "PyBuffer_Check is asked of each buffer object"),
];

#[test]
fn no_call_of_a_smallest_case_can_be_left_out() {
    let mut found = Vec::new();
    for kill in &*kills::ALL {
        let Some(group) = &kill.first else { continue };
        let case = kill.domain().replay(group.case.choices()).expect("it was run");
        if !kill.superfluous(&case).is_empty() {
            println!("{}: {} {:?}", kill.fault.name, group.case, kill.superfluous(&case));
            found.push(kill.fault.name);
        }
    }
    assert_eq!(found, SUPERFLUOUS.map(|(fault, _)| fault));
}

#[test]
fn every_must_has_a_fault_of_its_own() {
    let broken: BTreeSet<_> = all().map(|fault| fault.clause).collect();
    let missing = kills::musts().filter(|clause| !broken.contains(clause));
    assert_eq!(missing.collect::<Vec<_>>(), []);
}

#[test]
fn what_catches_faults_is_as_reviewed() -> Result<(), String> {
    let folder = snapshot::folder().join("faults");
    snapshot::compare(&folder, "kill-matrix", &kills::matrix(&kills::ALL))?;
    let families: BTreeSet<_> = kills::ALL.iter().map(|kill| kill.clause.family()).collect();
    for family in families {
        snapshot::compare(&folder, family, &kills::divergences(family, &kills::ALL))?;
    }
    Ok(())
}

/// A whole run makes the certificates, too, and takes its time: so this is for one fault of each family.
#[test]
fn a_fault_makes_the_conformance_trial_fail_and_names_clause_and_case() {
    let mut families = BTreeSet::new();
    for fault in all() {
        let family = fault.clause.family();
        if !families.insert(family) {
            continue;
        }
        let kill = Kill::of(fault);
        let Kill { clause, edition, first, .. } = &kill;
        let mut faulty = fault.implementation(*edition);
        let failed = conform::conforms(kill.domain(), *edition, &mut faulty, None);
        let text = failed.expect_err(fault.name);
        let case = first.as_ref().map(|group| group.case.to_string()).unwrap_or_default();
        let named = format!("  clause    {clause} (must, edition {edition})");
        let shown = format!("  case      {case} ");
        assert!(text.contains(&named) && text.contains(&shown), "{}:\n{text}", fault.name);
    }
}

#[test]
fn what_does_nothing_is_not_caught() {
    let clauses = [
        clause!("old.read.type-error"),
        clause!("check.one-for-exporters"),
        clause!("release.obj-null"),
    ];
    for clause in clauses {
        let seen_in = "a test of the tests";
        let nothing = Fault { name: "does-nothing", clause, seen_in, changes: &[] };
        let kill = Kill::of(&nothing);
        assert!(kill.first.is_none() && kill.cases == 0 && kill.others.is_empty(), "{clause}");
    }
}

#[test]
fn what_breaks_another_clause_is_not_caught_under_this_one() {
    let mut fault = *named("obj-left-set-on-release");
    let kill = Kill::of(&fault);
    fault.clause = clause!("release.drops-reference");
    let misnamed = Kill::of(&fault);
    assert!(kill.cases > 0 && misnamed.cases == 0 && misnamed.first.is_none());
    assert!(misnamed.others.contains(&kill.clause));
}

#[test]
fn a_reply_that_cannot_be_judged_breaks_no_clause_and_is_told() {
    let silent = Fault {
        name: "says-nothing",
        clause: clause!("check.one-for-exporters"),
        seen_in: "a test of the tests",
        changes: &[Change::Reply(|_, _, it| *it = Reply::NotMade)],
    };
    let kill = Kill::of(&silent);
    assert!(kill.first.is_none() && kill.strange.is_some());
}

#[test]
fn a_call_that_can_be_left_out_is_found_out() {
    let kill = Kill::of(named("nothing-exports"));
    let make = Call::Make { object: Object::Bytes { len: 5 } };
    let check = Call::CheckBuffer { object: 0 };
    let request = Call::GetBuffer { object: 0, flags: 0 };
    let calls = vec![make, request.clone(), check, request];
    assert_eq!(kill.superfluous(&Case { calls }), [1]);
}

fn named(name: &str) -> &'static Fault {
    all().find(|fault| fault.name == name).unwrap_or_else(|| panic!("no fault {name}"))
}
