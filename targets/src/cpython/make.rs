//! Making objects. Throughout, `None` means that an exception is set.

use std::cell::Cell;
use std::ffi::CString;
use std::ptr;
use std::rc::Rc;

use pybuf_fast::BlockLayout;
use pybuf_fast::flags::PyBUF_FULL_RO;
use pybuf_harness::Object as Recipe;
use pybuf_harness::object::{Layout, Step};

use super::api::Api;
use super::case::Made;
use super::object::Object;
use super::own::{Behaviour, Kind, Types};
use super::python::Python;
use crate::counts::Counts;
use crate::rows::Rows;

/// Major and minor.
pub type Version = (u8, u8);

/// Makes the object, and finds its memory without asking for a buffer, where that can be done.
pub fn make(python: &Python, types: &mut Types, recipe: &Recipe) -> Option<Made> {
    match recipe {
        Recipe::Plain => Some(Made::plain(python.call(c"make_plain", vec![])?)),
        &Recipe::Bytes { len } => flat(python.api, len, true),
        &Recipe::Bytearray { len } => flat(python.api, len, false),
        &Recipe::Array { typecode, len } => array(python, typecode, len),
        Recipe::Memoryview { len, readonly, steps } => {
            memoryview(python, flat(python.api, *len, *readonly)?, steps)
        }
        Recipe::Exporter { layout, readonly } => exporter(python.api, types, layout, *readonly),
        Recipe::Ndarray { layout, readonly } => ndarray(python, layout, *readonly),
        Recipe::Raising { exception } => raising(python.api, types, exception),
        &Recipe::Slots { read, write, char, segments, len, raises } => {
            let kind = Kind::Slots { read, write, char, segments: segments.is_some(), raises };
            slots(types, kind, segments.unwrap_or(0), len)
        }
    }
}

/// `bytes` if it is readonly, a `bytearray` otherwise.
fn flat(api: &'static Api, len: usize, readonly: bool) -> Option<Made> {
    let content: Vec<u8> = (0..=250).cycle().take(len).collect();
    let size = isize::try_from(len).ok()?;
    let (make, start) = match readonly {
        true => (api.PyBytes_FromStringAndSize, api.PyBytes_AsString),
        false => (api.PyByteArray_FromStringAndSize, api.PyByteArray_AsString),
    };
    // SAFETY: a new object, made without its content, is one that nobody shares, also of one byte. So it
    // may be written, here and by the cases.
    unsafe {
        let object = Object::own(api, make(ptr::null(), size))?;
        let start = start(object.as_ptr());
        ptr::copy_nonoverlapping(content.as_ptr(), start.cast(), len);
        Some(Made::with_memory(object, start.cast_const().cast(), len))
    }
}

fn array(python: &Python, typecode: char, len: usize) -> Option<Made> {
    let api = python.api;
    let arguments = vec![api.str(&typecode.to_string()), api.int(len as i64)];
    let array = python.call(c"make_array", arguments)?;
    let start = python.call(c"address_of_array", vec![Some(array.share())])?;
    let size = python.call(c"size_of_array", vec![Some(array.share())])?;
    // SAFETY: both are ints.
    let (start, size) = unsafe {
        ((api.PyLong_AsVoidPtr)(start.as_ptr()), (api.PyLong_AsVoidPtr)(size.as_ptr()).addr())
    };
    Some(Made::with_memory(array, start.cast_const().cast(), size))
}

fn memoryview(python: &Python, base: Made, steps: &[Step]) -> Option<Made> {
    let api = python.api;
    let end = |index: Option<i64>| match index {
        Some(index) => api.int(index),
        None => python.none(),
    };
    let step = |step: &Step| {
        let (name, arguments) = match step {
            &Step::Slice { start, stop, step } => {
                ("slice", vec![end(start), end(stop), api.int(step)])
            }
            Step::Cast { format, shape } => {
                ("cast", vec![api.str(&format.to_string()), api.ints(shape)])
            }
            Step::Release => ("release", vec![]),
        };
        api.tuple(vec![api.str(name), api.tuple(arguments)])
    };
    let steps = api.tuple(steps.iter().map(step).collect());
    let view = python.call(c"make_memoryview", vec![Some(base.object.share()), steps])?;
    Some(Made { root: Some(base.object), object: view, ..base })
}

