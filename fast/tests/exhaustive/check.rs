//! Each way to copy elements, held against copying them one by one to where they were found.

use std::cell::OnceCell;

use pybuf_fast::{Error, copy_data, copy_to_object, from_contiguous, to_contiguous};

use crate::arena::Arena;
use crate::elements::{Elements, stacked};

pub const ORDERS: [u8; 3] = [b'C', b'F', b'A'];

/// Elements, where they are in each order, and the bytes that were there before anything was copied.
pub struct Watched {
    elements: Elements,
    before: Vec<u8>,
    in_c_order: Vec<usize>,
    /// Not found before they are needed.
    in_fortran_order: OnceCell<Vec<usize>>,
}

/// How many bytes there are to copy where elements get fewer, or more, than all.
const PARTS: [fn(usize, usize) -> usize; 6] = [
    |len, _| len.saturating_sub(1),
    |len, itemsize| len.saturating_sub(itemsize),
    |len, itemsize| (len / itemsize / 2) * itemsize,
    |len, _| len / 2 + 1,
    |_, itemsize| itemsize.div_ceil(2),
    |len, _| len + 5,
];

impl Watched {
    pub fn new(elements: Elements) -> Self {
        Self {
            before: elements.arena.bytes().to_vec(),
            in_c_order: elements.places(false),
            in_fortran_order: OnceCell::new(),
            elements,
        }
    }

    /// Where the elements are in the order that is asked for, and whether they follow each other in it.
    fn places(&self, order: u8) -> (&[usize], bool) {
        let is_c = self.elements.is_packed(&self.in_c_order);
        if order == b'C' || (order == b'A' && is_c) {
            return (&self.in_c_order, is_c);
        }
        let in_fortran_order = self.in_fortran_order.get_or_init(|| self.elements.places(true));
        let is_fortran = self.elements.is_packed(in_fortran_order);
        if order == b'F' || is_fortran {
            return (in_fortran_order, is_fortran);
        }
        (&self.in_c_order, is_c)
    }

