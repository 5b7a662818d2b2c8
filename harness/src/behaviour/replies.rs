//! # The table of replies
//!
//! What must be found in a reply, clause by clause: a value where there are few, the number of values
//! where there are many.

use std::collections::{BTreeMap, HashMap};

use pybuf_model::Clause;
use pybuf_model::expectation::{Answer, Fact, Rule};

use super::checksum::Checksum;
use super::lines::{Count, PAGE, clause, cut, section};
use super::{Behaviour, Kind, answer};
use crate::stated::{permitted, stated};

/// The most lines on failures, with the heading.
const MOST_ON_FAILURE: usize = 16;
/// How many values of a part of a reply are shown one by one.
const FEW: usize = 3;

/// The table of replies; `None` if nothing is said of any.
pub fn replies(behaviour: &Behaviour) -> Option<String> {
    let Behaviour { domain, edition, .. } = behaviour;
    let mut table = cut(&format!("{domain} in edition {edition}: what replies must hold"));
    let head = table.len();
    let success = lines(behaviour, |answer| &answer.success);
    let failure = lines(behaviour, |answer| &answer.failure);
    let on_failure = MOST_ON_FAILURE.min(failure.len() + 2);
    section(&mut table, "on success", &success, PAGE - 1 - on_failure);
    section(&mut table, "on failure", &failure, on_failure);
    (table.len() > head).then_some(table)
}

/// A clause, in the order of the notes, and the part of the reply that it speaks of.
type Said = (usize, Clause, &'static str);

/// What a statement comes to in words, with a checksum of them.
struct Words {
    part: &'static str,
    values: String,
    sum: Checksum,
}

fn lines(behaviour: &Behaviour, rules: fn(&Answer) -> &Vec<Rule<Fact>>) -> Vec<String> {
    let mut words: HashMap<&Fact, Words> = HashMap::new();
    let mut said: BTreeMap<Said, Vec<(&Kind, &Rule<Fact>)>> = BTreeMap::new();
    for kind in &behaviour.kinds {
        for rule in answer(&kind.expectation).into_iter().flat_map(rules) {
            let Words { part, .. } =
                words.entry(&rule.says).or_insert_with(|| Words::of(&rule.says));
            let key = (rule.clause.note().line, rule.clause, *part);
            said.entry(key).or_default().push((kind, rule));
        }
    }
    let mut lines = Vec::new();
    for ((_, by, part), rules) in said {
        let mut values: BTreeMap<&str, (Count, &Kind)> = BTreeMap::new();
        let mut all = Count::default();
        for (kind, rule) in &rules {
            let Words { values: value, sum, .. } = &words[&rule.says];
            let entry = values.entry(value).or_insert_with(|| (Count::default(), kind));
            entry.0.take(kind, rule.beyond_the_text, *sum);
            all.take(kind, rule.beyond_the_text, *sum);
        }
        let by = clause(by, behaviour.edition);
        if values.len() > FEW {
            let first = &rules[0].0.first.case;
            lines.push(format!("{by} {all}  {first:<20} {part}: {} different", values.len()));
            continue;
        }
        for (value, (count, kind)) in values {
            lines.push(format!("{by} {count}  {:<20} {part} {value}", kind.first.case));
        }
    }
    lines
}

impl Words {
    fn of(fact: &Fact) -> Words {
        let (part, values) = stated(fact);
        let values = permitted(values.as_ref());
        Words { part, sum: Checksum::of(&values), values }
    }
}
