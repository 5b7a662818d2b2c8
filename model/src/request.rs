//! # Requests
//!
//! A consumer says with flags what kind of buffer it can deal with. The exporter answers with a view
//! that has what was asked for and nothing that was not, or it refuses.

use crate::clause::{Clause, clause};
use crate::edition::Edition;
use crate::expectation::{Answer, Exception, Expectation, Fact, Obj, Outcome, Permits};
use crate::exporter::{Exporter, NewProtocol, State};
use crate::flags::Flags;
use crate::layout::{Contiguity, Layout, MAX_NDIM, Order};
use crate::level::Level;

use Permits::{Exactly, OneOf};

/// `PyObject_GetBuffer`: the replies that the documentation permits.
///
/// Lengths and strides are in bytes, extents in elements. Clauses: `request.*`.
pub fn get_buffer(exporter: &Exporter, flags: Flags, edition: Edition) -> Expectation {
    let since = clause!("request.since-2.7-draft");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let access = clause!("request.flags.memoryview-access");
    if flags.is_memoryview_access() && access.holds(edition) {
        let raises = Fact::Raises(Exactly(Some(Exception::SystemError)));
        return refuse(access)
            .on_failure(access, Fact::Returns(Exactly(-1)))
            .on_failure(access, Fact::References(Exactly(0)))
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
        .on_success(clause!("request.success.returns-0"), Fact::Returns(Exactly(0)))
        .on_success(clause!("request.success.no-exception"), Fact::Raises(Exactly(None)))
        .on_success(clause!("request.success.releases-nothing"), Fact::Releases(Exactly(0)))
        .on_success(clause!("request.obj.exporter-or-root"), Fact::Obj(OneOf(owners)))
        .on_success(clause!("request.obj.new-reference"), Fact::Owner(OneOf(references)))
        .on_success(clause!("request.len.of-all-elements"), Fact::Len(Exactly(layout.len())))
        .on_success(clause!("request.itemsize.always"), Fact::Itemsize(Exactly(layout.itemsize)));
    // Where there is no element, there is no place for it to be.
    let answer = match layout.is_empty() {
        true => answer.on_success(clause!("request.buf.given"), Fact::BufGiven),
        false => {
            let says = Fact::Buf(Exactly(Some(layout.start)));
            answer.on_success(clause!("request.buf.first-element"), says)
        }
    };
    arrays(exporter, asked, format(exporter, asked, readonly(exporter, asked, answer)))
}

/// `readonly`: what was asked for, the truth about read-only memory, and a freedom otherwise.
fn readonly(exporter: &NewProtocol, asked: Flags, answer: Answer) -> Answer {
    let answer = if asked.contains(Flags::WRITABLE) {
        let says = Fact::Readonly(Exactly(false));
        answer.on_success(clause!("request.writable.granted-writable"), says)
    } else if exporter.readonly {
        answer.on_success(clause!("request.readonly.told"), Fact::Readonly(Exactly(true)))
    } else {
        let either = Fact::Readonly(OneOf(vec![false, true]));
        answer
            .on_success(clause!("request.readonly.open"), either)
            .on_success(clause!("request.readonly.writable-memory"), Fact::Readonly(Exactly(false)))
    };
    match exporter.told_readonly {
        Some(told) if !asked.contains(Flags::WRITABLE) => {
            answer.on_success(clause!("request.readonly.consistent"), Fact::Readonly(Exactly(told)))
        }
        _ => answer,
    }
}

/// `format`: the true one if asked for, NULL if not.
fn format(exporter: &NewProtocol, asked: Flags, answer: Answer) -> Answer {
    if asked.contains(Flags::FORMAT) {
        let format = Some(exporter.layout.format.clone());
        answer.on_success(clause!("request.format.given-if-asked"), Fact::Format(Exactly(format)))
    } else {
        answer.on_success(clause!("request.format.null-unless-asked"), Fact::Format(Exactly(None)))
    }
}

/// `ndim`, `shape`, `strides` and `suboffsets`: each given to those who can deal with it.
fn arrays(exporter: &NewProtocol, asked: Flags, mut answer: Answer) -> Answer {
    let layout = &exporter.layout;
    let (nd, strides) = (asked.contains(Flags::ND), asked.contains(Flags::STRIDES));
    if layout.shape.len() >= MAX_NDIM {
        let at_most = (0..=MAX_NDIM as i64).collect();
        answer = answer.on_success(clause!("request.ndim.at-most-64"), Fact::Ndim(OneOf(at_most)));
    }
    if nd {
        answer = answer
            .on_success(clause!("request.ndim.with-shape"), Fact::Ndim(Exactly(layout.ndim())));
    } else {
        answer = answer
            .on_success(clause!("request.shape.null-unless-asked"), Fact::Shape(Exactly(None)))
            .on_success(
                clause!("request.ndim.without-shape"),
                Fact::Ndim(OneOf(vec![0, 1, layout.ndim()])),
            )
            .on_success(clause!("request.ndim.one-without-shape"), Fact::Ndim(Exactly(1)));
    }
    if layout.ndim() == 0 {
        let no_strides = clause!("request.scalar.strides-null");
        answer = answer
            .on_success(no_strides, Fact::Strides(Exactly(None)))
            .on_success(no_strides, Fact::Suboffsets(Exactly(None)));
        return match nd {
            true => {
                answer.on_success(clause!("request.scalar.shape-null"), Fact::Shape(Exactly(None)))
            }
            false => answer,
        };
    }
    if nd {
        let says = Fact::Shape(Exactly(Some(layout.shape.clone())));
        answer = answer.on_success(clause!("request.shape.given-if-asked"), says);
    }
    let true_strides = Some(layout.strides.clone());
    answer = if strides {
        let says = Fact::Strides(Exactly(true_strides));
        answer.on_success(clause!("request.strides.given-if-asked"), says)
    } else {
        answer
            .on_success(clause!("request.strides.null-unless-asked"), Fact::Strides(Exactly(None)))
            .on_success(
                clause!("request.strides.null-or-true"),
                Fact::Strides(OneOf(vec![None, true_strides])),
            )
    };
    suboffsets(layout, asked, answer)
}

/// `suboffsets`: there are pointers to follow only where the consumer said that it can.
fn suboffsets(layout: &Layout, asked: Flags, answer: Answer) -> Answer {
    let null = || Fact::Suboffsets(Exactly(None));
    if layout.is_indirect() {
        let says = Fact::Suboffsets(Exactly(layout.suboffsets.clone()));
        return answer.on_success(clause!("request.suboffsets.given-if-needed"), says);
    }
    let answer =
        answer.on_success(clause!("request.suboffsets.null-or-negative"), Fact::NoPointersToFollow);
    match asked.contains(Flags::INDIRECT) {
        true => answer.on_success(clause!("request.suboffsets.null-if-not-needed"), null()),
        false => answer.on_success(clause!("request.suboffsets.null-unless-asked"), null()),
    }
}

/// What a refusal looks like.
fn refused(exporter: &NewProtocol, answer: Answer, edition: Edition) -> Answer {
    let answer = keeps_nothing(answer)
        .on_failure(clause!("request.refusal.returns-minus-1"), Fact::Returns(Exactly(-1)))
        .on_failure(clause!("request.refusal.raises"), Fact::RaisesSomething)
        .on_failure(clause!("request.refusal.obj-null"), Fact::Obj(Exactly(Obj::Null)));
    if let State::Raises(exception) = exporter.state {
        // What the exporter raises is its own doing; the function has to hand it on.
        let says = Fact::Raises(Exactly(Some(exception)));
        return answer.on_failure(clause!("request.raising.handed-on"), says);
    }
    let promised = clause!("request.refusal.buffer-error");
    // What is recommended gives way where the problem is another one than the request.
    if exporter.state == State::Released && promised.level(edition) != Some(Level::Must) {
        return answer;
    }
    answer.on_failure(promised, Fact::Raises(Exactly(Some(Exception::BufferError))))
}

/// A refusal leaves the exporter as it was.
fn keeps_nothing(answer: Answer) -> Answer {
    let clause = clause!("request.refusal.keeps-nothing");
    answer
        .on_failure(clause, Fact::References(Exactly(0)))
        .on_failure(clause, Fact::Releases(Exactly(0)))
}

/// The answer of an object that exports nothing.
fn without_protocol() -> Answer {
    let type_error = Fact::Raises(Exactly(Some(Exception::TypeError)));
    keeps_nothing(refuse(clause!("request.without-protocol.fails")))
        .on_failure(clause!("request.refusal.returns-minus-1"), Fact::Returns(Exactly(-1)))
        .on_failure(clause!("request.refusal.raises"), Fact::RaisesSomething)
        .on_failure(clause!("request.without-protocol.type-error"), type_error)
}