    /// The elements in C's or Fortran's order.
    fn packed(&self, places: &[usize]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.elements.len());
        for &place in places {
            bytes.extend_from_slice(&self.before[place..place + self.elements.itemsize]);
        }
        bytes
    }

    /// All that there is for one layout. `number` decides what differs from layout to layout.
    pub fn check(&mut self, number: usize) {
        for (turn, order) in ORDERS.into_iter().enumerate() {
            self.check_to_contiguous(order, number * 7 + turn);
            self.check_from_contiguous(order, self.elements.len(), number * 5 + turn);
            let part = PARTS[(number + turn) % PARTS.len()];
            let part = part(self.elements.len(), self.elements.itemsize);
            self.check_from_contiguous(order, part, number * 3 + turn);
        }
        let part = PARTS[number / 7 % PARTS.len()](self.elements.len(), self.elements.itemsize);
        self.check_copy_to_object(ORDERS[number % 3], part, number);
        let packed = || Elements::packed(&self.elements.shape, self.elements.itemsize, number);
        let (mut to, mut from) = (Watched::new(packed()), Watched::new(packed()));
        to.check_copy_data(self);
        self.check_copy_data(&mut from);
    }

    /// Each direction once, in C's order.
    pub fn check_directions(&mut self, number: usize) {
        let Elements { shape, itemsize, .. } = &self.elements;
        let spaced = stacked(shape, *itemsize as isize, *itemsize as isize);
        let mut spaced = Watched::new(Elements::new(shape, &spaced, *itemsize, number / 3));
        self.check_to_contiguous(b'C', number);
        self.check_from_contiguous(b'C', self.elements.len(), number);
        if number.is_multiple_of(2) {
            spaced.check_copy_data(self);
        } else {
            self.check_copy_data(&mut spaced);
        }
    }

    fn check_to_contiguous(&mut self, order: u8, shift: usize) {
        let (places, _) = self.places(order);
        let expected = self.packed(places);
        let (target, start) = Arena::new(expected.len(), shift);
        let before = target.bytes().to_vec();
        let view = self.elements.view();
        // SAFETY: the elements are there, and so is room for them all.
        let copied = unsafe {
            let target = target.start().add(start);
            to_contiguous(target, &view, expected.len() as isize, order)
        };
        let told = || format!("to_contiguous {}: {}", order as char, self.elements.told());
        assert_eq!(copied, Ok(()), "{}", told());
        assert_written(&before, target.bytes(), [(start, &expected[..])], told);
        assert!(self.elements.arena.bytes() == self.before, "the source changed: {}", told());
    }

    fn check_from_contiguous(&mut self, order: u8, len: usize, shift: usize) {
        let (source, start) = Arena::new(len, shift);
        let view = self.elements.view();
        // SAFETY: the elements are there, and so many bytes.
        let copied =
            unsafe { from_contiguous(&view, source.start().add(start), len as isize, order) };
        let told = || format!("from_contiguous {} {len}: {}", order as char, self.elements.told());
        assert_eq!(copied, Ok(()), "{}", told());
        self.assert_got(&source.bytes()[start..start + len], order, told);
        self.restore();
    }

    fn check_copy_to_object(&mut self, order: u8, len: usize, shift: usize) {
        let (source, start) = Arena::new(len, shift);
        let bytes = &source.bytes()[start..start + len];
        let copied = copy_to_object(&self.elements.object(), bytes, order);
        let told = || format!("copy_to_object {} {len}: {}", order as char, self.elements.told());
        if len > self.elements.len() {
            assert_eq!(copied, Err(Error::DestinationTooSmall), "{}", told());
            assert!(self.elements.arena.bytes() == self.before, "{}", told());
            return;
        }
        assert_eq!(copied, Ok(()), "{}", told());
        self.assert_got(bytes, order, told);
        self.restore();
    }

    /// From elements with the same indices.
    pub fn check_copy_data(&mut self, from: &mut Watched) {
        let copied = copy_data(&self.elements.object(), &from.elements.object());
        let told =
            || format!("copy_data to {} from {}", self.elements.told(), from.elements.told());
        assert_eq!(copied, Ok(()), "{}", told());
        let items =
            from.in_c_order.iter().map(|&place| &from.before[place..][..self.elements.itemsize]);
        let writes = self.in_c_order.iter().copied().zip(items);
        assert_written(&self.before, self.elements.arena.bytes(), writes, told);
        assert!(from.elements.arena.bytes() == from.before, "the source changed: {}", told());
        self.restore();
    }

    /// Fails unless the first elements are these bytes, and all else is as it was.
    fn assert_got(&self, bytes: &[u8], order: u8, told: impl Fn() -> String) {
        let bytes = &bytes[..bytes.len().min(self.elements.len())];
        let (places, is_packed) = self.places(order);
        let after = self.elements.arena.bytes();
        if is_packed {
            // Then also a part of an item.
            let start = places.first().copied().unwrap_or(0);
            return assert_written(&self.before, after, [(start, bytes)], told);
        }
        let items = bytes.chunks_exact(self.elements.itemsize);
        assert_written(&self.before, after, places.iter().copied().zip(items), told);
    }

    fn restore(&mut self) {
        self.elements.arena.bytes_mut().copy_from_slice(&self.before);
    }
}

/// Fails unless these bytes were written at these places, and none anywhere else. Where places are
/// written more than once, any of what was written may be there.
fn assert_written<'a>(
    before: &[u8],
    after: &[u8],
    writes: impl IntoIterator<Item = (usize, &'a [u8])>,
    told: impl Fn() -> String,
) {
    let mut expected = before.to_vec();
    let mut is_right = vec![false; before.len()];
    for (place, bytes) in writes {
        for (index, &byte) in bytes.iter().enumerate() {
            let index = place + index;
            if !is_right[index] {
                expected[index] = byte;
                is_right[index] = byte == after[index];
            }
        }
    }
    if expected != after {
        let wrong = (0..after.len()).find(|&index| expected[index] != after[index]);
        panic!("byte {wrong:?} of {} is wrong: {}", after.len(), told());
    }
}
