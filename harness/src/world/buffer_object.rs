//! Python 2's buffer objects.

use std::collections::BTreeMap;

use pybuf_model::buffer_object::{self, Bytes};
use pybuf_model::layout::Order;
use pybuf_model::memory::Block;
use pybuf_model::{Expectation, Exporter, buffer_string};

use super::{Expected, World};
use crate::call::buffer_object::Part;
use crate::call::{BufferObject as Call, LARGEST};
use crate::reply::Returned;

/// What is known of the buffer objects of a case.
#[derive(Default)]
pub(super) struct BufferObjects {
    /// Those that were made, by their numbers.
    made: BTreeMap<usize, pybuf_model::BufferObject>,
    /// The numbers of the objects that they are over.
    bases: BTreeMap<usize, usize>,
    /// The hashes that read-only ones have told, with their bytes.
    hashes: Vec<(Vec<u8>, i64)>,
    /// Whether something was assigned. Then a hash may be one that is remembered from before.
    assigned: bool,
}

impl World {
    pub(super) fn expect_buffer_object(&self, call: &Call) -> Expected {
        let edition = self.edition;
        let memory = &self.memory;
        match *call {
            Call::Check { object } => {
                let is_one = self.buffer_objects.made.contains_key(&object);
                self.expect_of(object, |_| buffer_object::check(is_one, edition))
            }
            Call::FromObject(Part { base, offset, size }) => self.expect_of(base, |base| {
                buffer_object::from_object(base, (offset, size), false, edition)
            }),
            Call::FromReadWriteObject(Part { base, offset, size }) => self
                .expect_of(base, |base| {
                    buffer_object::from_object(base, (offset, size), true, edition)
                }),
            Call::FromMemory { size } | Call::FromReadWriteMemory { size } => {
                Expected::Reply(buffer_object::from_memory(size, edition))
            }
            Call::New { size } => Expected::Reply(buffer_object::new(size, edition)),
            Call::Size { object } => {
                self.expect_of_one(object, |it| buffer_string::size(it, edition))
            }
            Call::GetItem { object, index } => {
                self.expect_of_one(object, |it| buffer_string::get_item(it, memory, index, edition))
            }
            Call::GetSlice { object, start, stop } => self.expect_of_one(object, |it| {
                buffer_string::get_slice(it, memory, (start, stop), edition)
            }),
            Call::Concat { object, other } => self.expect_of_two(object, other, |it, other| {
                buffer_string::concat(it, other, memory, edition)
            }),
            Call::Repeat { object, count } => {
                self.expect_of_one(object, |it| buffer_string::repeat(it, memory, count, edition))
            }
            Call::Compare { object, other } => self.expect_compare(object, other),
            Call::Hash { object } => self.expect_of_one(object, |it| {
                buffer_string::hash(it, self.hash_of_equal(it), edition)
            }),
            Call::SetItem { object, index, value } => {
                self.expect_of_two(object, value, |it, value| {
                    buffer_string::set_item(it, index, value, edition)
                })
            }
            Call::SetSlice { object, start, stop, value } => {
                self.expect_of_two(object, value, |it, value| {
                    buffer_string::set_slice(it, (start, stop), value, edition)
                })
            }
        }
    }

    /// What is expected of a request to an object, or of the question about one.
    pub(super) fn under_new_protocol(&self, object: usize, expected: Expected) -> Expected {
        match expected {
            Expected::Reply(expectation) if self.buffer_objects.made.contains_key(&object) => {
                Expected::Reply(buffer_object::under_new_protocol(expectation, self.edition))
            }
            expected => expected,
        }
    }

