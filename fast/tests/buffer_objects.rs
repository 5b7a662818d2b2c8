//! Buffer objects: parts of parts, memory that is shared, what is refused.

use std::cmp::Ordering;
use std::rc::Rc;

use pybuf_fast::flags::{PyBUF_FULL_RO, PyBUF_WRITABLE};
use pybuf_fast::old_protocol::{Access, as_char_buffer, as_read_buffer, as_write_buffer};
use pybuf_fast::{
    Block, BlockLayout, BufferObject, ByteArray, Error, Exception, Segment, Segments,
};

const DIGITS: &[u8] = b"0123456789";

fn digits() -> Result<Rc<BufferObject>, Error> {
    BufferObject::copy_of(DIGITS).map(Rc::new)
}

/// Ten bytes to write, which are the digits.
fn slate() -> Result<Rc<BufferObject>, Error> {
    let slate = BufferObject::new(10)?;
    slate.set_slice(0, 10, &*digits()?)?;
    Ok(Rc::new(slate))
}

/// Slots that all do the same.
struct All(Option<Result<Segment, Error>>, isize);

// SAFETY: no segment that is given has a byte.
unsafe impl Segments for All {
    fn read(&self, _: isize) -> Option<Result<Segment, Error>> {
        self.0
    }

    fn write(&self, _: isize) -> Option<Result<Segment, Error>> {
        self.0
    }

    fn char(&self, _: isize) -> Option<Result<Segment, Error>> {
        self.0
    }

    fn segment_count(&self) -> Option<isize> {
        Some(self.1)
    }
}

const EMPTY: Option<Result<Segment, Error>> =
    Some(Ok(Segment { ptr: std::ptr::dangling_mut(), len: 0 }));
const RAISES: Option<Result<Segment, Error>> = Some(Err(Error::Raised(Exception::ValueError)));

#[test]
fn a_part_is_cut_off_where_the_base_ends() -> Result<(), Error> {
    let table: [(isize, Option<isize>, &[u8]); 7] = [
        (0, None, DIGITS),
        (2, Some(3), b"234"),
        (8, Some(100), b"89"),
        (10, None, b""),
        (11, Some(1), b""),
        (isize::MAX, None, b""),
        (0, Some(0), b""),
    ];
    for (offset, size, bytes) in table {
        let part = BufferObject::from_object(digits()?, offset, size)?;
        assert_eq!(part.bytes()?, bytes, "{offset} {size:?}");
        assert_eq!(part.size()?, bytes.len() as isize);
    }
    Ok(())
}

#[test]
fn a_part_of_a_part_never_leaves_it() -> Result<(), Error> {
    let inner = Rc::new(BufferObject::from_object(digits()?, 2, Some(5))?);
    let part = |offset, size| BufferObject::from_object(inner.clone(), offset, size)?.bytes();
    assert_eq!(part(1, None)?, b"3456");
    assert_eq!(part(1, Some(2))?, b"34");
    assert_eq!(part(1, Some(100))?, b"3456");
    assert_eq!(part(6, None)?, b"");
    let farther = Rc::new(BufferObject::from_object(inner, isize::MAX, None)?);
    assert_eq!(BufferObject::from_object(farther, isize::MAX, None)?.bytes()?, b"");
    Ok(())
}

#[test]
fn what_is_wrong_with_a_base_or_a_part_is_told() -> Result<(), Error> {
    let read = |base, offset, size| BufferObject::from_object(base, offset, size).err();
    let write = |base: Rc<dyn Segments>| BufferObject::from_read_write_object(base, 0, None).err();
    assert_eq!(read(Rc::new(All(None, 1)), 0, None), Some(Error::NotReadable));
    assert_eq!(write(Rc::new(All(None, 1))), Some(Error::NotWriteable));
    assert_eq!(write(digits()?), Some(Error::NotWriteable));
    for count in [-1, 0, 2] {
        let refusal = Some(Error::NotSingleSegment);
        assert_eq!(read(Rc::new(All(EMPTY, count)), 0, None), refusal);
        assert_eq!(write(Rc::new(All(EMPTY, count))), refusal);
    }
    assert_eq!(read(digits()?, -1, Some(-1)), Some(Error::NegativeOffset));
    assert_eq!(read(digits()?, 0, Some(-1)), Some(Error::NegativeSize));
    assert_eq!(BufferObject::new(-1).err(), Some(Error::NegativeSize));
    // Miri ends where an allocation fails.
    if !cfg!(miri) {
        assert_eq!(BufferObject::new(isize::MAX).err(), Some(Error::NoMemory));
    }
    // SAFETY: there is no byte of it.
    let memory = unsafe { BufferObject::from_memory(DIGITS.as_ptr(), -1) };
    assert_eq!(memory.err(), Some(Error::NegativeSize));
    Ok(())
}

