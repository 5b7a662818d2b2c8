//! The suite catches wrong implementations: each fault makes the run fail, under the clause that it
//! breaks, with the smallest case that shows it. That is for the judge alone to say; what the snapshots
//! hold is which fault is caught where.

mod conform;
mod kills;
mod snapshot;

use std::collections::BTreeSet;

use kills::Kill;
use pybuf_faults::{Fault, all};
use pybuf_harness::model::clause::notes;
use pybuf_harness::model::{Clause, Edition};
use pybuf_harness::reach::in_the_way;
use pybuf_harness::{Call, CaseId, Implementation, Reply};
use pybuf_targets::fast::Fast;

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
fn every_fault_is_caught_under_its_own_clause_by_a_smallest_case() {
    for kill in &*kills::ALL {
        let Kill { fault, clause, .. } = kill;
        let Some(group) = &kill.first else {
            panic!("{} is not caught under {clause}, but under {:?}", fault.name, kill.others);
        };
        let first = &group.smallest.case;
        assert!(kill.is_shown_by(first), "{}: {first} does not show it again", fault.name);
        assert_eq!(kill.lower(first), [], "{}: lower than {first}", fault.name);
        // Else it would be caught by what it cannot be in the wild.
        assert_eq!(kill.strange, None, "{}", fault.name);
    }
}

#[test]
fn every_must_has_a_fault_of_its_own() {
    let broken: BTreeSet<_> = all().map(|fault| fault.clause).collect();
    let missing = kills::musts().filter(|clause| !broken.contains(clause.id()));
    let missing: Vec<_> = missing.filter(|clause| !is_out_of_reach(*clause)).collect();
    assert_eq!(missing, []);
}

/// Whether what the fast implementation lacks takes away all cases that name a clause, so that no fault
/// of it can be seen there.
fn is_out_of_reach(clause: Clause) -> bool {
    let lacks = Fast::of(Edition::V3_13).capabilities().lacks;
    let lacking = |call: &Call| lacks.contains_key(call.feature());
    in_the_way(clause, pybuf_suites::ALL, &Edition::ALL, lacking).is_some()
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
        let family = fault.clause.split('.').next();
        if !families.insert(family) {
            continue;
        }
        let kill = Kill::of(fault);
        let Kill { clause, edition, first, .. } = &kill;
        let mut faulty = fault.implementation(*edition);
        let failed = conform::conforms(kill.domain(), *edition, &mut faulty, None);
        let text = failed.expect_err(fault.name);
        let case = first.as_ref().map(|group| group.smallest.case.to_string()).unwrap_or_default();
        let named = format!("  clause    {clause} (must, edition {edition})");
        let shown = format!("  case      {case} ");
        assert!(text.contains(&named) && text.contains(&shown), "{}:\n{text}", fault.name);
    }
}

#[test]
fn what_does_nothing_is_not_caught() {
    for clause in ["old.read.type-error", "check.one-for-exporters", "release.obj-null"] {
        let nothing = Fault::new("does-nothing", clause, "a test of the tests");
        let kill = Kill::of(&nothing);
        assert!(kill.first.is_none() && kill.cases == 0 && kill.others.is_empty(), "{clause}");
    }
}

#[test]
fn what_breaks_another_clause_is_not_caught_under_this_one() {
    let mut fault = *named("obj-left-set-on-release");
    let kill = Kill::of(&fault);
    fault.clause = "release.drops-reference";
    let misnamed = Kill::of(&fault);
    assert!(kill.cases > 0 && misnamed.cases == 0 && misnamed.first.is_none());
    assert!(misnamed.others.contains(&kill.clause));
}

#[test]
fn a_reply_that_cannot_be_judged_breaks_no_clause_and_is_told() {
    let silent = Fault::new("says-nothing", "check.one-for-exporters", "a test of the tests")
        .tells(|_, _, _| Reply::NotMade);
    let kill = Kill::of(&silent);
    assert!(kill.first.is_none() && kill.strange.is_some());
}

#[test]
fn a_case_that_is_not_the_smallest_is_found_out() {
    let kill = Kill::of(named("nothing-exports"));
    let id = |text: &str| text.parse::<CaseId>().expect("this is an id");
    assert!(kill.is_shown_by(&id("check/3.1")));
    assert_eq!(kill.lower(&id("check/3.1")), ["check/1.1", "check/2.1", "check/3.0"].map(id));
}

fn named(name: &str) -> &'static Fault {
    all().find(|fault| fault.name == name).unwrap_or_else(|| panic!("no fault {name}"))
}

#[test]
fn a_gap_excuses_only_what_no_other_case_can_exercise() {
    let excused_in = |suite, gap: &'static str| {
        let domain = pybuf_suites::named(suite).expect("there is such a domain");
        let clauses = notes().keys().filter_map(|id| Clause::find(id));
        let excused = clauses.filter(|clause| {
            in_the_way(*clause, &domain, &[Edition::V3_12], |call| call.feature() == gap).is_some()
        });
        excused.map(|clause| clause.id().to_owned()).collect::<Vec<_>>()
    };
    let excused = |gap| excused_in("old", gap);
    let pending = [
        "old.check-read.pending-open",
        "old.null-argument.keeps-pending",
        "old.pending",
        "old.success.keeps-pending",
    ];
    assert_eq!(excused("PyErr_SetString"), pending);
    assert_eq!(
        excused("PyObject_AsWriteBuffer"),
        ["old.wrapper.writable-request", "old.write.type-error"]
    );
    assert_eq!(excused("make exporter"), [""; 0]);
    // Calls that come behind those that a clause is about take nothing away from it.
    assert_eq!(excused_in("request", "PyBuffer_Release"), [""; 0]);
    let to_contiguous = excused_in("copy", "PyBuffer_ToContiguous");
    assert!(to_contiguous.iter().any(|id| id.starts_with("copy.to.")), "{to_contiguous:?}");
    let others = ["copy.from.", "copy.data.", "copy.to-object."];
    let is_other = |id: &&String| others.iter().any(|other| id.starts_with(other));
    assert_eq!(to_contiguous.iter().find(is_other), None);
}
