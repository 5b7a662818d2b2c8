//! Running a file again: what it says must be what the model says.

use std::iter;

use pybuf_model::Edition;
use thiserror::Error;

use super::file::{Expectation, FORMAT, Vector, Vectors, levels};
use crate::case::Domain;
use crate::certificate::{Certificate, digest, line};
use crate::implementation::Capabilities;
use crate::judge::{by_model, expectations, judge_by};
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

    /// The expectations of a case, of which there must be one for each call.
    fn entries(&self, vector: &Vector) -> Result<Vec<&'a Expectation>, Disagreement> {
        let all = &self.vectors.expectations;
        let entries: Option<Vec<_>> =
            vector.expected.iter().map(|number| all.get(*number)).collect();
        let entries = entries.filter(|entries| entries.len() == vector.case.calls.len());
        entries.ok_or_else(|| Disagreement::Number(vector.id.clone()))
    }

    /// Judges the replies to a case by what the file says and by what the model says, as far as the file
    /// says anything: up to the first reply that [parts] from the example.
    ///
    /// # Errors
    ///
    /// If that is not the same: verdict, divergences, and the clauses that were exercised. If the case
    /// refers to what is not in the file.
    pub fn compare(
        &self,
        vector: &Vector,
        replies: &[Reply],
        capabilities: &Capabilities,
    ) -> Result<Judgement, Disagreement> {
        let entries = self.entries(vector)?;
        let replied = replies.iter().chain(iter::repeat(&Reply::NotMade));
        // Nothing is judged before a reply that is garbled.
        let garbled = replies.iter().position(|reply| matches!(reply, Reply::Garbled { .. }));
        let mut each = entries.iter().zip(replied).enumerate().skip(garbled.unwrap_or(0));
        // What is expected of the reply that parts from the example holds still.
        let last = each.find(|(_, (entry, reply))| parts(&entry.example, reply));
        let many = last.map_or(usize::MAX, |(last, _)| last + 1);
        let (calls, edition) = (&vector.case.calls, self.edition);
        let by_file = entries.iter().map(|entry| &entry.expect).take(many);
        let file = judge_by(by_file, calls, replies, edition, capabilities);
        let by_model = expectations(&vector.case, replies, edition).take(many);
        let model = judge_by(by_model, calls, replies, edition, capabilities);
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
        let certificate = Certificate::of(domain);
        if self.certificate != certificate || digest(lines) != certificate.digest {
            return Err(Disagreement::Head("the certificate"));
        }
        for vector in &self.cases {
            let steps = by_model(&vector.case, edition);
            let replies: Vec<Reply> = steps.into_iter().map(|(_, reply)| reply).collect();
            file.compare(vector, &replies, &Capabilities::default())?;
            let examples = file.entries(vector)?.into_iter().map(|entry| &entry.example);
            if !examples.eq(&replies) {
                return Err(Disagreement::Replies(vector.id.clone()));
            }
        }
        Ok(())
    }
}

/// Whether a reply is so unlike the example that what is expected of later calls does not hold after it.
/// It does if the two are alike in what later calls can go by: whether there is a function, or an
/// object, at all; `value`; whether an exception is set; `obj`; `buffer`; `bytes`; `number`; and whether
/// `view.readonly` is 0.
pub fn parts(example: &Reply, reply: &Reply) -> bool {
    fn what_counts(reply: &Returned) -> impl PartialEq {
        let Returned { value, exception, obj, buffer, bytes, number, view, .. } = reply;
        let readonly = match view.as_deref().map(|view| &view.readonly) {
            Some(Seen::Is(readonly)) => Some(*readonly != 0),
            Some(Seen::Untouched) | None => None,
        };
        (value, exception.is_some(), obj, buffer, bytes, number, readonly)
    }
    match (example, reply) {
        (Reply::Returned(example), Reply::Returned(reply)) => {
            what_counts(example) != what_counts(reply)
        }
        _ => example != reply,
    }
}
