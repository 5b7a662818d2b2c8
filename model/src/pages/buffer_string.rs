//! # Buffer objects as strings
//!
//! What is done with a buffer object at the level of Python: it is measured, indexed, sliced, joined,
//! repeated, compared, hashed and, if it can be written to, assigned to. The functions are those of
//! the abstract protocols, `PySequence_*` and `PyObject_*`.
//!
//! Memory may not be known: then nothing is said of the bytes, and what is said of them otherwise is
//! in the rules on success. Clauses: `buffer-object.*`.

use crate::buffer_object::{Mistake, TOO_MUCH, refused};
use crate::buffers::{BufferObject, Bytes, Failure, segment};
use crate::clause::{Clause, clause};
use crate::expectation::{Answer, Expectation, Outcome};
use crate::exporter::Exporter;
use crate::fact::Says;
use crate::layout::{Address, Layout, Order};
use crate::machine::{Expected, Machine};
use crate::memory::Block;
use crate::memory::Memory;
use pybuf_protocol::Call;
use pybuf_protocol::Edition;
use pybuf_protocol::Returned;
use pybuf_protocol::{Exception, Field};

/// A string that is longer, in bytes, may not fit into the memory of some machine.
const LONG: i64 = 1 << 20;

/// `PySequence_Size`.
pub fn size(object: &BufferObject, edition: Edition) -> Expectation {
    let told = |contents: Bytes| {
        let says = Field::Return.is(contents.len);
        Answer::of(Outcome::Success, clause!("buffer-object.size"))
            .on_success(object.extent(), says)
    };
    on_contents(object, told, edition)
}

/// `PySequence_GetItem`. A negative index counts from the end.
pub fn get_item(
    object: &BufferObject,
    memory: &Memory,
    index: i64,
    edition: Edition,
) -> Expectation {
    let item = |contents| match item_of(contents, index) {
        Some(item) => returned(clause!("buffer-object.index"), item.read(memory)),
        None => {
            let clause = clause!("buffer-object.index.out-of-range");
            refused(vec![Mistake::new(clause, Exception::IndexError)]).unwrap_or_default()
        }
    };
    on_contents(object, item, edition)
}

/// `PySequence_GetSlice`. Negative ends count from the end; what is beyond is not there.
pub fn get_slice(
    object: &BufferObject,
    memory: &Memory,
    (start, stop): (i64, i64),
    edition: Edition,
) -> Expectation {
    let slice = |contents| {
        let slice = slice_of(contents, start, stop);
        returned(clause!("buffer-object.slice"), slice.read(memory))
    };
    on_contents(object, slice, edition)
}

/// `PySequence_Concat`, of any two objects the first of which is a buffer object.
pub fn concat(
    object: &BufferObject,
    other: &Exporter,
    memory: &Memory,
    edition: Edition,
) -> Expectation {
    let operand = clause!("buffer-object.concat.operand");
    let contents = object.contents();
    let other_contents = readable(other);
    let fails =
        other.old.as_ref().is_some_and(|old| old.fails(old.read) && old.segments == Some(1));
    let mut mistakes = base_fails(&contents);
    mistakes.extend(other_contents.err().map(|failure| cannot_be_read(operand, failure)));
    let is_empty = contents.is_ok_and(|contents| contents.len == 0);
    let open = clause!("buffer-object.concat.empty-open");
    let answer = match (contents, other_contents) {
        // Where the operand is all there is, nobody may have to read it.
        (_, Err(_)) if is_empty && fails => Answer::of(Outcome::Either, open),
        (Ok(contents), Ok(other)) => {
            let both = contents.read(memory).zip(other.read(memory));
            let joined = both.map(|(first, second)| [first, second].concat());
            let answer = returned(clause!("buffer-object.concat"), joined);
            if is_empty { answer.outcome(open, Outcome::Either) } else { answer }
        }
        _ => refused(mistakes).unwrap_or_default(),
    };
    answer.leaving_nothing(edition)
}

