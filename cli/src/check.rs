//! `pybuf check`: is the buffer of this object right?

mod again;
mod asking;
mod causes;
mod documentation;
mod expressions;
pub mod json;
mod outcome;
mod page;
mod program;
mod summary;
#[cfg(test)]
mod tests;

use std::path::Path;

use pybuf_harness::baseline::Baseline;
use pybuf_targets::check::Subject;

use crate::arguments::{self, Format};
use crate::error::{Error, Found, as_far_as_read};
use crate::progress::Bar;
use crate::report::github;
use crate::report::reporting::Reporting;
use asking::Interpreters;
use outcome::{Cell, Outcome};
use program::Shown;

pub fn check(arguments: &arguments::Check) -> Result<Found, Error> {
    let shown = arguments.emit.map(|language| Shown { language, wanted: arguments.clause });
    if shown.is_some() && !matches!(arguments.reporting.format, Format::Human | Format::Json) {
        return Err(Error::FormatOfPrograms);
    }
    let reporting = Reporting::prepare(&arguments.reporting)?;
    let expressions = expressions::all(arguments)?;
    let interpreters = Interpreters::find(&arguments.python)?;
    if reporting.draft.is_some() && interpreters.found.len() > 1 {
        return Err(Error::DraftOfSeveral);
    }
    let baseline = reporting.baseline.as_ref().map(|(file, baseline)| (*file, baseline));
    let outcome = ask(arguments, expressions, interpreters, baseline);
    let page = page::page(&outcome);
    match (shown, arguments.reporting.format) {
        (Some(shown), Format::Human) => {
            github::annotate(&page);
            as_far_as_read(program::emit(&outcome, shown))?;
        }
        (shown, _) => reporting.write(&page, &json::written(&outcome, shown))?,
    }
    if let Some(draft) = reporting.draft {
        let (tally, strict) = (outcome.tally(0), arguments.reporting.strict);
        let failures = match baseline {
            Some((_, baseline)) => baseline.compare(&tally, strict).new,
            None => tally.failures(strict).collect(),
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
