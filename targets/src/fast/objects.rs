//! Makes the objects of the suite out of what the fast crate has.

use std::ffi::CString;
use std::rc::Rc;

use pybuf_fast::{
    Block, BlockLayout, ByteArray, Error, Exception, MemoryView, Object, Segment, Segments,
};
use pybuf_harness::object::{self, Layout, OldSlot, Step};
use pybuf_model::Edition;

use super::exporters::{Counted, Raising, Slots};
use super::made::{Also, Made};
use crate::block;
use crate::counts::Counts;
use crate::rows::Rows;

const NUL: Error = Error::InvalidLayout("the format has a NUL inside");

/// Makes an object; `None` if the edition does not have it.
pub(super) fn make(recipe: &object::Object, edition: Edition) -> Result<Option<Made>, Error> {
    use object::Object as Recipe;
    let new_protocol = edition >= Edition::V2_7Draft;
    Ok(match recipe {
        Recipe::Plain => {
            // It can be called an exporter all the same, and is counted as one.
            let memory = Some(Object::new(Raising(Error::NoProtocol)));
            Some(Made { memory, ..Made::plain() })
        }
        Recipe::Bytes { len } => Some(bytes(*len, true, edition)?),
        Recipe::Bytearray { len } => new_protocol.then(|| bytearray(*len)).transpose()?,
        Recipe::Array { typecode, len } => Some(array(*typecode, *len, edition)?),
        Recipe::Memoryview { len, readonly, steps } => {
            let there = new_protocol && steps.iter().all(|step| has_step(step, edition));
            there.then(|| memoryview(*len, *readonly, steps, edition)).transpose()?
        }
        Recipe::Exporter { layout, readonly } => {
            new_protocol.then(|| exporter(layout, *readonly)).transpose()?
        }
        Recipe::Ndarray { layout, readonly } => {
            (edition >= Edition::V3_3).then(|| exporter(layout, *readonly)).transpose()?
        }
        Recipe::Raising { exception } => Some(raising(exception, edition)),
        Recipe::Slots { read, write, char, segments, len, raises } => {
            let len = len.unwrap_or(OLD_MEMORY as i64);
            // Lengths were ints.
            let told = edition >= Edition::V2_5 || i32::try_from(len).is_ok();
            let there = edition.has_old_slots() && told;
            let slots = [*read, *write, *char];
            there.then(|| old_slots(slots, *segments, len, *raises)).transpose()?
        }
    })
}

fn has_step(step: &Step, edition: Edition) -> bool {
    match step {
        Step::Slice { step: 1, .. } => true,
        Step::Slice { .. } | Step::Cast { .. } => edition >= Edition::V3_3,
        Step::Release => edition >= Edition::V3_2,
    }
}

/// `bytes`: old slots, characters included, and the new protocol.
fn bytes(len: usize, readonly: bool, edition: Edition) -> Result<Made, Error> {
    let made = block(Block::bytes(len, readonly)?);
    let new = made.new.filter(|_| edition >= Edition::V2_7Draft);
    Ok(Made { new, ..made })
}

/// `bytearray`: the same, and it can be resized.
fn bytearray(len: usize) -> Result<Made, Error> {
    let array = Rc::new(ByteArray::new(len)?);
    let new = Some(array.object().clone());
    let block = block::Block { start: array.start().cast_const(), size: len };
    let old = Rc::clone(&array) as Rc<dyn Segments>;
    Ok(Made { new, block, old, also: Also::Bytearray(array), ..Made::plain() })
}

/// `array.array`: one of the two protocols, and no characters.
fn array(typecode: char, len: usize, edition: Edition) -> Result<Made, Error> {
    let itemsize = object::native_size(typecode).and_then(|size| usize::try_from(size).ok());
    let itemsize =
        itemsize.ok_or(Error::InvalidLayout("the size of the type code is not known"))?;
    let made = packed(&typecode.to_string(), itemsize, len, false)?;
    let new = made.new.filter(|_| !edition.has_old_slots());
    Ok(Made { new, ..made })
}

/// A row of elements.
fn packed(format: &str, itemsize: usize, len: usize, readonly: bool) -> Result<Made, Error> {
    let size = len.checked_mul(itemsize).ok_or(Error::NoMemory)?;
    let [itemsize, extent] =
        [itemsize, len].map(|it| isize::try_from(it).map_err(|_| Error::NoMemory));
    let format = Some(CString::new(format).map_err(|_| NUL)?);
    let layout = BlockLayout::c_order(itemsize?, &[extent?]);
    Ok(block(Block::new(size, BlockLayout { format, readonly, ..layout })?))
}

