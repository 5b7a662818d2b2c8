//! The suite catches wrong implementations: each fault makes the run fail, under the clause that it
//! breaks, with the smallest case that shows it.

mod conform;
mod snapshot;

use pybuf_faults::{Fault, all};
use pybuf_harness::judge::judge;
use pybuf_harness::model::clause::notes;
use pybuf_harness::model::{Clause, Edition};
use pybuf_harness::reach::in_the_way;
use pybuf_harness::text::GroupText;
use pybuf_harness::{Case, Domain, Implementation};

fn clause(fault: &Fault) -> Clause {
    Clause::find(fault.clause).unwrap_or_else(|| panic!("{} is no clause", fault.clause))
}

fn edition(fault: &Fault) -> Edition {
    fault.edition().unwrap_or_else(|| panic!("{} is no must in any edition", fault.clause))
}

fn domain(fault: &Fault) -> Domain {
    pybuf_suites::named(clause(fault).family()).expect("a clause that faults break has a domain")[0]
}

#[test]
fn every_fault_makes_the_conformance_trial_fail_and_names_clause_and_case() {
    for fault in all() {
        let edition = edition(fault);
        let mut faulty = fault.implementation(edition);
        let failed = conform::conforms(domain(fault), edition, &mut faulty, None);
        let text = failed.expect_err(fault.name);
        let named = format!("  clause    {} (must, edition {edition})", fault.clause);
        let case = format!("  case      {}/", clause(fault).family());
        assert!(text.contains(&named) && text.contains(&case), "{}:\n{text}", fault.name);
    }
}

#[test]
fn every_fault_is_reported_under_its_clause_with_the_smallest_case() -> Result<(), String> {
    for fault in all() {
        let edition = edition(fault);
        let mut faulty = fault.implementation(edition);
        let report = conform::run(domain(fault), edition, &mut faulty)?;
        let group = report.failures(false).find(|group| group.clause == Some(clause(fault)));
        let group = group.unwrap_or_else(|| panic!("{} is not caught by its clause", fault.name));
        let smallest = first_case_against(&mut faulty, fault, &group.objects);
        assert_eq!(Some(group.smallest.case.to_string()), smallest, "{}", fault.name);
        let divergence =
            GroupText { group, report: &report, target: None, known: None, lines: false };
        let text = format!("seen in: {}\n\n{divergence}", fault.seen_in);
        snapshot::compare(&snapshot::folder().join("faults"), fault.name, &text)?;
    }
    Ok(())
}

/// The first case in the order of enumeration that breaks a fault's clause, found without the
/// grouping that is under test.
fn first_case_against(
    faulty: &mut dyn Implementation,
    fault: &Fault,
    objects: &str,
) -> Option<String> {
    let capabilities = faulty.capabilities();
    let mut breaks = |calls: &Case| {
        let replies = faulty.run(&[&calls.calls]).pop().unwrap_or_default();
        let judgement = judge(calls, &replies, edition(fault), &capabilities);
        judgement.divergences.iter().any(|divergence| {
            divergence.clause == Some(clause(fault))
                && divergence.is_failure()
                && calls.subject(divergence.call) == objects
        })
    };
    domain(fault).cases().find(|(_, case)| breaks(case)).map(|(id, _)| id.to_string())
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
