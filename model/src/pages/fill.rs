//! # Filling a view of plain bytes
//!
//! `PyBuffer_FillInfo` answers a request on behalf of an exporter that has nothing but a row of
//! bytes. Bytes in a row are contiguous in every sense, so there is one reason only to refuse.

use pybuf_protocol::call::FillInfo;
use pybuf_protocol::reply::{Obj, Pointer};
use pybuf_protocol::{Address, Call, Edition, Exception, Field, Flags, Returned, Value};

use crate::clause::clause;
use crate::machine::{Expected, Machine};
use crate::request::memoryview_access;
use crate::rules::{Answer, Expectation, Outcome, Says};

/// `PyBuffer_FillInfo`, of bytes at the start of `block` unless they are NULL. Clauses: `fill.*`.
pub fn fill_info(arguments: &FillInfo, block: usize, edition: Edition) -> Expectation {
    if arguments.view_null {
        return view_null().in_edition(edition);
    }
    let flags = Flags::from_bits_retain(arguments.flags);
    if let Some(refusal) = memoryview_access(flags, clause!("fill.memoryview-access"), edition) {
        return refusal;
    }
    let asked = flags.whole();
    let buf = (!arguments.buf_null).then_some(Address { block, offset: 0 });
    let answer = refused(filled(arguments, buf, asked, may_succeed(arguments, asked)));
    let answer = match arguments.exporter {
        Some(_) => answer.outcome(clause!("fill.exporter-left-out"), Outcome::Either),
        None => answer,
    };
    let answer = if flags.is_documented() { answer } else { answer.beyond_the_text() };
    answer.in_edition(edition)
}

fn may_succeed(arguments: &FillInfo, asked: Flags) -> Answer {
    if asked.contains(Flags::WRITABLE) && arguments.readonly != 0 {
        return match arguments.readonly {
            1 => Answer::of(Outcome::Failure, clause!("fill.writable.refused-on-readonly")),
            _ => Answer::of(Outcome::Either, clause!("fill.readonly.odd-values-open")),
        };
    }
    if arguments.len < 0 {
        return Answer::of(Outcome::Either, clause!("fill.len.negative-open"));
    }
    Answer::of(Outcome::Success, clause!("fill.otherwise-granted"))
}

/// What the view holds afterwards.
fn filled(bytes: &FillInfo, buf: Option<Address>, asked: Flags, answer: Answer) -> Answer {
    let given = |flag: Flags, value: i64| asked.contains(flag).then(|| vec![value]);
    let format = asked.contains(Flags::FORMAT).then(|| "B".to_owned());
    let (obj, references) = match bytes.exporter {
        Some(_) => (Obj::Exporter, 1),
        None => (Obj::Null, 0),
    };
    let buf = buf.map_or(Pointer::Null.into(), Value::from);
    let strides = match asked.contains(Flags::STRIDES) {
        true => clause!("fill.strides.given-if-asked"),
        false => clause!("fill.strides.null-unless-asked"),
    };
    answer
        .on_success(clause!("fill.returns-0"), Field::Return.is(0))
        .on_success(clause!("fill.no-exception"), Field::Exception.null())
        .on_success(clause!("fill.releases-nothing"), Field::Releases.is(0))
        .on_success(clause!("fill.obj"), Field::Obj.is(obj))
        .on_success(clause!("fill.new-reference"), Field::References.is(references))
        .on_success(clause!("fill.buf-and-len"), Field::Buf.is(buf))
        .on_success(clause!("fill.buf-and-len"), Field::Len.is(bytes.len))
        .on_success(clause!("fill.readonly"), Field::Readonly.is(bytes.readonly != 0))
        .on_success(clause!("fill.unsigned-bytes"), Field::Itemsize.is(1))
        .on_success(clause!("fill.unsigned-bytes"), Field::Ndim.is(1))
        .on_success(clause!("fill.unsigned-bytes"), Field::Format.is(format))
        .on_success(clause!("fill.shape"), Field::Shape.is(given(Flags::ND, bytes.len)))
        .on_success(strides, Field::Strides.is(given(Flags::STRIDES, 1)))
        .on_success(clause!("fill.suboffsets"), Field::Suboffsets.null())
}

/// What a refusal looks like.
fn refused(answer: Answer) -> Answer {
    answer
        .on_failure(clause!("fill.refusal.returns-minus-1"), Field::Return.is(-1))
        .on_failure(clause!("fill.refusal.raises"), Field::Exception.something())
        .raises(clause!("fill.refusal.buffer-error"), Exception::BufferError)
        .on_failure(clause!("fill.refusal.obj-null"), Field::Obj.is(Obj::Null))
        .on_failure(clause!("fill.refusal.keeps-nothing"), Field::References.is(0))
        .on_failure(clause!("fill.refusal.keeps-nothing"), Field::Releases.is(0))
}

/// A NULL view was a request of its own in the drafts of the protocol; later it became an error.
fn view_null() -> Answer {
    let refused = clause!("fill.view-null.refused");
    Answer::of(Outcome::Either, clause!("fill.view-null.open"))
        .outcome(refused, Outcome::Failure)
        .on_failure(refused, Field::Return.is(-1))
        .on_failure(refused, Field::References.is(0))
        .raises(refused, Exception::BufferError)
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_fill(&self, call: &Call) -> Option<Expected> {
        let Call::FillInfo(arguments) = call else { return None };
        let expect = || fill_info(arguments, self.objects.len(), self.edition);
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
