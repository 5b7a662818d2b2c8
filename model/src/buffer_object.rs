//! # Buffer objects
//!
//! Python 2's `buffer`: a part of the memory of another object, or memory of its own, that looks like a
//! string. It keeps no pointer: each use asks the base through its old slots, and takes the part anew.
//! Here are the functions that make one; [`buffer_string`](crate::buffer_string) has what is done with
//! it.
//!
//! Offsets and sizes are in bytes. Clauses: `buffer-object.*`.

use crate::clause::{Clause, clause};
use crate::edition::Edition;
use crate::expectation::{Answer, Exception, Expectation, Fact, Outcome, Permits};
use crate::exporter::{Exporter, NewProtocol, OldSlots, Slot, State};
use crate::layout::{Address, Layout};

use Permits::{Exactly, OneOf};

/// `Py_END_OF_BUFFER`: as a size, all that follows. The text calls it a variable; it is a constant.
pub const END_OF_BUFFER: i64 = -1;

/// A buffer object.
#[derive(Clone, Debug, PartialEq)]
pub struct BufferObject {
    /// What its base offers. Memory without an object offers all of itself.
    pub base: OldSlots,
    /// From where in the memory of the base, in bytes.
    pub offset: i64,
    /// In bytes, or [`END_OF_BUFFER`].
    pub size: i64,
    /// Whether it cannot be written to.
    pub readonly: bool,
}

/// A row of bytes in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes {
    /// Where the first is.
    pub start: Address,
    /// How many there are.
    pub len: i64,
}

/// How a base fails that is asked for memory: with this exception, or if `None` with one that no text
/// tells, or with none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure(pub Option<Exception>);

/// The only segment that a slot gives, or how it fails.
pub(crate) fn segment(old: &OldSlots, slot: Slot) -> Result<Bytes, Failure> {
    match slot {
        _ if old.segments != Some(1) => Err(Failure(Some(Exception::TypeError))),
        Slot::Missing => Err(Failure(Some(Exception::TypeError))),
        Slot::Raises(exception) => Err(Failure(Some(exception))),
        slot if old.fails(slot) => Err(Failure(None)),
        Slot::Works => Ok(Bytes { start: old.start, len: old.len }),
    }
}

impl BufferObject {
    /// Over `size` bytes of memory from the start of `block` on.
    pub fn over_memory(block: usize, size: i64, readonly: bool) -> BufferObject {
        let base = OldSlots {
            read: Slot::Works,
            write: Slot::Works,
            char: Slot::Works,
            segments: Some(1),
            start: Address { block, offset: 0 },
            len: size,
        };
        BufferObject { base, offset: 0, size, readonly }
    }

    /// What it has now, or how the base fails. One that can be written to asks the base for memory to
    /// write, also where it is only read.
    pub fn contents(&self) -> Result<Bytes, Failure> {
        let slot = if self.readonly { self.base.read } else { self.base.write };
        segment(&self.base, slot).map(|_| self.part())
    }

    /// Its part of the base's memory: as much of it as there is.
    fn part(&self) -> Bytes {
        let Address { block, offset } = self.base.start;
        let all = self.base.len.max(0);
        let skipped = self.offset.clamp(0, all);
        let rest = all - skipped;
        let len = if self.size < 0 { rest } else { self.size.min(rest) };
        Bytes { start: Address { block, offset: offset.saturating_add(skipped) }, len }
    }

    /// The clause that says how long it is.
    pub(crate) fn extent(&self) -> Clause {
        let rest = self.base.len.saturating_sub(self.offset);
        if rest < 0 || self.size > rest {
            clause!("buffer-object.contents.beyond-base")
        } else if self.size == END_OF_BUFFER {
            clause!("buffer-object.contents.to-the-end")
        } else {
            clause!("buffer-object.contents.part")
        }
    }

    /// What it offers to consumers in turn. Its type has all slots; they fail where the base has none.
    pub fn exporter(&self, edition: Edition) -> Exporter {
        let handed_on = |slot| match slot {
            Slot::Missing => Slot::Raises(Exception::TypeError),
            slot => slot,
        };
        let Bytes { start, len } = self.part();
        let contents = self.contents();
        let old = OldSlots {
            read: handed_on(self.base.read),
            write: if self.readonly { Slot::Missing } else { self.base.write },
            char: handed_on(self.base.char),
            segments: Some(if contents.is_ok() { 1 } else { -1 }),
            start,
            len: if self.base.len < 0 { self.base.len } else { len },
        };
        let layout = Layout { start, ..Layout::bytes(len) };
        let new = Exporter::new_protocol(layout, self.readonly).new;
        // An interpreter that is told of a failure without an exception makes one of it.
        let raises =
            |Failure(exception)| State::Raises(exception.unwrap_or(Exception::SystemError));
        let state = contents.err().map_or(State::Ready, raises);
        let new = new.map(|new| NewProtocol { state, ..new });
        Exporter { old: Some(old), new: new.filter(|_| edition.has_new_protocol()) }
    }
}

