//! Laws of buffer objects: parts of parts, slices, joining and repeating, order. quickcheck makes the
//! bytes and the parts, from a generator of its own.

use pybuf_model::buffers::Bytes;
use pybuf_model::layout::Address;
use pybuf_model::memory::Block;
use pybuf_model::{
    Answer, BufferObject, Edition, Exporter, Fact, Memory, Permits, buffer_string, objects,
};
use pybuf_protocol::call::END_OF_BUFFER;
use pybuf_protocol::{Field, Object, Value};
use quickcheck::{Arbitrary, Gen, TestResult};

const EDITION: Edition = Edition::V2_7;

/// Three blocks of bytes, with a read-only buffer object over each, and two parts and two indices.
#[derive(Clone, Debug)]
struct Any {
    blocks: [Vec<u8>; 3],
    parts: [(i64, i64); 2],
    indices: [i64; 2],
}

impl Arbitrary for Any {
    fn arbitrary(g: &mut Gen) -> Self {
        // Few different bytes and short blocks, so that equal ones are no rarity.
        let mut block = || -> Vec<u8> {
            let len = *g.choose(&[0, 1, 2, 3, 5, 8]).unwrap_or(&0);
            (0..len).map(|_| *g.choose(&[0, 1, 0x7f, 0x80, 0xff]).unwrap_or(&0)).collect()
        };
        let blocks = [block(), block(), block()];
        let small = |g: &mut Gen| i64::from(u8::arbitrary(g) % 12);
        let mut part = || {
            let size = small(g);
            (small(g), if size == 11 { END_OF_BUFFER } else { size })
        };
        let parts = [part(), part()];
        let mut index = || {
            let near = small(g) - 6;
            *g.choose(&[near, near, near, i64::MAX, i64::MIN]).unwrap_or(&0)
        };
        Any { blocks, parts, indices: [index(), index()] }
    }
}

impl Any {
    fn memory(&self) -> Memory {
        let mut memory = Memory::default();
        for (number, bytes) in self.blocks.iter().enumerate() {
            memory.set(number, Block { bytes: bytes.clone(), rows: vec![] });
        }
        memory
    }

    fn object(&self, block: usize) -> BufferObject {
        BufferObject::over_memory(block, self.blocks[block].len() as i64, true)
    }

    fn order(&self, one: usize, other: usize) -> i64 {
        let (one, other) = (self.object(one), self.object(other));
        number(&buffer_string::compare(&one, &other, &self.memory()))
    }

    fn slice(&self, start: i64, stop: i64) -> Vec<u8> {
        let slice = buffer_string::get_slice(&self.object(0), &self.memory(), (start, stop));
        bytes(&slice).unwrap_or_default()
    }
}

/// A read-only part of what an exporter offers.
fn part_of(base: Exporter, (offset, size): (i64, i64)) -> Option<BufferObject> {
    Some(BufferObject { base: base.old?, offset, size, readonly: true })
}

/// The only value that a success may have in a field.
fn says(answer: &Answer, field: Field) -> Option<&Value<'static>> {
    answer.success.iter().find_map(|rule| match &rule.says {
        Fact { field: it, permits: Permits::Exactly(value) } if *it == field => Some(value),
        _ => None,
    })
}

fn bytes(answer: &Answer) -> Option<Vec<u8>> {
    match says(answer, Field::Bytes)? {
        Value::Bytes(bytes) => Some(bytes.to_vec()),
        _ => None,
    }
}

/// The number, or one that no order is.
fn number(answer: &Answer) -> i64 {
    match says(answer, Field::Number) {
        Some(Value::Number(number)) => *number,
        _ => 99,
    }
}

fn law(any: &Any, holds: bool) -> TestResult {
    if holds { TestResult::passed() } else { TestResult::error(format!("{any:?}")) }
}

/// Tries a law on 2,000 of them.
fn holds(law: fn(Any) -> TestResult) {
    crate::trying::tries(30, 2_000, law);
}

