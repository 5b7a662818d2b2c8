//! `pybuf replay`.

use std::io::Write;

use pybuf_harness::judge::judge;
use pybuf_harness::model::Edition;
use pybuf_harness::text::in_a_line;
use pybuf_harness::verdict::Divergence;
use pybuf_harness::{Case, Reply, render};
use pybuf_targets::Target;

use crate::error::as_far_as_read;
use crate::{Error, Found, arguments};

pub fn replay(arguments: &arguments::Replay) -> Result<Found, Error> {
    let id = &arguments.case;
    let domains = pybuf_suites::named(&id.domain);
    let domains = domains.ok_or_else(|| Error::NoSuite(id.domain.clone()))?;
    let case = domains.iter().find_map(|domain| domain.case(id));
    let no_case = || Error::NoCase { domain: id.domain.clone(), case: id.to_string() };
    let case = case.ok_or_else(no_case)?;
    let target = Target::find(&arguments.target)?.with_limit(arguments.limit.call_limit);
    let newest = target.editions().last().copied().unwrap_or(Edition::V3_13);
    let edition = arguments.edition.unwrap_or(newest);
    let mut implementation = target.open(edition)?;
    let capabilities = implementation.capabilities();
    let replies = implementation.run(&[&case.calls]).pop();
    let replies = match (replies, implementation.failure()) {
        (None, Some(why)) => return Err(Error::Failed(why)),
        (replies, _) => replies.unwrap_or_default(),
    };
    let judgement = judge(&case, &replies, edition, &capabilities);

    let title = format!("{id} on {}, edition {edition}", capabilities.name);
    as_far_as_read(show(&title, &case, &replies, &judgement.divergences, edition))?;
    let mut divergences = judgement.divergences.iter();
    let fails = divergences.any(|divergence| arguments.strict || divergence.is_failure());
    Ok(if fails { Found::Diverges } else { Found::Conforms })
}

fn show(
    title: &str,
    case: &Case,
    replies: &[Reply],
    divergences: &[Divergence],
    edition: Edition,
) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{title}")?;
    for (index, reply) in replies.iter().enumerate().take(case.calls.len()) {
        writeln!(out, "\n{}. {}", index + 1, render::call(case, index))?;
        writeln!(out, "  reply     {}", serde_json::to_string(reply)?)?;
        for divergence in divergences.iter().filter(|divergence| divergence.call == index) {
            let word = if divergence.is_failure() { "diverges" } else { "note" };
            let clause = divergence.clause.map_or(divergence.kind.to_string(), |clause| {
                let line = clause.note().line;
                // Its own level, as in a report: a note beyond the text, or a crash, matters less or more.
                let level = clause.level(edition).unwrap_or(divergence.level);
                format!("{clause} ({level}, edition {edition}), SPEC_NOTES.md line {line}")
            });
            writeln!(out, "  {word:<9} {clause}")?;
            writeln!(out, "  expected  {}", divergence.expected)?;
            writeln!(out, "  observed  {}", in_a_line(&divergence.observed))?;
        }
    }
    Ok(())
}