/// `PySequence_Repeat`. A count below zero is like zero.
pub fn repeat(object: &BufferObject, memory: &Memory, count: i64, edition: Edition) -> Expectation {
    let repeated = |contents: Bytes| {
        let len = contents.len.saturating_mul(count.max(0));
        if len >= TOO_MUCH {
            let clause = clause!("buffer-object.repeat.too-large");
            return refused(vec![Mistake::new(clause, Exception::MemoryError)]).unwrap_or_default();
        }
        let clause = match contents.len {
            0 => clause!("buffer-object.repeat.empty"),
            _ => clause!("buffer-object.repeat"),
        };
        if len > LONG {
            return Answer::of(Outcome::Either, clause);
        }
        let bytes = contents.read(memory);
        let copies = |bytes: Vec<u8>| bytes.iter().copied().cycle().take(len as usize).collect();
        returned(clause, bytes.map(copies))
    };
    on_contents(object, repeated, edition)
}

/// `PyObject_Compare`, of two buffer objects.
pub fn compare(
    object: &BufferObject,
    other: &BufferObject,
    memory: &Memory,
    edition: Edition,
) -> Expectation {
    let clause = clause!("buffer-object.compare");
    let (contents, others) = (object.contents(), other.contents());
    let mut mistakes = base_fails(&contents);
    mistakes.extend(base_fails(&others));
    let answer = match (contents, others) {
        (Ok(contents), Ok(others)) => {
            let answer = Answer::of(Outcome::Success, clause);
            match contents.read(memory).zip(others.read(memory)) {
                Some((one, other)) => {
                    answer.on_success(clause, Field::Number.is(one.cmp(&other) as i64))
                }
                None => answer,
            }
        }
        _ => refused(mistakes).unwrap_or_default(),
    };
    answer.leaving_nothing(edition)
}

/// `PyObject_Hash`. `equal` is the hash of a read-only buffer object with the same contents, if one
/// was seen.
pub fn hash(object: &BufferObject, equal: Option<i64>, edition: Edition) -> Expectation {
    let contents = object.contents();
    let mut mistakes = base_fails(&contents);
    if !object.readonly {
        let clause = clause!("buffer-object.hash.writable-refused");
        mistakes.push(Mistake::new(clause, Exception::TypeError));
    }
    let hashed = Answer::of(Outcome::Success, clause!("buffer-object.hash"));
    let answer = refused(mistakes).unwrap_or(match equal {
        Some(hash) => {
            let clause = clause!("buffer-object.hash.equal-if-equal");
            hashed.on_success(clause, Field::Number.is(hash))
        }
        None => hashed,
    });
    answer.leaving_nothing(edition)
}

/// `PySequence_SetItem`. `value` is what the value offers.
pub fn set_item(
    object: &BufferObject,
    index: i64,
    value: &Exporter,
    edition: Edition,
) -> Expectation {
    let item = object.contents().ok().map(|contents| item_of(contents, index));
    let out_of_range = Mistake::new(clause!("buffer-object.assign.index"), Exception::IndexError);
    let mut mistakes = assigning(object, value, 1);
    mistakes.extend((item == Some(None)).then_some(out_of_range));
    assigned(mistakes, edition)
}

/// `PySequence_SetSlice`. `value` is what the value offers.
pub fn set_slice(
    object: &BufferObject,
    (start, stop): (i64, i64),
    value: &Exporter,
    edition: Edition,
) -> Expectation {
    let slice = object.contents().map(|contents| slice_of(contents, start, stop));
    let len = slice.map_or(0, |slice| slice.len);
    assigned(assigning(object, value, len), edition)
}

/// What is wrong with assigning `value` to `len` bytes.
fn assigning(object: &BufferObject, value: &Exporter, len: i64) -> Vec<Mistake> {
    let contents = object.contents();
    let mut mistakes = base_fails(&contents);
    if object.readonly {
        mistakes.push(Mistake {
            refused_by: clause!("buffer-object.assign.read-only-refused"),
            raises_by: clause!("buffer-object.assign.read-only-type-error"),
            exception: Some(Exception::TypeError),
        });
    }
    match readable(value) {
        Err(failure) => {
            mistakes.push(cannot_be_read(clause!("buffer-object.assign.operand"), failure));
        }
        Ok(value) if contents.is_ok() && value.len != len => {
            let clause = clause!("buffer-object.assign.length");
            mistakes.push(Mistake::new(clause, Exception::TypeError));
        }
        Ok(_) => {}
    }
    mistakes
}