    /// Of a call on a buffer object. Without buffer objects there is no such call.
    fn expect_of_one(
        &self,
        object: usize,
        expect: impl Fn(&pybuf_model::BufferObject) -> Expectation,
    ) -> Expected {
        match (self.objects.get(object), self.buffer_objects.made.get(&object)) {
            (Some(Some(_)), Some(made)) => Expected::Reply(expect(made)),
            (Some(None), _) => Expected::not_made(&buffer_object::check(false, self.edition)),
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
        expect: impl Fn(&pybuf_model::BufferObject, &Exporter) -> Expectation,
    ) -> Expected {
        self.expect_of_one(object, |it| match self.objects.get(other) {
            Some(Some(other)) => expect(it, other),
            _ => expect(it, &Exporter::none()),
        })
        .if_there(self, other)
    }

    fn expect_compare(&self, object: usize, other: usize) -> Expected {
        let compare = |it: &_| {
            self.expect_of_one(other, |other| {
                buffer_string::compare(it, other, &self.memory, self.edition)
            })
        };
        match self.buffer_objects.made.get(&object) {
            Some(it) => compare(it),
            None => self.expect_of_one(object, |_| buffer_object::check(false, self.edition)),
        }
    }

    /// The hash of a read-only buffer object with the same bytes, if it was told.
    fn hash_of_equal(&self, object: &pybuf_model::BufferObject) -> Option<i64> {
        let bytes = object.contents().ok()?.read(&self.memory)?;
        let mut told = self.buffer_objects.hashes.iter().filter(|_| !self.buffer_objects.assigned);
        told.find(|(of, _)| *of == bytes).map(|(_, hash)| *hash)
    }

    pub(super) fn learn_buffer_object(&mut self, call: &Call, returned: Option<&Returned>) {
        let succeeded = returned.filter(|returned| returned.value.is_some_and(|it| it >= 0));
        if call.makes_object() {
            let made = succeeded.and_then(|_| self.made(call));
            let number = self.objects.len();
            self.objects.push(made.as_ref().map(|made| made.exporter(self.edition)));
            self.buffer_objects.made.extend(made.map(|made| (number, made)));
            if let Call::FromObject(part) | Call::FromReadWriteObject(part) = call {
                self.buffer_objects.bases.insert(number, part.base);
            }
            return;
        }
        let Some(returned) = succeeded else { return };
        match *call {
            Call::Hash { object } => self.learn_hash(object, returned.number),
            Call::SetItem { object, index, value } => {
                let item = self.contents(object).and_then(|all| buffer_string::item_of(all, index));
                self.assign(item, value);
            }
            Call::SetSlice { object, start, stop, value } => {
                let all = self.contents(object);
                self.assign(all.map(|all| buffer_string::slice_of(all, start, stop)), value);
            }
            _ => {}
        }
    }

    /// The buffer object that a call has made; `None` if it is one that cannot be described.
    fn made(&mut self, call: &Call) -> Option<pybuf_model::BufferObject> {
        let block = self.objects.len();
        let over_object = |Part { base, offset, size }: Part, readonly| {
            let base = self.objects.get(base)?.as_ref()?.old.clone()?;
            let made = pybuf_model::BufferObject { base, offset, size, readonly };
            (offset >= 0).then_some(made)
        };
        match *call {
            Call::FromObject(part) => over_object(part, true),
            Call::FromReadWriteObject(part) => over_object(part, false),
            Call::FromMemory { size } | Call::FromReadWriteMemory { size } => {
                let made = pybuf_model::BufferObject::over_memory(
                    block,
                    size,
                    matches!(call, Call::FromMemory { .. }),
                );
                let bytes = made.contents().ok()?;
                let size = usize::try_from(size).ok()?;
                self.memory.set(block, Block::counting(size, &bytes.layout()));
                Some(made)
            }
            Call::New { size: size @ 0..=LARGEST } => {
                Some(pybuf_model::BufferObject::over_memory(block, size, false))
            }
            _ => None,
        }
    }

    /// What buffer objects have after the memory of an object has changed its extent: a base has a
    /// smaller number than what is over it.
    pub(super) fn learn_bases(&mut self) {
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
        let bytes = value.and_then(|value| buffer_string::readable(value).ok()?.read(&self.memory));
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
    fn if_there(self, world: &World, other: usize) -> Expected {
        match (world.objects.get(other), self) {
            (Some(None), Expected::Reply(expectation)) => Expected::not_made(&expectation),
            (None, Expected::Reply(_)) => Expected::BadCase(format!("there is no object {other}")),
            (_, expected) => expected,
        }
    }
}
