//! Calls on memoryviews as text.

use super::bare_view;
use crate::call::Memoryview;

pub(super) fn call(call: &Memoryview, about: &str) -> String {
    match call {
        Memoryview::FromObject { .. } => format!("PyMemoryView_FromObject({about})"),
        Memoryview::FromBuffer { view, buf_null, format, readonly } => {
            let buf = if *buf_null { ", buf NULL" } else { "" };
            let format = format.as_ref().map_or("NULL".into(), |format| format!("{format:?}"));
            let view = bare_view(view);
            format!("PyMemoryView_FromBuffer({view}{buf}, format {format}, readonly {readonly})")
        }
        Memoryview::FromMemory { size, flags } => {
            format!("PyMemoryView_FromMemory(mem, {size}, {})", access(*flags))
        }
        Memoryview::GetContiguous { buffertype, order, .. } => {
            format!("PyMemoryView_GetContiguous({about}, {}, {order:?})", access(*buffertype))
        }
        Memoryview::Check { .. } => format!("PyMemoryView_Check({about})"),
        Memoryview::Release { .. } => format!("{about}.release()"),
    }
}

fn access(flags: i32) -> String {
    match flags {
        0x100 => "PyBUF_READ".into(),
        0x200 => "PyBUF_WRITE".into(),
        other => format!("{other:#x}"),
    }
}
