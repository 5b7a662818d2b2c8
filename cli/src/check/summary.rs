//! What more than one format says.

use std::collections::BTreeSet;

use pybuf_harness::check::{Finding, Severity};
use pybuf_harness::text::in_a_line;

use super::outcome::{Cell, Outcome, State, count, on};

/// A row for each expression with what came of it in each interpreter, under their versions. Nothing if there is
/// but one cell.
pub fn table(outcome: &Outcome) -> Vec<Vec<String>> {
    if outcome.cells.len() < 2 {
        return Vec::new();
    }
    let names = outcome.pythons.iter().map(|python| python.name.as_str());
    let versions = names.map(|name| name.strip_prefix("CPython ").unwrap_or(name));
    let mut rows =
        vec![["CPython"].into_iter().chain(versions).map(str::to_owned).collect::<Vec<_>>()];
    for cells in outcome.cells.chunks(outcome.pythons.len()) {
        let words = cells.iter().map(|cell| outcome.word(cell));
        rows.push([shortened(&cells[0].expression)].into_iter().chain(words).collect());
    }
    rows
}

/// Text of at most `limit` characters: what is in the middle of longer text is left out.
pub fn cut(text: &str, limit: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= limit {
        return text.to_owned();
    }
    let kept = limit.saturating_sub(3);
    let (begin, end) = (kept.div_ceil(2), characters.len() - kept / 2);
    characters[..begin].iter().chain(&['.'; 3]).chain(&characters[end..]).collect()
}

/// How many characters of an expression are shown in a line.
const EXPRESSION: usize = 200;

/// An expression in a line that is to be read.
pub fn shortened(expression: &str) -> String {
    cut(&in_a_line(expression), EXPRESSION)
}

/// What the report is not about, a line each: what could not be checked, and what is wrong with the baseline.
pub fn errors(outcome: &Outcome) -> impl Iterator<Item = String> {
    let not_checked = not_checked(outcome).into_iter().map(|it| format!("not checked: {it}"));
    not_checked.chain(outcome.baseline_problems().map(|it| format!("error: {it}")))
}

/// What could not be checked, or not to the end, and why.
pub fn not_checked(outcome: &Outcome) -> Vec<String> {
    let missing = outcome.missing.iter().cloned();
    let cells = outcome.cells.iter().filter_map(|cell| {
        let python = &outcome.python(cell).name;
        Some(format!("{} on {python}: {}", shortened(&cell.expression), cell.why_not()?))
    });
    missing.chain(cells).map(|line| in_a_line(&line)).collect()
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
        failures.into_iter().partition(|it| it.severity == Severity::Crash);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_in_the_middle() {
        assert_eq!(cut("array.array('i')", 16), "array.array('i')");
        assert_eq!(cut("array.array('i')", 9), "arr...i')");
        assert_eq!(cut("äöüäöüäöü", 6), "äö...ü");
    }
}
