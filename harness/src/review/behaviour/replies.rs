//! # The table of replies
//!
//! What must be found in a reply if the call succeeds and if it fails, whether it may or not, clause by
//! clause: a value where there are few, the number of values where there are many.

use std::collections::{BTreeMap, BTreeSet};

use pybuf_model::expectation::{Answer, Rule};
use pybuf_model::{Clause, Fact};
use pybuf_protocol::Field;

use super::calls::{Behaviour, Count};
use super::checksum::Checksum;
use super::lines::{PAGE, clause, cut, section, short};

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
    section(&mut table, "if the call succeeds", &success, PAGE - 1 - on_failure);
    section(&mut table, "if the call fails", &failure, on_failure);
    (table.len() > head).then_some(table)
}

fn lines(behaviour: &Behaviour, rules: fn(&Answer) -> &Vec<Rule<Fact>>) -> Vec<String> {
    /// A clause, in the order of the notes, and the part of the reply that it speaks of.
    type Part = (usize, Clause, String);
    let mut said: BTreeMap<Part, BTreeMap<String, Count>> = BTreeMap::new();
    for ((line, clause, fact, _), count) in behaviour.said(rules) {
        let (part, values) = words(fact);
        let values = said.entry((line, clause, part)).or_default().entry(values);
        values.and_modify(|all| *all += count).or_insert(count);
    }
    let mut lines = Vec::new();
    for ((_, by, part), values) in said {
        let (by, part) = (clause(by, behaviour.edition), short(&part));
        lines.extend(few(values).into_iter().map(|(value, count)| {
            let first = &behaviour.kinds[count.first].case;
            format!("{by} {count}  {first:<24} {part}{value}")
        }));
    }
    lines
}

/// The values that are permitted of a part of a reply; where there are many, their number with all calls.
fn few(values: BTreeMap<String, Count>) -> Vec<(String, Count)> {
    let sum = |mut sum: Count, it| {
        sum += it;
        sum
    };
    match values.values().copied().reduce(sum) {
        Some(mut all) if values.len() > FEW => {
            let each = values.iter().map(|(it, count)| [Checksum::of_text(it), count.which]);
            all.which = Checksum::of(each.flatten().map(Checksum::number));
            vec![(format!(": {} different", values.len()), all)]
        }
        _ => values.into_iter().map(|(value, count)| (format!(" {value}"), count)).collect(),
    }
}

/// The name of the field and the permitted values; all bytes from an offset on are one part of a reply.
fn words(fact: &Fact) -> (String, String) {
    match fact.field {
        Field::BytesFrom(first) => {
            ("bytes".into(), short(&format!("from {first} on {}", permitted(fact))))
        }
        field => (field.to_string(), short(&permitted(fact))),
    }
}

/// The permitted values in the order of their words, each once.
fn permitted(fact: &Fact) -> String {
    let Some(values) = fact.permits.values() else { return fact.values() };
    let words: BTreeSet<String> = values.iter().map(|value| fact.field.show(value)).collect();
    words.into_iter().collect::<Vec<_>>().join(" or ")
}
