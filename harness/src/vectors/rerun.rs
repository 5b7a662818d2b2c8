//! Running a file again: what it says must be what the model says.

use pybuf_model::Edition;
use thiserror::Error;

use super::{FORMAT, Vector, Vectors};
use crate::case::Domain;
use crate::certificate::{Certificate, digest, line};
use crate::implementation::{Capabilities, Implementation};
use crate::judge::{carry_on, judge_by};
use crate::reply::{Reply, Returned, Seen};
use crate::verdict::Judgement;
use crate::world::{Expected, World};

/// Where a file says something else than the model.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Disagreement {
    /// What stands at its beginning is not so.
    #[error("{0} is not right")]
    Head(&'static str),
    /// An expectation cannot be understood, or is not of the edition.
    #[error("expectation {number}: {problem}")]
    Expectation {
        /// Which.
        number: usize,
        /// What is wrong.
        problem: String,
    },
    /// A number of a case is that of nothing.
    #[error("{0} refers to what is not there")]
    Number(String),
    /// The implementation replies otherwise.
    #[error("{0} has other replies")]
    Replies(String),
    /// The file and the model judge the same replies in different ways.
    #[error("{case} is judged differently: {file} by the file, and {model} by the model")]
    Judgement {
        /// The case.
        case: String,
        /// The judgement by the file.
        file: String,
        /// That by the model.
        model: String,
    },
}

/// A file by which replies are judged.
pub struct ByFile<'a> {
    vectors: &'a Vectors,
    edition: Edition,
    expected: Vec<Expected>,
}

impl<'a> ByFile<'a> {
    /// Reads what a file says of replies.
    ///
    /// # Errors
    ///
    /// If the file is of another edition, or an expectation cannot be understood.
    pub fn read(vectors: &'a Vectors, edition: Edition) -> Result<ByFile<'a>, Disagreement> {
        let read = |(number, expectation): (usize, &super::Expectation)| {
            let failed = |problem| Disagreement::Expectation { number, problem };
            expectation.expect.read(edition).map_err(failed)
        };
        let expected = vectors.expectations.iter().enumerate().map(read);
        let expected = expected.collect::<Result<_, _>>()?;
        match vectors.edition == edition.name() && vectors.format == FORMAT {
            true => Ok(ByFile { vectors, edition, expected }),
            false => Err(Disagreement::Head("the edition, or the format")),
        }
    }

    /// ByFile the replies to a case by what the file says, and by nothing else: as far as it says
    /// anything.
    ///
    /// # Errors
    ///
    /// If the case refers to what is not in the file.
    pub fn judge(
        &self,
        vector: &Vector,
        replies: &[Reply],
        capabilities: &Capabilities,
    ) -> Result<Judgement, Disagreement> {
        let expected = self.entries(vector, &self.expected)?;
        let next = |index: usize, _: &Reply| Some(expected[index].clone());
        self.as_far_as_it_goes(next, vector, replies, capabilities)
    }

    /// ByFile the replies to a case by the model, as far as the file says anything.
    fn judge_by_model(
        &self,
        vector: &Vector,
        replies: &[Reply],
        capabilities: &Capabilities,
    ) -> Result<Judgement, Disagreement> {
        let mut world = World::new(self.edition);
        let next =
            |index: usize, reply: &Reply| Some(world.follow(&vector.case.calls[index], reply));
        self.as_far_as_it_goes(next, vector, replies, capabilities)
    }

    fn as_far_as_it_goes(
        &self,
        mut next: impl FnMut(usize, &Reply) -> Option<Expected>,
        vector: &Vector,
        replies: &[Reply],
        capabilities: &Capabilities,
    ) -> Result<Judgement, Disagreement> {
        let entries = self.entries(vector, &self.vectors.expectations)?;
        let mut parted = false;
        let expect = |index: usize, reply: &Reply| {
            let expected = if parted { None } else { next(index, reply) };
            parted |= entries[index].example.as_ref().is_none_or(|example| parts(example, reply));
            expected
        };
        Ok(judge_by(expect, &vector.case, replies, self.edition, capabilities))
    }

    /// What stands in a list at the numbers of a case, of which there must be one for each call.
    fn entries<'b, T>(&self, vector: &Vector, list: &'b [T]) -> Result<Vec<&'b T>, Disagreement> {
        let entries: Option<Vec<&T>> =
            vector.expected.iter().map(|number| list.get(*number)).collect();
        let entries = entries.filter(|entries| entries.len() == vector.case.calls.len());
        entries.ok_or_else(|| Disagreement::Number(vector.id.clone()))
    }

    /// Holds what the file says of some replies against what the model says of them.
    ///
    /// # Errors
    ///
    /// If that is not the same: verdict, divergences, and the clauses that were exercised.
    pub fn compare(
        &self,
        vector: &Vector,
        replies: &[Reply],
        capabilities: &Capabilities,
    ) -> Result<Judgement, Disagreement> {
        let file = self.judge(vector, replies, capabilities)?;
        let model = self.judge_by_model(vector, replies, capabilities)?;
        if file == model {
            return Ok(file);
        }
        let [file, model] = [file, model].map(|it| format!("{it:?}"));
        Err(Disagreement::Judgement { case: vector.id.clone(), file, model })
    }
}

