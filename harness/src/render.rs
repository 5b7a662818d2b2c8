//! # Calls as text
//!
//! A case in the words that its reader would write it in: Python for objects, C for calls.

mod buffer_object;
mod copy;
mod memoryview;
mod object;

use std::ops::RangeBounds;

use pybuf_model::Flags;

use crate::call::{About, AsBuffer, BareView, Call, FillInfo, Output};
use crate::case::Case;

pub use object::object;

/// A call of a case, as C would have it.
pub fn call(case: &Case, index: usize) -> String {
    let Some(call) = case.calls.get(index) else {
        return String::new();
    };
    let number = case.object_about(call.about());
    let about = number.map_or("NULL".into(), |number| numbered(case, number));
    match call {
        Call::Make { object: recipe } => format!("make {}", object(recipe)),
        Call::AsCharBuffer(arguments) => as_buffer("Char", arguments, &about),
        Call::AsReadBuffer(arguments) => as_buffer("Read", arguments, &about),
        Call::AsWriteBuffer(arguments) => as_buffer("Write", arguments, &about),
        Call::CheckReadBuffer { .. } => format!("PyObject_CheckReadBuffer({about})"),
        Call::CheckBuffer { .. } => format!("PyObject_CheckBuffer({about})"),
        Call::GetBuffer { flags: mask, .. } => {
            format!("PyObject_GetBuffer({about}, &view, {})", flags(*mask))
        }
        Call::Release { view } => format!("PyBuffer_Release(&view{view})"),
        Call::ReleaseCopy { view } => format!("PyBuffer_Release(&copy_of_view{view})"),
        Call::FillInfo(arguments) => fill_info(arguments),
        Call::IsContiguous { view, order } => {
            format!("PyBuffer_IsContiguous({}, {order:?})", bare_view(view))
        }
        Call::SizeFromFormat { format } => format!("PyBuffer_SizeFromFormat({format:?})"),
        Call::Copy(call) => copy::call(case, call),
        Call::Memoryview(call) => memoryview::call(call, &about),
        Call::BufferObject(call) => buffer_object::call(case, call, &about),
        Call::SetError { exception } => format!("PyErr_SetString(PyExc_{exception}, \"\")"),
        Call::Resize { len, .. } => format!("PyByteArray_Resize({about}, {len})"),
        Call::Drop { .. } => format!("Py_DecRef({about})"),
    }
}

/// The object of a number, by how it was made.
fn numbered(case: &Case, number: usize) -> String {
    match case.maker(number) {
        Some(Call::Make { object: recipe }) => object(recipe),
        // Nothing is made of what comes after it.
        Some(maker) if !matches!(maker.about(), About::Object(base) if base >= number) => {
            let index = case.calls.iter().position(|call| std::ptr::eq(call, maker));
            index.map_or(String::new(), |index| call(case, index))
        }
        _ => format!("object {number}"),
    }
}

/// Some calls of a case, one behind the other.
pub fn calls(case: &Case, which: impl RangeBounds<usize>) -> String {
    let each = (0..case.calls.len()).filter(|index| which.contains(index));
    each.map(|index| call(case, index)).collect::<Vec<_>>().join("; ")
}

/// A list of numbers; a long one of equal numbers is shortened.
fn list(numbers: &[i64]) -> String {
    match numbers {
        [first, .., last] if numbers.len() > 8 && numbers.iter().all(|n| n == first) => {
            format!("[{last}]*{}", numbers.len())
        }
        _ => format!("{numbers:?}"),
    }
}

fn as_buffer(which: &str, arguments: &AsBuffer, about: &str) -> String {
    let argument = |output, name| if arguments.null == Some(output) { "NULL" } else { name };
    let buffer = argument(Output::Buffer, "&buffer");
    let length = argument(Output::Length, "&buffer_len");
    format!("PyObject_As{which}Buffer({about}, {buffer}, {length})")
}

fn fill_info(arguments: &FillInfo) -> String {
    let FillInfo { view_null, exporter, buf_null, len, readonly, flags: mask } = arguments;
    let or_null = |null: bool, name| if null { "NULL" } else { name };
    let (view, buf) = (or_null(*view_null, "&view"), or_null(*buf_null, "buf"));
    let exporter = or_null(exporter.is_none(), "exporter");
    let mask = flags(*mask);
    format!("PyBuffer_FillInfo({view}, {exporter}, {buf}, {len}, {readonly}, {mask})")
}

fn bare_view(view: &BareView) -> String {
    let array = |entries: &Option<Vec<i64>>| entries.as_deref().map_or("NULL".into(), list);
    let BareView { len, itemsize, ndim, shape, strides, suboffsets } = view;
    let mut text = format!(
        "{{ndim {ndim}, shape {}, strides {}, itemsize {itemsize}, len {len}",
        array(shape),
        array(strides)
    );
    if suboffsets.is_some() {
        text += &format!(", suboffsets {}", array(suboffsets));
    }
    text + "}"
}

/// A mask in the names of the header: `PyBUF_ND|PyBUF_FORMAT`, with the number where bits are left; the
/// masks that are no unions of documented flags are marked.
pub fn flags(mask: i32) -> String {
    let whole = Flags::from_bits_retain(mask).whole();
    // A flag that is part of another one goes without saying.
    let each: Vec<_> =
        Flags::all().iter_names().filter(|(_, flag)| whole.contains(*flag)).collect();
    let said = each
        .iter()
        .filter(|(_, flag)| !each.iter().any(|(_, other)| other != flag && other.contains(*flag)));
    let mut names: Vec<String> = said.map(|(name, _)| format!("PyBUF_{name}")).collect();
    let rest = mask & !whole.bits();
    if rest != 0 {
        names.push(if rest < 0 { format!("{rest}") } else { format!("{rest:#x}") });
    }
    if names.is_empty() {
        names.push("PyBUF_SIMPLE".into());
    }
    let documented = Flags::from_bits_retain(mask).is_documented();
    names.join("|") + if documented { "" } else { " /* not documented */" }
}

#[cfg(test)]
mod tests {
    use super::flags;

    #[test]
    fn masks_read_like_source() {
        assert_eq!(flags(0), "PyBUF_SIMPLE");
        assert_eq!(flags(0x1d), "PyBUF_WRITABLE|PyBUF_FORMAT|PyBUF_STRIDES");
        assert_eq!(flags(0x10), "0x10 /* not documented */");
        assert_eq!(flags(0x28), "PyBUF_ND|0x20 /* not documented */");
    }
}
