//! Objects as text: Python expressions, or something close.

use super::list;
use crate::object::{Layout, Object, OldSlot, Step};

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
        Object::Slots { read, write, char, segments, len, raises } => {
            let slots = [(read, "read"), (write, "write"), (char, "char")];
            let mut parts: Vec<String> =
                slots.iter().filter(|(there, _)| **there).map(|(_, name)| (*name).into()).collect();
            match segments {
                Some(segments) => parts.push(format!("segments={segments}")),
                None => parts.push("no segcount".into()),
            }
            parts.extend(len.map(|len| format!("len={len}")));
            parts.extend(raises.map(|slot| match slot {
                OldSlot::Read => "read raises".into(),
                OldSlot::Write => "write raises".into(),
                OldSlot::Char => "char raises".into(),
                OldSlot::Segments => "segcount raises".into(),
            }));
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
