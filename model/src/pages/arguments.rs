//! # Arguments
//!
//! `PyArg_ParseTuple` takes the arguments of a function apart, by a format with a code for each. Some codes
//! fill a view, which the function has to release; others borrow a pointer that nobody releases.

use pybuf_protocol::call::Code;
use pybuf_protocol::reply::Obj;
use pybuf_protocol::{Address, Call, Edition, Exception, Field, Returned};

use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine};
use crate::request::owner;
use crate::rules::{Answer, Expectation, Fact, Outcome, Says};
use crate::state::{Contiguity, Exporter, NewProtocol, OldSlots, Order, Slot, State};

/// `PyArg_ParseTuple`, of one argument by one code. Clauses: `arguments.*`.
pub fn parse_tuple(code: Code, exporter: &Exporter, edition: Edition) -> Expectation {
    let (old, new) = (exporter.old.as_ref(), exporter.new.as_ref());
    let old = old.filter(|_| edition.has_old_slots());
    let answer = match code {
        Code::Pointer | Code::PointerToBytes if edition.has_old_slots() => borrowed_from_slot(old),
        Code::Pointer | Code::PointerToBytes => borrowed(new),
        Code::WritableView => view(new, old, true),
        Code::View | Code::ViewOrNone | Code::ViewOfBytes => view(new, old, false),
    };
    let (clause, untouched) = match code.fills_view() {
        true => (clause!("arguments.failure.view-obj"), Field::ObjLeft.null()),
        false => (clause!("arguments.failure.outputs-untouched"), Field::Outputs.null()),
    };
    answer
        .on_success(clause!("arguments.returns.true-or-false"), Field::Return.is(0))
        .on_success(clause!("arguments.success.no-exception"), Field::Exception.null())
        .on_failure(clause!("arguments.returns.true-or-false"), Field::Return.is(-1))
        .on_failure(clause!("arguments.failure.raises"), Field::Exception.something())
        .on_failure(clause!("arguments.failure.keeps-nothing"), Field::References.is(0))
        .on_failure(clause, untouched)
        .in_edition(edition)
}

/// A view, under the new protocol if the object has it, and else by its slots.
fn view(new: Option<&NewProtocol>, old: Option<&OldSlots>, writable: bool) -> Answer {
    match (new, old) {
        (Some(new), _) => view_of_exporter(new, writable),
        (None, Some(old)) => view_of_slots(old, writable),
        (None, None) => raising(unusable(), &[], writable),
    }
}

fn view_of_exporter(new: &NewProtocol, writable: bool) -> Answer {
    let answer = raising(outcome(new, writable), &[raised(new)], writable);
    if answer.outcomes[0].says == Outcome::Failure {
        return answer;
    }
    let [obj, owner] = owner(new);
    let reference = clause!("arguments.view.reference");
    let plain = clause!("arguments.view.plain-bytes");
    filled(answer, new.layout.start, new.layout.len())
        .on_success(reference, obj)
        .on_success(reference, owner)
        .on_success(clause!("arguments.view.readonly"), readonly(new.readonly, writable))
        .on_success(plain, Field::Itemsize.is(new.layout.itemsize))
        .on_success(plain, Field::Ndim.is(1))
        .on_success(plain, Field::Format.null())
        .on_success(plain, Field::Shape.null())
        .on_success(plain, Field::Strides.null())
        .on_success(plain, Field::Suboffsets.null())
}

/// Whether an exporter has what a view is to be of: bytes in C order.
fn outcome(new: &NewProtocol, writable: bool) -> Answer {
    let order = |order| match new.layout.is_indirect() {
        true => Contiguity::No,
        false => new.layout.contiguity(order),
    };
    if new.state != State::Ready {
        return unusable();
    }
    if writable && new.readonly {
        return only_to_read();
    }
    match (order(Order::C), order(Order::Fortran)) {
        (Contiguity::Yes, _) => taken(),
        (Contiguity::Open(doubt), _) => Answer::of(Outcome::Either, doubt),
        (Contiguity::No, Contiguity::No) => refused(clause!("arguments.contiguous")),
        (Contiguity::No, _) => refused(clause!("arguments.contiguous.c-order")),
    }
}

fn view_of_slots(old: &OldSlots, writable: bool) -> Answer {
    let slot = if writable { old.write } else { old.read };
    if let Some(raised) = fails(old, slot) {
        let is_read_only = slot == Slot::Missing && old.read != Slot::Missing;
        let refusal = if is_read_only { only_to_read() } else { unusable() };
        return raising(refusal, &raised, writable);
    }
    let reference = clause!("arguments.view.reference");
    let is_readonly = old.write == Slot::Missing;
    filled(taken(), old.start, old.len)
        .on_success(reference, Field::Obj.is(Obj::Exporter))
        .on_success(reference, Field::Owner.is((Obj::Exporter, 1)))
        .on_success(clause!("arguments.view.readonly"), readonly(is_readonly, writable))
}

