//! The requests of a transcript that were granted.

use pybuf_model::Flags;

use super::{Question, Transcript};
use crate::call::Call;
use crate::reply::{Reply, Returned, SeenView};

/// A request that was granted.
#[derive(Clone, Copy)]
pub struct Grant<'a> {
    /// Its number among the questions.
    pub index: usize,
    pub flags: Flags,
    pub returned: &'a Returned,
    pub view: &'a SeenView,
}

/// Those to the object itself, in the order in which they were granted.
pub fn grants(transcript: &Transcript) -> impl Iterator<Item = Grant<'_>> {
    transcript.answers.iter().enumerate().filter_map(|(index, (question, reply))| {
        let (flags, returned) = (mask(question)?, granted(reply)?);
        Some(Grant { index, flags, returned, view: returned.view.as_deref()? })
    })
}

/// The flags of a request to the object itself.
pub fn mask(question: &Question) -> Option<Flags> {
    match question {
        Question::Call(Call::GetBuffer { object: 0, flags }) => {
            Some(Flags::from_bits_retain(*flags))
        }
        _ => None,
    }
}

/// What was granted, if it was. A grant is 0; an object that returns something else than 0 or -1 does not mean to refuse.
pub fn granted(reply: &Reply) -> Option<&Returned> {
    match reply {
        Reply::Returned(returned) if returned.value.is_some_and(|value| value >= 0) => {
            Some(returned)
        }
        _ => None,
    }
}

/// Whether the consumer takes the memory to be contiguous: then `len` bytes from `buf` on are all of it.
pub fn is_contiguous(grant: &Grant) -> bool {
    let orders = [Flags::C_CONTIGUOUS, Flags::F_CONTIGUOUS, Flags::ANY_CONTIGUOUS];
    let strided = grant.flags.contains(Flags::STRIDES);
    !strided || orders.into_iter().any(|order| grant.flags.contains(order))
}
