//! How faults are caught: each implementation with a fault is run through the domain of the clause that
//! the fault breaks, once, and what the judge says is gathered.

mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::thread;

use pybuf_faults::Fault;
use pybuf_harness::finding::Finding;
use pybuf_harness::judge::judge;
use pybuf_harness::model::{Clause, Edition, Level};
use pybuf_harness::verdict::Divergence;
use pybuf_harness::{Call, Case, CaseId, Domain, Implementation, render};

pub use text::{divergences, matrix, musts};

/// How many cases an implementation is given at a time.
const BATCH: usize = 512;

/// What became of all faults, in their order.
pub static ALL: LazyLock<Vec<Kill>> = LazyLock::new(|| {
    let faults: Vec<Fault> = pybuf_faults::all().copied().collect();
    of_all(&faults)
});

/// What the judge says of an implementation with a fault.
#[derive(Clone)]
pub struct Kill {
    pub fault: Fault,
    /// The clause that it is to break.
    pub clause: Clause,
    /// The edition that it was judged by.
    pub edition: Edition,
    /// How many cases break the clause, as a failure of the run.
    pub cases: usize,
    /// The first of them, with the number of calls about the same kind of object that do; `None` if the
    /// fault is not caught.
    pub first: Option<Finding>,
    /// The other clauses that it breaks, as a failure of the run.
    pub others: BTreeSet<Clause>,
    /// The first failure that is about no clause: a reply that cannot be judged.
    pub strange: Option<String>,
}

/// What becomes of some faults, as many at a time as there are processors.
pub fn of_all(faults: &[Fault]) -> Vec<Kill> {
    let (next, kills) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || {
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(fault) = faults.get(index)
        {
            let kill = Kill::of(fault);
            kills.lock().expect("no thread panics with it").insert(index, kill);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    kills.into_inner().expect("no thread panics with it").into_values().collect()
}

/// The edition by which it is judged.
fn edition(fault: &Fault) -> Edition {
    fault.edition().unwrap_or_else(|| panic!("{} is no must in any edition", fault.clause))
}

impl Kill {
    pub fn of(fault: &Fault) -> Kill {
        let (clause, edition) = (fault.clause, edition(fault));
        let others = BTreeSet::new();
        let mut kill =
            Kill { fault: *fault, clause, edition, cases: 0, first: None, others, strange: None };
        let mut faulty = fault.implementation(edition);
        let capabilities = faulty.capabilities();
        let mut cases = kill.domain().cases();
        loop {
            let batch: Vec<(CaseId, Case)> = cases.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return kill;
            }
            let calls: Vec<&[Call]> = batch.iter().map(|(_, case)| &case.calls[..]).collect();
            for ((id, case), replies) in batch.iter().zip(faulty.run(&calls)) {
                let judgement = judge(case, &replies, edition, &capabilities);
                let is_failure = |divergence: &Divergence| divergence.is_failure();
                kill.add(id, case, judgement.divergences.into_iter().filter(is_failure));
            }
        }
    }

    /// The cases by which it is judged.
    pub fn domain(&self) -> Domain {
        let named = pybuf_suites::named(self.clause.family());
        named.expect("a clause that faults break has a domain")[0]
    }

    /// Takes in the failures of a case.
    fn add(&mut self, id: &CaseId, case: &Case, failures: impl Iterator<Item = Divergence>) {
        let mut breaks = false;
        for failure in failures {
            match failure.clause {
                Some(clause) if clause == self.clause => {
                    breaks = true;
                    self.add_own(id, case, failure);
                }
                Some(clause) => {
                    self.others.insert(clause);
                }
                None => {
                    let Divergence { expected, observed, .. } = failure;
                    let what = || format!("{id}: {observed} instead of {expected}");
                    self.strange.get_or_insert_with(what);
                }
            }
        }
        self.cases += usize::from(breaks);
    }

    /// Takes in a failure of the clause.
    fn add_own(&mut self, id: &CaseId, case: &Case, failure: Divergence) {
        let objects = case.subject(failure.call);
        let group = self.first.get_or_insert_with(|| {
            let about = ("", objects);
            let call = render::call(case, failure.call);
            let found = Finding::of(&failure, about, (id.clone(), self.edition), call);
            Finding { level: Level::Must, failures: 0, notes: 0, ..found }
        });
        group.failures += usize::from(group.objects == objects);
    }

    /// The calls of a case that breaks the clause without which it breaks it still. Not looked at are those
    /// behind the first that does: every case of its kind has them. A call that makes what later ones name
    /// by number is needed by them.
    pub fn superfluous(&self, case: &Case) -> Vec<usize> {
        let without = |call: usize| {
            let mut calls = case.calls.clone();
            calls.remove(call);
            Case { calls }
        };
        let before = 0..self.breach(case).unwrap_or(0);
        before.filter(|call| self.breach(&without(*call)).is_some()).collect()
    }

    /// Whether there is such a case, and it breaks the clause.
    pub fn is_shown_by(&self, id: &CaseId) -> bool {
        let case = self.domain().replay(id.choices());
        case.is_some_and(|case| self.breach(&case).is_some())
    }

    /// The first call of a case that breaks the clause, as a failure of the run.
    fn breach(&self, case: &Case) -> Option<usize> {
        let mut faulty = self.fault.implementation(self.edition);
        let replies = faulty.run(&[&case.calls]).pop().unwrap_or_default();
        let judgement = judge(case, &replies, self.edition, &faulty.capabilities());
        let mut failures = judgement.divergences.iter().filter(|it| it.is_failure());
        failures.find(|it| it.clause == Some(self.clause)).map(|it| it.call)
    }
}