impl Vectors {
    /// Runs all cases again as the file has them, and judges the replies by what it says and by the
    /// model. `implementation` is the one that has carried the cases on when the file was written.
    ///
    /// # Errors
    ///
    /// The first thing in which the file does not agree with the domain, the implementation or the
    /// model.
    pub fn rerun(
        &self,
        domain: &Domain,
        edition: Edition,
        implementation: &mut dyn Implementation,
    ) -> Result<(), Disagreement> {
        let file = ByFile::read(self, edition)?;
        let lines = self.cases.iter().map(|vector| line(&vector.id, &vector.case));
        let certificate = Certificate { digest: digest(lines), ..self.certificate.clone() };
        if certificate != self.certificate || certificate != Certificate::of(domain) {
            return Err(Disagreement::Head("the certificate"));
        }
        let capabilities = implementation.capabilities();
        for vector in &self.cases {
            let replies = carry_on(&vector.case, implementation);
            let judgement = file.compare(vector, &replies, &capabilities)?;
            let entries = file.entries(vector, &self.expectations)?;
            let is_against = |call| judgement.divergences.iter().any(|it| it.call == call);
            let as_before =
                entries.iter().zip(&replies).enumerate().all(|(call, (entry, reply))| {
                    entry.example.as_ref() == Some(reply).filter(|_| !is_against(call))
                });
            if !as_before {
                return Err(Disagreement::Replies(vector.id.clone()));
            }
        }
        Ok(())
    }
}

/// Whether a reply is so unlike the example that what is expected of later calls does not hold behind
/// it. It does if the two are alike in what later calls can go by: whether there is a function, or an
/// object, at all; `value`; whether an exception is set; `obj`; `buffer`; `bytes`; `number`; and whether
/// `view.readonly` is 0.
pub fn parts(example: &Reply, reply: &Reply) -> bool {
    match (example, reply) {
        (Reply::Returned(example), Reply::Returned(reply)) => {
            let Returned { value, exception, obj, buffer, bytes, number, .. } = example;
            *value != reply.value
                || exception.is_some() != reply.exception.is_some()
                || *obj != reply.obj
                || *buffer != reply.buffer
                || *bytes != reply.bytes
                || *number != reply.number
                || readonly(example) != readonly(reply)
        }
        _ => example != reply,
    }
}

/// Whether a view is read-only, if that is told.
fn readonly(returned: &Returned) -> Option<bool> {
    match returned.view.as_deref()?.readonly {
        Seen::Is(readonly) => Some(readonly != 0),
        Seen::Untouched => None,
    }
}
