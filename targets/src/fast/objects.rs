//! Makes the objects of the suite out of what the fast crate has.

use std::cell::Cell;
use std::ffi::CString;
use std::rc::Rc;

use pybuf_fast::{
    Block, BlockLayout, BufferObject, Error, Exception, Exporter, Memory, MemoryView, Object,
    Segment, Segments,
};
use pybuf_harness::object::{self, Layout, OldSlot, Step};
use pybuf_model::Edition;

/// An object of the case.
pub(super) struct Made {
    /// What answers requests, if it takes part in the new protocol.
    pub new: Option<Object>,
    /// What answers under the old protocol: perhaps with no slot at all.
    pub old: Rc<dyn Segments>,
    /// What it is a view of.
    pub root: Option<Object>,
    /// Its memory.
    pub block: super::Block,
    pub releases: Option<Rc<Cell<i64>>>,
    /// Owns the memory, also of objects that do not take part in the new protocol.
    pub memory: Option<Object>,
    /// It, if it is a buffer object.
    pub buffer: Option<Rc<BufferObject>>,
}

impl Made {
    /// The number of references to it, where that is counted.
    pub fn references(&self) -> Option<i64> {
        self.new.as_ref().or(self.memory.as_ref()).map(|object| object.reference_count() as i64)
    }

    /// How often its release function has run, where that is counted.
    pub fn releases(&self) -> Option<i64> {
        self.releases.as_ref().map(|releases| releases.get())
    }

    /// Without any protocol.
    pub(super) fn plain() -> Made {
        let block = super::Block { start: std::ptr::null(), size: 0 };
        let old = Rc::new(Slots::none());
        Made { new: None, old, root: None, block, releases: None, memory: None, buffer: None }
    }
}

/// Makes an object; `None` if the edition does not have it.
pub(super) fn make(recipe: &object::Object, edition: Edition) -> Result<Option<Made>, Error> {
    use object::Object as Recipe;
    let new_protocol = edition >= Edition::V2_7Draft;
    Ok(match recipe {
        Recipe::Plain => Some(Made::plain()),
        Recipe::Bytes { len } => Some(bytes(*len, true, edition)?),
        Recipe::Bytearray { len } => {
            new_protocol.then(|| bytes(*len, false, edition)).transpose()?
        }
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

/// `bytes` and `bytearray`: old slots, characters included, and the new protocol.
fn bytes(len: usize, readonly: bool, edition: Edition) -> Result<Made, Error> {
    let made = packed("B", 1, len, readonly)?;
    let old = Rc::new(Slots::of(&made.block, [true, !readonly, true]));
    let new = made.new.filter(|_| edition >= Edition::V2_7Draft);
    Ok(Made { new, old, ..made })
}

/// `array.array`: one of the two protocols, and no characters.
fn array(typecode: char, len: usize, edition: Edition) -> Result<Made, Error> {
    let itemsize = object::native_size(typecode).and_then(|size| usize::try_from(size).ok());
    let itemsize =
        itemsize.ok_or(Error::InvalidLayout("the size of the type code is not known"))?;
    let made = packed(&typecode.to_string(), itemsize, len, false)?;
    let old = Rc::new(Slots::of(&made.block, [true, true, false]));
    let new = made.new.filter(|_| !edition.has_old_slots());
    Ok(Made { new, old, ..made })
}

fn packed(format: &str, itemsize: usize, len: usize, readonly: bool) -> Result<Made, Error> {
    let size = len.checked_mul(itemsize).ok_or(Error::NoMemory)?;
    let layout = Layout {
        size,
        offset: 0,
        itemsize: itemsize as i64,
        format: format.into(),
        shape: vec![len as i64],
        strides: vec![itemsize as i64],
        suboffsets: None,
    };
    exporter(&layout, readonly)
}

fn exporter(layout: &Layout, readonly: bool) -> Result<Made, Error> {
    let sizes = |array: &[i64]| array.iter().map(|&n| n as isize).collect::<Vec<_>>();
    let format = CString::new(layout.format.as_str());
    let format = format.map_err(|_| Error::InvalidLayout("the format has a NUL inside"))?;
    let block = Block::new(
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
    let bytes = super::Block { start: block.start().cast_const(), size: block.size() };
    let releases = Rc::new(Cell::new(0));
    let counted = Counted { exporter: block, releases: Rc::clone(&releases) };
    let new = Some(Object::new(counted));
    let (releases, memory) = (Some(releases), new.clone());
    Ok(Made { new, block: bytes, releases, memory, ..Made::plain() })
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
                let format_text = CString::new(format.to_string())
                    .map_err(|_| Error::InvalidLayout("the format has a NUL inside"))?;
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
    let new = Some(view.object().clone());
    Ok(Made { new, root: Some(root), releases: None, old: Rc::new(Slots::none()), ..base })
}

fn raising(exception: &str, edition: Edition) -> Made {
    let error = Error::Raised(match exception {
        "BufferError" => Exception::BufferError,
        "ValueError" => Exception::ValueError,
        "MemoryError" => Exception::MemoryError,
        _ => Exception::SystemError,
    });
    let releases = Rc::new(Cell::new(0));
    let exporter = Counted { exporter: Raising(error), releases: Rc::clone(&releases) };
    let new = (edition >= Edition::V2_7Draft).then(|| Object::new(exporter));
    let raises = || Some(Err(error));
    let old = Slots { read: raises(), write: raises(), char: raises(), segments: Some(1) };
    Made { new, old: Rc::new(old), releases: Some(releases), ..Made::plain() }
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
    Ok(Made { new: None, old, releases: None, ..made })
}

/// Counts the calls of an exporter's release function.
struct Counted<E> {
    exporter: E,
    releases: Rc<Cell<i64>>,
}

// SAFETY: the exporter inside keeps the promises.
unsafe impl<E: Exporter> Exporter for Counted<E> {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        self.exporter.memory()
    }

    fn release(&self) {
        self.releases.set(self.releases.get() + 1);
        self.exporter.release();
    }
}

/// Answers each request with an exception.
struct Raising(Error);

// SAFETY: it lends nothing.
unsafe impl Exporter for Raising {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        Err(self.0)
    }
}

/// Old slots over memory that is somebody else's.
struct Slots {
    read: Option<Result<Segment, Error>>,
    write: Option<Result<Segment, Error>>,
    char: Option<Result<Segment, Error>>,
    segments: Option<isize>,
}

impl Slots {
    fn none() -> Slots {
        Slots { read: None, write: None, char: None, segments: None }
    }

    fn of(block: &super::Block, there: [bool; 3]) -> Slots {
        let segment = Segment { ptr: block.start.cast_mut(), len: block.size as isize };
        let [read, write, char] = there.map(|there| there.then_some(Ok(segment)));
        Slots { read, write, char, segments: Some(1) }
    }
}

// SAFETY: the memory is that of the object that has these slots, and lives as long as it. Where a case
// makes them tell another length, nothing reads it.
unsafe impl Segments for Slots {
    fn read(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        self.read
    }

    fn write(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        self.write
    }

    fn char(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        self.char
    }

    fn segment_count(&self) -> Option<isize> {
        self.segments
    }
}
