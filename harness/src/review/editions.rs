//! # Two editions
//!
//! What the step from one edition to another changes in behaviour: which functions and objects come and
//! go, which clauses do, and of each function the smallest case whose permitted replies are not the same.

mod permitted;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pybuf_model::{Clause, Edition, Expectation, Expected, Level, clause};

use crate::call::Call;
use crate::case::{Case, CaseId, Domain};
use crate::judge::by_model;
use crate::render;

use permitted::Permitted;

/// Python 2's buffer objects, which functions make, and no recipe.
const BUFFER_OBJECT: &str = "make buffer object";

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What comes and goes, by the names of [`Call::feature`], or `make buffer object`: what each edition
    /// has of it.
    pub features: Vec<(&'static str, [Presence; 2])>,
    /// The clauses that have not the same level, with both; `None` where one does not hold.
    pub clauses: Vec<(Clause, [Option<Level>; 2])>,
    /// The functions to calls of which not the same replies are permitted, the smallest case first.
    pub functions: Vec<Function>,
}

/// Whether an edition has a function, or a kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// It does not.
    Absent,
    /// It is in no text, and may be there all the same.
    Undocumented,
    /// It does.
    There,
}

/// A function, in the cases of the domain that is about it. One that differs in outcomes and, elsewhere,
/// in other things is there twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Whether it is not the same if the calls succeed or fail, or if the edition has them.
    pub outcome: bool,
    /// How many calls have replies that one edition permits and the other does not.
    pub calls: usize,
    /// The case of the first of them.
    pub smallest: CaseId,
    /// Which call of that case it is, from 0.
    pub index: usize,
    /// The call.
    pub call: String,
    /// What each edition permits, as far as it is not the same.
    pub permits: [String; 2],
}

/// Compares two editions.
pub fn difference(domains: &[Domain], [from, to]: [Edition; 2]) -> Difference {
    let mut features: BTreeMap<&str, [Presence; 2]> = BTreeMap::new();
    let mut functions: Vec<Function> = Vec::new();
    for domain in domains {
        let mut compared = Compared {
            editions: [from, to],
            elsewhere: domain.others(domains),
            known: HashMap::new(),
        };
        let begin = functions.len();
        for (id, case) in domain.cases() {
            let [old, new] = [from, to].map(|edition| expected(&case, edition));
            for (index, call) in case.calls.iter().enumerate() {
                notice(call, [old.get(index), new.get(index)], &mut features);
            }
            for (index, Unlike { outcome, permits }) in compared.calls(old, new) {
                let name = case.calls[index].feature();
                let known = |it: &&mut Function| it.name == name && it.outcome == outcome;
                match functions[begin..].iter_mut().find(known) {
                    Some(function) => function.calls += 1,
                    None => functions.push(Function {
                        name,
                        outcome,
                        calls: 1,
                        smallest: id.clone(),
                        index,
                        call: render::call(&case, index),
                        permits,
                    }),
                }
            }
        }
    }
    functions.sort_by_key(|function| function.index);
    Difference {
        features: features.into_iter().filter(|(_, [old, new])| old != new).collect(),
        clauses: clauses(from, to),
        functions,
    }
}

impl Difference {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty() && self.clauses.is_empty() && self.functions.is_empty()
    }
}

fn expected(case: &Case, edition: Edition) -> Vec<Expected> {
    by_model(case, edition).into_iter().map(|(expected, _)| expected).collect()
}

/// Takes notice of what is there: a function or kind of object is, if one call of it is.
fn notice(
    call: &Call,
    expected: [Option<&Expected>; 2],
    features: &mut BTreeMap<&'static str, [Presence; 2]>,
) {
    let what = match call {
        // The functions are there for others; that they work shows that there are such objects.
        call if is_operation(call) => BUFFER_OBJECT,
        call => call.feature(),
    };
    let seen = features.entry(what).or_insert([Presence::Absent; 2]);
    for (seen, expected) in seen.iter_mut().zip(expected) {
        *seen = expected.map_or(*seen, |expected| presence(expected).max(*seen));
    }
}

/// Whether it is one of the operations on buffer objects that other objects have, too.
fn is_operation(call: &Call) -> bool {
    let of_buffer_objects =
        pybuf_model::presence::of(call).eq([clause!("buffer-object.until-2.7")]);
    of_buffer_objects && !call.feature().starts_with("PyBuffer_")
}

fn presence(expected: &Expected) -> Presence {
    match expected {
        Expected::Made | Expected::Reply(Expectation::Answer(_)) => Presence::There,
        Expected::Reply(Expectation::NotInEdition { otherwise: Some(_), .. }) => {
            Presence::Undocumented
        }
        _ => Presence::Absent,
    }
}

/// Compares expectations of two editions.
struct Compared<'a> {
    editions: [Edition; 2],
    /// The domains that other clauses belong to.
    elsewhere: BTreeSet<&'a str>,
    /// What was compared before: there are not many expectations, of many calls.
    known: HashMap<(Expectation, Expectation), Option<Unlike>>,
}

/// What each edition permits, as far as it is not the same.
#[derive(Clone)]
struct Unlike {
    outcome: bool,
    permits: [String; 2],
}

impl Compared<'_> {
    /// The calls of a case whose permitted replies differ, and how. Objects that only one of the
    /// editions has are told of as such; calls that want for one say nothing.
    fn calls(&mut self, old: Vec<Expected>, new: Vec<Expected>) -> Vec<(usize, Unlike)> {
        let calls = old.into_iter().zip(new).enumerate();
        let differing = calls.filter_map(|(index, each)| match each {
            (Expected::Reply(old), Expected::Reply(new)) => {
                self.difference(old, new).map(|unlike| (index, unlike))
            }
            _ => None,
        });
        differing.collect()
    }

    fn difference(&mut self, old: Expectation, new: Expectation) -> Option<Unlike> {
        let Compared { editions: [from, to], elsewhere, known } = self;
        let known = known.entry((old, new)).or_insert_with_key(|(old, new)| {
            if [old, new].iter().all(|expectation| expectation.is_about(elsewhere)) {
                return None;
            }
            let (old, new) = (Permitted::by(old, *from), Permitted::by(new, *to));
            let outcome = old.outcomes() != new.outcomes();
            let permits = || [old.unlike(&new), new.unlike(&old)];
            (old != new).then(|| Unlike { outcome, permits: permits() })
        });
        known.clone()
    }
}

/// The clauses whose levels differ, in the order of the notes.
fn clauses(from: Edition, to: Edition) -> Vec<(Clause, [Option<Level>; 2])> {
    let levels = Clause::all().map(|clause| (clause, [clause.level(from), clause.level(to)]));
    let mut changed: Vec<_> = levels.filter(|(_, [old, new])| old != new).collect();
    changed.sort_by_key(|(clause, _)| clause.note().line);
    changed
}