#[test]
fn a_part_of_a_part_is_a_part() {
    holds(|any| {
        let [(offset, size), (further, rest)] = any.parts;
        let inner = part_of(any.object(0).exporter(EDITION), any.parts[0]);
        let outer = inner.and_then(|inner| part_of(inner.exporter(EDITION), any.parts[1]));
        // What the outer one takes of the base, if the inner one does not end before.
        let left = if size == END_OF_BUFFER { i64::MAX } else { (size - further).max(0) };
        let wanted = if rest == END_OF_BUFFER { i64::MAX } else { rest };
        let direct = part_of(any.object(0).exporter(EDITION), (offset + further, left.min(wanted)));
        let read = |part: Option<BufferObject>| part?.contents().ok()?.read(&any.memory());
        let (through, direct) = (read(outer), read(direct));
        law(&any, through.is_some() && through == direct)
    });
}

#[test]
fn a_slice_has_the_bytes_whose_places_are_in_it() {
    holds(|any| {
        let len = any.blocks[0].len() as i64;
        let [start, stop] = any.indices.map(|index| if index < 0 { index + len } else { index });
        let places = (0..len).filter(|place| (start..stop).contains(place));
        let expected: Vec<u8> = places.map(|place| any.blocks[0][place as usize]).collect();
        law(&any, any.slice(any.indices[0], any.indices[1]) == expected)
    });
}

#[test]
fn an_item_is_a_slice_of_one() {
    holds(|any| {
        let index = any.indices[0];
        let item = buffer_string::get_item(&any.object(0), &any.memory(), index);
        let len = any.blocks[0].len() as i64;
        let stop = if index == -1 { i64::MAX } else { index.saturating_add(1) };
        let inside = (-len..len).contains(&index);
        let expected = inside.then(|| any.slice(index, stop));
        law(&any, bytes(&item) == expected)
    });
}

#[test]
fn what_is_joined_can_be_cut_again() {
    holds(|any| {
        let other = any.object(1).exporter(EDITION);
        let joined = buffer_string::concat(&any.object(0), &other, &any.memory());
        let joined = bytes(&joined).unwrap_or_default();
        let (first, second) = joined.split_at(any.blocks[0].len().min(joined.len()));
        law(&any, first == any.blocks[0] && second == any.blocks[1])
    });
}

#[test]
fn what_is_repeated_is_as_long_as_told_and_the_same_everywhere() {
    holds(|any| {
        let count = any.indices[0].clamp(-6, 6);
        let repeated = buffer_string::repeat(&any.object(0), &any.memory(), count);
        let repeated = bytes(&repeated).unwrap_or(vec![99]);
        let block = &any.blocks[0];
        let len = block.len() * usize::try_from(count).unwrap_or(0);
        let same = repeated.iter().enumerate().all(|(at, byte)| *byte == block[at % block.len()]);
        law(&any, repeated.len() == len && same)
    });
}

#[test]
fn comparison_is_a_total_order_of_the_bytes() {
    holds(|any| {
        let [ab, ba, bc, ac] = [any.order(0, 1), any.order(1, 0), any.order(1, 2), any.order(0, 2)];
        let [a, b, _] = &any.blocks;
        let equal = (ab == 0) == (a == b);
        let transitive = ab > 0 || bc > 0 || ac <= 0;
        let differing = a.iter().zip(b).find(|(one, other)| one != other);
        let by_byte = differing.is_none_or(|(one, other)| (one < other) == (ab < 0));
        law(&any, [-1, 0, 1].contains(&ab) && ab == -ba && equal && transitive && by_byte)
    });
}

#[test]
fn what_is_taken_stays_within() {
    holds(|any| {
        let len = any.blocks[0].len() as i64;
        let contents = Bytes { start: Address { block: 0, offset: 7 }, len };
        let [start, stop] = any.indices;
        let within = |taken: Bytes| {
            let end = taken.start.offset + taken.len;
            taken.len >= 0 && (7..=7 + len).contains(&taken.start.offset) && end <= 7 + len
        };
        let item = buffer_string::item_of(contents, start).is_none_or(within);
        law(&any, item && within(buffer_string::slice_of(contents, start, stop)))
    });
}

/// Length and offset of a part of a part of ten bytes.
fn part_of_part(inner: (i64, i64), outer: (i64, i64)) -> Option<(i64, i64)> {
    let edition = Edition::V2_7;
    let mut exporter = objects::describe(&Object::Bytes { len: 10 }, 0, edition).ok()?.ok()?;
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
