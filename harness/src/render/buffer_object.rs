//! Calls on Python 2's buffer objects as text.

use super::numbered;
use crate::call::BufferObject;
use crate::call::buffer_object::{END_OF_BUFFER, Part};
use crate::case::Case;

pub(super) fn call(case: &Case, call: &BufferObject, about: &str) -> String {
    let name = call.feature();
    match call {
        BufferObject::Check { .. } | BufferObject::Size { .. } | BufferObject::Hash { .. } => {
            format!("{name}({about})")
        }
        BufferObject::FromObject(Part { offset, size: part, .. })
        | BufferObject::FromReadWriteObject(Part { offset, size: part, .. }) => {
            format!("{name}({about}, {offset}, {})", size(*part))
        }
        BufferObject::FromMemory { size } | BufferObject::FromReadWriteMemory { size } => {
            format!("{name}(ptr, {size})")
        }
        BufferObject::New { size } => format!("{name}({size})"),
        BufferObject::GetItem { index, .. } => format!("{name}({about}, {index})"),
        BufferObject::GetSlice { start, stop, .. } => format!("{name}({about}, {start}, {stop})"),
        BufferObject::Repeat { count, .. } => format!("{name}({about}, {count})"),
        BufferObject::Concat { other, .. } | BufferObject::Compare { other, .. } => {
            format!("{name}({about}, {})", numbered(case, *other))
        }
        BufferObject::SetItem { index, value, .. } => {
            format!("{name}({about}, {index}, {})", numbered(case, *value))
        }
        BufferObject::SetSlice { start, stop, value, .. } => {
            format!("{name}({about}, {start}, {stop}, {})", numbered(case, *value))
        }
    }
}

fn size(size: i64) -> String {
    match size {
        END_OF_BUFFER => "Py_END_OF_BUFFER".into(),
        size => size.to_string(),
    }
}
