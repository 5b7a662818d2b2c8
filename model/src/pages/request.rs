//! # Requests
//!
//! A consumer says with flags what kind of buffer it can deal with. The exporter answers with a view
//! that has what was asked for and nothing that was not, or it refuses.

use pybuf_protocol::reply::{Obj, Seen};
use pybuf_protocol::{Call, Edition, Exception, Field, Flags, MAX_NDIM, Returned};

use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Expectation, Fact, Outcome, Says};
use crate::state::{Contiguity, Exporter, Layout, NewProtocol, Order, State};

/// `PyObject_GetBuffer`: the replies that the documentation permits.
///
/// Lengths and strides are in bytes, extents in elements. Clauses: `request.*`.
pub fn get_buffer(exporter: &Exporter, flags: Flags, edition: Edition) -> Expectation {
    let access = clause!("request.flags.memoryview-access");
    if let Some(refusal) = memoryview_access(flags, access, edition) {
        return refusal;
    }
    let Some(exporter) = &exporter.new else {
        return failed(refuse(clause!("request.without-protocol.fails")))
            .raises(clause!("request.without-protocol.type-error"), Exception::TypeError)
            .in_edition(edition);
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
    let answer = if flags.is_documented() { answer } else { answer.beyond_the_text() };
    answer.in_edition(edition)
}

/// The refusal of `PyBUF_READ` and `PyBUF_WRITE`, which are no requests, in the editions that have this
/// clause on them.
pub(crate) fn memoryview_access(
    flags: Flags,
    clause: Clause,
    edition: Edition,
) -> Option<Expectation> {
    let is_refused = flags.is_memoryview_access() && clause.holds(edition);
    is_refused.then(|| {
        refuse(clause)
            .on_failure(clause, Field::Return.is(-1))
            .on_failure(clause, Field::References.is(0))
            .raises(clause, Exception::SystemError)
            .into()
    })
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
    match contiguity(&exporter.layout, asked) {
        Err(refused_by) => return refuse(refused_by),
        Ok(Some(doubt)) => return Answer::of(Outcome::Either, doubt),
        Ok(None) => {}
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
fn contiguity(layout: &Layout, asked: Flags) -> Result<Option<Clause>, Clause> {
    let [c, fortran] = [Order::C, Order::Fortran].map(|order| layout.contiguity(order));
    let (nd, strides) = (asked.contains(Flags::ND), asked.contains(Flags::STRIDES));
    if !nd && c == Contiguity::No && fortran != Contiguity::No {
        return Ok(Some(clause!("request.simple.fortran-open")));
    }
    let needs = [
        (asked.contains(Flags::C_CONTIGUOUS), c, clause!("request.contiguity.c")),
        (asked.contains(Flags::F_CONTIGUOUS), fortran, clause!("request.contiguity.fortran")),
        (asked.contains(Flags::ANY_CONTIGUOUS), c.or(fortran), clause!("request.contiguity.any")),
        (nd && !strides, c, clause!("request.strides.refused-unless-asked")),
        (!nd, c, clause!("request.simple.contiguous-bytes")),
    ];
    let mut doubt = None;
    for (_, contiguity, clause) in needs.into_iter().filter(|(is_needed, ..)| *is_needed) {
        match contiguity {
            Contiguity::Yes => {}
            Contiguity::No => return Err(clause),
            Contiguity::Open(open) => doubt = Some(open),
        }
    }
    Ok(doubt)
}

/// What a granted view has.
fn granted(exporter: &NewProtocol, asked: Flags, answer: Answer) -> Answer {
    let layout = &exporter.layout;
    let [obj, owner] = owner(exporter);
    let answer = answer
        .on_success(clause!("request.success.returns-0"), Field::Return.is(0))
        .on_success(clause!("request.success.no-exception"), Field::Exception.null())
        .on_success(clause!("request.success.releases-nothing"), Field::Releases.is(0))
        .on_success(clause!("request.obj.exporter-or-root"), obj)
        .on_success(clause!("request.obj.new-reference"), owner)
        .on_success(clause!("request.len.of-all-elements"), Field::Len.is(layout.len()))
        .on_success(clause!("request.itemsize.always"), Field::Itemsize.is(layout.itemsize));
    // Where there is no element, there is no place for it to be.
    let answer = match layout.is_empty() {
        true => answer.on_success(clause!("request.buf.given"), Field::Buf.something()),
        false => {
            answer.on_success(clause!("request.buf.first-element"), Field::Buf.is(layout.start))
        }
    };
    arrays(layout, asked, format(layout, asked, readonly(exporter, asked, answer)))
}

/// `obj`, also with its reference. A view may hand the request on to its root, which then owns the answer
/// and is referred to.
pub(crate) fn owner(exporter: &NewProtocol) -> [Fact; 2] {
    let owners: &[(Obj, i64)] = match exporter.is_view {
        true => &[(Obj::Exporter, 1), (Obj::Root, 0)],
        false => &[(Obj::Exporter, 1)],
    };
    let obj = Field::Obj.one_of(owners.iter().map(|(obj, _)| *obj));
    [obj, Field::Owner.one_of(owners.iter().copied())]
}

/// `readonly`: what was asked for, the truth about read-only memory, and a freedom otherwise.
fn readonly(exporter: &NewProtocol, asked: Flags, answer: Answer) -> Answer {
    let [yes, no] = [true, false].map(|readonly| Field::Readonly.is(readonly));
    let as_before = exporter.told_readonly.map(|readonly| Field::Readonly.is(readonly));
    if asked.contains(Flags::WRITABLE) {
        return answer.on_success(clause!("request.writable.granted-writable"), no);
    }
    match exporter.readonly {
        true => answer.on_success(clause!("request.readonly.told"), yes),
        false => answer
            .on_success(clause!("request.readonly.open"), Field::Readonly.one_of([false, true]))
            .on_success(clause!("request.readonly.writable-memory"), no),
    }
    .on_success(clause!("request.readonly.consistent"), as_before)
}

/// `format`: the true one if asked for, NULL if not.
fn format(layout: &Layout, asked: Flags, answer: Answer) -> Answer {
    let (clause, says) = match asked.contains(Flags::FORMAT) {
        true => (clause!("request.format.given-if-asked"), Field::Format.is(layout.format.clone())),
        false => (clause!("request.format.null-unless-asked"), Field::Format.null()),
    };
    answer.on_success(clause, says)
}

/// `ndim`, `shape`, `strides` and `suboffsets`: each given to those who can deal with it.
fn arrays(layout: &Layout, asked: Flags, answer: Answer) -> Answer {
    let (nd, ndim) = (asked.contains(Flags::ND), layout.ndim());
    let has_most = layout.shape.len() >= MAX_NDIM;
    let at_most = has_most.then(|| Field::Ndim.one_of(0..=MAX_NDIM as i64));
    let answer = answer.on_success(clause!("request.ndim.at-most-64"), at_most);
    let answer = match nd {
        true => answer.on_success(clause!("request.ndim.with-shape"), Field::Ndim.is(ndim)),
        false => answer
            .on_success(clause!("request.shape.null-unless-asked"), Field::Shape.null())
            .on_success(clause!("request.ndim.without-shape"), Field::Ndim.one_of([0, 1, ndim]))
            .on_success(clause!("request.ndim.one-without-shape"), Field::Ndim.is(1)),
    };
    if ndim == 0 {
        let no_strides = clause!("request.scalar.strides-null");
        let no_shape = nd.then(|| Field::Shape.null());
        return answer
            .on_success(no_strides, Field::Strides.null())
            .on_success(no_strides, Field::Suboffsets.null())
            .on_success(clause!("request.scalar.shape-null"), no_shape);
    }
    let shape = nd.then(|| Field::Shape.is(layout.shape.clone()));
    let answer = answer.on_success(clause!("request.shape.given-if-asked"), shape);
    suboffsets(layout, asked, strides(layout, asked, answer))
}

/// `strides`: the true ones if asked for; if not, NULL, as the text says since 3.3.
fn strides(layout: &Layout, asked: Flags, answer: Answer) -> Answer {
    let strides = layout.strides.clone();
    if asked.contains(Flags::STRIDES) {
        return answer
            .on_success(clause!("request.strides.given-if-asked"), Field::Strides.is(strides));
    }
    let null_or_true = Field::Strides.one_of([None, Some(strides)]);
    answer
        .on_success(clause!("request.strides.null-unless-asked"), Field::Strides.null())
        .on_success(clause!("request.strides.null-or-true"), null_or_true)
}

/// `suboffsets`: there are pointers to follow only where the consumer said that it can.
fn suboffsets(layout: &Layout, asked: Flags, answer: Answer) -> Answer {
    if layout.is_indirect() {
        let says = Field::Suboffsets.is(layout.suboffsets.clone());
        return answer.on_success(clause!("request.suboffsets.given-if-needed"), says);
    }
    let clause = match asked.contains(Flags::INDIRECT) {
        true => clause!("request.suboffsets.null-if-not-needed"),
        false => clause!("request.suboffsets.null-unless-asked"),
    };
    let no_pointers = Field::Suboffsets.none_to_follow();
    answer
        .on_success(clause!("request.suboffsets.null-or-negative"), no_pointers)
        .on_success(clause, Field::Suboffsets.null())
}

/// What each refusal looks like: it leaves the exporter as it was.
fn failed(answer: Answer) -> Answer {
    let keeps_nothing = clause!("request.refusal.keeps-nothing");
    answer
        .on_failure(keeps_nothing, Field::References.is(0))
        .on_failure(keeps_nothing, Field::Releases.is(0))
        .on_failure(clause!("request.refusal.returns-minus-1"), Field::Return.is(-1))
        .on_failure(clause!("request.refusal.raises"), Field::Exception.something())
}

/// What a refusal by an exporter looks like.
fn refused(exporter: &NewProtocol, answer: Answer, edition: Edition) -> Answer {
    let answer =
        failed(answer).on_failure(clause!("request.refusal.obj-null"), Field::Obj.is(Obj::Null));
    match exporter.state {
        // What the exporter raises is its own doing; the function has to hand it on.
        State::Raises(exception) => answer.raises(clause!("request.raising.handed-on"), exception),
        // What was only recommended up to 3.2 gives way where the problem is another one than the request.
        State::Released if edition < Edition::V3_3 => answer,
        _ => answer.raises(clause!("request.refusal.buffer-error"), Exception::BufferError),
    }
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
