//! # Divergences as text
//!
//! One divergence, as a good compiler would put it.

use std::fmt::{self, Display};

use crate::campaign::Keep;
use crate::report::Report;
use crate::tally::{Again, Drawn, Example, Group};
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
        if let Some(target) = target {
            line("replay", &format!("pybuf replay {case} --target {target} --edition {edition}"))?;
        }
        let Some(Drawn { seed, keep }) = &group.drawn else { return Ok(()) };
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
            Some(Keep::As(id)) => line("walked", &format!("through anyway, as {id}")),
            None => Ok(()),
        }
    }
}

/// Without control characters, and without what is no character: a line is a line, to a terminal and in XML.
pub fn in_a_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_no_character(c) {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// The last two of each plane of Unicode, and 32 in its first.
fn is_no_character(c: char) -> bool {
    let code = u32::from(c);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
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
    for group in report.tally.failures(strict) {
        text += &GroupText { group, on, target, known: None, lines: true }.to_string();
        text.push('\n');
    }
    for complaint in report.complaints() {
        text += &format!("error: {complaint}\n");
    }
    text
}
