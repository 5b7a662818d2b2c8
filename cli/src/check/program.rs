//! `--emit`: a program that shows a finding.

use std::io::Write;

use pybuf_harness::model::Clause;

use super::outcome::{Cell, Outcome, Python};
use super::{causes, documentation, summary};
use crate::emit::{self, Language, Program};
use crate::error::as_far_as_read;
use crate::{Error, Found};

/// Writes a program that shows the worst finding, or that of the clause.
pub fn emit(outcome: &Outcome, language: Language, clause: Option<Clause>) -> Result<Found, Error> {
    let causes = causes::causes(outcome);
    let wanted = causes.iter().filter(|cause| clause.is_none() || cause.clause == clause);
    let Some((cell, finding)) = wanted.filter_map(|cause| cause.example()).next() else {
        return Err(Error::NothingToShow { clause, verdict: summary::verdict(outcome) });
    };
    let Python { version_text, edition, version, .. } = outcome.python(cell);
    let link = finding.clause.and_then(|it| documentation::link(it, *edition, *version));
    let setup = outcome.setup.join("\n");
    let program = Program {
        expression: &cell.expression,
        setup: &setup,
        modules: modules(cell),
        python: version_text,
        edition: *edition,
        link: link.as_deref(),
    };
    let text = emit::program(language, finding, &program);
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    as_far_as_read(written.map_err(Error::from))?;
    Ok(outcome.found())
}

fn modules(cell: &Cell) -> &[String] {
    cell.checked().map_or(&[], |checked| &checked.about.modules)
}