fn ndarray(python: &Python, layout: &Layout, readonly: bool) -> Option<Made> {
    let api = python.api;
    let (size, strides) = if layout.is_indirect() {
        // The block is of pointers; the elements are in rows of their own.
        let elements: i64 = layout.shape.iter().product();
        (elements * layout.itemsize, python.none())
    } else {
        (layout.size as i64, api.ints(&layout.strides))
    };
    let arguments = vec![
        api.int(size),
        api.str(&layout.format),
        api.ints(&layout.shape),
        strides,
        api.int(layout.offset as i64),
        api.int(readonly.into()),
    ];
    let object = python.call(c"make_ndarray", arguments)?;
    let start = start_by_request(api, &object)?.wrapping_sub(layout.offset);
    let rows = rows_of_ndarray(layout, start);
    Some(Made { rows, ..Made::with_memory(object, start, layout.size) })
}

/// The rows of an ndarray with pointers in its first dimension, which is where it can have them.
fn rows_of_ndarray(layout: &Layout, table: *const u8) -> Rows {
    if !layout.is_indirect() {
        return Rows::default();
    }
    let (count, inner) = layout.shape.split_first().map_or((0, 0), |(rows, inner)| {
        (*rows as usize, inner.iter().product::<i64>() * layout.itemsize)
    });
    let pointers = table.cast::<*const u8>();
    // SAFETY: so many pointers are at the start of its memory.
    let row = |index| unsafe { pointers.add(index).read() };
    Rows::new((0..count).map(row).collect(), inner as usize)
}

/// Where element \[0, ..., 0\] is. There is no other way to learn it from an ndarray.
fn start_by_request(api: &Api, object: &Object) -> Option<*const u8> {
    // SAFETY: the view was granted, so that its fields are there.
    api.look(object, PyBUF_FULL_RO, |view| unsafe { (*view.as_ptr()).buf.cast_const().cast() })
}

fn exporter(api: &Api, types: &mut Types, layout: &Layout, readonly: bool) -> Option<Made> {
    let block = pybuf_fast::Block::new(layout.size, block_layout(layout, readonly));
    let block =
        block.inspect_err(|error| api.raise(error.exception().name(), &error.to_string())).ok()?;
    let (start, size) = (block.start(), block.size());
    let row_size = block.rows().next().map_or(0, |(_, size)| size);
    let rows = Rows::new(block.rows().map(|(row, _)| row.cast_const()).collect(), row_size);
    let counts = Rc::new(Counts::default());
    let behaviour = Behaviour::Exporter { block, counts: Rc::clone(&counts) };
    let object = types.make(Kind::Exporter, behaviour)?;
    let counts = Some(counts);
    Some(Made { counts, rows, ..Made::with_memory(object, start.cast_const(), size) })
}

fn block_layout(layout: &Layout, readonly: bool) -> BlockLayout {
    let sizes = |values: &Vec<i64>| values.iter().map(|&value| value as isize).collect();
    BlockLayout {
        offset: layout.offset,
        itemsize: layout.itemsize as isize,
        format: CString::new(layout.format.as_str()).ok(),
        shape: sizes(&layout.shape),
        strides: sizes(&layout.strides),
        suboffsets: layout.suboffsets.as_ref().map(sizes),
        readonly,
    }
}

fn raising(api: &Api, types: &mut Types, exception: &str) -> Option<Made> {
    if api.exception(exception).is_none() {
        api.raise("NameError", "no builtin exception");
        return None;
    }
    let exception = exception.to_owned();
    let behaviour = Behaviour::Raising { exception };
    Some(Made::plain(types.make(Kind::Raising, behaviour)?))
}

fn slots(types: &mut Types, kind: Kind, segments: i64, len: Option<i64>) -> Option<Made> {
    let memory = Rc::new([0, 1, 2, 3, 4].map(Cell::new));
    let (start, size) = (memory.as_ptr(), memory.len());
    let len = len.unwrap_or(size as i64);
    let object = types.make(kind, Behaviour::Slots { memory, segments, len })?;
    Some(Made::with_memory(object, start.cast(), size))
}

/// Whether an object can be made at all in `version`, though a module may be missing.
pub fn has(version: Version, recipe: &Recipe) -> bool {
    match recipe {
        Recipe::Slots { .. } => version < (3, 0),
        Recipe::Ndarray { .. } => version >= (3, 3),
        Recipe::Memoryview { steps, .. } => steps.iter().all(|step| version >= since(step)),
        _ => true,
    }
}

fn since(step: &Step) -> Version {
    match step {
        Step::Slice { step: 1, .. } => (2, 7),
        Step::Slice { .. } | Step::Cast { .. } => (3, 3),
        Step::Release => (3, 2),
    }
}
