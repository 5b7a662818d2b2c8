//! Findings by cause: what is the same in several cells is said once.

use std::cmp::Reverse;
use std::fmt::{self, Display};

use pybuf_harness::finding::Finding;
use pybuf_harness::model::{Clause, Level};
use pybuf_harness::severity::Severity;
use pybuf_harness::text::in_a_line;
use pybuf_harness::verdict::Kind;

use super::outcome::{Cell, Outcome, and, on};
use super::{again, documentation, summary};

/// Findings of one clause, broken in one way.
pub struct Cause<'a> {
    pub severity: Severity,
    pub clause: Option<Clause>,
    pub kind: Kind,
    /// What was permitted and what was seen instead.
    shapes: Vec<Shape<'a>>,
    outcome: &'a Outcome<'a>,
}

/// Findings that expect the same and saw the same, in one cell or in several.
struct Shape<'a> {
    seen: Vec<(&'a Cell, &'a Finding)>,
    /// The one to show: that of the fewest questions, in the newest interpreter.
    example: (&'a Cell, &'a Finding),
}

/// The causes of all findings in some cells that are not known: the worst first, and of these what was seen most
/// often.
pub fn causes<'a>(outcome: &'a Outcome<'a>, cells: &'a [Cell]) -> Vec<Cause<'a>> {
    let mut causes: Vec<Cause> = Vec::new();
    for cell in cells {
        for finding in outcome.unknown(cell) {
            let (severity, &Finding { clause, kind, .. }) = (finding.severity(), finding);
            let same = |it: &Cause| (it.severity, it.clause, it.kind) == (severity, clause, kind);
            let known = causes.iter().position(same).unwrap_or_else(|| {
                causes.push(Cause { severity, clause, kind, shapes: Vec::new(), outcome });
                causes.len() - 1
            });
            causes[known].add(cell, finding);
        }
    }
    let often = |cause: &Cause| cause.seen().map(|(_, finding)| finding.failures).sum::<usize>();
    causes.sort_by_key(|cause| (cause.severity, Reverse(often(cause)), cause.clause));
    causes
}

impl<'a> Cause<'a> {
    fn add(&mut self, cell: &'a Cell, finding: &'a Finding) {
        let same = |shape: &&mut Shape| {
            let (_, first) = shape.example;
            (&first.expected, &first.observed) == (&finding.expected, &finding.observed)
        };
        match self.shapes.iter_mut().find(same) {
            Some(shape) => shape.add(cell, finding, self.outcome),
            None => self.shapes.push(Shape::of(cell, finding)),
        }
    }

    fn seen(&self) -> impl Iterator<Item = &(&'a Cell, &'a Finding)> {
        self.shapes.iter().flat_map(|shape| &shape.seen)
    }

    /// The first to show, if there is an object to ask.
    pub fn example(&self) -> Option<(&'a Cell, &'a Finding)> {
        let mut examples = self.shapes.iter().map(|shape| shape.example);
        examples.find(|(_, finding)| !finding.steps.is_empty())
    }

    /// Whether the check fails on it.
    pub fn is_failure(&self) -> bool {
        self.seen().any(|(_, finding)| self.outcome.is_failure(finding))
    }

    /// How bad it is, and what is wrong, in a line.
    pub fn headline(&self) -> String {
        let word = match self.severity {
            Severity::Note if self.outcome.strict => "note that --strict fails on",
            Severity::Crash => self.kind.name(),
            severity => severity.name(),
        };
        let broken = self.seen().next().map_or("", |(_, finding)| finding.headline());
        format!("{word}: {broken}")
    }
}