#[test]
fn what_the_base_raises_is_handed_on_when_it_is_used() -> Result<(), Error> {
    let raised = Error::Raised(Exception::ValueError);
    let raising = BufferObject::from_object(Rc::new(All(RAISES, 1)), 0, None)?;
    assert_eq!(raising.size(), Err(raised));
    assert_eq!(raising.hash(), Err(raised));
    assert_eq!(digits()?.concat(&All(RAISES, 1)), Err(raised));
    assert_eq!(as_read_buffer(&raising), Err(Error::NotSingleSegment));
    let negative = Some(Ok(Segment { ptr: std::ptr::dangling_mut(), len: -1 }));
    let negative = BufferObject::from_object(Rc::new(All(negative, 1)), 0, None)?;
    assert_eq!(negative.bytes(), Err(Error::NotReadable));
    Ok(())
}

#[test]
fn indices_and_slices_are_those_of_strings() -> Result<(), Error> {
    let digits = digits()?;
    assert_eq!((digits.item(0), digits.item(9), digits.item(-1)), (Ok(b'0'), Ok(b'9'), Ok(b'9')));
    for index in [10, -11, isize::MAX, isize::MIN] {
        assert_eq!(digits.item(index), Err(Error::IndexOutOfRange));
    }
    assert_eq!(digits.slice(2, 4)?, b"23");
    assert_eq!(digits.slice(-3, isize::MAX)?, b"789");
    assert_eq!(digits.slice(isize::MIN, -8)?, b"01");
    assert_eq!(digits.slice(4, 2)?, b"");
    Ok(())
}

#[test]
fn strings_are_joined_and_repeated() -> Result<(), Error> {
    let part = BufferObject::from_object(digits()?, 0, Some(2))?;
    let nothing = BufferObject::from_object(digits()?, 0, Some(0))?;
    assert_eq!(part.concat(&part)?, b"0101");
    assert_eq!(nothing.concat(&part)?, b"01");
    assert_eq!(part.concat(&All(EMPTY, 2)), Err(Error::NotSingleSegment));
    assert_eq!(part.repeat(3)?, b"010101");
    assert_eq!(part.repeat(-1)?, b"");
    assert_eq!(part.repeat(isize::MAX), Err(Error::NoMemory));
    assert_eq!(nothing.repeat(isize::MAX)?, b"");
    Ok(())
}

#[test]
fn bytes_are_compared_and_then_lengths() -> Result<(), Error> {
    let of = |bytes| BufferObject::copy_of(bytes);
    assert_eq!(of(b"ab")?.compare(&of(b"ab")?)?, Ordering::Equal);
    assert_eq!(of(b"ab")?.compare(&of(b"b")?)?, Ordering::Less);
    assert_eq!(of(b"ab")?.compare(&of(b"a")?)?, Ordering::Greater);
    assert_eq!(of(b"\x80")?.compare(&of(b"\x7f")?)?, Ordering::Greater);
    Ok(())
}

#[test]
fn equal_bytes_have_equal_hashes_if_they_cannot_be_written_to() -> Result<(), Error> {
    let slate = slate()?;
    assert_eq!(slate.hash(), Err(Error::NotHashable));
    let view = BufferObject::from_object(slate, 0, None)?;
    assert_eq!(view.hash()?, digits()?.hash()?);
    assert_ne!(view.hash()?, BufferObject::copy_of(b"012345678")?.hash()?);
    // Those that the authors of FNV-1a have published for 64 bits.
    let hash = |bytes: &[u8]| BufferObject::copy_of(bytes)?.hash();
    #[cfg(target_pointer_width = "64")]
    assert_eq!(
        [hash(b"")?, hash(b"a")?, hash(b"foobar")?],
        [0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8_u64]
            .map(|hash| hash as isize)
    );
    Ok(())
}

