//! # Buffer objects
//!
//! Python 2's `buffer`: a part of the memory of another object, or memory of its own, that looks like a
//! string. It keeps no pointer: each use asks the base through its old slots, and takes the part anew.
//! Here are the functions that make one; [`buffer_string`](crate::buffer_string) has what is done with
//! it.
//!
//! Offsets and sizes are in bytes. Clauses: `buffer-object.*`.

use crate::buffers::{BufferObject, END_OF_BUFFER};
use crate::clause::{Clause, clause};
use crate::expectation::{Answer, Expectation, Outcome};
use crate::exporter::{Exporter, Slot};
use crate::fact::Says;
use crate::machine::{Expected, Machine};
use crate::memory::Block;
use pybuf_protocol::Call;
use pybuf_protocol::Edition;
use pybuf_protocol::Returned;
use pybuf_protocol::call::{LARGEST, Part};
use pybuf_protocol::{Exception, Field, Value};

/// `PyBuffer_Check`. `is_one` tells whether the object is a buffer object.
pub fn check(is_one: bool, edition: Edition) -> Expectation {
    let (clause, returned) = match is_one {
        true => (clause!("buffer-object.check.true-for-one"), 1),
        false => (clause!("buffer-object.check.false-for-others"), 0),
    };
    let answer = Answer::of(Outcome::Success, clause);
    answer.on_success(clause, Field::Return.is(returned)).leaving_nothing(edition)
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
        .on_success(clause!("buffer-object.success.no-exception"), Field::Exception.is(Value::Null))
        .on_success(clause!("buffer-object.from-object.holds-base"), Field::References.is(1))
        .in_edition(edition)
        .into()
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

/// A request, or the question about one, of a buffer object. Whether it takes part in the
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
            true => answer.on_failure(raises_by, Field::Exception.one_of(exceptions.clone())),
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
        self.on_success(
            clause!("buffer-object.success.no-exception"),
            Field::Exception.is(Value::Null),
        )
        .on_success(keeps_nothing, Field::References.is(0))
        .on_failure(keeps_nothing, Field::References.is(0))
        .in_edition(edition)
        .into()
    }
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_buffer_object(&self, call: &Call) -> Option<Expected> {
        let edition = self.edition;
        Some(match *call {
            Call::BufferCheck { object } => {
                let is_one = self.buffer_objects.made.contains_key(&object);
                self.expect_of(object, |_| check(is_one, edition))
            }
            Call::BufferFromObject(Part { base, offset, size }) => {
                self.expect_of(base, |base| from_object(base, (offset, size), false, edition))
            }
            Call::BufferFromReadWriteObject(Part { base, offset, size }) => {
                self.expect_of(base, |base| from_object(base, (offset, size), true, edition))
            }
            Call::BufferFromMemory { size } | Call::BufferFromReadWriteMemory { size } => {
                Expected::Reply(from_memory(size, edition))
            }
            Call::BufferNew { size } => Expected::Reply(new(size, edition)),
            ref call => return self.expect_buffer_string(call),
        })
    }

    /// What is expected of a request to an object, or of the question about one.
    pub(crate) fn under_new_protocol(&self, object: usize, expected: Expected) -> Expected {
        match expected {
            Expected::Reply(expectation) if self.buffer_objects.made.contains_key(&object) => {
                Expected::Reply(under_new_protocol(expectation, self.edition))
            }
            expected => expected,
        }
    }

    /// A buffer object that was made or used.
    pub(crate) fn learn_buffer_object(&mut self, call: &Call, returned: Option<&Returned>) {
        let succeeded = returned.filter(|returned| returned.value.is_some_and(|it| it >= 0));
        if !call.makes_object() {
            return self.learn_buffer_string(call, succeeded);
        }
        let made = succeeded.and_then(|_| self.made(call));
        let number = self.objects.len();
        self.objects.push(made.as_ref().map(|made| made.exporter(self.edition)));
        self.buffer_objects.made.extend(made.map(|made| (number, made)));
        if let Call::BufferFromObject(part) | Call::BufferFromReadWriteObject(part) = call {
            self.buffer_objects.bases.insert(number, part.base);
        }
    }

    /// The buffer object that a call has made; `None` if it is one that cannot be described.
    fn made(&mut self, call: &Call) -> Option<BufferObject> {
        let block = self.objects.len();
        let over_object = |Part { base, offset, size }: Part, readonly| {
            let base = self.objects.get(base)?.as_ref()?.old.clone()?;
            let made = BufferObject { base, offset, size, readonly };
            (offset >= 0).then_some(made)
        };
        match *call {
            Call::BufferFromObject(part) => over_object(part, true),
            Call::BufferFromReadWriteObject(part) => over_object(part, false),
            Call::BufferFromMemory { size } | Call::BufferFromReadWriteMemory { size } => {
                let made = BufferObject::over_memory(
                    block,
                    size,
                    matches!(call, Call::BufferFromMemory { .. }),
                );
                let bytes = made.contents().ok()?;
                let size = usize::try_from(size).ok()?;
                self.memory.set(block, Block::counting(size, &bytes.layout()));
                Some(made)
            }
            Call::BufferNew { size: size @ 0..=LARGEST } => {
                Some(BufferObject::over_memory(block, size, false))
            }
            _ => None,
        }
    }

    /// What buffer objects have after the memory of an object has changed its extent: a base has a
    /// smaller number than what is over it.
    pub(crate) fn learn_bases(&mut self) {
        for (&number, &base) in &self.buffer_objects.bases {
            let base = self.objects.get(base).and_then(|base| base.as_ref()?.old.clone());
            let made = self.buffer_objects.made.get_mut(&number);
            let (Some(made), Some(base)) = (made, base) else { continue };
            made.base = base;
            let was = self.objects[number].replace(made.exporter(self.edition));
            let told = was.and_then(|was| was.new?.told_readonly);
            if let Some(new) = self.objects[number].as_mut().and_then(|it| it.new.as_mut()) {
                new.told_readonly = told;
            }
        }
    }
}
