//! What an object is, by its fullest answer.

use pybuf_model::Exception;
use pybuf_model::exporter::{NewProtocol, State};
use pybuf_model::layout::{Address, MAX_NDIM, Order, packed_strides};
use pybuf_model::{Exporter, Flags, Layout, OldSlots, Slot};

use super::grants::{Grant, grants, mask};
use super::{About, OldType, Question, Transcript};
use crate::reply::{Pointer, Reply, Returned, Seen, SeenView};

/// What the model takes the object for. Any object may be a view of another one and hand requests on: nothing
/// tells.
pub fn describe(transcript: &Transcript) -> Exporter {
    let About { exports, old, .. } = &transcript.about;
    Exporter {
        old: old.map(|old| slots(transcript, old)),
        new: exports.then(|| new_protocol(transcript)),
    }
}

/// The slots of the old protocol, where the type has them. One that raises is told from one that works by what the
/// function answers that calls it.
fn slots(transcript: &Transcript, old: OldType) -> OldSlots {
    let answer = |feature: &str| {
        transcript.answers.iter().find_map(|(question, reply)| match (question, reply) {
            (Question::Call(call), Reply::Returned(returned)) if call.feature() == feature => {
                Some(returned)
            }
            _ => None,
        })
    };
    let functions =
        ["PyObject_AsReadBuffer", "PyObject_AsWriteBuffer", "PyObject_AsCharBuffer"].map(answer);
    let slot = |there: bool, answer: Option<&Returned>| match answer {
        _ if !there => Slot::Missing,
        Some(returned) if returned.failed() && old.segments == Some(1) => {
            let named = returned.exception.as_deref().and_then(Exception::named);
            Slot::Raises(named.unwrap_or(Exception::ValueError))
        }
        _ => Slot::Works,
    };
    let [read, write, char] = functions;
    let granted = functions.into_iter().flatten().find(|returned| !returned.failed());
    let start = granted.and_then(|returned| offset(returned.buffer.as_ref()?));
    let len = granted.and_then(|returned| match returned.length {
        Some(Seen::Is(len)) => Some(len),
        _ => None,
    });
    OldSlots {
        read: slot(old.read, read),
        write: slot(old.write, write),
        char: slot(old.char, char),
        segments: old.segments,
        start: Address { block: 0, offset: start.unwrap_or(0) },
        len: len.unwrap_or(0),
    }
}

fn new_protocol(transcript: &Transcript) -> NewProtocol {
    let fullest = fullest(transcript);
    NewProtocol {
        layout: fullest.map_or(Layout::bytes(0), |grant| layout(grant.flags, grant.view)),
        readonly: is_readonly(transcript),
        // An object that grants nothing has nothing to offer.
        state: if fullest.is_some() { State::Ready } else { State::Released },
        is_view: true,
        has_release: true,
        told_readonly: None,
    }
}

/// Whether it is for reading only: no writer was granted memory that is not marked as such. Where no writer was
/// answered, that is told to readers.
fn is_readonly(transcript: &Transcript) -> bool {
    let mut masks = transcript.answers.iter().filter_map(|(question, _)| mask(question));
    let has_writers = masks.any(|flags| flags.contains(Flags::WRITABLE));
    let mut counting =
        grants(transcript).filter(|it| !has_writers || it.flags.contains(Flags::WRITABLE));
    counting.all(|grant| grant.view.readonly != Seen::Is(0))
}

/// Whether those who asked for the format were all refused.
pub fn has_no_format(transcript: &Transcript) -> bool {
    !grants(transcript).any(|grant| grant.flags.contains(Flags::FORMAT))
}

/// The grant that tells the most; of several the first, for that makes the fewest demands.
pub fn fullest<'a>(transcript: &'a Transcript) -> Option<Grant<'a>> {
    let told = [Flags::INDIRECT, Flags::STRIDES, Flags::ND, Flags::FORMAT, Flags::WRITABLE];
    let tells = |grant: &Grant| told.map(|flag| grant.flags.contains(flag));
    let better =
        |best: Grant<'a>, grant: Grant<'a>| if tells(&grant) > tells(&best) { grant } else { best };
    grants(transcript).reduce(better)
}

/// The layout that a view tells. What it does not tell is what it stands for: a format of unsigned bytes, a row,
/// packed elements in C order.
pub fn layout(flags: Flags, view: &SeenView) -> Layout {
    let number = |seen: &Seen<i64>, otherwise| match seen {
        Seen::Is(number) => *number,
        Seen::Untouched => otherwise,
    };
    let itemsize = number(&view.itemsize, 1);
    let ndim = number(&view.ndim, 1);
    let array = |seen: &Seen<Option<Vec<i64>>>| match seen {
        Seen::Is(Some(entries)) if i64::try_from(entries.len()) == Ok(ndim) => {
            Some(entries.clone())
        }
        _ => None,
    };
    let is_scalar = ndim == 0 && flags.contains(Flags::ND);
    let shape = array(&view.shape).filter(|shape| shape.len() <= MAX_NDIM);
    let items = number(&view.len, 0).checked_div(itemsize).unwrap_or(0);
    let shape = shape.unwrap_or_else(|| if is_scalar { vec![] } else { vec![items] });
    let same_length = |entries: &Vec<i64>| entries.len() == shape.len();
    let strides = array(&view.strides).filter(same_length);
    Layout {
        start: Address { block: 0, offset: offset(&view.buf).unwrap_or(0) },
        itemsize,
        format: match &view.format {
            Seen::Is(Some(format)) => format.clone(),
            _ => "B".into(),
        },
        strides: strides.unwrap_or_else(|| packed_strides(&shape, itemsize, Order::C)),
        suboffsets: array(&view.suboffsets).filter(same_length),
        shape,
    }
}

/// Where `buf` is, if it is anywhere.
pub fn offset(buf: &Seen<Pointer>) -> Option<i64> {
    match buf {
        Seen::Is(Pointer::At { offset, .. }) => Some(*offset),
        _ => None,
    }
}
