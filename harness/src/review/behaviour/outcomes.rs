//! # The table of outcomes
//!
//! What the edition does not have; which calls succeed and which fail, by the clause that decides; and
//! of calls with a mask, how each object answers each mask.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::iter;

use pybuf_model::expectation::{Answer, Expectation, Outcome, Rule};
use pybuf_model::{Clause, Level};

use super::calls::{Behaviour, Kind};
use super::lines::{Count, PAGE, clause, cut, section, short};

/// The most lines on what the edition lacks, with the heading, where it does not lack everything.
const MOST_ABSENT: usize = 9;
/// The most lines on outcomes, with the heading.
const MOST_OUTCOMES: usize = 26;

/// A clause and an outcome that it decides.
type Way = (Clause, Outcome);

/// The table of outcomes. A call counts in each line that is about it.
pub fn outcomes(behaviour: &Behaviour) -> String {
    let Behaviour { domain, edition, cases, outcomes: kinds, .. } = behaviour;
    let calls: usize = kinds.iter().map(|kind| kind.calls).sum();
    let mut table = cut(&format!("{domain} in edition {edition}: {calls} calls in {cases} cases"));
    let marks = marks(behaviour);
    let decided = decided(behaviour, &marks);
    let room = if decided.is_empty() { PAGE - 1 } else { MOST_ABSENT };
    section(&mut table, "not in the edition", &absent(behaviour), room);
    let heading =
        "outcomes, by clause: in how many calls, + those beyond the text; which; the first";
    section(&mut table, heading, &decided, MOST_OUTCOMES);
    let room = PAGE.saturating_sub(table.lines().count());
    let mark_of = |kind: &Kind| {
        let rule = kind.expectation.answer().and_then(deciding);
        rule.map_or("-", |rule| marks[&(rule.clause, rule.says)].as_str())
    };
    let marks: Vec<&str> = kinds.iter().map(mark_of).collect();
    table + &behaviour.masks.matrix(&marks, room)
}

fn absent(behaviour: &Behaviour) -> Vec<String> {
    let mut lines: BTreeMap<(usize, Clause, &str), (Count, bool)> = BTreeMap::new();
    for kind in &behaviour.outcomes {
        if let Expectation::NotInEdition { clause, otherwise } = &kind.expectation {
            let key = (clause.note().line, *clause, kind.function);
            let (count, there) = lines.entry(key).or_default();
            count.take((kind.calls, kind.which), false);
            *there |= otherwise.is_some();
        }
    }
    let line = |((_, by, function), (count, there)): ((_, Clause, _), (Count, bool))| {
        let there = if there { "; where it is there, as below" } else { "" };
        let level = by.level(behaviour.edition).unwrap_or(Level::Observed);
        format!("{level:<8}  {by:<38} {count}  {function}{there}")
    };
    lines.into_iter().map(line).collect()
}

fn decided(behaviour: &Behaviour, marks: &BTreeMap<Way, String>) -> Vec<String> {
    let mut lines: BTreeMap<(usize, Way, &str), (Count, &Kind)> = BTreeMap::new();
    for kind in &behaviour.outcomes {
        for rule in kind.expectation.answer().iter().flat_map(|answer| &answer.outcomes) {
            let key = (rule.clause.note().line, (rule.clause, rule.says), kind.function);
            let (count, _) = lines.entry(key).or_insert_with(|| (Count::default(), kind));
            count.take((kind.calls, kind.which), rule.beyond_the_text);
        }
    }
    let line = |((_, way, _), (count, kind)): ((usize, Way, &str), (Count, &Kind))| {
        let outcome = match way.1 {
            Outcome::Success => "success",
            Outcome::Failure => "failure",
            Outcome::Either => "either",
        };
        let (mark, by) = (&marks[&way], clause(way.0, behaviour.edition));
        format!("{mark:<2}  {outcome:<7}  {by} {count}  {}", short(&kind.first.text))
    };
    lines.into_iter().map(line).collect()
}

/// The rule that decides: one that does not leave the outcome open, if there is one.
fn deciding(answer: &Answer) -> Option<&Rule<Outcome>> {
    let closed = answer.outcomes.iter().rfind(|rule| rule.says != Outcome::Either);
    closed.or(answer.outcomes.first())
}

/// Two characters for each way to decide, from the words of the clause.
fn marks(behaviour: &Behaviour) -> BTreeMap<Way, String> {
    let answers = behaviour.outcomes.iter().filter_map(|kind| kind.expectation.answer());
    let rules = answers.flat_map(|answer| &answer.outcomes);
    // The most binding first: what the text promises is plain `ok`.
    let order = |clause: Clause| (Reverse(clause.level(behaviour.edition)), clause.note().line);
    let mut ways: Vec<_> =
        rules.map(|rule| (order(rule.clause), (rule.clause, rule.says))).collect();
    ways.sort_unstable();
    ways.dedup();
    let mut marks: BTreeMap<Way, String> = BTreeMap::new();
    for (_, way) in ways {
        let free = candidates(way).into_iter().find(|mark| !marks.values().any(|m| m == mark));
        marks.insert(way, free.unwrap_or_else(|| "**".into()));
    }
    marks
}

/// The marks that would do: `ok`, or `+` and a letter, for success; the initials of two words for
/// failure; `?` and a letter where it is left open.
fn candidates((clause, outcome): Way) -> Vec<String> {
    let words: Vec<&str> = clause.id().split(['.', '-']).skip(1).collect();
    let initials = words.iter().filter_map(|word| word.chars().next());
    let letters = initials.clone().chain(words.iter().flat_map(|word| word.chars()));
    let with = |sign: char| letters.clone().map(move |letter| format!("{sign}{letter}"));
    match outcome {
        Outcome::Success => iter::once("ok".to_owned()).chain(with('+')).collect(),
        Outcome::Failure => with(initials.clone().next().unwrap_or('x')).skip(1).collect(),
        Outcome::Either => with('?').collect(),
    }
}