fn assigned(mistakes: Vec<Mistake>, edition: Edition) -> Expectation {
    let done = Answer::of(Outcome::Success, clause!("buffer-object.assign"));
    refused(mistakes).unwrap_or(done).leaving_nothing(edition)
}

/// The answer of a call that needs the contents and nothing else to be in order.
fn on_contents(
    object: &BufferObject,
    answer: impl FnOnce(Bytes) -> Answer,
    edition: Edition,
) -> Expectation {
    let contents = object.contents();
    let answer = match contents {
        Ok(contents) => answer(contents),
        Err(_) => refused(base_fails(&contents)).unwrap_or_default(),
    };
    answer.leaving_nothing(edition)
}

fn base_fails(contents: &Result<Bytes, Failure>) -> Vec<Mistake> {
    let fails = |&Failure(exception): &Failure| Mistake {
        refused_by: clause!("buffer-object.base-fails"),
        raises_by: clause!("buffer-object.base-fails.handed-on"),
        exception,
    };
    contents.as_ref().err().map(fails).into_iter().collect()
}

/// The mistake of an operand that fails to be read.
fn cannot_be_read(clause: Clause, Failure(exception): Failure) -> Mistake {
    Mistake { refused_by: clause, raises_by: clause, exception }
}

/// The success of a call that returns a string, with its bytes if they are known.
fn returned(clause: Clause, bytes: Option<Vec<u8>>) -> Answer {
    let answer = Answer::of(Outcome::Success, clause);
    match bytes {
        Some(bytes) => answer.on_success(clause, Field::Bytes.is(bytes)),
        None => answer,
    }
}

/// The only segment of an object, to read; or how it fails.
pub fn readable(exporter: &Exporter) -> Result<Bytes, Failure> {
    match &exporter.old {
        Some(old) => segment(old, old.read),
        None => Err(Failure(Some(Exception::TypeError))),
    }
}

/// The byte of an index, which may count from the end; `None` if there is none.
pub fn item_of(contents: Bytes, index: i64) -> Option<Bytes> {
    let place = from_start(contents.len, index);
    (0..contents.len).contains(&place).then(|| contents.within(place, 1))
}

/// The bytes of a slice, whose ends may count from the end.
pub fn slice_of(contents: Bytes, start: i64, stop: i64) -> Bytes {
    let place = |index| from_start(contents.len, index).clamp(0, contents.len);
    let (start, stop) = (place(start), place(stop));
    contents.within(start, (stop - start).max(0))
}

fn from_start(len: i64, index: i64) -> i64 {
    if index < 0 { index + len } else { index }
}

impl Bytes {
    fn within(self, offset: i64, len: i64) -> Bytes {
        let Address { block, offset: start } = self.start;
        Bytes { start: Address { block, offset: start.saturating_add(offset) }, len }
    }

    /// What they are; `None` if that is not known.
    pub fn read(self, memory: &Memory) -> Option<Vec<u8>> {
        memory.gather(&self.layout(), Order::C)
    }

    /// As elements of memory.
    pub fn layout(self) -> Layout {
        Layout { start: self.start, ..Layout::bytes(self.len) }
    }
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_buffer_string(&self, call: &Call) -> Option<Expected> {
        let (edition, memory) = (self.edition, &self.memory);
        Some(match *call {
            Call::Size { object } => self.expect_of_one(object, |it| size(it, edition)),
            Call::GetItem { object, index } => {
                self.expect_of_one(object, |it| get_item(it, memory, index, edition))
            }
            Call::GetSlice { object, start, stop } => {
                self.expect_of_one(object, |it| get_slice(it, memory, (start, stop), edition))
            }
            Call::Concat { object, other } => {
                self.expect_of_two(object, other, |it, other| concat(it, other, memory, edition))
            }
            Call::Repeat { object, count } => {
                self.expect_of_one(object, |it| repeat(it, memory, count, edition))
            }
            Call::Compare { object, other } => self.expect_compare(object, other),
            Call::Hash { object } => {
                self.expect_of_one(object, |it| hash(it, self.hash_of_equal(it), edition))
            }
            Call::SetItem { object, index, value } => {
                self.expect_of_two(object, value, |it, value| set_item(it, index, value, edition))
            }
            Call::SetSlice { object, start, stop, value } => {
                self.expect_of_two(object, value, |it, value| {
                    set_slice(it, (start, stop), value, edition)
                })
            }
            _ => return None,
        })
    }

