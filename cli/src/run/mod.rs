//! Reports of runs.

pub mod json;
mod outcome;
mod page;
mod summary;

use pybuf_harness::Report;

use crate::error::{Error, Found};
use crate::report::reporting::Reporting;
use outcome::{HeldBaseline, Outcome};

/// Reports, and says what was found. `target` is what `pybuf replay --target` takes.
pub fn report(reporting: Reporting, report: &Report, target: &str) -> Result<Found, Error> {
    let strict = reporting.arguments.strict;
    let baseline = reporting.baseline.as_ref().map(|(file, baseline)| HeldBaseline {
        file,
        comparison: baseline.compare(&report.tally, strict),
    });
    let outcome = Outcome { report, target, strict, baseline };
    reporting.write(&page::page(&outcome), &json::written(&outcome))?;
    if let Some(draft) = reporting.draft {
        draft.write(&report.tally, &outcome.failures())?;
    }
    Ok(match report.tally.stopped {
        Some(_) => Found::Stopped,
        None if outcome.conforms() => Found::Conforms,
        None => Found::Diverges,
    })
}
