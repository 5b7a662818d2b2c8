//! # Anything
//!
//! What is drawn where there is too much to walk through: layouts of up to 64 dimensions, masks of all 32
//! bits, lengths at the limits. The awkward values are as likely as the others. A smaller choice is a
//! simpler thing, so that lowering the choices of a case makes it simpler; and no choice is one of more
//! than [`MOST`](pybuf_harness::chooser::MOST), so that all lower ones can be tried.
//!
//! None of it is beyond what the cases that are enumerated may ask: no block is
//! [too large](pybuf_harness::Call::is_too_large), and no behaviour that C leaves undefined is called for.

pub(crate) mod layout;
mod memoryview;

use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::{Object, native_size};

use crate::masks;
use crate::objects::slots_of;
use crate::views::Viewed;
use layout::{layout, of_ndarray};
pub(crate) use memoryview::memoryview;

/// The orders of packed memory, and characters that are none; the first six of them are enumerated.
const ORDERS: [char; 10] = ['C', 'F', 'A', 'c', 'X', '\0', 'f', 'a', ' ', '\u{7f}'];

/// The type codes that an array may have.
const TYPECODES: [char; 8] = ['B', 'i', 'd', 'h', 'b', 'H', 'I', 'f'];

/// Makes something of choices.
type Part<T> = fn(&mut dyn Chooser) -> T;

/// What one of the parts of a domain makes. Those that are only `drawn` lie beyond what is enumerated.
pub(crate) fn part<T>(chooser: &mut dyn Chooser, enumerated: &[Part<T>], drawn: &[Part<T>]) -> T {
    let choice = chooser.choose_beyond(enumerated.len(), enumerated.len() + drawn.len());
    [enumerated, drawn].concat()[choice](chooser)
}

/// An order, or another character.
pub(crate) fn order(chooser: &mut dyn Chooser) -> char {
    ORDERS[chooser.choose_beyond(6, ORDERS.len())]
}

/// Any mask: one of those that are enumerated, one of them with a bit more or less, any 32 bits.
pub(crate) fn mask(chooser: &mut dyn Chooser) -> i32 {
    match chooser.choose(4) {
        0 | 1 => walked_mask(chooser),
        2 => walked_mask(chooser) ^ 1 << chooser.choose(32),
        _ => (0..4).fold(0, |mask, byte| mask | (chooser.choose(256) as i32) << (8 * byte)),
    }
}

fn walked_mask(chooser: &mut dyn Chooser) -> i32 {
    masks::numbered(chooser.choose(masks::COUNT)).unwrap_or_default()
}

/// Any number: small, next to a power of two, at either limit.
pub(crate) fn number(chooser: &mut dyn Chooser) -> i64 {
    let magnitude = match chooser.choose(4) {
        0 | 1 => chooser.choose(20) as i64,
        2 => (1_i64 << chooser.choose(63)) + *pick(chooser, &[0, -1, 1]),
        _ => i64::MAX - chooser.choose(3) as i64,
    };
    if chooser.choose(3) == 2 { magnitude.wrapping_neg() } else { magnitude }
}

/// A length in bytes: short, next to where the bytes of a block begin again, or long.
pub(crate) fn length(chooser: &mut dyn Chooser) -> usize {
    match chooser.choose(3) {
        0 => chooser.choose(20),
        1 => *pick(chooser, &[250, 251, 252, 502, 64, 63, 65, 128]),
        _ => *pick(chooser, &[1000, 4096, 4097, 10_000]),
    }
}

/// Any object that is of no one type of ours: of those that raise there are no more than are walked
/// through.
pub(crate) fn object(chooser: &mut dyn Chooser) -> Object {
    match chooser.choose(8) {
        0 => Object::Bytes { len: length(chooser) },
        1 => Object::Bytearray { len: length(chooser) },
        2 => array(chooser),
        3 => {
            let readonly = chooser.choose(2) == 1;
            memoryview(chooser, readonly, false).0
        }
        4 | 5 => {
            let layout = layout(chooser, false);
            Object::Exporter { layout, readonly: chooser.choose(2) == 1 }
        }
        6 => {
            let layout = of_ndarray(chooser, false);
            Object::Ndarray { layout, readonly: chooser.choose(2) == 1 }
        }
        _ => slots(chooser),
    }
}

/// An `array.array` of any type.
pub(crate) fn array(chooser: &mut dyn Chooser) -> Object {
    let typecode = *pick(chooser, &TYPECODES);
    Object::Array { typecode, len: length(chooser) }
}

/// Old slots in any combination.
pub(crate) fn slots(chooser: &mut dyn Chooser) -> Object {
    let mut there = || chooser.choose(3) < 2;
    let (read, write, char) = (there(), there(), there());
    let counts = [Some(1), Some(2), None, Some(0), Some(3), Some(-1), Some(1 << 40)];
    let segments = *pick(chooser, &counts);
    slots_of([read, write, char], segments)
}

/// Anything that lends memory, as in [`views::choose`](crate::views::choose).
pub(crate) fn viewed(chooser: &mut dyn Chooser, readonly: bool, elements: bool) -> Viewed {
    match chooser.choose(if readonly { 5 } else { 6 }) {
        0 | 1 => Viewed::exporter(layout(chooser, elements), readonly),
        2 => Viewed::ndarray(of_ndarray(chooser, elements), readonly),
        3 => {
            let (object, shape, itemsize) = memoryview(chooser, readonly, elements);
            Viewed { object, shape, itemsize }
        }
        // Not `bytes` of length 1, which are shared.
        4 => Viewed::bytes(2 + length(chooser), readonly),
        _ => {
            let typecode = *pick(chooser, &TYPECODES);
            let len = length(chooser).max(usize::from(elements));
            let (shape, itemsize) = (vec![len as i64], native_size(typecode).unwrap_or(1));
            Viewed { object: Object::Array { typecode, len }, shape, itemsize }
        }
    }
}
