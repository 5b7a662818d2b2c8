//! Sentences about a check.

use std::collections::BTreeSet;

use pybuf_harness::finding::Finding;
use pybuf_harness::severity::Severity;
use pybuf_harness::text::in_a_line;

use super::outcome::{Cell, Outcome, State, on};
use crate::report::page::{count, cut};

/// How many characters of an expression are shown in a line.
const EXPRESSION: usize = 200;

/// An expression in a line that is to be read.
pub fn shortened(expression: &str) -> String {
    cut(&in_a_line(expression), EXPRESSION)
}

/// How much was known before, if anything was said to be.
pub fn known(outcome: &Outcome) -> Option<String> {
    let (file, _) = outcome.baseline?;
    let of_cell = |cell: &Cell| cell.findings().len() - outcome.unknown(cell).len();
    let known: usize = outcome.cells.iter().map(of_cell).sum();
    Some(format!("{} known, by {}", count(known, "finding"), file.display()))
}

/// What came of it, in a line that can be quoted.
pub fn verdict(outcome: &Outcome) -> String {
    let what = match outcome.cells.as_slice() {
        [cell] => {
            let kind = cell.kind().map(|kind| format!(" ({kind})")).unwrap_or_default();
            let python = &outcome.python(cell).name;
            let expression = shortened(&cell.expression);
            format!("{expression}{kind} on {python}: {}", of_cell(outcome, cell))
        }
        cells => of_cells(outcome, cells),
    };
    in_a_line(&format!("pybuf {}: {what}", env!("CARGO_PKG_VERSION")))
}

fn of_cell(outcome: &Outcome, cell: &Cell) -> String {
    let exercised = || cell.checked().map_or(0, |checked| checked.exercised.len());
    match (outcome.state(cell), cell.why_not()) {
        (state @ (State::NotEvaluated | State::NotChecked), Some(why)) => {
            format!("{}: {why}", state.name())
        }
        (State::GivenUp, Some(why)) => match broken(outcome, [cell]).as_str() {
            "" => why,
            findings => format!("{findings}; {why}"),
        },
        (State::Right, _) => format!("right, by {}", count(exercised(), "clause")),
        (State::Known, _) => {
            format!("{}, nothing new", count(cell.findings().len(), "known finding"))
        }
        (State::Findings | State::Notes, _) => broken(outcome, [cell]),
        (state, _) => state.name().to_owned(),
    }
}

fn of_cells(outcome: &Outcome, cells: &[Cell]) -> String {
    let names: Vec<_> = outcome.pythons.iter().map(|python| python.name.as_str()).collect();
    let number =
        |of: &[State]| cells.iter().filter(|cell| of.contains(&outcome.state(cell))).count();
    let parts = [
        (number(&[State::Right]), "right"),
        (number(&[State::Known]), "with nothing new"),
        (number(&[State::Notes]), "with notes"),
        (number(&[State::Findings]), "with findings"),
        (number(&[State::GivenUp]), "given up"),
        (number(&[State::ExportsNothing, State::NotEvaluated, State::NotChecked]), "not checked"),
    ];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, what)| format!("{number} {what}")).collect();
    let expressions = count(outcome.expressions.len(), "expression");
    let findings = broken(outcome, cells);
    let findings = if findings.is_empty() { findings } else { format!(": {findings}") };
    format!("{expressions} on {}: {}{findings}", on(&names), parts.join(", "))
}

/// `2 clauses broken, 1 note: ` and the clauses; of notes, if there is nothing else. Empty if there is nothing.
fn broken<'c>(outcome: &Outcome, cells: impl IntoIterator<Item = &'c Cell>) -> String {
    let new: Vec<&Finding> = cells.into_iter().flat_map(|cell| outcome.unknown(cell)).collect();
    let (failures, notes): (Vec<_>, Vec<_>) =
        new.into_iter().partition(|finding| outcome.is_failure(finding));
    let (crashes, broken): (Vec<&Finding>, Vec<_>) =
        failures.into_iter().partition(|it| it.severity() == Severity::Crash);
    let clauses = |findings: &[&Finding]| {
        let ids: BTreeSet<_> =
            findings.iter().filter_map(|it| it.clause).map(|it| it.id()).collect();
        ids.into_iter().collect::<Vec<_>>()
    };
    let (of_failures, of_notes) = (clauses(&broken), clauses(&notes));
    let of_none = broken.iter().chain(&notes).filter(|finding| finding.clause.is_none()).count();
    let parts = [
        (!crashes.is_empty()).then(|| died(&crashes)),
        (!of_failures.is_empty()).then(|| format!("{} broken", count(of_failures.len(), "clause"))),
        (!of_notes.is_empty()).then(|| count(of_notes.len(), "note")),
        (of_none > 0).then(|| count(of_none, "other finding")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    let ids = if of_failures.is_empty() { of_notes } else { of_failures };
    match ids.is_empty() {
        true => parts.join(", "),
        false => format!("{}: {}", parts.join(", "), ids.join(", ")),
    }
}

/// `1 crash`, or `2 crashes or time-outs`
fn died(crashes: &[&Finding]) -> String {
    match crashes {
        [one] => format!("1 {}", one.kind),
        more => format!("{} crashes or time-outs", more.len()),
    }
}
