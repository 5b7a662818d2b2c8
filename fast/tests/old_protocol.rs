//! The old protocol: missing slots, wrong counts, slots that fail.

use std::cell::Cell;
use std::ptr;

use pybuf_fast::old_protocol::{
    as_char_buffer, as_read_buffer, as_write_buffer, check_read_buffer,
};
use pybuf_fast::{Error, Exception, Segment, Segments};

type Slot = Option<Result<Segment, Error>>;

struct Slots {
    read: Slot,
    write: Slot,
    char: Slot,
    count: Option<isize>,
}

// SAFETY: no segment has a byte.
unsafe impl Segments for Slots {
    fn read(&self, _: isize) -> Slot {
        self.read
    }

    fn write(&self, _: isize) -> Slot {
        self.write
    }

    fn char(&self, _: isize) -> Slot {
        self.char
    }

    fn segment_count(&self) -> Option<isize> {
        self.count
    }
}

const EMPTY: Segment = Segment { ptr: ptr::dangling_mut(), len: 0 };
const GOOD: Slot = Some(Ok(EMPTY));
const RAISES: Slot = Some(Err(Error::Raised(Exception::ValueError)));

const ALL: Slots = Slots { read: GOOD, write: GOOD, char: GOOD, count: Some(1) };
const NONE: Slots = Slots { read: None, write: None, char: None, count: None };

/// The outcomes of the char, read, write and check function.
fn outcomes(slots: &Slots) -> ([Result<Segment, Error>; 3], bool) {
    let buffers = [as_char_buffer(slots), as_read_buffer(slots), as_write_buffer(slots)];
    for error in buffers.iter().filter_map(|buffer| buffer.err()) {
        assert_eq!(error.exception(), Exception::TypeError);
    }
    (buffers, check_read_buffer(slots))
}

const CHAR: Result<Segment, Error> = Err(Error::NotCharacter);
const READ: Result<Segment, Error> = Err(Error::NotReadable);
const WRITE: Result<Segment, Error> = Err(Error::NotWriteable);
const SEGMENTS: Result<Segment, Error> = Err(Error::NotSingleSegment);

#[test]
fn a_segment_is_given_even_if_empty() {
    assert_eq!(outcomes(&ALL), ([Ok(EMPTY); 3], true));
}

#[test]
fn each_function_needs_its_own_slot_and_the_count() {
    assert_eq!(outcomes(&NONE), ([CHAR, READ, WRITE], false));
    assert_eq!(outcomes(&Slots { count: None, ..ALL }), ([CHAR, READ, WRITE], false));
    let only_read = Slots { read: GOOD, count: Some(1), ..NONE };
    assert_eq!(outcomes(&only_read), ([CHAR, Ok(EMPTY), WRITE], true));
    let only_write = Slots { write: GOOD, count: Some(1), ..NONE };
    assert_eq!(outcomes(&only_write), ([CHAR, READ, Ok(EMPTY)], false));
    let only_char = Slots { char: GOOD, count: Some(1), ..NONE };
    assert_eq!(outcomes(&only_char), ([Ok(EMPTY), READ, WRITE], false));
}

#[test]
fn there_must_be_exactly_one_segment() {
    for count in [-1, 0, 2] {
        let slots = Slots { count: Some(count), ..ALL };
        assert_eq!(outcomes(&slots), ([SEGMENTS; 3], false), "{count}");
    }
}

#[test]
fn a_missing_slot_weighs_more_than_the_count_and_that_more_than_a_failure() {
    let slots = Slots { read: None, write: RAISES, char: GOOD, count: Some(2) };
    assert_eq!(outcomes(&slots), ([SEGMENTS, READ, SEGMENTS], false));
}

#[test]
fn a_failing_slot_is_there_all_the_same() {
    let raises = Slots { read: RAISES, write: RAISES, char: RAISES, count: Some(1) };
    assert_eq!(outcomes(&raises), ([CHAR, READ, WRITE], true));
    let negative = Some(Ok(Segment { len: -1, ..EMPTY }));
    let negative = Slots { read: negative, write: negative, char: negative, count: Some(1) };
    assert_eq!(outcomes(&negative), ([CHAR, READ, WRITE], true));
}

/// Moves its memory when its segments are counted.
struct Restless {
    bytes: [u8; 2],
    counted: Cell<usize>,
}

// SAFETY: the bytes are there; nobody writes to them.
unsafe impl Segments for Restless {
    fn read(&self, _: isize) -> Slot {
        let ptr = self.bytes[self.counted.get().min(1)..].as_ptr().cast_mut();
        Some(Ok(Segment { ptr, len: 1 }))
    }

    fn write(&self, _: isize) -> Slot {
        None
    }

    fn char(&self, segment: isize) -> Slot {
        self.read(segment)
    }

    fn segment_count(&self) -> Option<isize> {
        self.counted.set(self.counted.get() + 1);
        Some(1)
    }
}

#[test]
fn a_segment_is_as_fresh_as_can_be() -> Result<(), Error> {
    for ask in [as_read_buffer, as_char_buffer] {
        let restless = Restless { bytes: [0, 1], counted: Cell::new(0) };
        let segment = ask(&restless)?;
        assert_eq!(segment.ptr.cast_const(), &raw const restless.bytes[1]);
    }
    Ok(())
}
