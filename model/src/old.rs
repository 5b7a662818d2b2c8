//! # The old protocol
//!
//! Four functions that ask an object for one row of bytes. In Python 2 the object answers through its
//! slots, and its memory must be in one segment. In Python 3 there are no such slots any more: the
//! functions make a request under the new protocol, take the pointer and give the view back.

use crate::clause::{Clause, clause};
use crate::edition::Edition;
use crate::expectation::{Answer, Exception, Expectation, Fact, Outcome, Permits};
use crate::exporter::{Exporter, OldSlots, Slot};
use crate::flags::Flags;
use crate::layout::Address;
use crate::request;

use Permits::{Exactly, OneOf};

/// What memory is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `PyObject_AsCharBuffer`: to read as characters.
    Char,
    /// `PyObject_AsReadBuffer`: to read.
    Read,
    /// `PyObject_AsWriteBuffer`: to write.
    Write,
}

/// What the caller brings besides the object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Whether one of the arguments is NULL.
    pub null: bool,
    /// The exception that is pending already, if one is.
    pub pending: Option<Exception>,
}

/// `PyErr_SetString`: leaves an exception pending for the next call.
pub fn set_error(exception: Exception) -> Expectation {
    let clause = clause!("old.pending");
    Answer::of(Outcome::Success, clause)
        .on_success(clause, Fact::Raises(Exactly(Some(exception))))
        .into()
}

/// `PyObject_AsCharBuffer`, `PyObject_AsReadBuffer` and `PyObject_AsWriteBuffer`. Clauses: `old.*`.
pub fn as_buffer(
    access: Access,
    exporter: &Exporter,
    entry: Entry,
    edition: Edition,
) -> Expectation {
    let answer = if entry.null {
        null_argument(entry.pending)
    } else if edition.has_old_slots() {
        through_slots(access, exporter.old.as_ref())
    } else {
        through_request(access, exporter)
    };
    let (kept, exception) = match entry.pending {
        None => (clause!("old.success.no-exception"), None),
        pending => (clause!("old.success.keeps-pending"), pending),
    };
    let answer = answer
        .outcome(clause!("old.returns.1-and-0"), Outcome::Either)
        .on_success(kept, Fact::Raises(Exactly(exception)));
    documented_until_3_12(answer, edition)
}

/// `PyObject_CheckReadBuffer`. Clauses: `old.check-read.*`.
pub fn check_read_buffer(
    exporter: &Exporter,
    pending: Option<Exception>,
    edition: Edition,
) -> Expectation {
    let since = clause!("old.check-read.since-2.2");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let readable = readable(exporter, edition);
    let (clause, permitted) = match readable {
        Ok(Outcome::Success) => (clause!("old.check-read.one-if-readable"), vec![1]),
        Ok(Outcome::Failure) => (clause!("old.check-read.zero-otherwise"), vec![0]),
        Ok(Outcome::Either) => (clause!("old.check-read.as-the-request"), vec![0, 1]),
        Err(not_tried) => (not_tried, vec![1]),
    };
    let answers = clause!("old.check-read.answers");
    let answer =
        Answer::of(Outcome::Success, answers).on_success(answers, Fact::Returns(OneOf(vec![0, 1])));
    let answer = leaving(answer, exporter, pending, &permitted)
        .on_success(clause, Fact::Returns(OneOf(permitted)))
        .on_success(clause!("old.gives-back"), Fact::References(Exactly(0)));
    let got = match readable {
        _ if edition.has_old_slots() => vec![0],
        Ok(Outcome::Success) => vec![1],
        Ok(Outcome::Either) => vec![0, 1],
        _ => vec![0],
    };
    let answer = answer.on_success(clause!("old.wrapper.releases"), Fact::Releases(OneOf(got)));
    documented_until_3_12(answer, edition)
}

/// What `PyObject_CheckReadBuffer` does with exceptions.
fn leaving(
    answer: Answer,
    exporter: &Exporter,
    pending: Option<Exception>,
    permitted: &[i64],
) -> Answer {
    let asked = exporter.old.as_ref().filter(|old| old.read != Slot::Missing);
    let count_fails = asked.and_then(|old| old.segments).is_some_and(|count| count < 0);
    let (clause, exceptions) = match pending {
        _ if count_fails => {
            return answer.outcome(clause!("old.check-read.count-raises-open"), Outcome::Either);
        }
        None => (clause!("old.check-read.suppresses-errors"), Exactly(None)),
        pending if permitted == [1] => (clause!("old.success.keeps-pending"), Exactly(pending)),
        pending => (clause!("old.check-read.pending-open"), OneOf(vec![None, pending])),
    };
    answer.on_success(clause, Fact::Raises(exceptions))
}