#[test]
fn what_is_assigned_is_seen_by_all_who_look() -> Result<(), Error> {
    let slate = slate()?;
    let view = Rc::new(BufferObject::from_object(slate.clone(), 0, Some(5))?);
    let part = BufferObject::from_read_write_object(slate.clone(), 1, Some(3))?;
    part.set_item(-1, &BufferObject::copy_of(b"x")?)?;
    part.set_slice(0, 2, &BufferObject::copy_of(b"yz")?)?;
    assert_eq!(view.bytes()?, b"0yzx4");
    // Even from itself.
    slate.set_slice(1, 6, &*view)?;
    assert_eq!(slate.bytes()?, b"00yzx46789");
    assert_eq!(view.set_item(0, &*slate), Err(Error::NotWriteable));
    assert_eq!(part.set_item(3, &*view), Err(Error::IndexOutOfRange));
    assert_eq!(part.set_item(0, &*view), Err(Error::AssignmentLength));
    assert_eq!(part.set_slice(0, 9, &*view), Err(Error::AssignmentLength));
    assert_eq!(part.set_slice(0, 0, &All(None, 1)), Err(Error::NotReadable));
    assert_eq!(slate.bytes()?, b"00yzx46789");
    Ok(())
}

#[test]
fn memory_of_others_is_read_and_written_in_place() -> Result<(), Error> {
    let mut memory = *b"abc";
    let ptr = memory.as_mut_ptr();
    // SAFETY: the memory lives longer than both, and is not looked at in between.
    let (read, write) = unsafe {
        (BufferObject::from_memory(ptr, 3)?, BufferObject::from_read_write_memory(ptr, 3)?)
    };
    write.set_item(1, &BufferObject::copy_of(b"x")?)?;
    assert_eq!(read.bytes()?, b"axc");
    assert_eq!(read.set_item(0, &write), Err(Error::NotWriteable));
    assert_eq!(&memory, b"axc");
    Ok(())
}

#[test]
fn a_buffer_object_has_old_slots_itself() -> Result<(), Error> {
    let slate = slate()?;
    let part = BufferObject::from_object(slate.clone(), 2, Some(3))?;
    let start = slate.segment()?.ptr;
    let segment = Segment { ptr: start.wrapping_add(2), len: 3 };
    assert_eq!(as_read_buffer(&part), Ok(segment));
    assert_eq!(as_char_buffer(&part), Ok(segment));
    assert_eq!(as_write_buffer(&part), Err(Error::NotWriteable));
    assert_eq!(part.only_segment(Access::Write), Err(Error::NotWriteable));
    assert_eq!(as_write_buffer(&*slate), Ok(Segment { ptr: start, len: 10 }));
    // The slot of the base is the one that was asked for: numbers are not characters.
    let layout = BlockLayout { format: Some(c"h".into()), ..BlockLayout::c_order(2, &[3]) };
    let over = BufferObject::from_object(Rc::new(Block::new(6, layout)?), 0, None)?;
    assert_eq!(as_read_buffer(&over).map(|segment| segment.len), Ok(6));
    assert_eq!(as_char_buffer(&over), Err(Error::NotCharacter));
    let over_it = BufferObject::from_object(Rc::new(over), 0, None)?;
    assert_eq!(as_char_buffer(&over_it), Err(Error::NotCharacter));
    // An empty one is a segment, too.
    let empty = BufferObject::from_object(Rc::new(All(EMPTY, 1)), 0, None)?;
    assert_eq!(empty.size(), Ok(0));
    let bytes = ByteArray::new(3)?;
    assert_eq!(as_char_buffer(&bytes), Ok(Segment { ptr: bytes.start(), len: 3 }));
    Ok(())
}

