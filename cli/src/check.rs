//! `pybuf check`: is the buffer of this object right?

mod again;
mod asking;
mod causes;
mod documentation;
mod expressions;
mod human;
mod json;
mod junit;
mod markdown;
mod outcome;
mod program;
mod summary;
#[cfg(test)]
mod tests;

use std::io::{BufWriter, Write};
use std::path::Path;

use pybuf_harness::baseline::Baseline;
use pybuf_targets::check::Subject;

use crate::arguments::{self, Format};
use crate::error::as_far_as_read;
use crate::progress::Bar;
use crate::report::{Reporting, github};
use crate::{Error, Found};
use asking::Interpreters;
use outcome::{Cell, Outcome};
use program::Shown;

pub fn check(arguments: &arguments::Check) -> Result<Found, Error> {
    let shown = arguments.emit.map(|language| Shown { language, wanted: arguments.clause });
    if shown.is_some() && !matches!(arguments.reporting.format, Format::Human | Format::Json) {
        return Err(Error::FormatOfPrograms);
    }
    let Reporting { arguments: reporting, baseline, draft } =
        Reporting::prepare(&arguments.reporting)?;
    let expressions = expressions::all(arguments)?;
    let interpreters = Interpreters::find(&arguments.python)?;
    if draft.is_some() && interpreters.found.len() > 1 {
        return Err(Error::DraftOfSeveral);
    }
    let baseline = baseline.as_ref().map(|(file, baseline)| (*file, baseline));
    let outcome = ask(arguments, expressions, interpreters, baseline);
    if github::is_reading() {
        github::annotate(&annotations(&outcome));
    }
    as_far_as_read(match (shown, reporting.format) {
        (Some(shown), Format::Human) => program::emit(&outcome, shown),
        (shown, format) => write(&outcome, format, shown),
    })?;
    if let Some(draft) = draft {
        let tally = outcome.tally(0);
        let failures = match baseline {
            Some((_, baseline)) => baseline.compare(&tally, reporting.strict).new,
            None => tally.failures(reporting.strict).collect(),
        };
        draft.write(&tally, &failures)?;
    }
    Ok(outcome.found())
}

/// Asks each object in each interpreter, one after the other.
fn ask<'a>(
    arguments: &'a arguments::Check,
    expressions: Vec<String>,
    interpreters: Interpreters,
    baseline: Option<(&'a Path, &'a Baseline)>,
) -> Outcome<'a> {
    let bar = Bar::new(|| expressions.len() * interpreters.found.len(), "objects");
    let setup = arguments.setup.join("\n");
    let mut cells = Vec::new();
    for expression in &expressions {
        for (python, interpreter) in interpreters.found.iter().enumerate() {
            let subject = Subject { expression: expression.clone(), setup: setup.clone() };
            let came = interpreter.check(&subject, arguments.limit.call_limit);
            cells.push(Cell { expression: expression.clone(), python, came });
            bar.advance(1);
        }
    }
    bar.clear();
    Outcome {
        pythons: interpreters.found.into_iter().map(|it| it.python).collect(),
        missing: interpreters.missing,
        expressions,
        cells,
        setup: &arguments.setup,
        call_limit: arguments.limit.of_its_own(),
        strict: arguments.reporting.strict,
        baseline,
    }
}

fn write(outcome: &Outcome, format: Format, shown: Option<Shown>) -> Result<(), Error> {
    let mut out = BufWriter::new(anstream::stdout().lock());
    match format {
        Format::Human => human::write(outcome, &mut out),
        Format::Json => json::write(outcome, shown, &mut out),
        Format::Junit => junit::write(outcome, &mut out),
        Format::Markdown => markdown::write(outcome, &mut out),
    }?;
    Ok(out.flush()?)
}

/// An annotation of GitHub's for each thing that the check fails on.
fn annotations(outcome: &Outcome) -> String {
    let causes = causes::causes(outcome);
    let causes = causes.iter().filter(|cause| cause.is_failure());
    let causes = causes.map(|cause| (cause.headline(), cause.to_string()));
    let not_checked = summary::not_checked(outcome).into_iter();
    let not_checked = not_checked.map(|why| ("not checked".to_owned(), why));
    let errors = causes.chain(not_checked);
    let mut text: String =
        errors.map(|(title, message)| github::error(&[("title", &title)], &message)).collect();
    if let Some((file, _)) = outcome.baseline {
        for problem in outcome.problems() {
            let (file, line) = (file.to_string_lossy(), problem.line.to_string());
            let place = [("file", &*file), ("line", line.as_str()), ("title", "baseline")];
            text += &github::error(&place, &problem.problem);
        }
    }
    text
}
