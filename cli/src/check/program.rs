//! `--emit`: a program that shows a finding.

use std::io::Write;

use anstyle::AnsiColor;
use pybuf_harness::finding::Finding;
use pybuf_harness::model::Clause;
use pybuf_harness::verdict::Kind;

use super::causes::{Cause, causes};
use super::outcome::{Cell, Outcome, Python};
use super::page::faults;
use super::{documentation, summary};
use crate::arguments::Wanted;
use crate::emit::{self, Language, Program};
use crate::error::Error;
use crate::report::human::highlight;

/// Which findings are shown by programs, and in what language.
#[derive(Clone, Copy)]
pub struct Shown {
    pub language: Language,
    /// All if it is none.
    pub wanted: Option<Wanted>,
}

impl Shown {
    pub fn is_of(self, clause: Option<Clause>, kind: Kind) -> bool {
        self.wanted.is_none_or(|wanted| Wanted::that_is(clause, kind) == Some(wanted))
    }
}

/// Writes a program that shows the worst finding, and to standard error whatever else there is to say.
pub fn emit(outcome: &Outcome, shown: Shown) -> Result<(), Error> {
    let color = AnsiColor::Red.on_default().bold();
    let errors = faults(outcome);
    let errors = errors.map(|it| highlight(&format!("{}: {}", it.word, it.line()), color));
    let causes = causes(outcome, &outcome.cells);
    let wanted = || causes.iter().filter(|cause| shown.is_of(cause.clause, cause.kind));
    let example = wanted().find_map(Cause::example);
    let nothing = example.is_none().then(|| nothing(outcome, shown, wanted().count()));
    for line in errors.chain(nothing) {
        // Where it cannot be told, the exit status tells it.
        let _ = writeln!(anstream::stderr(), "{line}");
    }
    match example {
        Some((cell, finding)) => {
            let text = text(outcome, cell, finding, shown.language);
            Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
        }
        None => Ok(()),
    }
}

/// Why there is no program.
fn nothing(outcome: &Outcome, shown: Shown, found: usize) -> String {
    let why = match (found, shown.wanted) {
        (0, None) => "nothing to show".to_owned(),
        (0, Some(wanted)) => format!("nothing to show of {wanted}"),
        _ => {
            "nothing to show: no program shows what ends the evaluation of an expression".to_owned()
        }
    };
    format!("{why}: {}", summary::verdict(outcome))
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