/// `PyBuffer_Check`. `is_one` tells whether the object is a buffer object.
pub fn check(is_one: bool, edition: Edition) -> Expectation {
    let (clause, returned) = match is_one {
        true => (clause!("buffer-object.check.true-for-one"), 1),
        false => (clause!("buffer-object.check.false-for-others"), 0),
    };
    let answer = Answer::of(Outcome::Success, clause);
    answer.on_success(clause, Fact::Returns(Exactly(returned))).leaving_nothing(edition)
}

/// `PyBuffer_FromObject`, or if `writable` is set `PyBuffer_FromReadWriteObject`, on a base that is
/// described by what it offers.
pub fn from_object(
    base: &Exporter,
    (offset, size): (i64, i64),
    writable: bool,
    edition: Edition,
) -> Expectation {
    let needs = match writable {
        true => clause!("buffer-object.from-object.needs-writing"),
        false => clause!("buffer-object.from-object.needs-reading"),
    };
    let mut mistakes = Vec::new();
    match &base.old {
        Some(old) if Slot::Missing != if writable { old.write } else { old.read } => {
            let clause = clause!("buffer-object.from-object.single-segment");
            let mistake = Mistake::new(clause, Exception::TypeError);
            mistakes.extend((old.segments != Some(1)).then_some(mistake));
        }
        _ => mistakes.push(Mistake::new(needs, Exception::TypeError)),
    }
    if offset < 0 {
        let clause = clause!("buffer-object.from-object.offset-not-negative");
        mistakes.push(Mistake::new(clause, Exception::ValueError));
    }
    if size < 0 && size != END_OF_BUFFER {
        let clause = clause!("buffer-object.from-object.size-not-negative");
        mistakes.push(Mistake::new(clause, Exception::ValueError));
    }
    if let Some(absent) = beyond_int(&[offset, size], edition) {
        return absent;
    }
    if let Some(refusal) = refused(mistakes) {
        return refusal.leaving_nothing(edition);
    }
    let made = clause!("buffer-object.from-object.made");
    Answer::of(Outcome::Success, in_full(made, &[offset, size]))
        .on_success(clause!("buffer-object.success.no-exception"), Fact::Raises(Exactly(None)))
        .on_success(clause!("buffer-object.from-object.holds-base"), Fact::References(Exactly(1)))
        .until_2_7(edition)
}

/// `PyBuffer_FromMemory` and `PyBuffer_FromReadWriteMemory`.
pub fn from_memory(size: i64, edition: Edition) -> Expectation {
    let refused_by = match size {
        END_OF_BUFFER => clause!("buffer-object.from-memory.no-end-of-buffer"),
        _ => clause!("buffer-object.from-memory.size-not-negative"),
    };
    of_size(size, clause!("buffer-object.from-memory.made"), refused_by, edition)
}

/// `PyBuffer_New`.
pub fn new(size: i64, edition: Edition) -> Expectation {
    if let Some(absent) = beyond_int(&[size], edition) {
        return absent;
    }
    if size >= TOO_MUCH {
        let clause = clause!("buffer-object.new.too-large");
        let answer = refused(vec![Mistake::new(clause, Exception::MemoryError)]);
        return answer.unwrap_or_default().leaving_nothing(edition);
    }
    let refused_by = clause!("buffer-object.new.size-not-negative");
    of_size(size, clause!("buffer-object.new.made"), refused_by, edition)
}

/// More bytes than any machine has.
pub(crate) const TOO_MUCH: i64 = 1 << 60;

/// The answer before offsets and sizes were `Py_ssize_t`, where one of these is none that an `int` can
/// hold: there is no such call.
fn beyond_int(sizes: &[i64], edition: Edition) -> Option<Expectation> {
    let until = clause!("buffer-object.sizes.int-until-2.2");
    let beyond = !fit_int(sizes) && until.holds(edition);
    beyond.then(|| Expectation::not_in_edition(until))
}

/// The clause by which a call succeeds: one of its own if an `int` cannot hold all offsets and sizes.
fn in_full(made: Clause, sizes: &[i64]) -> Clause {
    if fit_int(sizes) { made } else { clause!("buffer-object.sizes.in-full-since-2.5") }
}

