//! # Requests
//!
//! A consumer says with flags what kind of buffer it can deal with. The exporter answers with a view
//! that has what was asked for and nothing that was not, or it refuses.

use crate::clause::{Clause, clause};
use crate::expectation::{Answer, Expectation, Outcome};
use crate::exporter::{Exporter, NewProtocol, State};
use crate::fact::Says;
use crate::layout::{Contiguity, Layout, MAX_NDIM, Order};
use crate::machine::{Expected, Machine};
use pybuf_protocol::Call;
use pybuf_protocol::Edition;
use pybuf_protocol::flags::Flags;
use pybuf_protocol::reply::Obj;
use pybuf_protocol::reply::{Returned, Seen};
use pybuf_protocol::{Exception, Field, Value};

/// `PyObject_GetBuffer`: the replies that the documentation permits.
///
/// Lengths and strides are in bytes, extents in elements. Clauses: `request.*`.
pub fn get_buffer(exporter: &Exporter, flags: Flags, edition: Edition) -> Expectation {
    let access = clause!("request.flags.memoryview-access");
    if flags.is_memoryview_access() && access.holds(edition) {
        let raises = Field::Exception.is(Some(Exception::SystemError));
        return refuse(access)
            .on_failure(access, Field::Return.is(-1))
            .on_failure(access, Field::References.is(0))
            .on_failure(access, raises)
            .into();
    }
    let Some(exporter) = &exporter.new else {
        return without_protocol().in_edition(edition).into();
    };
    let asked = flags.whole();
    let mut answer = may_succeed(exporter, asked);
    if !flags.is_documented() {
        let stray = clause!("request.flags.stray-bits");
        answer.outcomes.iter_mut().for_each(|rule| rule.clause = stray);
    }
    answer = match answer.outcomes[0].says {
        Outcome::Success => granted(exporter, asked, answer),
        Outcome::Failure => refused(exporter, answer, edition),
        Outcome::Either => refused(exporter, granted(exporter, asked, answer), edition),
    };
    if !flags.is_documented() {
        answer = answer.beyond_the_text();
    }
    answer.in_edition(edition).into()
}

/// Whether a request can be met, must be met, or is one that the text is not clear about.
pub(crate) fn may_succeed(exporter: &NewProtocol, asked: Flags) -> Answer {
    match exporter.state {
        State::Raises(_) => return refuse(clause!("request.raising.fails")),
        State::Released => return refuse(clause!("request.released.refused")),
        State::Ready => {}
    }
    if asked.contains(Flags::WRITABLE) && exporter.readonly {
        return refuse(clause!("request.writable.refused-on-readonly"));
    }
    if !asked.contains(Flags::INDIRECT) && exporter.layout.is_indirect() {
        return refuse(clause!("request.indirect.refused-unless-asked"));
    }
    let doubts = match contiguity(exporter, asked) {
        Ok(doubts) => doubts,
        Err(refused_by) => return refuse(refused_by),
    };
    if let Some(doubt) = doubts {
        return Answer::of(Outcome::Either, doubt);
    }
    if asked.contains(Flags::FORMAT) && !asked.contains(Flags::ND) {
        return Answer::of(Outcome::Either, clause!("request.format.alone-open"));
    }
    Answer::of(Outcome::Success, clause!("request.granted-if-representable"))
}

fn refuse(clause: Clause) -> Answer {
    Answer::of(Outcome::Failure, clause)
}

/// Whether the memory has the order that the request needs: a clause that refuses it, or perhaps one
/// that leaves it open.
fn contiguity(exporter: &NewProtocol, asked: Flags) -> Result<Option<Clause>, Clause> {
    let c = exporter.layout.contiguity(Order::C);
    let fortran = exporter.layout.contiguity(Order::Fortran);
    let mut doubt = None;
    let mut need = |contiguity: Contiguity, clause: Clause| match contiguity {
        Contiguity::Yes => Ok(()),
        Contiguity::No => Err(clause),
        Contiguity::Open(open) => {
            doubt = Some(open);
            Ok(())
        }
    };
    if asked.contains(Flags::C_CONTIGUOUS) {
        need(c, clause!("request.contiguity.c"))?;
    }
    if asked.contains(Flags::F_CONTIGUOUS) {
        need(fortran, clause!("request.contiguity.fortran"))?;
    }
    if asked.contains(Flags::ANY_CONTIGUOUS) {
        need(c.or(fortran), clause!("request.contiguity.any"))?;
    }
    if !asked.contains(Flags::STRIDES) {
        if asked.contains(Flags::ND) {
            need(c, clause!("request.strides.refused-unless-asked"))?;
        } else if c == Contiguity::No && fortran != Contiguity::No {
            return Ok(Some(clause!("request.simple.fortran-open")));
        } else {
            need(c, clause!("request.simple.contiguous-bytes"))?;
        }
    }
    Ok(doubt)
}

