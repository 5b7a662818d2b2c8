//! # Divergences as text
//!
//! One divergence, as a good compiler would put it.

use std::fmt::{self, Display};

use crate::report::{Example, Group, Report};
use crate::verdict::Kind;

/// A group of divergences to print.
#[derive(Clone, Copy, Debug)]
pub struct Divergence<'a> {
    /// The group.
    pub group: &'a Group,
    /// The report that it is of.
    pub report: &'a Report,
    /// What `pybuf replay --target` takes to run the same thing again, if it is such a target.
    pub target: Option<&'a str>,
    /// Why this is known, if it is.
    pub known: Option<&'a str>,
}

impl Divergence<'_> {
    /// What is wrong, in a sentence.
    pub fn headline(&self) -> String {
        let broken = self.group.clause.map_or("", |clause| clause.note().broken.as_str());
        match (self.group.kind, broken) {
            (Kind::Crashed, _) => "the process died".into(),
            (Kind::TimedOut, _) => "the call did not come back".into(),
            (Kind::OutOfProtocol, _) => "the reply cannot be judged".into(),
            (Kind::Diverges, "") => "the call is answered where it may not be".into(),
            (Kind::Diverges, broken) => broken.into(),
        }
    }
}

impl Display for Divergence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Divergence { group, report, target, known } = self;
        let example = &group.smallest;
        let word = if group.is_failure() { "divergence" } else { "note" };
        writeln!(f, "{word}: {}", self.headline())?;
        let mut line = |name: &str, value: &dyn Display| writeln!(f, "  {name:<9} {value}");
        if let Some(clause) = group.clause {
            line("clause", &format!("{clause} ({}, edition {})", group.level, example.edition))?;
        }
        let others = match group.count {
            1 => String::new(),
            count => format!(", in {count} calls"),
        };
        line("target", &format!("{} on {}{others}", group.objects, report.target))?;
        line("case", &format!("{}   {}", example.case, example.call))?;
        line("expected", &example.expected)?;
        line("observed", &example.observed)?;
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

/// What stands in the way of conforming, divergence after divergence; nothing if nothing does. `target`
/// as in [`Divergence`].
pub fn failures(report: &Report, target: Option<&str>, strict: bool) -> String {
    let mut text = String::new();
    for group in report.failures(strict) {
        text += &Divergence { group, report, target, known: None }.to_string();
        text.push('\n');
    }
    for feature in &report.never_exercised {
        text +=
            &format!("error: {feature} is claimed, or declared as a gap, and no case is of it\n");
    }
    text
}
