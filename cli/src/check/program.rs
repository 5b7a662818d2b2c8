//! `--emit`: a program that shows a finding.

use std::io::Write;

use pybuf_harness::check::Finding;
use pybuf_harness::model::Clause;

use super::outcome::{Cell, Outcome, Python};
use super::{causes, documentation, summary};
use crate::emit::{self, Language, Program};
use crate::error::as_far_as_read;
use crate::{Error, Found};

/// Which findings are shown by programs, and in what language.
#[derive(Clone, Copy)]
pub struct Shown {
    pub language: Language,
    /// All if it is none.
    pub clause: Option<Clause>,
}

impl Shown {
    pub fn is_of(self, clause: Option<Clause>) -> bool {
        self.clause.is_none() || self.clause == clause
    }
}

/// Writes a program that shows the worst finding.
pub fn emit(outcome: &Outcome, shown: Shown) -> Result<Found, Error> {
    let causes = causes::causes(outcome);
    let wanted = causes.iter().filter(|cause| shown.is_of(cause.clause));
    let Some((cell, finding)) = wanted.filter_map(|cause| cause.example()).next() else {
        let (clause, verdict) = (shown.clause, summary::verdict(outcome));
        return Err(Error::NothingToShow { clause, verdict });
    };
    let text = text(outcome, cell, finding, shown.language);
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    as_far_as_read(written.map_err(Error::from))?;
    Ok(outcome.found())
}

/// A program that shows a finding.
pub fn text(outcome: &Outcome, cell: &Cell, finding: &Finding, language: Language) -> String {
    let Python { version_text, edition, version, .. } = outcome.python(cell);
    let link = finding.clause.and_then(|it| documentation::link(it, *edition, *version));
    let program = Program {
        expression: &cell.expression,
        setup: &outcome.setup.join("\n"),
        modules: cell.checked().map_or(&[], |checked| &checked.about.modules),
        python: version_text,
        edition: *edition,
        link: link.as_deref(),
    };
    emit::program(language, finding, &program)
}
