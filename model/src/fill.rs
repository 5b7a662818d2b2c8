//! # Filling a view of plain bytes
//!
//! `PyBuffer_FillInfo` answers a request on behalf of an exporter that has nothing but a row of
//! bytes. Bytes in a row are contiguous in every sense, so there is one reason only to refuse.

use crate::clause::clause;
use crate::edition::Edition;
use crate::expectation::{Answer, Exception, Expectation, Fact, Obj, Outcome, Permits::Exactly};
use crate::flags::Flags;
use crate::layout::Address;

/// The arguments of `PyBuffer_FillInfo`, but for `flags`.
#[derive(Clone, Debug, PartialEq)]
pub struct Bytes {
    /// Whether `view` is NULL.
    pub view_null: bool,
    /// Whether `exporter` is given.
    pub exporter: bool,
    /// `buf`; `None` is NULL.
    pub buf: Option<Address>,
    /// In bytes.
    pub len: i64,
    /// Any int.
    pub readonly: i64,
}

/// `PyBuffer_FillInfo`. Clauses: `fill.*`.
pub fn fill_info(bytes: &Bytes, flags: Flags, edition: Edition) -> Expectation {
    let since = clause!("fill.since-2.7-draft");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    if bytes.view_null {
        return view_null().in_edition(edition).into();
    }
    let access = clause!("fill.memoryview-access");
    if flags.is_memoryview_access() && access.holds(edition) {
        let raises = Fact::Raises(Exactly(Some(Exception::SystemError)));
        return Answer::of(Outcome::Failure, access)
            .on_failure(access, Fact::Returns(Exactly(-1)))
            .on_failure(access, Fact::References(Exactly(0)))
            .on_failure(access, raises)
            .into();
    }
    let asked = flags.whole();
    let answer = refused(filled(bytes, asked, may_succeed(bytes, asked)));
    let answer = match bytes.exporter {
        true => answer.outcome(clause!("fill.exporter-left-out"), Outcome::Either),
        false => answer,
    };
    let answer = if flags.is_documented() { answer } else { answer.beyond_the_text() };
    answer.in_edition(edition).into()
}

fn may_succeed(bytes: &Bytes, asked: Flags) -> Answer {
    if asked.contains(Flags::WRITABLE) && bytes.readonly != 0 {
        return match bytes.readonly {
            1 => Answer::of(Outcome::Failure, clause!("fill.writable.refused-on-readonly")),
            _ => Answer::of(Outcome::Either, clause!("fill.readonly.odd-values-open")),
        };
    }
    if bytes.len < 0 {
        return Answer::of(Outcome::Either, clause!("fill.len.negative-open"));
    }
    Answer::of(Outcome::Success, clause!("fill.otherwise-granted"))
}

/// What the view holds afterwards.
fn filled(bytes: &Bytes, asked: Flags, answer: Answer) -> Answer {
    let given = |flag: Flags, value: i64| asked.contains(flag).then(|| vec![value]);
    let format = asked.contains(Flags::FORMAT).then(|| "B".to_owned());
    let obj = if bytes.exporter { Obj::Exporter } else { Obj::Null };
    let reference = if bytes.exporter { 1 } else { 0 };
    let strides = match asked.contains(Flags::STRIDES) {
        true => clause!("fill.strides.given-if-asked"),
        false => clause!("fill.strides.null-unless-asked"),
    };
    answer
        .on_success(clause!("fill.returns-0"), Fact::Returns(Exactly(0)))
        .on_success(clause!("fill.no-exception"), Fact::Raises(Exactly(None)))
        .on_success(clause!("fill.releases-nothing"), Fact::Releases(Exactly(0)))
        .on_success(clause!("fill.obj"), Fact::Obj(Exactly(obj)))
        .on_success(clause!("fill.new-reference"), Fact::References(Exactly(reference)))
        .on_success(clause!("fill.buf-and-len"), Fact::Buf(Exactly(bytes.buf)))
        .on_success(clause!("fill.buf-and-len"), Fact::Len(Exactly(bytes.len)))
        .on_success(clause!("fill.readonly"), Fact::Readonly(Exactly(bytes.readonly != 0)))
        .on_success(clause!("fill.unsigned-bytes"), Fact::Itemsize(Exactly(1)))
        .on_success(clause!("fill.unsigned-bytes"), Fact::Ndim(Exactly(1)))
        .on_success(clause!("fill.unsigned-bytes"), Fact::Format(Exactly(format)))
        .on_success(clause!("fill.shape"), Fact::Shape(Exactly(given(Flags::ND, bytes.len))))
        .on_success(strides, Fact::Strides(Exactly(given(Flags::STRIDES, 1))))
        .on_success(clause!("fill.suboffsets"), Fact::Suboffsets(Exactly(None)))
}

/// What a refusal looks like.
fn refused(answer: Answer) -> Answer {
    let buffer_error = Fact::Raises(Exactly(Some(Exception::BufferError)));
    answer
        .on_failure(clause!("fill.refusal.returns-minus-1"), Fact::Returns(Exactly(-1)))
        .on_failure(clause!("fill.refusal.raises"), Fact::RaisesSomething)
        .on_failure(clause!("fill.refusal.buffer-error"), buffer_error)
        .on_failure(clause!("fill.refusal.obj-null"), Fact::Obj(Exactly(Obj::Null)))
        .on_failure(clause!("fill.refusal.keeps-nothing"), Fact::References(Exactly(0)))
        .on_failure(clause!("fill.refusal.keeps-nothing"), Fact::Releases(Exactly(0)))
}

/// A NULL view was a request of its own in the drafts of the protocol; later it became an error.
fn view_null() -> Answer {
    let buffer_error = Fact::Raises(Exactly(Some(Exception::BufferError)));
    let refused = clause!("fill.view-null.refused");
    Answer::of(Outcome::Either, clause!("fill.view-null.open"))
        .outcome(refused, Outcome::Failure)
        .on_failure(refused, Fact::Returns(Exactly(-1)))
        .on_failure(refused, Fact::References(Exactly(0)))
        .on_failure(refused, buffer_error)
}