impl Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.headline())?;
        let mut line = |name: &str, value: &str| writeln!(f, "  {name:<9} {}", in_a_line(value));
        let Some((first, finding)) = self.shapes.first().map(|shape| shape.example) else {
            return Ok(());
        };
        let python = self.outcome.python(first);
        if let Some(clause) = self.clause {
            // Its own level: a note beyond the text, or a crash, matters less or more than that.
            let level = clause.level(python.edition).unwrap_or(finding.level);
            let (editions, number) = (self.editions(), clause.note().line);
            line(
                "clause",
                &format!("{clause} ({level}, {editions})   SPEC_NOTES.md line {number}"),
            )?;
            let link = documentation::link(clause, python.edition, python.version);
            let none = match clause.level(python.edition) {
                Some(_) => "none: no document says so",
                None => "none any more: the documentation of earlier versions had it",
            };
            line("text", link.as_deref().unwrap_or(none))?;
            if self.severity == Severity::Note {
                line("reason", &reason(clause, finding, level))?;
            }
        }
        for shape in &self.shapes {
            for place in shape.places(self.outcome) {
                line("object", &place)?;
            }
            let (_, finding) = shape.example;
            line("request", &finding.call)?;
            line("expected", &finding.expected)?;
            line("observed", &finding.observed)?;
        }
        if let Some((cell, finding)) = self.example() {
            line("program", &again::command(self.outcome, cell, finding))?;
        }
        Ok(())
    }
}

impl Cause<'_> {
    /// `edition 3.12`, or several.
    fn editions(&self) -> String {
        let mut editions: Vec<_> =
            self.seen().map(|(cell, _)| self.outcome.python(cell).edition).collect();
        editions.sort();
        editions.dedup();
        let names: Vec<_> = editions.iter().map(|edition| edition.name()).collect();
        let word = if names.len() == 1 { "edition" } else { "editions" };
        format!("{word} {}", and(&names))
    }
}

/// How many lines there may be for the objects of which the same is said.
const PLACES: usize = 12;

impl<'a> Shape<'a> {
    fn of(cell: &'a Cell, finding: &'a Finding) -> Shape<'a> {
        Shape { example: (cell, finding), seen: vec![(cell, finding)] }
    }

    fn add(&mut self, cell: &'a Cell, finding: &'a Finding, outcome: &Outcome) {
        let key = |(cell, finding): (&Cell, &Finding)| {
            (finding.steps.len(), Reverse(outcome.python(cell).version))
        };
        if key((cell, finding)) < key(self.example) {
            self.example = (cell, finding);
        }
        self.seen.push((cell, finding));
    }

    /// The objects, the interpreters and in how many answers: a line for what is said of an expression in
    /// several interpreters.
    fn places(&self, outcome: &Outcome) -> Vec<String> {
        let mut places: Vec<(String, String, Vec<&str>)> = Vec::new();
        for (cell, finding) in &self.seen {
            let package = cell.package().map(|package| format!(" ({package})"));
            let behind = package.unwrap_or_default() + &answers(finding);
            let name = outcome.python(cell).name.as_str();
            let same = |it: &&mut (String, String, _)| it.0 == cell.expression && it.1 == behind;
            match places.iter_mut().find(same) {
                Some((.., names)) => names.push(name),
                None => places.push((cell.expression.clone(), behind, vec![name])),
            }
        }
        let more = places.len().saturating_sub(PLACES);
        let line = |(expression, behind, names): &(String, String, Vec<&str>)| {
            format!("{} on {}{behind}", summary::shortened(expression), on(names))
        };
        let mut lines: Vec<_> = places.iter().take(PLACES).map(line).collect();
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        lines
    }
}

/// In how many answers it was seen; behind a failure also as what.
fn answers(finding: &Finding) -> String {
    let count = |n: usize| if n == 1 { "in 1 answer".into() } else { format!("in {n} answers") };
    match (finding.failures, finding.notes) {
        (0, 0) => String::new(),
        (0, notes) => format!(", {}", count(notes)),
        (failures, 0) => format!(", {}", count(failures)),
        (failures, notes) => format!(", {}, and as a note in {notes}", count(failures)),
    }
}

/// Why something is a note only.
pub fn reason(clause: Clause, finding: &Finding, level: Level) -> String {
    if let Some(excuse) = &finding.excuse {
        return excuse.clone();
    }
    let reading = clause.note().reading.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = reading.split_inclusive(". ").next().unwrap_or_default().trim().to_owned();
    match level {
        Level::Must => format!("the text does not speak of such a request. Otherwise: {first}"),
        _ => first,
    }
}
