//! # Describing objects
//!
//! Tells the model what the object of a recipe offers to consumers.

use pybuf_model::expectation::Exception;
use pybuf_model::layout::Address;
use pybuf_model::objects::{self, Made};
use pybuf_model::{Edition, Exporter, Layout, Slot};

use crate::object::{self, Object, OldSlot, Step};

/// What an object offers, which is `block` to its memory; or why there can be no such object.
pub fn describe(object: &Object, block: usize, edition: Edition) -> Result<Made, String> {
    let length = |len: usize| i64::try_from(len).map_err(|_| format!("{len} is too long"));
    Ok(match object {
        Object::Plain => Ok(Exporter::none()),
        Object::Bytes { len } => objects::bytes(block, length(*len)?, edition),
        Object::Bytearray { len } => objects::bytearray(block, length(*len)?, edition),
        Object::Array { typecode, len } => {
            let itemsize = object::native_size(*typecode)
                .ok_or_else(|| format!("{typecode:?} is no type code of the suite"))?;
            objects::array(block, *typecode, itemsize, length(*len)?, edition)
        }
        Object::Memoryview { len, readonly, steps } => {
            return describe_memoryview(block, length(*len)?, *readonly, steps, edition);
        }
        Object::Exporter { layout, readonly } => {
            objects::exporter(describe_layout(layout, block)?, *readonly, edition)
        }
        Object::Ndarray { layout, readonly } => {
            objects::ndarray(describe_layout(layout, block)?, *readonly, edition)
        }
        Object::Raising { exception } => {
            let exception = Exception::named(exception)
                .ok_or_else(|| format!("{exception:?} is no exception of the suite"))?;
            objects::raising(exception, edition)
        }
        Object::Slots { read, write, char, segments, len, raises } => {
            let slot = |there: bool, name| match raises {
                _ if !there => Slot::Missing,
                Some(raising) if *raising == name => Slot::Raises(Exception::ValueError),
                _ => Slot::Works,
            };
            let slots = [
                slot(*read, OldSlot::Read),
                slot(*write, OldSlot::Write),
                slot(*char, OldSlot::Char),
            ];
            let raising = *raises == Some(OldSlot::Segments);
            let segments = segments.map(|count| if raising { -1 } else { count });
            objects::slots(block, slots, segments, len.unwrap_or(5), edition)
        }
    })
}

fn describe_memoryview(
    block: usize,
    len: i64,
    readonly: bool,
    steps: &[Step],
    edition: Edition,
) -> Result<Made, String> {
    let base = if readonly { objects::bytes } else { objects::bytearray };
    let mut view = base(block, len, edition).and_then(|base| objects::memoryview(base, edition));
    for step in steps {
        let Ok(made) = view else { break };
        view = match step {
            Step::Slice { step: 0, .. } => return Err("the step of a slice cannot be 0".into()),
            Step::Slice { .. } if made.new.as_ref().is_some_and(|new| new.layout.ndim() == 0) => {
                return Err("a scalar cannot be sliced".into());
            }
            Step::Slice { start, stop, step } => {
                objects::sliced(made, (*start, *stop, *step), edition)
            }
            Step::Cast { format, shape } => {
                let itemsize = object::native_size(*format)
                    .ok_or_else(|| format!("{format:?} is no format of the suite"))?;
                objects::cast(made, (*format, itemsize), shape, edition)
            }
            Step::Release => objects::released(made, edition),
        };
    }
    Ok(view)
}

fn describe_layout(layout: &object::Layout, block: usize) -> Result<Layout, String> {
    let ndim = layout.shape.len();
    let suboffsets = layout.suboffsets.as_ref().map_or(ndim, Vec::len);
    if layout.strides.len() != ndim || suboffsets != ndim {
        return Err("shape, strides and suboffsets differ in length".into());
    }
    let offset = i64::try_from(layout.offset).map_err(|_| "the offset is too large".to_owned())?;
    Ok(Layout {
        start: Address { block, offset },
        itemsize: layout.itemsize,
        format: layout.format.clone(),
        shape: layout.shape.clone(),
        strides: layout.strides.clone(),
        suboffsets: layout.suboffsets.clone(),
    })
}

impl Object {
    /// How the memory lies that it lends in the newest edition; `None` if it lends none.
    pub fn layout(&self) -> Option<Layout> {
        let newest = Edition::ALL[Edition::ALL.len() - 1];
        Some(describe(self, 0, newest).ok()?.ok()?.new?.layout)
    }
}