/// What a granted view has.
fn granted(exporter: &NewProtocol, asked: Flags, answer: Answer) -> Answer {
    let layout = &exporter.layout;
    // A view may hand the request on to its root, which then owns the answer and is referred to.
    let (owners, references) = match exporter.is_view {
        true => (vec![Obj::Exporter, Obj::Root], vec![(Obj::Exporter, 1), (Obj::Root, 0)]),
        false => (vec![Obj::Exporter], vec![(Obj::Exporter, 1)]),
    };
    let answer = answer
        .on_success(clause!("request.success.returns-0"), Field::Return.is(0))
        .on_success(clause!("request.success.no-exception"), Field::Exception.is(Value::Null))
        .on_success(clause!("request.success.releases-nothing"), Field::Releases.is(0))
        .on_success(clause!("request.obj.exporter-or-root"), Field::Obj.one_of(owners))
        .on_success(clause!("request.obj.new-reference"), Field::Owner.one_of(references))
        .on_success(clause!("request.len.of-all-elements"), Field::Len.is(layout.len()))
        .on_success(clause!("request.itemsize.always"), Field::Itemsize.is(layout.itemsize));
    // Where there is no element, there is no place for it to be.
    let answer = match layout.is_empty() {
        true => answer.on_success(clause!("request.buf.given"), Field::Buf.something()),
        false => {
            let says = Field::Buf.is(Some(layout.start));
            answer.on_success(clause!("request.buf.first-element"), says)
        }
    };
    arrays(exporter, asked, format(exporter, asked, readonly(exporter, asked, answer)))
}

/// `readonly`: what was asked for, the truth about read-only memory, and a freedom otherwise.
fn readonly(exporter: &NewProtocol, asked: Flags, answer: Answer) -> Answer {
    let answer = if asked.contains(Flags::WRITABLE) {
        let says = Field::Readonly.is(false);
        answer.on_success(clause!("request.writable.granted-writable"), says)
    } else if exporter.readonly {
        answer.on_success(clause!("request.readonly.told"), Field::Readonly.is(true))
    } else {
        let either = Field::Readonly.one_of([false, true]);
        answer
            .on_success(clause!("request.readonly.open"), either)
            .on_success(clause!("request.readonly.writable-memory"), Field::Readonly.is(false))
    };
    match exporter.told_readonly {
        Some(told) if !asked.contains(Flags::WRITABLE) => {
            answer.on_success(clause!("request.readonly.consistent"), Field::Readonly.is(told))
        }
        _ => answer,
    }
}

/// `format`: the true one if asked for, NULL if not.
fn format(exporter: &NewProtocol, asked: Flags, answer: Answer) -> Answer {
    if asked.contains(Flags::FORMAT) {
        let format = Some(exporter.layout.format.clone());
        answer.on_success(clause!("request.format.given-if-asked"), Field::Format.is(format))
    } else {
        answer
            .on_success(clause!("request.format.null-unless-asked"), Field::Format.is(Value::Null))
    }
}

/// `ndim`, `shape`, `strides` and `suboffsets`: each given to those who can deal with it.
fn arrays(exporter: &NewProtocol, asked: Flags, mut answer: Answer) -> Answer {
    let layout = &exporter.layout;
    let (nd, strides) = (asked.contains(Flags::ND), asked.contains(Flags::STRIDES));
    if layout.shape.len() >= MAX_NDIM {
        let at_most = 0..=MAX_NDIM as i64;
        answer = answer.on_success(clause!("request.ndim.at-most-64"), Field::Ndim.one_of(at_most));
    }
    if nd {
        answer =
            answer.on_success(clause!("request.ndim.with-shape"), Field::Ndim.is(layout.ndim()));
    } else {
        answer = answer
            .on_success(clause!("request.shape.null-unless-asked"), Field::Shape.is(Value::Null))
            .on_success(
                clause!("request.ndim.without-shape"),
                Field::Ndim.one_of([0, 1, layout.ndim()]),
            )
            .on_success(clause!("request.ndim.one-without-shape"), Field::Ndim.is(1));
    }
    if layout.ndim() == 0 {
        let no_strides = clause!("request.scalar.strides-null");
        answer = answer
            .on_success(no_strides, Field::Strides.is(Value::Null))
            .on_success(no_strides, Field::Suboffsets.is(Value::Null));
        return match nd {
            true => answer
                .on_success(clause!("request.scalar.shape-null"), Field::Shape.is(Value::Null)),
            false => answer,
        };
    }
    if nd {
        let says = Field::Shape.is(Some(layout.shape.clone()));
        answer = answer.on_success(clause!("request.shape.given-if-asked"), says);
    }
    let true_strides = Some(layout.strides.clone());
    answer = if strides {
        let says = Field::Strides.is(true_strides);
        answer.on_success(clause!("request.strides.given-if-asked"), says)
    } else {
        answer
            .on_success(
                clause!("request.strides.null-unless-asked"),
                Field::Strides.is(Value::Null),
            )
            .on_success(
                clause!("request.strides.null-or-true"),
                Field::Strides.one_of([None, true_strides]),
            )
    };
    suboffsets(layout, asked, answer)
}

