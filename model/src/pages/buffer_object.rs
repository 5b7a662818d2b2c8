//! # Buffer objects
//!
//! Python 2's `buffer`: a part of the memory of another object, or memory of its own, that looks like a
//! string. It keeps no pointer: each use asks the base through its old slots, and takes the part anew.
//! Here are the functions that make one; [`buffer_string`](crate::buffer_string) has what is done with
//! it.
//!
//! Offsets and sizes are in bytes. Clauses: `buffer-object.*`.

use pybuf_protocol::call::{END_OF_BUFFER, LARGEST, Part};
use pybuf_protocol::{Call, Edition, Exception, Field, Returned};

use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::{Block, BufferObject, Exporter, OldSlots, Slot};

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
    let single = clause!("buffer-object.from-object.single-segment");
    let from_start = clause!("buffer-object.from-object.offset-not-negative");
    let some = clause!("buffer-object.from-object.size-not-negative");
    let slot = |old: &OldSlots| if writable { old.write } else { old.read };
    let old = base.old.as_ref().filter(|old| slot(old) != Slot::Missing);
    let mistakes = [
        Mistake::when(old.is_none(), needs, Exception::TypeError),
        Mistake::when(old.is_some_and(|old| old.segments != Some(1)), single, Exception::TypeError),
        Mistake::when(offset < 0, from_start, Exception::ValueError),
        Mistake::when(size < 0 && size != END_OF_BUFFER, some, Exception::ValueError),
    ];
    if let Some(absent) = beyond_int(&[offset, size], edition) {
        return absent;
    }
    if mistakes.iter().any(Option::is_some) {
        return Answer::default().unless(mistakes).leaving_nothing(edition);
    }
    let made = clause!("buffer-object.from-object.made");
    Answer::of(Outcome::Success, in_full(made, &[offset, size]))
        .on_success(clause!("buffer-object.success.no-exception"), Field::Exception.null())
        .on_success(clause!("buffer-object.from-object.holds-base"), Field::References.is(1))
        .in_edition(edition)
}

/// `PyBuffer_FromMemory` and `PyBuffer_FromReadWriteMemory`.
pub fn from_memory(size: i64, edition: Edition) -> Expectation {
    let refused_by = match size {
        END_OF_BUFFER => clause!("buffer-object.from-memory.no-end-of-buffer"),
        _ => clause!("buffer-object.from-memory.size-not-negative"),
    };
    let mistakes = [Mistake::when(size < 0, refused_by, Exception::ValueError)];
    of_size(size, clause!("buffer-object.from-memory.made"), mistakes, edition)
}

/// `PyBuffer_New`.
pub fn new(size: i64, edition: Edition) -> Expectation {
    let too_large = clause!("buffer-object.new.too-large");
    let negative = clause!("buffer-object.new.size-not-negative");
    let mistakes = [
        Mistake::when(size >= TOO_MUCH, too_large, Exception::MemoryError),
        Mistake::when(size < 0, negative, Exception::ValueError),
    ];
    of_size(size, clause!("buffer-object.new.made"), mistakes, edition)
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

fn of_size(
    size: i64,
    made: Clause,
    mistakes: impl IntoIterator<Item = Option<Mistake>>,
    edition: Edition,
) -> Expectation {
    let made = Answer::of(Outcome::Success, in_full(made, &[size]));
    beyond_int(&[size], edition).unwrap_or_else(|| made.unless(mistakes).leaving_nothing(edition))
}

/// Something wrong with a call: by which clause it is refused, and which one says with what exception,
/// if it is known.
pub(crate) struct Mistake {
    pub refused_by: Clause,
    pub raises_by: Clause,
    pub exception: Option<Exception>,
}

impl Mistake {
    /// A mistake if it is made, by one clause.
    pub fn when(is_made: bool, clause: Clause, exception: Exception) -> Option<Mistake> {
        let exception = Some(exception);
        is_made.then_some(Mistake { refused_by: clause, raises_by: clause, exception })
    }
}

impl Answer {
    /// The answer to a call with these mistakes; without any, this one. Which of several is reported first
    /// does not matter.
    pub(crate) fn unless(self, mistakes: impl IntoIterator<Item = Option<Mistake>>) -> Answer {
        let mistakes: Vec<Mistake> = mistakes.into_iter().flatten().collect();
        if mistakes.is_empty() {
            return self;
        }
        let exceptions = mistakes.iter().map(|mistake| mistake.exception);
        // If one of them is not known, nothing is said of it.
        let raised = exceptions.collect::<Option<Vec<_>>>().map(|it| Field::Exception.one_of(it));
        mistakes.iter().fold(Answer::default(), |answer, mistake| {
            answer
                .outcome(mistake.refused_by, Outcome::Failure)
                .on_failure(mistake.raises_by, raised.clone())
        })
    }

    /// What holds of all calls here that hold on to nothing.
    pub(crate) fn leaving_nothing(self, edition: Edition) -> Expectation {
        let keeps_nothing = clause!("buffer-object.keeps-nothing");
        self.on_success(clause!("buffer-object.success.no-exception"), Field::Exception.null())
            .on_success(keeps_nothing, Field::References.is(0))
            .on_failure(keeps_nothing, Field::References.is(0))
            .in_edition(edition)
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

    /// What is expected of a request to an object, or of the question about one. Whether a buffer object
    /// takes part in the new protocol is in no text, so what is said of its answer is practice.
    pub(crate) fn under_new_protocol(&self, object: usize, expected: Expected) -> Expected {
        let is_one = self.buffer_objects.made.contains_key(&object);
        match expected {
            Expected::Reply(Expectation::Answer(answer)) if is_one => {
                let open = clause!("buffer-object.new-protocol");
                let answer = answer.beyond_the_text().outcome(open, Outcome::Either);
                answer.in_edition(self.edition).into()
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
                let readonly = matches!(call, Call::BufferFromMemory { .. });
                let made = BufferObject::over_memory(block, size, readonly);
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