/// Whether reading would work, or the clause by which Python 2 does not find out.
fn readable(exporter: &Exporter, edition: Edition) -> Result<Outcome, Clause> {
    if !edition.has_old_slots() {
        return Ok(through_request(Access::Read, exporter).outcomes[0].says);
    }
    match &exporter.old {
        Some(old) if old.segments == Some(1) && old.fails(old.read) => {
            Err(clause!("old.check-read.not-tried"))
        }
        old => Ok(through_slots(Access::Read, old.as_ref()).outcomes[0].says),
    }
}

/// From 3.13 on the functions are in no text; the symbols are still there and do what they did.
fn documented_until_3_12(answer: Answer, edition: Edition) -> Expectation {
    let until = clause!("old.until-3.12");
    if until.holds(edition) {
        let otherwise = Some(answer.in_edition(Edition::V3_12).beyond_the_text());
        return Expectation::NotInEdition { clause: until, otherwise };
    }
    answer.in_edition(edition).into()
}

/// Python 2: the slot that is asked for, and exactly one segment.
fn through_slots(access: Access, old: Option<&OldSlots>) -> Answer {
    let needs = match access {
        Access::Char => clause!("old.char.needs-character-interface"),
        Access::Read => clause!("old.read.needs-readable-interface"),
        Access::Write => clause!("old.write.needs-writable-interface"),
    };
    let Some(old) = old else { return failed(needs, access) };
    let slot = match access {
        Access::Char => old.char,
        Access::Read => old.read,
        Access::Write => old.write,
    };
    match slot {
        Slot::Missing => failed(needs, access),
        _ if old.segments != Some(1) => failed(clause!("old.single-segment"), access),
        slot if old.fails(slot) => failed(clause!("old.raising.fails"), access),
        _ => succeeded(clause!("old.success.if-supported"), Outcome::Success, old.start, old.len),
    }
}

/// Python 3: as the request for plain bytes goes, writable or not.
fn through_request(access: Access, exporter: &Exporter) -> Answer {
    let (asked, wrapper) = match access {
        Access::Char | Access::Read => (Flags::empty(), clause!("old.wrapper.simple-request")),
        Access::Write => (Flags::WRITABLE, clause!("old.wrapper.writable-request")),
    };
    let Some(new) = &exporter.new else { return failed(wrapper, access) };
    match request::may_succeed(new, asked).outcomes[0].says {
        Outcome::Failure => failed(wrapper, access),
        outcome => {
            let (start, len) = (new.layout.start, new.layout.len());
            let answer = succeeded(wrapper, outcome, start, len)
                .on_success(clause!("old.wrapper.releases"), Fact::Releases(Exactly(1)));
            Answer { failure: failed(wrapper, access).failure, ..answer }
        }
    }
}

fn succeeded(clause: Clause, outcome: Outcome, start: Address, len: i64) -> Answer {
    let answer = match len {
        // Nothing is nowhere.
        0 => Answer::of(outcome, clause)
            .on_success(clause!("old.success.location-given"), Fact::BufferGiven),
        _ => Answer::of(outcome, clause)
            .on_success(clause!("old.success.location"), Fact::Buffer(Exactly(Some(start)))),
    };
    let length = match i32::try_from(len) {
        Ok(_) => clause!("old.success.length"),
        Err(_) => clause!("old.length.in-full-since-2.5"),
    };
    answer
        .on_success(clause!("old.success.returns-0"), Fact::Returns(Exactly(0)))
        .on_success(length, Fact::BufferLength(Exactly(len)))
        .on_success(clause!("old.gives-back"), Fact::References(Exactly(0)))
}

fn failed(clause: Clause, access: Access) -> Answer {
    let type_error = match access {
        Access::Char => clause!("old.char.type-error"),
        Access::Read => clause!("old.read.type-error"),
        Access::Write => clause!("old.write.type-error"),
    };
    Answer::of(Outcome::Failure, clause)
        .on_failure(clause!("old.failure.returns-minus-1"), Fact::Returns(Exactly(-1)))
        .on_failure(type_error, Fact::Raises(Exactly(Some(Exception::TypeError))))
        .on_failure(clause!("old.failure.outputs-untouched"), Fact::OutputsUntouched)
        .on_failure(clause!("old.gives-back"), Fact::References(Exactly(0)))
        .on_failure(clause!("old.gives-back"), Fact::Releases(Exactly(0)))
}

/// No text speaks of NULL.
fn null_argument(pending: Option<Exception>) -> Answer {
    let clause = clause!("old.null-argument");
    let (raises, exception) = match pending {
        None => (clause, Exception::SystemError),
        Some(pending) => (clause!("old.null-argument.keeps-pending"), pending),
    };
    Answer::of(Outcome::Failure, clause)
        .on_failure(clause, Fact::Returns(Exactly(-1)))
        .on_failure(raises, Fact::Raises(Exactly(Some(exception))))
        .on_failure(clause, Fact::OutputsUntouched)
        .on_failure(clause, Fact::References(Exactly(0)))
}
