//! # Witnesses
//!
//! A clause that never decides anything, or that no call escapes, is easily one that says something
//! else than it seems to. So each has a witness, a call that it decides about, and a counter-witness, a
//! call for which its condition does not hold.

use pybuf_model::{Clause, Edition, Expectation, Expected, presence};

use crate::call::Call;
use crate::case::{Case, CaseId, Domain};
use crate::judge::by_model;
use crate::judging::bearing::{Bearing, bearing};
use crate::reply::Reply;

/// One call of one case in one edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The id of the case.
    pub id: CaseId,
    /// The case.
    pub case: Case,
    /// Which call of it.
    pub call: usize,
    /// As a test of this edition.
    pub edition: Edition,
}

/// The two sides of a clause.
#[derive(Clone, Debug)]
pub struct Sides {
    /// The clause.
    pub clause: Clause,
    /// The first call that it decides about, in the newest edition that has one; where there is none,
    /// the first whose reply was checked against it.
    pub witness: Option<Witness>,
    /// If it nowhere decides: another clause that says the same of the witness.
    pub shared: Option<Clause>,
    /// The first call of the same function that is answered and that the clause says nothing of: in the
    /// same edition; where it speaks of each call, in the newest edition in which it does not hold.
    pub counter: Option<Witness>,
}

/// Finds the two sides of each of `clauses`: in the domain of its family, or in any if there is none.
pub fn find(clauses: &[Clause], domains: &[Domain]) -> Vec<Sides> {
    let none = |&clause: &Clause| Sides { clause, witness: None, shared: None, counter: None };
    let mut all: Vec<Sides> = clauses.iter().map(none).collect();
    let newest_first = || Edition::ALL.into_iter().rev();
    for domain in domains {
        let belongs = |clause: Clause| {
            let has_domain = domains.iter().any(|domain| domain.name == clause.family());
            clause.family() == domain.name || !has_domain
        };
        for edition in newest_first() {
            let looked_for = |sides: &&mut Sides| {
                let found = sides.witness.is_some() && sides.shared.is_none();
                belongs(sides.clause) && sides.clause.holds(edition) && !found
            };
            let looked_for: Vec<&mut Sides> = all.iter_mut().filter(looked_for).collect();
            if !looked_for.is_empty() {
                walk(domain, edition, looked_for);
            }
        }
    }
    for sides in all.iter_mut().filter(|sides| sides.counter.is_none()) {
        let Some(witness) = &sides.witness else { continue };
        let Some(domain) = domains.iter().find(|d| d.name == witness.id.domain) else { continue };
        let lack_it = newest_first().filter(|edition| !sides.clause.holds(*edition));
        // What an edition lacks is not answered there.
        let is_presence =
            presence::of(&witness.case.calls[witness.call]).any(|it| it == sides.clause);
        let mut elsewhere = lack_it.filter_map(|edition| {
            first_call(domain, witness.function(), edition, |it, call| {
                is_presence || it.is_answered(call)
            })
        });
        sides.counter = elsewhere.next();
    }
    all
}

impl Witness {
    /// Which function is called, or what is made, by the name of [`Call::feature`].
    fn function(&self) -> &'static str {
        self.case.calls.get(self.call).map_or("", Call::feature)
    }
}

/// Looks for the sides of clauses in the cases of a domain, in order, until all are found.
fn walk(domain: &Domain, edition: Edition, looked_for: Vec<&mut Sides>) {
    let mut searches: Vec<Search> = looked_for.into_iter().map(Search::new).collect();
    for (id, case) in domain.cases() {
        if searches.iter().all(Search::is_done) {
            break;
        }
        let asked = Asked::of(id, case, edition);
        for search in searches.iter_mut().filter(|search| !search.is_done()) {
            (0..asked.calls.len()).for_each(|call| search.look_at(&asked, call));
        }
    }
    searches.into_iter().for_each(Search::end);
}

/// The first call of a function that is like this.
fn first_call(
    domain: &Domain,
    function: &str,
    edition: Edition,
    is_like: impl Fn(&Asked, usize) -> bool,
) -> Option<Witness> {
    domain.cases().find_map(|(id, case)| {
        let asked = Asked::of(id, case, edition);
        let mut calls = (0..asked.calls.len()).filter(|call| is_like(&asked, *call));
        let call = calls.find(|call| asked.case.calls[*call].feature() == function)?;
        Some(asked.witness(call))
    })
}

/// The search for the sides of one clause in one edition.
struct Search<'a> {
    sides: &'a mut Sides,
    found: Option<(Witness, Bearing)>,
    /// Calls that are answered and that the clause says nothing of, the first of each function.
    free: Vec<Witness>,
}

impl<'a> Search<'a> {
    fn new(sides: &'a mut Sides) -> Self {
        Search { sides, found: None, free: Vec::new() }
    }

    fn look_at(&mut self, asked: &Asked, call: usize) {
        match asked.bearing(self.sides.clause, call) {
            Bearing::None if asked.is_answered(call) => {
                let function = asked.case.calls[call].feature();
                if self.free.iter().all(|free| free.function() != function) {
                    self.free.push(asked.witness(call));
                }
            }
            Bearing::None | Bearing::Untold => {}
            bearing => {
                let decides = |there: Bearing| there == Bearing::Decides;
                let better = |there: &(_, Bearing)| decides(bearing) && !decides(there.1);
                if self.found.as_ref().is_none_or(better) {
                    self.found = Some((asked.witness(call), bearing));
                }
            }
        }
    }

    fn counter(&self) -> Option<&Witness> {
        let (witness, _) = self.found.as_ref()?;
        self.free.iter().find(|free| free.function() == witness.function())
    }

    fn is_done(&self) -> bool {
        matches!(self.found, Some((_, Bearing::Decides))) && self.counter().is_some()
    }

    /// Takes over what was found, unless something as good was found before.
    fn end(self) {
        let counter = self.counter().cloned();
        let Some((witness, bearing)) = self.found else { return };
        let shared = match bearing {
            Bearing::Shared(clause) => Some(clause),
            _ => None,
        };
        if self.sides.witness.is_none() || shared.is_none() {
            let clause = self.sides.clause;
            *self.sides = Sides { clause, witness: Some(witness), shared, counter };
        }
    }
}

/// A case that was run, with what was expected and what was replied.
struct Asked {
    id: CaseId,
    case: Case,
    edition: Edition,
    calls: Vec<(Expected, Reply)>,
}

impl Asked {
    fn of(id: CaseId, case: Case, edition: Edition) -> Asked {
        Asked { calls: by_model(&case, edition), id, case, edition }
    }

    fn bearing(&self, clause: Clause, call: usize) -> Bearing {
        let (expected, reply) = &self.calls[call];
        bearing(clause, &self.case.calls[call], (expected, reply), self.edition)
    }

    /// Whether the edition has the call, and it came back.
    fn is_answered(&self, call: usize) -> bool {
        let (expected, reply) = &self.calls[call];
        let there = matches!(
            expected,
            Expected::Made
                | Expected::Reply(
                    Expectation::Answer(_) | Expectation::NotInEdition { otherwise: Some(_), .. }
                )
        );
        there && matches!(reply, Reply::Returned(_))
    }

    fn witness(&self, call: usize) -> Witness {
        let Asked { id, case, edition, .. } = self;
        Witness { id: id.clone(), case: case.clone(), call, edition: *edition }
    }
}
