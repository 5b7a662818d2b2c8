//! # Cases that proptest draws
//!
//! A strategy of the cases of a domain. It shrinks them by making their choices simpler, as
//! [`Shrinking`] does; a failure stays the same one while it is made simpler.

use std::cell::{Cell, RefCell};

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::{TestCaseError, TestError, TestRunner};
use rand_chacha::rand_core::Rng;
use thiserror::Error;

use pybuf_model::Edition;

use crate::case::{Case, CaseId, Domain};
use crate::implementation::Implementation;
use crate::judge::judge;
use crate::reply::Reply;
use crate::shrink::{Shrinking, Symptom};
use crate::verdict::Divergence;

/// The cases of a domain, drawn as [`Domain::draw`] does.
#[derive(Clone, Copy)]
pub struct Cases(pub Domain);

/// A case that was drawn.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Its id.
    pub id: CaseId,
    /// The case.
    pub case: Case,
}

/// A case that was drawn, and how it is made simpler.
pub struct Tree(Shrinking);

impl std::fmt::Debug for Cases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cases of {}", self.0.name)
    }
}

impl Strategy for Cases {
    type Tree = Tree;
    type Value = Drawn;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut seed = [0; 32];
        runner.rng().fill_bytes(&mut seed);
        let (id, _) = self.0.draw(seed);
        let tree = Shrinking::new(&self.0, &id);
        tree.map(Tree).ok_or_else(|| format!("{id} is no case of its domain").into())
    }
}

impl ValueTree for Tree {
    type Value = Drawn;

    fn current(&self) -> Drawn {
        let (id, case) = self.0.current();
        Drawn { id, case: case.clone() }
    }

    /// The current case fails: it is a candidate that will do, if it is not the first.
    fn simplify(&mut self) -> bool {
        self.0.accept();
        self.0.candidate().is_some()
    }

    /// The current candidate does not fail.
    fn complicate(&mut self) -> bool {
        self.0.candidate().is_some()
    }
}

/// Why cases do not agree.
#[derive(Clone, Debug, Error)]
pub enum Failed {
    /// A case diverges. It is as simple as can be.
    #[error("{id} in edition {edition}: {divergence:#?}\n{case:#?}")]
    Diverges {
        /// The id of the case.
        id: CaseId,
        /// The case.
        case: Case,
        /// What it was judged by.
        edition: Edition,
        /// The divergence in it.
        divergence: Divergence,
    },
    /// The runner gave up, for a reason of its own.
    #[error("proptest gave up: {0}")]
    GaveUp(String),
}

/// Puts cases of a domain to an implementation, as a test of `edition`. `see` is shown each case and the
/// replies to it before they are judged; divergences that are `known` do not count.
///
/// # Errors
///
/// The first divergence, by the simplest case that breaks the same clause in the same way; or that the
/// runner gave up.
pub fn agrees(
    runner: &mut TestRunner,
    domain: Domain,
    implementation: &mut dyn Implementation,
    edition: Edition,
    see: &dyn Fn(&Case, &[Reply]),
    known: &dyn Fn(&Case, &Divergence) -> bool,
) -> Result<(), Box<Failed>> {
    let capabilities = implementation.capabilities();
    let implementation = RefCell::new(implementation);
    let symptom: RefCell<Option<Symptom>> = RefCell::default();
    let found: Cell<Option<Failed>> = Cell::new(None);
    let result = runner.run(&Cases(domain), |Drawn { id, case }| {
        let replies = implementation.borrow_mut().run(&[&case.calls]).pop().unwrap_or_default();
        see(&case, &replies);
        let judgement = judge(&case, &replies, edition, &capabilities);
        let mut divergences = judgement.divergences.iter();
        let unknown = match &*symptom.borrow() {
            Some(symptom) => symptom.find(&case, &judgement.divergences),
            None => divergences.find(|divergence| !known(&case, divergence)),
        };
        let Some(divergence) = unknown else { return Ok(()) };
        let Divergence { clause, kind, .. } = *divergence;
        let subject = case.subject(divergence.call).to_owned();
        symptom.borrow_mut().get_or_insert(Symptom { clause, kind, objects: Some(subject) });
        found.set(Some(Failed::Diverges { id, divergence: divergence.clone(), case, edition }));
        Err(TestCaseError::fail("diverges"))
    });
    match (result, found.take()) {
        (Ok(()), _) => Ok(()),
        (Err(TestError::Fail(..)), Some(found)) => Err(Box::new(found)),
        (Err(error), _) => Err(Box::new(Failed::GaveUp(error.to_string()))),
    }
}
