//! What cannot be held against an object, taken out of its answers.

use std::collections::BTreeMap;

use super::Transcript;
use super::describe::{fullest, layout, offset};
use super::grants::grants;
use crate::reply::{Pointer, Reply, Returned, Seen};

/// The same, without differences that mean nothing: strides that are never walked are those of the fullest
/// answer, and where the object makes new memory for each consumer, that is where the fullest answer has it. (That
/// it does so is another answer to the same request, which is told.)
pub fn normal(transcript: &Transcript) -> Transcript {
    let mut normal = transcript.clone();
    let Some(grant) = fullest(transcript) else { return normal };
    let told = layout(grant.flags, grant.view);
    let buf = grant.view.buf.clone();
    let moves = moved(transcript).next().is_some();
    for (_, reply) in &mut normal.answers {
        let Reply::Returned(returned) = reply else { continue };
        if moves {
            stay(returned, &buf);
        }
        if let Some(view) = &mut returned.view
            && let Seen::Is(Some(strides)) = &mut view.strides
            && strides.len() == told.strides.len()
        {
            let nothing = told.is_empty() || told.itemsize == 0;
            for (dimension, stride) in strides.iter_mut().enumerate() {
                if nothing || told.shape[dimension] <= 1 {
                    *stride = told.strides[dimension];
                }
            }
        }
    }
    normal
}

fn stay(returned: &mut Returned, buf: &Seen<Pointer>) {
    let is_somewhere = |seen: &Seen<Pointer>| matches!(seen, Seen::Is(Pointer::At { .. }));
    if let Some(view) = returned.view.as_mut().filter(|view| is_somewhere(&view.buf)) {
        view.buf = buf.clone();
    }
    if returned.buffer.as_ref().is_some_and(is_somewhere) {
        returned.buffer = Some(buf.clone());
    }
}

/// The requests that were granted memory in another place than the same request was before.
pub fn moved(transcript: &Transcript) -> impl Iterator<Item = usize> {
    let mut places = BTreeMap::new();
    grants(transcript).filter_map(move |grant| {
        let place = offset(&grant.view.buf)?;
        let before = *places.entry(grant.flags.bits()).or_insert(place);
        (before != place).then_some(grant.index)
    })
}