/// `suboffsets`: there are pointers to follow only where the consumer said that it can.
fn suboffsets(layout: &Layout, asked: Flags, answer: Answer) -> Answer {
    let null = || Field::Suboffsets.is(Value::Null);
    if layout.is_indirect() {
        let says = Field::Suboffsets.is(layout.suboffsets.clone());
        return answer.on_success(clause!("request.suboffsets.given-if-needed"), says);
    }
    let answer = answer.on_success(
        clause!("request.suboffsets.null-or-negative"),
        Field::Suboffsets.none_to_follow(),
    );
    match asked.contains(Flags::INDIRECT) {
        true => answer.on_success(clause!("request.suboffsets.null-if-not-needed"), null()),
        false => answer.on_success(clause!("request.suboffsets.null-unless-asked"), null()),
    }
}

/// What a refusal looks like.
fn refused(exporter: &NewProtocol, answer: Answer, edition: Edition) -> Answer {
    let answer = keeps_nothing(answer)
        .on_failure(clause!("request.refusal.returns-minus-1"), Field::Return.is(-1))
        .on_failure(clause!("request.refusal.raises"), Field::Exception.something())
        .on_failure(clause!("request.refusal.obj-null"), Field::Obj.is(Obj::Null));
    if let State::Raises(exception) = exporter.state {
        // What the exporter raises is its own doing; the function has to hand it on.
        let says = Field::Exception.is(Some(exception));
        return answer.on_failure(clause!("request.raising.handed-on"), says);
    }
    // What was only recommended up to 3.2 gives way where the problem is another one than the request.
    if exporter.state == State::Released && edition < Edition::V3_3 {
        return answer;
    }
    let promised = clause!("request.refusal.buffer-error");
    answer.on_failure(promised, Field::Exception.is(Some(Exception::BufferError)))
}

/// A refusal leaves the exporter as it was.
fn keeps_nothing(answer: Answer) -> Answer {
    let clause = clause!("request.refusal.keeps-nothing");
    answer.on_failure(clause, Field::References.is(0)).on_failure(clause, Field::Releases.is(0))
}

/// The answer of an object that exports nothing.
fn without_protocol() -> Answer {
    let type_error = Field::Exception.is(Some(Exception::TypeError));
    keeps_nothing(refuse(clause!("request.without-protocol.fails")))
        .on_failure(clause!("request.refusal.returns-minus-1"), Field::Return.is(-1))
        .on_failure(clause!("request.refusal.raises"), Field::Exception.something())
        .on_failure(clause!("request.without-protocol.type-error"), type_error)
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_request(&self, call: &Call) -> Option<Expected> {
        let Call::GetBuffer { object, flags } = call else { return None };
        let flags = Flags::from_bits_retain(*flags);
        let expect = |exporter: &Exporter| get_buffer(exporter, flags, self.edition);
        Some(self.under_new_protocol(*object, self.expect_of(*object, expect)))
    }

    /// The view that a request was granted. What the first consumer that did not ask to write is told of
    /// `readonly` holds for all that follow.
    pub(crate) fn learn_request(&mut self, call: &Call, returned: Option<&Returned>) {
        let Call::GetBuffer { object, flags } = call else { return };
        let granted = returned.filter(|returned| returned.value == Some(0));
        let told = granted.and_then(|returned| match returned.view.as_deref()?.readonly {
            Seen::Is(readonly) => Some(readonly != 0),
            Seen::Untouched => None,
        });
        let asks_to_write = Flags::from_bits_retain(*flags).contains(Flags::WRITABLE);
        let new = self.objects.get_mut(*object).and_then(|it| it.as_mut()?.new.as_mut());
        if let Some(new) = new.filter(|_| !asks_to_write) {
            new.told_readonly = new.told_readonly.or(told);
        }
        self.learn_view(Some(*object), *flags, returned);
    }
}
