//! # Buffer objects as strings
//!
//! What is done with a buffer object at the level of Python: it is measured, indexed, sliced, joined,
//! repeated, compared, hashed and, if it can be written to, assigned to. The functions are those of
//! the abstract protocols, `PySequence_*` and `PyObject_*`.
//!
//! Memory may not be known: then nothing is said of the bytes, and what is said of them otherwise is
//! in the rules on success. What holds of all these calls alike, [`Machine`] adds, and leaves out what
//! does not hold in its edition. Clauses: `buffer-object.*`.

use pybuf_protocol::{Address, Call, Exception, Field, Returned};

use crate::buffer_object::{Mistake, TOO_MUCH};
use crate::buffers::segment;
use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Outcome, Says};
use crate::state::{Block, BufferObject, Bytes, Exporter, Failure, Layout, Memory, Order};

/// A string that is longer, in bytes, may not fit into the memory of some machine.
const LONG: i64 = 1 << 20;

/// `PySequence_Size`.
pub fn size(object: &BufferObject) -> Answer {
    let contents = object.contents();
    // Without contents there is no length, and the base fails.
    let len = contents.map_or(0, |contents| contents.len);
    Answer::of(Outcome::Success, clause!("buffer-object.size"))
        .on_success(object.extent(), Field::Return.is(len))
        .unless([base_fails(contents)])
}

/// `PySequence_GetItem`. A negative index counts from the end.
pub fn get_item(object: &BufferObject, memory: &Memory, index: i64) -> Answer {
    let contents = object.contents();
    let item = contents.map(|contents| item_of(contents, index));
    let clause = clause!("buffer-object.index.out-of-range");
    let out_of_range = Mistake::when(item == Ok(None), clause, Exception::IndexError);
    let bytes = item.ok().flatten().and_then(|item| item.read(memory));
    returns(clause!("buffer-object.index"), bytes).unless([base_fails(contents), out_of_range])
}

/// `PySequence_GetSlice`. Negative ends count from the end; what is beyond is not there.
pub fn get_slice(object: &BufferObject, memory: &Memory, (start, stop): (i64, i64)) -> Answer {
    let contents = object.contents();
    let slice = contents.map(|contents| slice_of(contents, start, stop));
    returns(clause!("buffer-object.slice"), read(slice, memory)).unless([base_fails(contents)])
}

/// `PySequence_Concat`, of any two objects the first of which is a buffer object.
pub fn concat(object: &BufferObject, other: &Exporter, memory: &Memory) -> Answer {
    let (contents, others) = (object.contents(), readable(other));
    let is_empty = contents.is_ok_and(|contents| contents.len == 0);
    let open = clause!("buffer-object.concat.empty-open");
    let mut slots = other.old.iter();
    if is_empty && slots.any(|old| old.fails(old.read) && old.segments == Some(1)) {
        // Where the operand is all there is, nobody may have to read it.
        return Answer::of(Outcome::Either, open);
    }
    let both = read(contents, memory).zip(read(others, memory));
    let joined = both.map(|(first, second)| [first, second].concat());
    let answer = returns(clause!("buffer-object.concat"), joined);
    let answer = if is_empty { answer.outcome(open, Outcome::Either) } else { answer };
    let operand = cannot_be_read(clause!("buffer-object.concat.operand"), others);
    answer.unless([base_fails(contents), operand])
}

/// `PySequence_Repeat`. A count below zero is like zero.
pub fn repeat(object: &BufferObject, memory: &Memory, count: i64) -> Answer {
    let contents = object.contents();
    let clause = match contents.map_or(0, |contents| contents.len) {
        0 => clause!("buffer-object.repeat.empty"),
        _ => clause!("buffer-object.repeat"),
    };
    let len = contents.map_or(0, |contents| contents.len.saturating_mul(count.max(0)));
    let too_large = clause!("buffer-object.repeat.too-large");
    let too_large = Mistake::when(len >= TOO_MUCH, too_large, Exception::MemoryError);
    let copies = |bytes: Vec<u8>| bytes.iter().copied().cycle().take(len as usize).collect();
    let answer = match len {
        ..=LONG => returns(clause, read(contents, memory).map(copies)),
        _ => Answer::of(Outcome::Either, clause),
    };
    answer.unless([base_fails(contents), too_large])
}

/// `PyObject_Compare`, of two buffer objects.
pub fn compare(object: &BufferObject, other: &BufferObject, memory: &Memory) -> Answer {
    let (contents, others) = (object.contents(), other.contents());
    let both = read(contents, memory).zip(read(others, memory));
    let order = both.map(|(one, other)| Field::Number.is(one.cmp(&other) as i64));
    let clause = clause!("buffer-object.compare");
    Answer::of(Outcome::Success, clause)
        .on_success(clause, order)
        .unless([base_fails(contents), base_fails(others)])
}

/// `PyObject_Hash`. `equal` is the hash of a read-only buffer object with the same contents, if one
/// was seen.
pub fn hash(object: &BufferObject, equal: Option<i64>) -> Answer {
    let clause = clause!("buffer-object.hash.writable-refused");
    let writable = Mistake::when(!object.readonly, clause, Exception::TypeError);
    let equal = equal.map(|hash| Field::Number.is(hash));
    Answer::of(Outcome::Success, clause!("buffer-object.hash"))
        .on_success(clause!("buffer-object.hash.equal-if-equal"), equal)
        .unless([base_fails(object.contents()), writable])
}

