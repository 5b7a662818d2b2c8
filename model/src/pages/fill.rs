//! # Filling a view of plain bytes
//!
//! `PyBuffer_FillInfo` answers a request on behalf of an exporter that has nothing but a row of
//! bytes. Bytes in a row are contiguous in every sense, so there is one reason only to refuse.

use crate::clause::clause;
use crate::expectation::{Answer, Expectation, Outcome};
use crate::fact::Says;
use crate::layout::Address;
use crate::machine::{Expected, Machine};
use pybuf_protocol::Call;
use pybuf_protocol::Edition;
use pybuf_protocol::Returned;
use pybuf_protocol::call::FillInfo;
use pybuf_protocol::flags::Flags;
use pybuf_protocol::reply::Obj;
use pybuf_protocol::{Exception, Field, Value};

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
    if bytes.view_null {
        return view_null().in_edition(edition).into();
    }
    let access = clause!("fill.memoryview-access");
    if flags.is_memoryview_access() && access.holds(edition) {
        let raises = Field::Exception.is(Some(Exception::SystemError));
        return Answer::of(Outcome::Failure, access)
            .on_failure(access, Field::Return.is(-1))
            .on_failure(access, Field::References.is(0))
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
        .on_success(clause!("fill.returns-0"), Field::Return.is(0))
        .on_success(clause!("fill.no-exception"), Field::Exception.is(Value::Null))
        .on_success(clause!("fill.releases-nothing"), Field::Releases.is(0))
        .on_success(clause!("fill.obj"), Field::Obj.is(obj))
        .on_success(clause!("fill.new-reference"), Field::References.is(reference))
        .on_success(clause!("fill.buf-and-len"), Field::Buf.is(bytes.buf))
        .on_success(clause!("fill.buf-and-len"), Field::Len.is(bytes.len))
        .on_success(clause!("fill.readonly"), Field::Readonly.is(bytes.readonly != 0))
        .on_success(clause!("fill.unsigned-bytes"), Field::Itemsize.is(1))
        .on_success(clause!("fill.unsigned-bytes"), Field::Ndim.is(1))
        .on_success(clause!("fill.unsigned-bytes"), Field::Format.is(format))
        .on_success(clause!("fill.shape"), Field::Shape.is(given(Flags::ND, bytes.len)))
        .on_success(strides, Field::Strides.is(given(Flags::STRIDES, 1)))
        .on_success(clause!("fill.suboffsets"), Field::Suboffsets.is(Value::Null))
}

/// What a refusal looks like.
fn refused(answer: Answer) -> Answer {
    let buffer_error = Field::Exception.is(Some(Exception::BufferError));
    answer
        .on_failure(clause!("fill.refusal.returns-minus-1"), Field::Return.is(-1))
        .on_failure(clause!("fill.refusal.raises"), Field::Exception.something())
        .on_failure(clause!("fill.refusal.buffer-error"), buffer_error)
        .on_failure(clause!("fill.refusal.obj-null"), Field::Obj.is(Obj::Null))
        .on_failure(clause!("fill.refusal.keeps-nothing"), Field::References.is(0))
        .on_failure(clause!("fill.refusal.keeps-nothing"), Field::Releases.is(0))
}

/// A NULL view was a request of its own in the drafts of the protocol; later it became an error.
fn view_null() -> Answer {
    let buffer_error = Field::Exception.is(Some(Exception::BufferError));
    let refused = clause!("fill.view-null.refused");
    Answer::of(Outcome::Either, clause!("fill.view-null.open"))
        .outcome(refused, Outcome::Failure)
        .on_failure(refused, Field::Return.is(-1))
        .on_failure(refused, Field::References.is(0))
        .on_failure(refused, buffer_error)
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_fill(&self, call: &Call) -> Option<Expected> {
        let Call::FillInfo(arguments) = call else { return None };
        let block = self.objects.len();
        let bytes = Bytes {
            view_null: arguments.view_null,
            exporter: arguments.exporter.is_some(),
            buf: (!arguments.buf_null).then_some(Address { block, offset: 0 }),
            len: arguments.len,
            readonly: arguments.readonly.into(),
        };
        let flags = Flags::from_bits_retain(arguments.flags);
        let expect = || fill_info(&bytes, flags, self.edition);
        Some(match arguments.exporter {
            Some(object) => self.expect_of(object, |_| expect()),
            None => Expected::Reply(expect()),
        })
    }

    /// The view that was filled.
    pub(crate) fn learn_fill(&mut self, call: &Call, returned: Option<&Returned>) {
        let Call::FillInfo(FillInfo { view_null, exporter, flags, .. }) = call else { return };
        self.learn_view(*exporter, *flags, returned.filter(|_| !view_null));
    }
}