fn exporter(layout: &Layout, readonly: bool) -> Result<Made, Error> {
    let sizes = |array: &[i64]| array.iter().map(|&n| n as isize).collect::<Vec<_>>();
    let format = CString::new(layout.format.as_str());
    let format = format.map_err(|_| NUL)?;
    let exporter = Block::new(
        layout.size,
        BlockLayout {
            offset: layout.offset,
            itemsize: layout.itemsize as isize,
            format: Some(format),
            shape: sizes(&layout.shape),
            strides: sizes(&layout.strides),
            suboffsets: layout.suboffsets.as_deref().map(sizes),
            readonly,
        },
    )?;
    // It has no old slots, unlike what is packed.
    Ok(Made { old: Rc::new(Slots::none()), ..block(exporter) })
}

/// An exporter that is counted, and has the old slots of a block.
fn block(block: Block) -> Made {
    let bytes = block::Block { start: block.start().cast_const(), size: block.size() };
    let size = block.rows().next().map_or(0, |(_, size)| size);
    let rows = Rows::new(block.rows().map(|(start, _)| start.cast_const()).collect(), size);
    let counts = Rc::new(Counts::default());
    let block = Rc::new(block);
    let old = Rc::clone(&block) as Rc<dyn Segments>;
    let counted = Counted { exporter: block, counts: Rc::clone(&counts) };
    let new = Some(Object::new(counted));
    let (counts, memory) = (Some(counts), new.clone());
    Made { new, old, block: bytes, rows, counts, memory, ..Made::plain() }
}

fn memoryview(len: usize, readonly: bool, steps: &[Step], edition: Edition) -> Result<Made, Error> {
    let base = bytes(len, readonly, edition)?;
    let root = base.new.clone().ok_or(Error::NoProtocol)?;
    let mut view = MemoryView::from_object(&root)?;
    for step in steps {
        view = match step {
            Step::Slice { start, stop, step } => {
                let index = |index: &Option<i64>| index.map(|index| index as isize);
                view.slice(index(start), index(stop), Some(*step as isize))?
            }
            Step::Cast { format, shape } => {
                let format_text = CString::new(format.to_string()).map_err(|_| NUL)?;
                let itemsize = object::native_size(*format)
                    .ok_or(Error::InvalidLayout("the size of the format is not known"))?;
                let shape = shape.iter().map(|&extent| extent as isize).collect();
                view.cast(&format_text, itemsize as isize, Some(shape))?
            }
            Step::Release => {
                view.release()?;
                view
            }
        };
    }
    let made = Made::memoryview(view, Some(&base));
    // What becomes of the object underneath is not asked: it is not one of the case. A memoryview that
    // was released does not keep it, and replies are still read from its memory.
    Ok(Made { underneath: None, block: base.block, memory: Some(root), ..made })
}

fn raising(exception: &str, edition: Edition) -> Made {
    let error = Error::Raised(match exception {
        "BufferError" => Exception::BufferError,
        "ValueError" => Exception::ValueError,
        "MemoryError" => Exception::MemoryError,
        _ => Exception::SystemError,
    });
    let counts = Rc::new(Counts::default());
    let exporter = Counted { exporter: Raising(error), counts: Rc::clone(&counts) };
    let new = (edition >= Edition::V2_7Draft).then(|| Object::new(exporter));
    let raises = || Some(Err(error));
    let old = Slots { read: raises(), write: raises(), char: raises(), segments: Some(1) };
    Made { new, old: Rc::new(old), counts: Some(counts), ..Made::plain() }
}

/// The memory of an object with old slots only, in bytes.
const OLD_MEMORY: usize = 5;

fn old_slots(
    [read, write, char]: [bool; 3],
    segments: Option<i64>,
    len: i64,
    raises: Option<OldSlot>,
) -> Result<Made, Error> {
    let made = packed("B", 1, OLD_MEMORY, false)?;
    let segment = Segment { ptr: made.block.start.cast_mut(), len: len as isize };
    let raised = Err(Error::Raised(Exception::ValueError));
    let slot = |there: bool, name| {
        there.then_some(if raises == Some(name) { raised } else { Ok(segment) })
    };
    let count = |count| if raises == Some(OldSlot::Segments) { -1 } else { count as isize };
    let old = Rc::new(Slots {
        read: slot(read, OldSlot::Read),
        write: slot(write, OldSlot::Write),
        char: slot(char, OldSlot::Char),
        segments: segments.map(count),
    });
    let hollow = segment.len > OLD_MEMORY as isize;
    Ok(Made { new: None, old, counts: None, hollow, ..made })
}