#[test]
fn its_own_memory_stays_where_it_is_when_it_is_moved() -> Result<(), Error> {
    let object = BufferObject::new(3)?;
    let segment = object.segment()?;
    let moved = Rc::new(object);
    // SAFETY: the memory is that of the object, which is there, and nobody else looks.
    unsafe { segment.ptr.add(1).write(7) };
    assert_eq!(moved.bytes()?, [0, 7, 0]);
    Ok(())
}

#[test]
fn over_a_bytearray_it_follows_the_memory() -> Result<(), Error> {
    let bytes = Rc::new(ByteArray::new(5)?);
    let whole = BufferObject::from_read_write_object(bytes.clone(), 0, None)?;
    let part = BufferObject::from_object(bytes.clone(), 3, Some(4))?;
    assert_eq!((whole.bytes()?, part.bytes()?), (vec![0, 1, 2, 3, 4], vec![3, 4]));
    bytes.resize(70)?;
    assert_eq!((whole.size()?, part.size()?), (70, 4));
    assert_eq!(part.slice(0, 2)?, [3, 4]);
    bytes.resize(2)?;
    assert_eq!((whole.bytes()?, part.size()?), (vec![0, 1], 0));
    Ok(())
}

#[test]
fn its_views_hold_what_is_at_the_bottom() -> Result<(), Error> {
    let bytes = Rc::new(ByteArray::new(5)?);
    let whole = Rc::new(BufferObject::from_object(bytes.clone(), 0, None)?);
    let part = Rc::new(BufferObject::from_object(whole.clone(), 1, None)?);
    let (whole, part) = (whole.object(), part.object());
    let first = part.view(PyBUF_FULL_RO)?;
    let second = whole.view(PyBUF_FULL_RO)?;
    assert_eq!((first.shape(), second.shape()), (Some(&[4][..]), Some(&[5][..])));
    assert_eq!((first.readonly(), first.buf()), (true, bytes.start().wrapping_add(1)));
    drop(second);
    assert_eq!(bytes.resize(9), Err(Error::ViewsOut));
    drop(first);
    assert_eq!(bytes.resize(9), Ok(()));
    assert_eq!(part.view(PyBUF_FULL_RO)?.shape(), Some(&[8][..]));
    Ok(())
}

#[test]
fn a_request_that_is_refused_holds_nothing() -> Result<(), Error> {
    let bytes = Rc::new(ByteArray::new(5)?);
    let object = Rc::new(BufferObject::from_object(bytes.clone(), 0, None)?).object();
    assert_eq!(object.view(PyBUF_FULL_RO | PyBUF_WRITABLE).err(), Some(Error::NotWritable));
    assert_eq!(bytes.resize(9), Ok(()));
    Ok(())
}

/// With each buffer object over another, only a few questions more.
#[test]
fn many_over_each_other_still_answer() -> Result<(), Error> {
    let mut top = slate()?;
    for _ in 0..25 {
        top = Rc::new(BufferObject::from_read_write_object(top, 0, None)?);
    }
    for _ in 0..25 {
        top = Rc::new(BufferObject::from_object(top, 0, None)?);
    }
    assert_eq!(top.bytes()?, DIGITS);
    assert_eq!(as_read_buffer(&*top)?.len, 10);
    assert_eq!(as_char_buffer(&*top)?.len, 10);
    assert_eq!(as_write_buffer(&*top), Err(Error::NotWriteable));
    Ok(())
}

#[test]
fn blocks_have_the_slots_of_what_they_are() -> Result<(), Error> {
    let slots = |block: &Block| {
        let all = [block.read(0), block.write(0), block.char(0)];
        all.map(|slot| slot.and_then(Result::ok).map(|segment| segment.len))
    };
    assert_eq!(slots(&Block::bytes(3, false)?), [Some(3); 3]);
    assert_eq!(slots(&Block::bytes(3, true)?), [Some(3), None, Some(3)]);
    let format = Some(c"h".into());
    let matrix = BlockLayout { format, ..BlockLayout::c_order(2, &[2, 3]) };
    assert_eq!(slots(&Block::new(12, matrix.clone())?), [Some(12), Some(12), None]);
    let gaps = Block::new(24, BlockLayout { strides: vec![12, 4], ..matrix })?;
    assert_eq!((slots(&gaps), gaps.segment_count()), ([None; 3], None));
    Ok(())
}