fn fit_int(sizes: &[i64]) -> bool {
    sizes.iter().all(|size| i32::try_from(*size).is_ok())
}

fn of_size(size: i64, made: Clause, refused_by: Clause, edition: Edition) -> Expectation {
    if let Some(absent) = beyond_int(&[size], edition) {
        return absent;
    }
    let made = in_full(made, &[size]);
    let mistake = (size < 0).then(|| Mistake::new(refused_by, Exception::ValueError));
    let answer = refused(mistake.into_iter().collect());
    answer.unwrap_or_else(|| Answer::of(Outcome::Success, made)).leaving_nothing(edition)
}

/// A request, or the question about one, that was put to a buffer object. Whether it takes part in the
/// new protocol is in no text, so what is said of its answer is practice.
pub fn under_new_protocol(expectation: Expectation, edition: Edition) -> Expectation {
    match expectation {
        Expectation::Answer(answer) => {
            let says = Outcome::Either;
            let clause = clause!("buffer-object.new-protocol");
            answer.beyond_the_text().outcome(clause, says).in_edition(edition).into()
        }
        not_in_edition => not_in_edition,
    }
}

/// Something wrong with a call: by which clause it is refused, and which one says with what exception,
/// if it is known.
pub(crate) struct Mistake {
    pub refused_by: Clause,
    pub raises_by: Clause,
    pub exception: Option<Exception>,
}

impl Mistake {
    pub fn new(clause: Clause, exception: Exception) -> Mistake {
        Mistake { refused_by: clause, raises_by: clause, exception: Some(exception) }
    }
}

/// The answer to a call with mistakes, if it has any. Which of several is told first is no matter.
pub(crate) fn refused(mistakes: Vec<Mistake>) -> Option<Answer> {
    let exceptions: Vec<_> = mistakes.iter().map(|mistake| mistake.exception).collect();
    let all_known = exceptions.iter().all(Option::is_some);
    let refuse = |answer: Answer, Mistake { refused_by, raises_by, .. }: Mistake| {
        let answer = answer.outcome(refused_by, Outcome::Failure);
        match all_known {
            true => answer.on_failure(raises_by, Fact::Raises(OneOf(exceptions.clone()))),
            false => answer,
        }
    };
    let some = !mistakes.is_empty();
    some.then(|| mistakes.into_iter().fold(Answer::default(), refuse))
}

impl Answer {
    /// What holds of all calls here that hold on to nothing.
    pub(crate) fn leaving_nothing(self, edition: Edition) -> Expectation {
        let keeps_nothing = clause!("buffer-object.keeps-nothing");
        self.on_success(clause!("buffer-object.success.no-exception"), Fact::Raises(Exactly(None)))
            .on_success(keeps_nothing, Fact::References(Exactly(0)))
            .on_failure(keeps_nothing, Fact::References(Exactly(0)))
            .until_2_7(edition)
    }

    fn until_2_7(self, edition: Edition) -> Expectation {
        let until = clause!("buffer-object.until-2.7");
        match until.holds(edition) {
            true => Expectation::not_in_edition(until),
            false => self.in_edition(edition).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects;

    /// Length and offset of a part of a part of ten bytes.
    fn part_of_part(inner: (i64, i64), outer: (i64, i64)) -> Option<(i64, i64)> {
        let edition = Edition::V2_7;
        let mut exporter = objects::bytes(0, 10, edition).ok()?;
        for (offset, size) in [inner, outer] {
            let object = BufferObject { base: exporter.old?, offset, size, readonly: true };
            exporter = object.exporter(edition);
        }
        exporter.old.map(|old| (old.start.offset, old.len))
    }

    #[test]
    fn a_part_of_a_part_stays_within() {
        assert_eq!(part_of_part((2, 5), (1, -1)), Some((3, 4)));
        assert_eq!(part_of_part((2, 5), (1, 2)), Some((3, 2)));
        assert_eq!(part_of_part((2, 5), (1, 100)), Some((3, 4)));
        assert_eq!(part_of_part((2, 5), (6, 3)).map(|(_, len)| len), Some(0));
        assert_eq!(part_of_part((2, -1), (1, -1)), Some((3, 7)));
        assert_eq!(part_of_part((8, 100), (1, -1)), Some((9, 1)));
        assert_eq!(part_of_part((20, 5), (0, -1)).map(|(_, len)| len), Some(0));
        assert_eq!(part_of_part((i64::MAX, -1), (i64::MAX, -1)).map(|(_, len)| len), Some(0));
    }
}
