//! # Divergences as text
//!
//! One divergence, as a good compiler would put it.

use std::fmt::{self, Display};

use crate::report::Report;
use crate::tally::{Again, Example, Group, Stopped};
use crate::verdict::Kind;

/// A group of divergences, to be shown by its smallest case.
#[derive(Clone, Copy, Debug)]
pub struct GroupText<'a> {
    /// The group.
    pub group: &'a Group,
    /// What it was seen on, by its name.
    pub on: &'a str,
    /// What `pybuf replay --target` takes to run the same thing again, if it is such a target.
    pub target: Option<&'a str>,
    /// Why this is known, if it is.
    pub known: Option<&'a str>,
    /// Whether to say in which line of SPEC_NOTES.md the clause is.
    pub lines: bool,
}

impl GroupText<'_> {
    /// What is wrong, in a sentence.
    pub fn headline(&self) -> String {
        let broken = self.group.clause.map_or("", |clause| clause.note().broken.as_str());
        match (self.group.kind, broken) {
            (Kind::Crashed, _) if self.group.again == Some(Again::NotSeen) => {
                "the process died behind other cases, not by this case alone".into()
            }
            (Kind::Crashed, _) => "the process died".into(),
            (Kind::TimedOut, _) => "the call did not come back".into(),
            (Kind::Denied, _) => "the edition has this, and it is denied".into(),
            (Kind::OutOfProtocol, _) => "the reply cannot be judged".into(),
            (Kind::Diverges, broken) => broken.into(),
        }
    }
}

impl Display for GroupText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GroupText { group, on, target, known, lines } = self;
        let example = &group.smallest;
        let word = if group.is_failure() { "divergence" } else { "note" };
        writeln!(f, "{word}: {}", self.headline())?;
        let mut line = |name: &str, value: &dyn Display| {
            writeln!(f, "  {name:<9} {}", in_a_line(&value.to_string()))
        };
        if let Some(clause) = group.clause {
            // Its own level: a note beyond the text, or a crash, matters less or more than that.
            let level = clause.level(example.edition).unwrap_or(group.level);
            let mut text = format!("{clause} ({level}, edition {})", example.edition);
            if *lines {
                text += &format!("   SPEC_NOTES.md line {}", clause.note().line);
            }
            line("clause", &text)?;
        }
        line("target", &format!("{} on {on}, {}", group.objects, calls(group)))?;
        line("case", &format!("{}   {}", example.case, example.call))?;
        line("expected", &example.expected)?;
        line("observed", &example.observed)?;
        if let Some(again) = &group.again {
            line("again", again)?;
        }
        if let Some(known) = known {
            line("known", known)?;
        }
        let Example { case, edition, .. } = example;
        match target {
            Some(target) => line(
                "replay",
                &format!("pybuf replay {case} --target {target} --edition {edition}"),
            ),
            None => Ok(()),
        }
    }
}

/// Without control characters: a reply may have any, and a line is a line.
fn in_a_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

/// In how many calls it was seen; behind a divergence also as what.
fn calls(group: &Group) -> String {
    let count = |n: usize| if n == 1 { "in 1 call".into() } else { format!("in {n} calls") };
    match (group.failures, group.notes) {
        (0, notes) => count(notes),
        (failures, 0) => count(failures),
        (failures, notes) => format!("{}, and as a note {}", count(failures), count(notes)),
    }
}

/// What stands in the way of conforming, divergence after divergence; nothing if nothing does. `target`
/// as in [`GroupText`].
pub fn failures(report: &Report, target: Option<&str>, strict: bool) -> String {
    let mut text = String::new();
    let on = &report.tally.target;
    for group in report.failures(strict) {
        text += &GroupText { group, on, target, known: None, lines: true }.to_string();
        text.push('\n');
    }
    if report.tally.judged() == 0 {
        text += "error: nothing was judged\n";
    }
    text + &complaints(report)
}

/// What is wrong with the run itself, or with the capabilities that the implementation claims, a line
/// each.
pub fn complaints(report: &Report) -> String {
    let mut text = String::new();
    if let Some(Stopped { why, not_run }) = &report.tally.stopped {
        text += &format!("error: stopped early: {}; {not_run} cases not run\n", in_a_line(why));
    }
    for feature in &report.never_exercised {
        text += &format!("error: it claims {feature}, and no case has exercised that\n");
    }
    for gap in &report.unknown_gaps {
        text += &format!("error: it declares to lack {gap}, and there is no such thing\n");
    }
    text
}
