//! One copy there and back, at each level.

use pybuf_fast::copy::limit;
use pybuf_fast::{
    Error, Exporter, Memory, Object, Py_buffer, copy_data, from_contiguous, to_contiguous,
};

use crate::piece::Piece;

/// Elements, and where they are copied to, and back from.
#[derive(Debug)]
pub struct Case<'a> {
    pub itemsize: usize,
    pub shape: &'a [isize],
    /// Elements may share memory here.
    pub strides: &'a [isize],
    /// Of the other side, where no elements share memory; packed in C's order if there are none.
    pub other: Option<&'a [isize]>,
}

/// Where in a piece of memory there is room for elements.
#[derive(Clone, Copy, Debug)]
pub enum Room {
    First,
    Last,
    /// So far behind the start of a line, with others around them.
    Inside(usize),
}

pub struct Checker {
    levels: Vec<u8>,
    pieces: [Piece; 2],
    noise: Vec<u8>,
    cases: usize,
    /// How many there were at each level.
    pub copies: usize,
}

/// Enough for each of the cases; those that are larger than this are not interpreted.
const SIZE: usize = if cfg!(miri) { 8 << 10 } else { 20 << 20 };
/// How many bytes around the elements are watched.
const GUARD: usize = 192;
/// How far from each other the noise is that different memory is filled with.
const APART: usize = 1013;

impl Checker {
    pub fn new(levels: Vec<u8>) -> Self {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let noise = (0..SIZE + 2 * APART).map(|_| next()).collect();
        let pieces = [Piece::new(SIZE), Piece::new(SIZE)];
        Self { levels, pieces, noise, cases: 0, copies: 0 }
    }

    /// At an end of the memory or not, by turns.
    pub fn check_anywhere(&mut self, case: &Case) {
        let number = self.cases;
        self.cases += 1;
        let room = |turn: usize, offset: usize| match turn % 3 {
            0 => Room::First,
            1 => Room::Last,
            _ => Room::Inside(offset),
        };
        self.check(case, [room(number, number / 9), room(number / 3, number / 9 * 7)]);
    }

    /// Copies from the case's elements to the other side and back.
    pub fn check(&mut self, case: &Case, rooms: [Room; 2]) {
        self.copies += 2;
        if cfg!(miri) && !(self.copies / 2).is_multiple_of(4999) {
            return;
        }
        let packed = packed(case.shape, case.itemsize);
        let [one, other] = &mut self.pieces;
        let mut one = Side::new(one, case, case.strides, rooms[0]);
        let mut other = Side::new(other, case, case.other.unwrap_or(&packed), rooms[1]);
        // What there is before the first copy, and what one side has before the second.
        let noise = |side: &Side, which| &self.noise[which * APART..][..side.bytes.len()];
        let [before, source, target] = [noise(&one, 0), noise(&one, 1), noise(&other, 2)];
        let there = expected(case.itemsize, target, &other.places, source, &one.places);
        let back = expected(case.itemsize, before, &one.places, &there, &other.places);
        for &level in &self.levels {
            limit(level);
            let told = |way| format!("level {level}, {way}, {case:?}, {rooms:?}");
            one.bytes.copy_from_slice(source);
            other.bytes.copy_from_slice(target);
            copy_there(case, &mut one, &mut other);
            assert_same(other.bytes, &there, || told("there"));
            assert_same(one.bytes, source, || told("there, its source"));
            one.bytes.copy_from_slice(before);
            copy_back(case, &mut one, &mut other);
            assert_same(one.bytes, &back, || told("back"));
            assert_same(other.bytes, &there, || told("back, its source"));
        }
    }
}

/// One side of a copy.
struct Side<'a> {
    /// The elements' memory, and what is watched around it.
    bytes: &'a mut [u8],
    /// Where the element with only zeros for indices is.
    first: usize,
    /// Where each element is, in C's order.
    places: Vec<usize>,
    strides: &'a [isize],
}

impl<'a> Side<'a> {
    fn new(piece: &'a mut Piece, case: &Case, strides: &'a [isize], room: Room) -> Self {
        let (low, high) = reach(case.shape, strides);
        let len = if case.shape.contains(&0) { 0 } else { high.abs_diff(low) + case.itemsize };
        let bytes = piece.bytes();
        let start = match room {
            Room::First => 0,
            Room::Last => bytes.len() - len,
            Room::Inside(offset) => {
                let lines = bytes[GUARD..].as_ptr().align_offset(64);
                GUARD + lines + offset % 64
            }
        };
        let watched = start.saturating_sub(GUARD)..(start + len + GUARD).min(bytes.len());
        let first = start - watched.start + low.unsigned_abs();
        let places = places(case.shape, strides, first);
        Self { bytes: &mut bytes[watched], first, places, strides }
    }