/// `PySequence_SetItem`. `value` is what the value offers.
pub fn set_item(object: &BufferObject, index: i64, value: &Exporter) -> Answer {
    let item = object.contents().map(|contents| item_of(contents, index));
    let clause = clause!("buffer-object.assign.index");
    assigned(object, value, 1, Mistake::when(item == Ok(None), clause, Exception::IndexError))
}

/// `PySequence_SetSlice`. `value` is what the value offers.
pub fn set_slice(object: &BufferObject, (start, stop): (i64, i64), value: &Exporter) -> Answer {
    let slice = object.contents().map(|contents| slice_of(contents, start, stop));
    assigned(object, value, slice.map_or(0, |slice| slice.len), None)
}

/// `value` is assigned to `len` bytes. `nowhere` is the mistake of an index out of range.
fn assigned(object: &BufferObject, value: &Exporter, len: i64, nowhere: Option<Mistake>) -> Answer {
    let (contents, value) = (object.contents(), readable(value));
    let read_only = object.readonly.then_some(Mistake {
        refused_by: clause!("buffer-object.assign.read-only-refused"),
        raises_by: clause!("buffer-object.assign.read-only-type-error"),
        exception: Some(Exception::TypeError),
    });
    let operand = cannot_be_read(clause!("buffer-object.assign.operand"), value);
    let is_longer_or_shorter = contents.is_ok() && value.is_ok_and(|value| value.len != len);
    let length = clause!("buffer-object.assign.length");
    let length = Mistake::when(is_longer_or_shorter, length, Exception::TypeError);
    Answer::of(Outcome::Success, clause!("buffer-object.assign")).unless([
        base_fails(contents),
        read_only,
        operand,
        length,
        nowhere,
    ])
}

fn base_fails(contents: Result<Bytes, Failure>) -> Option<Mistake> {
    contents.err().map(|Failure(exception)| Mistake {
        refused_by: clause!("buffer-object.base-fails"),
        raises_by: clause!("buffer-object.base-fails.handed-on"),
        exception,
    })
}

/// The mistake of an operand that fails to be read.
fn cannot_be_read(clause: Clause, operand: Result<Bytes, Failure>) -> Option<Mistake> {
    let mistake = |Failure(exception)| Mistake { refused_by: clause, raises_by: clause, exception };
    operand.err().map(mistake)
}

/// The success of a call that returns a string, with its bytes if they are known.
fn returns(clause: Clause, bytes: Option<Vec<u8>>) -> Answer {
    let bytes = bytes.map(|bytes| Field::Bytes.is(bytes));
    Answer::of(Outcome::Success, clause).on_success(clause, bytes)
}

fn read(contents: Result<Bytes, Failure>, memory: &Memory) -> Option<Vec<u8>> {
    contents.ok()?.read(memory)
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
        let memory = &self.memory;
        Some(match *call {
            Call::Size { object } => self.expect_of_one(object, size),
            Call::GetItem { object, index } => {
                self.expect_of_one(object, |it| get_item(it, memory, index))
            }
            Call::GetSlice { object, start, stop } => {
                self.expect_of_one(object, |it| get_slice(it, memory, (start, stop)))
            }
            Call::Concat { object, other } => {
                self.expect_of_two(object, other, |it, other| concat(it, other, memory))
            }
            Call::Repeat { object, count } => {
                self.expect_of_one(object, |it| repeat(it, memory, count))
            }
            Call::Compare { object, other } => self.expect_compare(object, other),
            Call::Hash { object } => {
                self.expect_of_one(object, |it| hash(it, self.hash_of_equal(it)))
            }
            Call::SetItem { object, index, value } => {
                self.expect_of_two(object, value, |it, value| set_item(it, index, value))
            }
            Call::SetSlice { object, start, stop, value } => {
                self.expect_of_two(object, value, |it, value| set_slice(it, (start, stop), value))
            }
            _ => return None,
        })
    }

    /// Of a call on a buffer object. Without buffer objects there is no such call.
    fn expect_of_one(&self, object: usize, expect: impl Fn(&BufferObject) -> Answer) -> Expected {
        match (self.objects.get(object), self.buffer_objects.made.get(&object)) {
            (Some(Some(_)), Some(it)) => Expected::Reply(expect(it).leaving_nothing(self.edition)),
            (Some(None), _) => Expected::not_made(&Answer::default().into()),
            (Some(Some(_)), None) => {
                Expected::BadCase(format!("object {object} is no buffer object"))
            }
            (None, _) => Expected::BadCase(format!("there is no object {object}")),
        }
    }

    /// Of a call on a buffer object and any other object, which has to be there, too.
    fn expect_of_two(
        &self,
        object: usize,
        other: usize,
        expect: impl Fn(&BufferObject, &Exporter) -> Answer,
    ) -> Expected {
        let nothing = Exporter::none();
        let operand = self.objects.get(other);
        let offered = operand.and_then(Option::as_ref).unwrap_or(&nothing);
        match (operand, self.expect_of_one(object, |it| expect(it, offered))) {
            (Some(None), Expected::Reply(expectation)) => Expected::not_made(&expectation),
            (None, Expected::Reply(_)) => Expected::BadCase(format!("there is no object {other}")),
            (_, expected) => expected,
        }
    }

    fn expect_compare(&self, object: usize, other: usize) -> Expected {
        match self.buffer_objects.made.get(&object) {
            Some(it) => self.expect_of_one(other, |other| compare(it, other, &self.memory)),
            None => self.expect_of_one(object, |_| Answer::default()),
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
