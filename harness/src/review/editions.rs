//! # Two editions
//!
//! What the step from one edition to another changes in behaviour: which functions and objects come and
//! go, which clauses do, and of each function the smallest case whose permitted replies are not the same.

mod permitted;

use std::collections::{BTreeMap, HashMap};

use pybuf_model::{Clause, Edition, Expectation, Expected, Level, clause};

use crate::call::Call;
use crate::case::{CaseId, Domain};
use crate::judge::by_model;
use crate::render;

pub use permitted::{Presence, Unlike};

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

/// A function, in the cases of the domain that is about it. One that differs in outcomes and, elsewhere,
/// in other things is there twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How many calls have replies that one edition permits and the other does not.
    pub calls: usize,
    /// The case of the first of them.
    pub smallest: CaseId,
    /// Which call of that case it is, from 0.
    pub index: usize,
    /// The call.
    pub call: String,
    /// What each edition permits.
    pub unlike: Unlike,
}

/// What of a function or a kind of object each of two editions has, by its name.
type Features = BTreeMap<&'static str, [Presence; 2]>;

/// Compares two editions.
pub fn difference(domains: &[Domain], [from, to]: [Edition; 2]) -> Difference {
    let mut features = Features::new();
    let mut functions = Vec::new();
    for domain in domains {
        functions.extend(in_domain(domain, domains, [from, to], &mut features));
    }
    functions.sort_by_key(|function| function.index);
    Difference {
        features: features.into_iter().filter(|(_, [old, new])| old != new).collect(),
        clauses: clauses(from, to),
        functions,
    }
}

/// The functions that differ in the cases of a domain; of everything in them, `features` learns what each
/// edition has. An object that only one of the editions has shows there: a call that lacks it says nothing.
fn in_domain(
    domain: &Domain,
    domains: &[Domain],
    editions: [Edition; 2],
    features: &mut Features,
) -> Vec<Function> {
    let elsewhere = domain.others(domains);
    // There are not many expectations, of many calls.
    let mut known: HashMap<[Expectation; 2], Option<Unlike>> = HashMap::new();
    let mut functions: Vec<Function> = Vec::new();
    for (id, case) in domain.cases() {
        let [old, new] = editions.map(|edition| by_model(&case, edition));
        for (index, ((old, _), (new, _))) in old.into_iter().zip(new).enumerate() {
            notice(&case.calls[index], [&old, &new], features);
            let (Expected::Reply(old), Expected::Reply(new)) = (old, new) else { continue };
            let unlike = known.entry([old, new]).or_insert_with_key(|[old, new]| {
                let is_elsewhere = old.is_about(&elsewhere) && new.is_about(&elsewhere);
                if is_elsewhere { None } else { Unlike::of([old, new], editions) }
            });
            let Some(unlike) = unlike else { continue };
            let name = case.calls[index].feature();
            let known = |it: &&mut Function| it.name == name && it.unlike.outcome == unlike.outcome;
            match functions.iter_mut().find(known) {
                Some(function) => function.calls += 1,
                None => functions.push(Function {
                    name,
                    calls: 1,
                    smallest: id.clone(),
                    index,
                    call: render::call(&case, index),
                    unlike: unlike.clone(),
                }),
            }
        }
    }
    functions
}

impl Difference {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty() && self.clauses.is_empty() && self.functions.is_empty()
    }
}

/// Takes notice of what is there: a function or kind of object is, if one call of it is.
fn notice(call: &Call, expected: [&Expected; 2], features: &mut Features) {
    // The functions are there for others; that they work shows that there are such objects.
    let what = if is_operation(call) { BUFFER_OBJECT } else { call.feature() };
    let seen = features.entry(what).or_insert([Presence::Absent; 2]);
    for (seen, expected) in seen.iter_mut().zip(expected) {
        *seen = Presence::of(expected).max(*seen);
    }
}

/// Whether it is one of the operations on buffer objects that other objects have, too.
fn is_operation(call: &Call) -> bool {
    let of_buffer_objects =
        pybuf_model::presence::of(call).eq([clause!("buffer-object.until-2.7")]);
    of_buffer_objects && !call.feature().starts_with("PyBuffer_")
}

/// The clauses whose levels differ, in the order of the notes.
fn clauses(from: Edition, to: Edition) -> Vec<(Clause, [Option<Level>; 2])> {
    let levels = Clause::all().map(|clause| (clause, [clause.level(from), clause.level(to)]));
    let mut changed: Vec<_> = levels.filter(|(_, [old, new])| old != new).collect();
    changed.sort_by_key(|(clause, _)| clause.note().line);
    changed
}
