//! # The table of outcomes
//!
//! What the edition does not have; which calls succeed and which fail, by the clause that decides; and
//! of calls with a mask, how each object answers each mask.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use pybuf_model::expectation::{Answer, Expectation, Outcome, Rule};
use pybuf_model::{Clause, Edition, Level};

use super::calls::{Behaviour, Count, Kind, Said};
use super::lines::{PAGE, clause, cut, section, short};

/// The most lines on what the edition lacks, with the heading, where it does not lack everything.
const MOST_ABSENT: usize = 9;
/// The most lines on outcomes, with the heading.
const MOST_OUTCOMES: usize = 26;

/// A clause and an outcome that it decides.
type Way = (Clause, Outcome);

/// The table of outcomes. A call counts in each line that is about it.
pub fn outcomes(behaviour: &Behaviour) -> String {
    let Behaviour { domain, edition, cases, kinds, .. } = behaviour;
    let calls: usize = kinds.iter().map(|kind| kind.calls).sum();
    let mut table = cut(&format!("{domain} in edition {edition}: {calls} calls in {cases} cases"));
    let said = behaviour.said(|answer| &answer.outcomes);
    let marks = marks(&said, *edition);
    let room = if said.is_empty() { PAGE - 1 } else { MOST_ABSENT };
    section(&mut table, "not in the edition", &absent(behaviour), room);
    let decided = said.into_iter().map(|((_, by, outcome, _), count)| {
        let (mark, text) = (&marks[&(by, *outcome)], short(&kinds[count.first].text));
        let (outcome, by) = (word(*outcome), clause(by, *edition));
        format!("{mark:<2}  {outcome:<7}  {by} {count}  {text}")
    });
    let heading =
        "outcomes, by clause: in how many calls, + those beyond the text; which; the first";
    section(&mut table, heading, &decided.collect::<Vec<_>>(), MOST_OUTCOMES);
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
    for (place, kind) in behaviour.kinds.iter().enumerate() {
        if let Expectation::NotInEdition { clause, otherwise } = &kind.expectation {
            let key = (clause.note().line, *clause, kind.function);
            let (calls, there) = (Count::of(place, kind, false), otherwise.is_some());
            let line = lines.entry(key).and_modify(|(all, is_there)| {
                *all += calls;
                *is_there |= there;
            });
            line.or_insert((calls, there));
        }
    }
    let line = |((_, by, function), (count, there)): ((_, Clause, _), (Count, bool))| {
        let there = if there { "; where it is there, as below" } else { "" };
        let level = by.level(behaviour.edition).unwrap_or(Level::Observed);
        format!("{level:<8}  {by:<38} {count}  {function}{there}")
    };
    lines.into_iter().map(line).collect()
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failure",
        Outcome::Either => "either",
    }
}

/// The rule that decides: one that does not leave the outcome open, if there is one.
fn deciding(answer: &Answer) -> Option<&Rule<Outcome>> {
    let closed = answer.outcomes.iter().rfind(|rule| rule.says != Outcome::Either);
    closed.or(answer.outcomes.first())
}

/// Two characters for each way to decide, from the words of the clause.
fn marks(said: &Said<Outcome>, edition: Edition) -> BTreeMap<Way, String> {
    // The most binding first: what the text promises is plain `ok`.
    let way = |&(line, clause, &outcome, _): &(usize, Clause, &Outcome, &str)| {
        (Reverse(clause.level(edition)), line, (clause, outcome))
    };
    let ways: BTreeSet<_> = said.keys().map(way).collect();
    let mut marks: BTreeMap<Way, String> = BTreeMap::new();
    for (.., way) in ways {
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
