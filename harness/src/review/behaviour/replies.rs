//! # The table of replies
//!
//! What must be found in a reply if the call succeeds and if it fails, whether it may or not, clause by
//! clause: a value where there are few, the number of values
//! where there are many.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use pybuf_model::expectation::{Answer, Rule};
use pybuf_model::{Clause, Edition, Fact};
use pybuf_protocol::Field;

use super::calls::{Behaviour, Kind};
use super::checksum::Checksum;
use super::lines::{Count, PAGE, clause, cut, section, short};

/// The most lines on failures, with the heading.
const MOST_ON_FAILURE: usize = 16;
/// How many values of a part of a reply are shown one by one.
const FEW: usize = 3;

/// The table of replies; `None` if nothing is said of any.
pub fn replies(behaviour: &Behaviour) -> Option<String> {
    let Behaviour { domain, edition, .. } = behaviour;
    let mut table = cut(&format!("{domain} in edition {edition}: what replies must hold"));
    let head = table.len();
    let success = lines(&behaviour.success, *edition, |answer| &answer.success);
    let failure = lines(&behaviour.failure, *edition, |answer| &answer.failure);
    let on_failure = MOST_ON_FAILURE.min(failure.len() + 2);
    section(&mut table, "if the call succeeds", &success, PAGE - 1 - on_failure);
    section(&mut table, "if the call fails", &failure, on_failure);
    (table.len() > head).then_some(table)
}

/// A clause, in the order of the notes, and the part of the reply that it speaks of.
type Said = (usize, Clause, Part);

/// Something that a clause says of the replies to calls of a kind.
struct Saying<'a> {
    kind: &'a Kind,
    beyond_the_text: bool,
    words: Rc<Words>,
}

/// What a statement comes to in words.
struct Words {
    part: Part,
    values: String,
}

fn lines(kinds: &[Kind], edition: Edition, rules: fn(&Answer) -> &Vec<Rule<Fact>>) -> Vec<String> {
    let mut words: HashMap<&Fact, Rc<Words>> = HashMap::new();
    let mut said: BTreeMap<Said, Vec<Saying>> = BTreeMap::new();
    for kind in kinds {
        for rule in kind.expectation.answer().into_iter().flat_map(rules) {
            let words = words.entry(&rule.says).or_insert_with(|| Words::of(&rule.says).into());
            let (words, beyond_the_text) = (words.clone(), rule.beyond_the_text);
            let said =
                said.entry((rule.clause.note().line, rule.clause, words.part.clone())).or_default();
            said.push(Saying { kind, beyond_the_text, words });
        }
    }
    let mut lines = Vec::new();
    for ((_, by, part), said) in said {
        let (by, part) = (clause(by, edition), short(&part));
        lines.extend(values(&said).into_iter().map(|(value, count, kind)| {
            format!("{by} {count}  {:<24} {part}{value}", kind.first.case)
        }));
    }
    lines
}

/// The values that are permitted of a part of a reply, each with the calls and the first kind of them;
/// where there are many, their number with all calls.
fn values<'a>(said: &[Saying<'a>]) -> Vec<(String, Count, &'a Kind)> {
    let mut all = Count::default();
    let mut values: BTreeMap<&str, (Count, &Kind)> = BTreeMap::new();
    for Saying { kind, beyond_the_text, words } in said {
        let (count, _) = values.entry(&words.values).or_insert_with(|| (Count::default(), kind));
        count.take((kind.calls, kind.which), *beyond_the_text);
        all.take((kind.calls, kind.which), *beyond_the_text);
    }
    if values.len() > FEW {
        let each = values.iter().map(|(value, (count, _))| [Checksum::of_text(value), count.which]);
        all.which = Checksum::of(each.flatten().map(Checksum::number));
        return vec![(format!(": {} different", values.len()), all, said[0].kind)];
    }
    let each = values.into_iter().map(|(value, (count, kind))| (format!(" {value}"), count, kind));
    each.collect()
}

/// The name of a field; all bytes from an offset on are one part of a reply.
type Part = String;

impl Words {
    fn of(fact: &Fact) -> Words {
        match fact.field {
            Field::BytesFrom(first) => {
                let values = short(&format!("from {first} on {}", permitted(fact)));
                Words { part: "bytes".into(), values }
            }
            field => Words { part: field.to_string(), values: short(&permitted(fact)) },
        }
    }
}

/// The permitted values in the order of their words, each once.
fn permitted(fact: &Fact) -> String {
    let Some(values) = fact.permits.values() else { return fact.values() };
    let words: BTreeSet<String> = values.iter().map(|value| fact.field.show(value)).collect();
    words.into_iter().collect::<Vec<_>>().join(" or ")
}
