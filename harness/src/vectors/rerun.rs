//! Running a file again: what it says must be what the model says.

use std::collections::BTreeMap;

use pybuf_model::{Edition, Expected, Machine};
use thiserror::Error;

use super::file::{Expectation, FORMAT, Vector, Vectors, levels};
use crate::case::Domain;
use crate::certificate::{Certificate, digest, line};
use crate::implementation::Capabilities;
use crate::judge::{by_model, judge_by};
use crate::reply::{Reply, Returned, Seen};
use crate::verdict::Judgement;

/// Where a file says something else than the model.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Disagreement {
    /// What stands at its beginning is not so.
    #[error("{0} is not right")]
    Head(&'static str),
    /// A number of a case is that of nothing.
    #[error("{0} refers to what is not there")]
    Number(String),
    /// The model replies otherwise.
    #[error("{0} has other examples")]
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
}

impl<'a> ByFile<'a> {
    /// Reads what a file says of replies.
    ///
    /// # Errors
    ///
    /// If the file is of another edition or format, or its levels are not those of the edition.
    pub fn read(vectors: &'a Vectors, edition: Edition) -> Result<ByFile<'a>, Disagreement> {
        if vectors.edition != edition.name() || vectors.format != FORMAT {
            return Err(Disagreement::Head("the edition, or the format"));
        }
        match vectors.levels == levels(&vectors.expectations, edition) {
            true => Ok(ByFile { vectors, edition }),
            false => Err(Disagreement::Head("the list of levels")),
        }
    }

    /// Judges the replies to a case by what the file says, and by nothing else: as far as it says
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
        let expected = self.entries(vector)?;
        let next = |index: usize, _: &Reply| Some(expected[index].expect.clone());
        self.as_far_as_it_goes(next, vector, replies, capabilities)
    }

    /// Judges the replies to a case by the model, as far as the file says anything.
    fn judge_by_model(
        &self,
        vector: &Vector,
        replies: &[Reply],
        capabilities: &Capabilities,
    ) -> Result<Judgement, Disagreement> {
        let mut machine = Machine::new(self.edition);
        let next =
            |index: usize, reply: &Reply| Some(machine.follow(&vector.case.calls[index], reply));
        self.as_far_as_it_goes(next, vector, replies, capabilities)
    }

    fn as_far_as_it_goes(
        &self,
        mut next: impl FnMut(usize, &Reply) -> Option<Expected>,
        vector: &Vector,
        replies: &[Reply],
        capabilities: &Capabilities,
    ) -> Result<Judgement, Disagreement> {
        let entries = self.entries(vector)?;
        let mut parted = false;
        let expect = |index: usize, reply: &Reply| {
            let expected = if parted { None } else { next(index, reply) };
            parted |= parts(&entries[index].example, reply);
            expected
        };
        Ok(judge_by(expect, &vector.case, replies, self.edition, capabilities))
    }

    /// The expectations of a case, of which there must be one for each call.
    fn entries(&self, vector: &Vector) -> Result<Vec<&'a Expectation>, Disagreement> {
        let all = &self.vectors.expectations;
        let entries: Option<Vec<_>> =
            vector.expected.iter().map(|number| all.get(*number)).collect();
        let entries = entries.filter(|entries| entries.len() == vector.case.calls.len());
        entries.ok_or_else(|| Disagreement::Number(vector.id.clone()))
    }

    /// Compares what the file says of some replies with what the model says of them.
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
    /// Runs all cases again as the file has them, and judges the model's replies by what it says and by
    /// the model.
    ///
    /// # Errors
    ///
    /// The first thing in which the file does not agree with the domain or the model.
    pub fn rerun(&self, domain: &Domain, edition: Edition) -> Result<(), Disagreement> {
        let file = ByFile::read(self, edition)?;
        let lines = self.cases.iter().map(|vector| line(&vector.id, &vector.case));
        let certificate = Certificate { digest: digest(lines), ..self.certificate.clone() };
        if certificate != self.certificate || certificate != Certificate::of(domain) {
            return Err(Disagreement::Head("the certificate"));
        }
        let lacks_nothing = Capabilities { name: String::new(), lacks: BTreeMap::new() };
        for vector in &self.cases {
            let steps = by_model(&vector.case, edition);
            let replies: Vec<Reply> = steps.into_iter().map(|(_, reply)| reply).collect();
            file.compare(vector, &replies, &lacks_nothing)?;
            let entries = file.entries(vector)?;
            if entries.iter().zip(&replies).any(|(entry, reply)| entry.example != *reply) {
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