    fn view(&mut self, case: &Case) -> Py_buffer {
        Py_buffer {
            buf: self.start().cast(),
            len: (self.places.len() * case.itemsize) as isize,
            itemsize: case.itemsize as isize,
            ndim: case.shape.len() as i32,
            shape: case.shape.as_ptr().cast_mut(),
            strides: self.strides.as_ptr().cast_mut(),
            ..Py_buffer::EMPTY
        }
    }

    fn start(&mut self) -> *mut u8 {
        self.bytes.as_mut_ptr().wrapping_add(self.first)
    }

    /// An object that has the elements, to be used while the case is there.
    fn object(&mut self, case: &Case) -> Object {
        let entries = |array: &[isize]| {
            // SAFETY: the case, says the comment above, is there for longer than the object.
            unsafe { std::slice::from_raw_parts(array.as_ptr(), array.len()) }
        };
        Object::new(Lent {
            buf: self.start(),
            itemsize: case.itemsize as isize,
            shape: entries(case.shape),
            strides: entries(self.strides),
        })
    }
}

struct Lent {
    buf: *mut u8,
    itemsize: isize,
    shape: &'static [isize],
    strides: &'static [isize],
}

// SAFETY: the checks keep elements for longer than the objects that have them.
unsafe impl Exporter for Lent {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        Ok(Memory {
            buf: self.buf,
            readonly: false,
            itemsize: self.itemsize,
            format: None,
            shape: self.shape,
            strides: self.strides,
            suboffsets: None,
        })
    }
}

fn copy_there(case: &Case, one: &mut Side, other: &mut Side) {
    let copied = match case.other {
        None => {
            let view = one.view(case);
            // SAFETY: the elements are there, and room for them all.
            unsafe { to_contiguous(other.start(), &view, view.len, b'C') }
        }
        Some(_) => copy_data(&other.object(case), &one.object(case)),
    };
    assert_eq!(copied, Ok(()));
}

fn copy_back(case: &Case, one: &mut Side, other: &mut Side) {
    let copied = match case.other {
        None => {
            let view = one.view(case);
            // SAFETY: the elements are there, and as many bytes as they have.
            unsafe { from_contiguous(&view, other.start(), view.len, b'C') }
        }
        Some(_) => copy_data(&one.object(case), &other.object(case)),
    };
    assert_eq!(copied, Ok(()));
}

/// What there is after a copy: what was there before, but for the elements.
fn expected(itemsize: usize, to: &[u8], at: &[usize], from: &[u8], places: &[usize]) -> Vec<u8> {
    let mut expected = to.to_vec();
    for (&to, &place) in at.iter().zip(places) {
        expected[to..to + itemsize].copy_from_slice(&from[place..place + itemsize]);
    }
    expected
}

fn assert_same(found: &[u8], expected: &[u8], told: impl Fn() -> String) {
    if found != expected {
        let wrong: Vec<usize> = (0..found.len()).filter(|&at| found[at] != expected[at]).collect();
        panic!("{} bytes are wrong, the first is {}: {}", wrong.len(), wrong[0], told());
    }
}

/// The lowest and the highest place of an element, from the one with only zeros for indices.
fn reach(shape: &[isize], strides: &[isize]) -> (isize, isize) {
    if shape.contains(&0) {
        return (0, 0);
    }
    let ends = shape.iter().zip(strides).map(|(extent, stride)| (extent - 1) * stride);
    ends.fold((0, 0), |(low, high), end| (low + end.min(0), high + end.max(0)))
}

/// The places of all elements, the last index varying the fastest.
fn places(shape: &[isize], strides: &[isize], first: usize) -> Vec<usize> {
    let mut places = vec![first];
    for (&extent, &stride) in shape.iter().zip(strides) {
        let along = |&place: &usize| {
            (0..extent).map(move |index| place.wrapping_add_signed(index * stride))
        };
        places = places.iter().flat_map(along).collect();
    }
    places
}

/// The strides of elements one behind the other in C's order.
fn packed(shape: &[isize], itemsize: usize) -> Vec<isize> {
    let mut strides = vec![itemsize as isize; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}
