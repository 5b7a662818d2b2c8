//! # Messages
//!
//! The findings of a run, to be read.

use std::fmt::{self, Display};

use crate::finding::{Drawn, Finding, Keep};
use crate::report::Report;
use crate::text::in_a_line;

/// A finding of a run, as a good compiler would put it.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// What it was seen on, by its name.
    pub on: &'a str,
    /// What `pybuf replay --target` takes to run the same thing again, if it is such a target.
    pub target: Option<&'a str>,
    /// Why this is known, if it is.
    pub known: Option<&'a str>,
    /// Whether to say in which line of SPEC_NOTES.md the clause is.
    pub lines: bool,
}

impl Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { finding, on, target, known, lines } = self;
        let word = if finding.is_failure() { "divergence" } else { "note" };
        writeln!(f, "{word}: {}", finding.headline())?;
        let mut line = |name: &str, value: &dyn Display| {
            writeln!(f, "  {name:<9} {}", in_a_line(&value.to_string()))
        };
        if let Some(clause) = finding.clause {
            // Its own level: a note beyond the text, or a crash, matters less or more than that.
            let level = clause.level(finding.edition).unwrap_or(finding.level);
            let mut text = format!("{clause} ({level}, edition {})", finding.edition);
            if *lines {
                text += &format!("   SPEC_NOTES.md line {}", clause.note().line);
            }
            line("clause", &text)?;
        }
        line("target", &format!("{} on {on}, {}", finding.objects, calls(finding)))?;
        line("case", &format!("{}   {}", finding.case, finding.call))?;
        line("expected", &finding.expected)?;
        line("observed", &finding.observed)?;
        if let Some(again) = &finding.again {
            line("again", again)?;
        }
        if let Some(known) = known {
            line("known", known)?;
        }
        let Finding { case, edition, .. } = finding;
        if let Some(target) = target {
            line("replay", &format!("pybuf replay {case} --target {target} --edition {edition}"))?;
        }
        let Some(Drawn { seed, keep }) = &finding.drawn else { return Ok(()) };
        line("seed", seed)?;
        match keep {
            Some(Keep::Line(regression)) => {
                let file = format!("suites/regressions/{}.jsonl", case.domain);
                line("keep it", &format!("by a line at the end of {file}, with the reason:"))?;
                let element = serde_json::to_string(regression).map_err(|_| fmt::Error)?;
                writeln!(f, "{}", in_a_line(&element))
            }
            Some(Keep::With(id)) => line("keep it", &format!("by the line for {id}")),
            Some(Keep::As(id)) if id.is_kept() => line("kept", &format!("as {id}")),
            Some(Keep::As(id)) => line("covered", &format!("by the exhaustive case {id}")),
            None => Ok(()),
        }
    }
}

/// In how many calls it was seen; of a divergence also as a note.
fn calls(finding: &Finding) -> String {
    let count = |n: usize| if n == 1 { "in 1 call".into() } else { format!("in {n} calls") };
    match (finding.failures, finding.notes) {
        (0, notes) => count(notes),
        (failures, 0) => count(failures),
        (failures, notes) => format!("{}, and as a note {}", count(failures), count(notes)),
    }
}

/// What keeps the target from conforming, divergence after divergence; empty if it conforms. `target`
/// as in [`Message`].
pub fn failures(report: &Report, target: Option<&str>, strict: bool) -> String {
    let mut text = String::new();
    let on = &report.tally.target;
    for finding in report.tally.failures(strict) {
        text += &Message { finding, on, target, known: None, lines: true }.to_string();
        text.push('\n');
    }
    for complaint in report.complaints() {
        text += &format!("error: {complaint}\n");
    }
    text
}
