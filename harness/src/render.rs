//! # Calls as text
//!
//! A case in the words that its reader would write it in: Python for objects, C for calls.

use pybuf_model::Flags;

use crate::call::{AsBuffer, BareView, Call, FillInfo, Output};
use crate::object::{Layout, Object, Step};

/// A Python expression, or something close to one, for an object.
pub fn object(object: &Object) -> String {
    match object {
        Object::Plain => "object()".into(),
        Object::Bytes { len } => format!("bytes({len})"),
        Object::Bytearray { len } => format!("bytearray({len})"),
        Object::Array { typecode, len } => format!("array.array('{typecode}', range({len}))"),
        Object::Memoryview { len, readonly, steps } => {
            let base = if *readonly { "bytes" } else { "bytearray" };
            let steps: String = steps.iter().map(step).collect();
            format!("memoryview({base}({len})){steps}")
        }
        Object::Exporter { layout, readonly } => exporter("Exporter", layout, *readonly),
        Object::Ndarray { layout, readonly } => exporter("_testbuffer.ndarray", layout, *readonly),
        Object::Raising { exception } => format!("Raising({exception})"),
        Object::Slots { read, write, char, segments } => {
            let slots = [(read, "read"), (write, "write"), (char, "char")];
            let mut parts: Vec<String> =
                slots.iter().filter(|(there, _)| **there).map(|(_, name)| (*name).into()).collect();
            match segments {
                Some(segments) => parts.push(format!("segments={segments}")),
                None => parts.push("no segcount".into()),
            }
            format!("Slots({})", parts.join(", "))
        }
    }
}

fn exporter(name: &str, layout: &Layout, readonly: bool) -> String {
    let Layout { offset, format, shape, strides, suboffsets, .. } = layout;
    let mut text = format!("{name}(shape={}, strides={}", list(shape), list(strides));
    if let Some(suboffsets) = suboffsets {
        text += &format!(", suboffsets={}", list(suboffsets));
    }
    if *offset != 0 {
        text += &format!(", offset={offset}");
    }
    let readonly = if readonly { ", readonly" } else { "" };
    format!("{text}, format={format:?}{readonly})")
}

fn step(step: &Step) -> String {
    let index = |index: &Option<i64>| index.map_or(String::new(), |index| index.to_string());
    match step {
        Step::Slice { start, stop, step: 1 } => format!("[{}:{}]", index(start), index(stop)),
        Step::Slice { start, stop, step } => format!("[{}:{}:{step}]", index(start), index(stop)),
        Step::Cast { format, shape } => format!(".cast('{format}', {})", list(shape)),
        Step::Release => " after release()".into(),
    }
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

/// A call as C would have it. `about` is the object that it is about, if it is about one.
pub fn call(call: &Call, about: Option<&Object>) -> String {
    let about = about.map_or("NULL".into(), object);
    match call {
        Call::Make { .. } => format!("make {about}"),
        Call::AsCharBuffer(arguments) => as_buffer("Char", arguments, &about),
        Call::AsReadBuffer(arguments) => as_buffer("Read", arguments, &about),
        Call::AsWriteBuffer(arguments) => as_buffer("Write", arguments, &about),
        Call::CheckReadBuffer { .. } => format!("PyObject_CheckReadBuffer({about})"),
        Call::CheckBuffer { .. } => format!("PyObject_CheckBuffer({about})"),
        Call::GetBuffer { flags: mask, .. } => {
            format!("PyObject_GetBuffer({about}, &view, {})", flags(*mask))
        }
        Call::Release { view } => format!("PyBuffer_Release(&view{view})"),
        Call::FillInfo(arguments) => fill_info(arguments),
        Call::IsContiguous { view, order } => {
            format!("PyBuffer_IsContiguous({}, {order:?})", bare_view(view))
        }
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
