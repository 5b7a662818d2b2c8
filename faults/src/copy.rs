//! # Faults: Copies

use pybuf_harness::Call;
use pybuf_harness::call::Copy;
use pybuf_harness::reply::Returned;

use crate::Fault;
use crate::change::change;

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("packed-elements-rotated", "copy.to.c", "CPython issue 12834").tells(
        |_, call, reply| match call {
            Call::Copy(Copy::ToContiguous { len, .. }) => change(reply, |it| rotate(it, *len)),
            _ => reply,
        },
    ),
    Fault::new("unpacked-elements-rotated", "copy.from.c", "CPython issue 23370").tells(
        |_, call, reply| match call {
            Call::Copy(Copy::FromContiguous { len, .. }) => change(reply, |it| rotate(it, *len)),
            _ => reply,
        },
    ),
    Fault::new("strided-elements-not-packed", "copy.to.succeeds", "RustPython PR #8071").tells(
        |_, call, reply| match call {
            Call::Copy(Copy::ToContiguous { len, .. }) => {
                change(reply, |it| only_bytes_as_they_lie(it, *len))
            }
            _ => reply,
        },
    ),
    Fault::new("length-of-a-copy-ignored", "copy.to.len.must-agree", "CPython up to 3.2").tells(
        |_, call, reply| match call {
            Call::Copy(Copy::ToContiguous { .. }) => change(reply, |returned| {
                (returned.value, returned.exception) = (Some(0), None);
            }),
            _ => reply,
        },
    ),
];

/// Of so many bytes, the last one comes first.
fn rotate(returned: &mut Returned, len: i64) {
    let bytes = returned.bytes.as_mut().map_or(&mut [][..], |bytes| &mut bytes[..]);
    let count = usize::try_from(len).unwrap_or(0).min(bytes.len());
    if count > 0 {
        bytes[..count].rotate_right(1);
    }
}

/// Fails unless what was packed is one byte behind the other of memory that counts.
fn only_bytes_as_they_lie(returned: &mut Returned, len: i64) {
    let packed = usize::try_from(len).ok().and_then(|len| returned.bytes.as_ref()?.get(..len));
    let counts = |bytes: &[u8]| bytes.windows(2).all(|two| two[1] == two[0] + 1);
    if !packed.is_some_and(counts) {
        returned.value = Some(-1);
        returned.exception = Some("BufferError".into());
    }
}
