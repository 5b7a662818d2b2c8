//! `pybuf replay`.

use std::io::{self, Write};

use pybuf_harness::judge::{expectations, judge};
use pybuf_harness::model::Edition;
use pybuf_harness::text::in_a_line;
use pybuf_harness::verdict::{Divergence, Judgement, Verdict};
use pybuf_harness::words::{self, Permitted};
use pybuf_harness::{Call, Case, CaseId, Reply, render};
use pybuf_targets::Target;
use serde::Serialize;
use serde_with::{DisplayFromStr, serde_as};

use crate::arguments::{self, ReplayFormat as Format};
use crate::error::{Error, Found, as_far_as_read};

/// How wide what is permitted is at most, in characters, before the clause that permits it.
const WIDEST: usize = 40;

pub fn replay(arguments: &arguments::Replay) -> Result<Found, Error> {
    let id = &arguments.case;
    let domains = pybuf_suites::named(&id.domain);
    let domains = domains.ok_or_else(|| Error::NoSuite(id.domain.clone()))?;
    let case = domains.iter().find_map(|domain| domain.case(id));
    let no_case = || Error::NoCase { domain: id.domain.clone(), case: id.to_string() };
    let case = case.ok_or_else(no_case)?;
    let target = Target::find(&arguments.target)?.with_limit(arguments.limit.call_limit);
    let newest = target.editions().last().copied().unwrap_or(Edition::LATEST);
    let edition = arguments.edition.unwrap_or(newest);
    let mut implementation = target.open(edition)?;
    let capabilities = implementation.capabilities();
    let replies = implementation.run(&[&case.calls]).pop();
    let replies = match (replies, implementation.failure()) {
        (None, Some(why)) => return Err(Error::Failed(why)),
        (replies, _) => replies.unwrap_or_default(),
    };
    let judgement = judge(&case, &replies, edition, &capabilities);

    let replayed = Replayed {
        case: id,
        target: &capabilities.name,
        edition,
        calls: calls(&case, &replies, &judgement, edition),
        verdict: judgement.verdict.name(),
    };
    as_far_as_read(match arguments.format {
        Format::Human => show(&replayed),
        Format::Json => json(&replayed),
    })?;
    let mut divergences = judgement.divergences.iter();
    let fails = divergences.any(|divergence| arguments.strict || divergence.is_failure());
    Ok(if fails { Found::Diverges } else { Found::Conforms })
}

/// A case that was run again.
#[serde_as]
#[derive(Serialize)]
struct Replayed<'a> {
    #[serde_as(as = "DisplayFromStr")]
    case: &'a CaseId,
    target: &'a str,
    #[serde_as(as = "DisplayFromStr")]
    edition: Edition,
    calls: Vec<Judged<'a>>,
    verdict: &'static str,
}

/// A call, what is permitted, and what was replied.
#[derive(Serialize)]
struct Judged<'a> {
    call: &'a Call,
    in_c: String,
    permitted: Vec<Permitted>,
    reply: &'a Reply,
    divergences: Vec<Told<'a>>,
}

/// A reply that is not permitted.
#[derive(Serialize)]
struct Told<'a> {
    is_failure: bool,
    what: String,
    expected: &'a str,
    observed: String,
}

fn calls<'a>(
    case: &'a Case,
    replies: &'a [Reply],
    judgement: &'a Judgement,
    edition: Edition,
) -> Vec<Judged<'a>> {
    let expected = expectations(case, replies, edition);
    let each = case.calls.iter().zip(replies).zip(expected).enumerate();
    each.map(|(index, ((call, reply), expected))| {
        let divergences = judgement.divergences.iter().filter(|it| it.call == index);
        Judged {
            call,
            in_c: render::call(case, index),
            permitted: words::permitted(&expected, reply, edition),
            reply,
            divergences: divergences.map(|it| Told::of(it, edition)).collect(),
        }
    })
    .collect()
}

impl Told<'_> {
    fn of(divergence: &Divergence, edition: Edition) -> Told<'_> {
        let what = divergence.clause.map_or(divergence.kind.to_string(), |clause| {
            let line = clause.note().line;
            // Its own level, as in a report: a note beyond the text, or a crash, matters less or more.
            let level = clause.level(edition).unwrap_or(divergence.level);
            format!("{clause} ({level}, edition {edition}), SPEC_NOTES.md line {line}")
        });
        let observed = in_a_line(&divergence.observed);
        Told { is_failure: divergence.is_failure(), what, expected: &divergence.expected, observed }
    }
}

fn json(replayed: &Replayed) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, replayed)?;
    Ok(writeln!(out)?)
}

fn show(Replayed { case, target, edition, calls, verdict }: &Replayed) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{case} on {target}, edition {edition}")?;
    for (index, judged) in calls.iter().enumerate() {
        writeln!(out, "\n{}. {}", index + 1, judged.in_c)?;
        let permits = judged.permitted.iter().map(|it| it.what.chars().count());
        let width = permits.max().unwrap_or(0).min(WIDEST);
        for (first, Permitted { what, clause, level }) in (0..).zip(&judged.permitted) {
            let name = if first == 0 { "permitted" } else { "" };
            let level = level.map_or(String::from("may"), |level| level.to_string());
            let by = clause.map_or(String::new(), |clause| format!("{level:<9} {clause}"));
            writeln!(out, "{}", format!("  {name:<9} {what:<width$}  {by}").trim_end())?;
        }
        writeln!(out, "  reply     {}", words::reply(judged.reply))?;
        for Told { is_failure, what, expected, observed } in &judged.divergences {
            let word = if *is_failure { "diverges" } else { "note" };
            writeln!(out, "  {word:<9} {what}")?;
            writeln!(out, "  expected  {expected}")?;
            writeln!(out, "  observed  {observed}")?;
        }
        if judged.divergences.is_empty() {
            writeln!(out, "  verdict   {}", of_reply(judged.reply))?;
        }
    }
    Ok(writeln!(out, "\nverdict: {verdict}")?)
}

/// The verdict on a reply that is permitted.
fn of_reply(reply: &Reply) -> &'static str {
    match reply {
        Reply::NotInEdition => Verdict::NotInEdition.name(),
        Reply::Unsupported => Verdict::Unsupported.name(),
        _ => Verdict::Agrees.name(),
    }
}