/// Python 2: the pointer of the read slot.
fn borrowed_from_slot(old: Option<&OldSlots>) -> Answer {
    let Some(old) = old else { return raising(unusable(), &[], false) };
    match fails(old, old.read) {
        Some(raised) => raising(unusable(), &raised, false),
        None => lent(old.start, old.len),
    }
}

/// Python 3: the memory of what has no release function, for that need not be locked.
fn borrowed(new: Option<&NewProtocol>) -> Answer {
    let Some(new) = new else { return raising(unusable(), &[], false) };
    if new.has_release {
        let refused_by = match new.readonly {
            true => clause!("arguments.borrowed.release-function-refused"),
            false => clause!("arguments.borrowed.mutable-refused"),
        };
        return raising(refused(refused_by), &[], false);
    }
    let answer = outcome(new, false);
    match answer.outcomes[0].says {
        Outcome::Success => lent(new.layout.start, new.layout.len()),
        _ => raising(answer, &[raised(new)], false),
    }
}

/// What an exporter raises if it refuses.
fn raised(new: &NewProtocol) -> Exception {
    match new.state {
        State::Raises(exception) => exception,
        State::Released => Exception::ValueError,
        State::Ready => Exception::BufferError,
    }
}

/// The exceptions that slots can have raised if a slot cannot be used; none if it is missing, or fails
/// without one. `None` if it can be used.
fn fails(old: &OldSlots, slot: Slot) -> Option<Vec<Exception>> {
    match (slot, old.segments) {
        (Slot::Missing, _) => Some(vec![]),
        // The count has failed, perhaps with an exception.
        (_, Some(count)) if count < 0 => Some(vec![Exception::ValueError, Exception::TypeError]),
        (Slot::Raises(exception), Some(1)) => Some(vec![exception]),
        (Slot::Works, Some(1)) if !old.fails(slot) => None,
        _ => Some(vec![]),
    }
}

/// An object with memory that a view can be of.
fn taken() -> Answer {
    Answer::of(Outcome::Success, clause!("arguments.view.taken"))
}

/// An object without memory that could be used, or that will not give it.
fn unusable() -> Answer {
    refused(clause!("arguments.without-buffer.refused"))
}

/// Memory that a code for writing would have to write to.
fn only_to_read() -> Answer {
    refused(clause!("arguments.w-star.read-only-refused"))
}

fn refused(clause: Clause) -> Answer {
    Answer::of(Outcome::Failure, clause)
}

/// What a refusal raises: one of what the object has raised, if anything, unless the code is for writing.
fn raising(answer: Answer, raised: &[Exception], writable: bool) -> Answer {
    let handed_on = Field::Exception.one_of(raised.iter().copied());
    match raised {
        _ if writable => {
            answer.raises(clause!("arguments.w-star.type-error"), Exception::TypeError)
        }
        [] => answer.raises(clause!("arguments.without-buffer.type-error"), Exception::TypeError),
        _ => answer.on_failure(clause!("arguments.refusal.handed-on"), handed_on),
    }
}

/// A view of so many bytes.
fn filled(answer: Answer, start: Address, len: i64) -> Answer {
    let memory = clause!("arguments.view.memory");
    // Where there is no byte, there is no place for it to be.
    let buf = if len == 0 { Field::Buf.something() } else { Field::Buf.is(start) };
    answer.on_success(memory, buf).on_success(memory, Field::Len.is(len))
}

/// A pointer to so many bytes.
fn lent(start: Address, len: i64) -> Answer {
    let memory = clause!("arguments.borrowed.memory");
    let keeps_nothing = clause!("arguments.borrowed.keeps-nothing");
    let buffer = if len == 0 { Field::Buffer.something() } else { Field::Buffer.is(start) };
    Answer::of(Outcome::Success, clause!("arguments.borrowed.taken"))
        .on_success(memory, buffer)
        .on_success(memory, Field::BufferLen.is(len))
        .on_success(keeps_nothing, Field::References.is(0))
}

/// Whether a view may be written to: for a code that writes it may, for others as the memory is, or not.
fn readonly(is_readonly: bool, writable: bool) -> Fact {
    match (is_readonly, writable) {
        (_, true) => Field::Readonly.is(false),
        (true, false) => Field::Readonly.is(true),
        (false, false) => Field::Readonly.one_of([false, true]),
    }
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_arguments(&self, call: &Call) -> Option<Expected> {
        let Call::ParseTuple { object, code } = call else { return None };
        let expect = |exporter: &Exporter| parse_tuple(*code, exporter, self.edition);
        Some(self.expect_of(*object, expect))
    }

    /// The view that was filled, by the codes that fill one.
    pub(crate) fn learn_arguments(&mut self, call: &Call, returned: Option<&Returned>) {
        let Call::ParseTuple { object, code } = call else { return };
        if code.fills_view() {
            self.learn_view(Some(*object), code.flags().bits(), returned);
        }
    }
}
