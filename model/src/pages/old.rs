//! # The old protocol
//!
//! Four functions that ask an object for one row of bytes. In Python 2 the object answers through its
//! slots, and its memory must be in one segment. In Python 3 there are no such slots any more: the
//! functions make a request under the new protocol, take the pointer and give the view back.

use pybuf_protocol::call::AsBuffer;
use pybuf_protocol::{Address, Call, Edition, Exception, Field, Flags, Returned};

use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine};
use crate::request;
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::{Exporter, OldSlots, Slot};

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
        .on_success(clause, Field::Exception.is(Some(exception)))
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
        .on_success(kept, Field::Exception.is(exception));
    documented_until_3_12(answer, edition)
}

/// `PyObject_CheckReadBuffer`. Clauses: `old.check-read.*`.
pub fn check_read_buffer(
    exporter: &Exporter,
    pending: Option<Exception>,
    edition: Edition,
) -> Expectation {
    let (clause, permitted) = match readable(exporter, edition) {
        Ok(Outcome::Success) => (clause!("old.check-read.one-if-readable"), vec![1]),
        Ok(Outcome::Failure) => (clause!("old.check-read.zero-otherwise"), vec![0]),
        Ok(Outcome::Either) => (clause!("old.check-read.as-the-request"), vec![0, 1]),
        Err(not_tried) => (not_tried, vec![1]),
    };
    // In Python 3 an object is readable if it grants a view, which is given back.
    let released = if edition.has_old_slots() { vec![0] } else { permitted.clone() };
    let answers = clause!("old.check-read.answers");
    let answer =
        Answer::of(Outcome::Success, answers).on_success(answers, Field::Return.one_of([0, 1]));
    let answer = leaving(answer, exporter, pending, &permitted)
        .on_success(clause, Field::Return.one_of(permitted))
        .on_success(clause!("old.gives-back"), Field::References.is(0))
        .on_success(clause!("old.wrapper.releases"), Field::Releases.one_of(released));
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
        None => (clause!("old.check-read.suppresses-errors"), vec![None]),
        pending if permitted == [1] => (clause!("old.success.keeps-pending"), vec![pending]),
        pending => (clause!("old.check-read.pending-open"), vec![None, pending]),
    };
    answer.on_success(clause, Field::Exception.one_of(exceptions))
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
    match edition > Edition::V3_12 {
        true => answer.beyond_the_text().in_edition(Edition::V3_12),
        false => answer.in_edition(edition),
    }
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
                .on_success(clause!("old.wrapper.releases"), Field::Releases.is(1));
            Answer { failure: failed(wrapper, access).failure, ..answer }
        }
    }
}

fn succeeded(clause: Clause, outcome: Outcome, start: Address, len: i64) -> Answer {
    let (located, location) = match len {
        // Nothing is nowhere.
        0 => (clause!("old.success.location-given"), Field::Buffer.something()),
        _ => (clause!("old.success.location"), Field::Buffer.is(start)),
    };
    let length = match i32::try_from(len) {
        Ok(_) => clause!("old.success.length"),
        Err(_) => clause!("old.length.in-full-since-2.5"),
    };
    Answer::of(outcome, clause)
        .on_success(located, location)
        .on_success(clause!("old.success.returns-0"), Field::Return.is(0))
        .on_success(length, Field::BufferLen.is(len))
        .on_success(clause!("old.gives-back"), Field::References.is(0))
}

fn failed(clause: Clause, access: Access) -> Answer {
    let type_error = match access {
        Access::Char => clause!("old.char.type-error"),
        Access::Read => clause!("old.read.type-error"),
        Access::Write => clause!("old.write.type-error"),
    };
    Answer::of(Outcome::Failure, clause)
        .on_failure(clause!("old.failure.returns-minus-1"), Field::Return.is(-1))
        .raises(type_error, Exception::TypeError)
        .on_failure(clause!("old.failure.outputs-untouched"), Field::Outputs.null())
        .on_failure(clause!("old.gives-back"), Field::References.is(0))
        .on_failure(clause!("old.gives-back"), Field::Releases.is(0))
}

/// No text speaks of NULL.
fn null_argument(pending: Option<Exception>) -> Answer {
    let clause = clause!("old.null-argument");
    let (raised_by, exception) = match pending {
        None => (clause, Exception::SystemError),
        Some(pending) => (clause!("old.null-argument.keeps-pending"), pending),
    };
    Answer::of(Outcome::Failure, clause)
        .on_failure(clause, Field::Return.is(-1))
        .raises(raised_by, exception)
        .on_failure(clause, Field::Outputs.null())
        .on_failure(clause, Field::References.is(0))
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_old(&self, call: &Call) -> Option<Expected> {
        Some(match call {
            Call::AsCharBuffer(arguments) => self.expect_as_buffer(Access::Char, arguments),
            Call::AsReadBuffer(arguments) => self.expect_as_buffer(Access::Read, arguments),
            Call::AsWriteBuffer(arguments) => self.expect_as_buffer(Access::Write, arguments),
            Call::CheckReadBuffer { object } => self.expect_of(*object, |exporter| {
                check_read_buffer(exporter, self.pending, self.edition)
            }),
            Call::SetError { exception } => match Exception::named(exception) {
                Some(exception) => set_error(exception).into(),
                None => Expected::BadCase(format!("{exception:?} is no exception of the suite")),
            },
            _ => return None,
        })
    }

    fn expect_as_buffer(&self, access: Access, arguments: &AsBuffer) -> Expected {
        let null = arguments.object.is_none() || arguments.null.is_some();
        let entry = Entry { null, pending: self.pending };
        let expect = |exporter: &Exporter| as_buffer(access, exporter, entry, self.edition);
        match arguments.object {
            Some(object) => self.expect_of(object, expect),
            None => expect(&Exporter::none()).into(),
        }
    }

    /// Why a call may not be made while an exception is pending: what the others do then is nowhere
    /// said, and not in the model.
    pub(crate) fn pending_problem(&self, call: &Call) -> Option<String> {
        let goes_on = matches!(
            call,
            Call::SetError { .. }
                | Call::AsCharBuffer(_)
                | Call::AsReadBuffer(_)
                | Call::AsWriteBuffer(_)
                | Call::CheckReadBuffer { .. }
        );
        let pending = self.pending.filter(|_| !goes_on)?;
        Some(format!("{pending} is pending when {} is called", call.feature()))
    }

    /// An exception is pending for one call, the next that is made.
    pub(crate) fn learn_pending(&mut self, call: &Call, returned: Option<&Returned>) {
        if returned.is_some() {
            self.pending = match call {
                Call::SetError { exception } => Exception::named(exception),
                _ => None,
            };
        }
    }
}