    /// Of a call on a buffer object. Without buffer objects there is no such call.
    fn expect_of_one(
        &self,
        object: usize,
        expect: impl Fn(&BufferObject) -> Expectation,
    ) -> Expected {
        match (self.objects.get(object), self.buffer_objects.made.get(&object)) {
            (Some(Some(_)), Some(made)) => Expected::Reply(expect(made)),
            (Some(None), _) => Expected::not_made(&Answer::default().into()),
            (Some(Some(_)), None) => {
                Expected::BadCase(format!("object {object} is no buffer object"))
            }
            (None, _) => Expected::BadCase(format!("there is no object {object}")),
        }
    }

    /// Of a call on a buffer object and any other object.
    fn expect_of_two(
        &self,
        object: usize,
        other: usize,
        expect: impl Fn(&BufferObject, &Exporter) -> Expectation,
    ) -> Expected {
        self.expect_of_one(object, |it| match self.objects.get(other) {
            Some(Some(other)) => expect(it, other),
            _ => expect(it, &Exporter::none()),
        })
        .if_there(self, other)
    }

    fn expect_compare(&self, object: usize, other: usize) -> Expected {
        let compare = |it: &_| {
            self.expect_of_one(other, |other| compare(it, other, &self.memory, self.edition))
        };
        match self.buffer_objects.made.get(&object) {
            Some(it) => compare(it),
            None => self.expect_of_one(object, |_| Answer::default().into()),
        }
    }

    /// The hash of a read-only buffer object with the same bytes, if it was told.
    fn hash_of_equal(&self, object: &BufferObject) -> Option<i64> {
        let bytes = object.contents().ok()?.read(&self.memory)?;
        let mut told = self.buffer_objects.hashes.iter().filter(|_| !self.buffer_objects.assigned);
        told.find(|(of, _)| *of == bytes).map(|(_, hash)| *hash)
    }

    /// What an operation has told, or assigned.
    pub(crate) fn learn_buffer_string(&mut self, call: &Call, succeeded: Option<&Returned>) {
        let Some(returned) = succeeded else { return };
        match *call {
            Call::Hash { object } => self.learn_hash(object, returned.number),
            Call::SetItem { object, index, value } => {
                let item = self.contents(object).and_then(|all| item_of(all, index));
                self.assign(item, value);
            }
            Call::SetSlice { object, start, stop, value } => {
                let all = self.contents(object);
                self.assign(all.map(|all| slice_of(all, start, stop)), value);
            }
            _ => {}
        }
    }

    fn contents(&self, object: usize) -> Option<Bytes> {
        self.buffer_objects.made.get(&object)?.contents().ok()
    }

    fn learn_hash(&mut self, object: usize, hash: Option<i64>) {
        let bytes = self.contents(object).and_then(|contents| contents.read(&self.memory));
        self.buffer_objects.hashes.extend(bytes.zip(hash));
    }

    /// Writes the bytes of an object to a place in memory.
    fn assign(&mut self, place: Option<Bytes>, value: usize) {
        self.buffer_objects.assigned = true;
        let value = self.objects.get(value).and_then(Option::as_ref);
        let bytes = value.and_then(|value| readable(value).ok()?.read(&self.memory));
        let (Some(place), Some(bytes)) = (place, bytes) else { return };
        let known = self.memory.scatter(&place.layout(), Order::C, &bytes).is_some();
        // Memory that was not known becomes so from its start on.
        if !known && place.start.offset == 0 {
            self.memory.set(place.start.block, Block { bytes, rows: vec![] });
        }
    }
}

impl Expected {
    /// The same if an object is there that the call also takes; otherwise the call cannot be made.
    fn if_there(self, world: &Machine, other: usize) -> Expected {
        match (world.objects.get(other), self) {
            (Some(None), Expected::Reply(expectation)) => Expected::not_made(&expectation),
            (None, Expected::Reply(_)) => Expected::BadCase(format!("there is no object {other}")),
            (_, expected) => expected,
        }
    }
}
