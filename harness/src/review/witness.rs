//! # Witnesses
//!
//! A clause that never decides anything, or that no call escapes, is easily one that says something
//! else than it seems to. So each has a witness, a call that it decides about, and a counter-witness, a
//! call for which its condition does not hold.

use pybuf_model::{Answer, Clause, Edition, Expected, presence};

use crate::case::{Case, CaseId, Domain};
use crate::implementation::Capabilities;
use crate::judge::{by_model, judge_by};
use crate::judging::shared::{rules, shared};
use crate::reply::{Reply, Returned};

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
    for domain in domains {
        let belongs = |clause: Clause| {
            let has_domain = domains.iter().any(|domain| domain.name == clause.family());
            clause.family() == domain.name || !has_domain
        };
        for edition in newest_first() {
            let holds = |sides: &&mut Sides| sides.clause.holds(edition) && belongs(sides.clause);
            look_for_witnesses(domain, edition, all.iter_mut().filter(holds).collect());
        }
    }
    for sides in &mut all {
        let Some(witness) = &sides.witness else { continue };
        let domain = domains.iter().find(|domain| domain.name == witness.id.domain);
        sides.counter = domain.and_then(|domain| counter(sides.clause, witness, domain));
    }
    all
}

fn newest_first() -> impl Iterator<Item = Edition> {
    Edition::ALL.into_iter().rev()
}

impl Sides {
    /// Whether the witness is one that the clause decides about.
    fn is_decided(&self) -> bool {
        self.witness.is_some() && self.shared.is_none()
    }
}

/// Looks in the cases of a domain, in order, for a witness of each clause: until it decides about one.
fn look_for_witnesses(domain: &Domain, edition: Edition, mut wanted: Vec<&mut Sides>) {
    for (id, case) in domain.cases() {
        wanted.retain(|sides| !sides.is_decided());
        if wanted.is_empty() {
            break;
        }
        let asked = Asked::of(id, case, edition);
        for sides in &mut wanted {
            let exercised = asked.exercised.iter().filter(|(_, clause)| *clause == sides.clause);
            for &(call, clause) in exercised {
                let shared = asked.answer(call).and_then(|it| shared(clause, it, edition));
                if sides.witness.is_none() || (shared.is_none() && !sides.is_decided()) {
                    (sides.witness, sides.shared) = (Some(asked.witness(call)), shared);
                }
            }
        }
    }
}

/// The counter-witness to a witness.
fn counter(clause: Clause, witness: &Witness, domain: &Domain) -> Option<Witness> {
    let function = witness.case.calls[witness.call].feature();
    let says_nothing = |asked: &Asked, call| asked.is_answered(call) && !asked.names(clause, call);
    let here = first_call(domain, function, witness.edition, says_nothing);
    // What an edition lacks is not answered there.
    let is_presence = presence::of(&witness.case.calls[witness.call]).any(|it| it == clause);
    let lack_it = newest_first().filter(|edition| !clause.holds(*edition));
    let mut elsewhere = lack_it.filter_map(|edition| {
        first_call(domain, function, edition, |it, call| is_presence || it.is_answered(call))
    });
    here.or_else(|| elsewhere.next())
}

/// The first call of a function that is like this.
fn first_call(
    domain: &Domain,
    function: &str,
    edition: Edition,
    is_like: impl Fn(&Asked, usize) -> bool,
) -> Option<Witness> {
    let calls_it =
        |(_, case): &(CaseId, Case)| case.calls.iter().any(|it| it.feature() == function);
    domain.cases().filter(calls_it).find_map(|(id, case)| {
        let asked = Asked::of(id, case, edition);
        let is_it = |call: &usize| asked.case.calls[*call].feature() == function;
        let call = (0..asked.case.calls.len()).filter(is_it).find(|call| is_like(&asked, *call))?;
        Some(asked.witness(call))
    })
}

/// A case that was run, with what was expected and what was replied.
struct Asked {
    id: CaseId,
    case: Case,
    edition: Edition,
    expected: Vec<Expected>,
    replies: Vec<Reply>,
    /// The clauses that the replies were checked against, each after the number of the call.
    exercised: Vec<(usize, Clause)>,
}

impl Asked {
    fn of(id: CaseId, case: Case, edition: Edition) -> Asked {
        let (expected, replies): (Vec<_>, Vec<_>) = by_model(&case, edition).into_iter().unzip();
        let lacks_nothing = Capabilities::default();
        let judgement = judge_by(expected.iter(), &case.calls, &replies, edition, &lacks_nothing);
        Asked { id, case, edition, expected, replies, exercised: judgement.exercised }
    }

    /// What is said of a call that the edition has, and that came back.
    fn answer(&self, call: usize) -> Option<(&Answer, &Returned)> {
        match (&self.expected[call], &self.replies[call]) {
            (Expected::Reply(expectation), Reply::Returned(returned)) => {
                Some((expectation.answer()?, returned))
            }
            _ => None,
        }
    }

    /// Whether the edition has the call, and it came back.
    fn is_answered(&self, call: usize) -> bool {
        let made = (&self.expected[call], &self.replies[call]);
        matches!(made, (Expected::Made, Reply::Returned(_))) || self.answer(call).is_some()
    }

    /// Whether a clause says something of such a reply, even if the reply does not tell of it: how often a function has
    /// run, say.
    fn names(&self, clause: Clause, call: usize) -> bool {
        let is_said =
            |(answer, returned)| rules(answer, returned).iter().any(|it| it.clause == clause);
        self.exercised.contains(&(call, clause)) || self.answer(call).is_some_and(is_said)
    }

    fn witness(&self, call: usize) -> Witness {
        let Asked { id, case, edition, .. } = self;
        Witness { id: id.clone(), case: case.clone(), call, edition: *edition }
    }
}
