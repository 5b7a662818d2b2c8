//! Putting an implementation to the suite.

use pybuf_harness::model::{Clause, Edition};
use pybuf_harness::reach::in_the_way;
use pybuf_harness::{Call, Domain, Implementation, Report, Run, message};

/// Runs one domain against an implementation of an edition.
pub fn run(
    domain: Domain,
    edition: Edition,
    implementation: &mut dyn Implementation,
) -> Result<Report, String> {
    let domains = [domain];
    let mut run = Run::new(&domains);
    run.judge(implementation, edition, &mut |_| {}).map_err(|failure| failure.to_string())?;
    Ok(run.report())
}

/// Fails, with the text of the divergences, unless the implementation agrees with the model on all
/// cases of a domain, practice included, and all clauses of the domain were exercised, but for those
/// that no case can exercise in an implementation that lacks what this one does.
pub fn conforms(
    domain: Domain,
    edition: Edition,
    implementation: &mut dyn Implementation,
    target: Option<&str>,
) -> Result<(), String> {
    let report = run(domain, edition, implementation)?;
    let lacks = |function| report.tally.lacks.contains_key(function);
    if domain.functions().all(lacks) {
        // Then it has to say so each time, and there is nothing to judge.
        let judged = report.tally.sections.iter().map(|section| section.agree + section.diverge);
        return match judged.sum::<usize>() {
            0 => Ok(()),
            judged => Err(format!("{judged} cases judged of functions that it lacks")),
        };
    }
    if !report.conforms(true) {
        return Err(message::failures(&report, target, true));
    }
    // Objects are made in every domain; that of requests makes all of them.
    let belongs = |clause: &Clause| {
        clause.family() == domain.name || (clause.family() == "object" && domain.name == "request")
    };
    let all = Clause::all().filter(|clause| clause.holds(edition));
    let lacks = |call: &Call| report.tally.lacks.contains_key(call.feature());
    let out_of_reach =
        |clause: &Clause| in_the_way(*clause, &[domain], &[edition], lacks).is_some();
    let missed = all.filter(belongs).filter(|clause| !report.exercised.contains(clause));
    let missed: Vec<_> = missed.filter(|clause| !out_of_reach(clause)).collect();
    if !missed.is_empty() {
        return Err(format!("no case exercises {missed:?} in edition {edition}"));
    }
    Ok(())
}
