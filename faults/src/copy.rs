//! # Faults: Copies to and from packed bytes

use pybuf_harness::call::copy::source;
use pybuf_harness::call::{Call, Copy};
use pybuf_harness::reply::{Reply, Returned, Seen};

use crate::change::{answer, change, crash, divide_by_zero, fail};
use crate::elements::{Elements, granted};
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("null-strides-read", "copy.without-strides", "CPython 2.7.18, 3.6 to 3.13").tells(
        |past, call, reply| match call {
            Call::Copy(Copy::FromContiguous { view, order: 'F', .. })
                if must_guess_strides(past, *view) =>
            {
                crash()
            }
            _ => reply,
        },
    ),
    Fault::new("null-strides-read-in-packing", "copy.without-strides", "CPython up to 3.2").tells(
        |past, call, reply| match call {
            Call::Copy(Copy::ToContiguous { view, order: 'F', .. })
                if must_guess_strides(past, *view) =>
            {
                crash()
            }
            _ => reply,
        },
    ),
    Fault::new(
        "zero-strides-taken-for-none",
        "copy.nothing-between",
        "whoever takes a stride of 0 for one that is not given",
    )
    .tells(|past, call, reply| {
        unpacks(past, call, reply, |Copied { elements, len, .. }, reply| {
            change(reply, |returned| {
                if elements.strides.contains(&0) {
                    put_straight(returned, elements, *len);
                }
            })
        })
    }),
    Fault::new("strided-memory-not-packed", "copy.to.succeeds", "RustPython PR #8071").tells(
        |past, call, reply| {
            packs(past, call, reply, |Copied { elements, .. }, reply| {
                if elements.are_packed('C') { reply } else { fail(reply, "BufferError") }
            })
        },
    ),
    Fault::new("memory-behind-pointers-not-packed", "copy.to.succeeds", "cython #2727").tells(
        |past, call, reply| {
            packs(past, call, reply, |Copied { elements, .. }, reply| {
                if elements.have_pointers() { fail(reply, "BufferError") } else { reply }
            })
        },
    ),
    Fault::new("off-by-one-rotation", "copy.to.c", "CPython issue 12834").tells(
        |past, call, reply| {
            packs(past, call, reply, |copied, reply| {
                if copied.elements.are_packed(copied.order) {
                    reply
                } else {
                    rotate_packed(copied, reply)
                }
            })
        },
    ),
    Fault::new(
        "rotation-where-there-are-suboffsets",
        "copy.to.c",
        "cython PR #367, with CPython 2.7",
    )
    .tells(|past, call, reply| {
        packs(past, call, reply, |copied, reply| {
            let none = copied.elements.suboffsets.is_empty();
            if none { reply } else { rotate_packed(copied, reply) }
        })
    }),
    Fault::new("strided-memory-packed-straight", "copy.to.c", "PyPy #3520").tells(
        |past, call, reply| {
            packs(past, call, reply, |copied, reply| match copied.order {
                'C' => pack_straight(copied, reply),
                _ => reply,
            })
        },
    ),
    Fault::new("fortran-packed-as-c", "copy.to.fortran", "whoever knows one order of indices")
        .asks(|_, call| match call {
            Call::Copy(Copy::ToContiguous { view, len, order: 'F' }) => {
                Call::Copy(Copy::ToContiguous { view, len, order: 'C' })
            }
            call => call,
        }),
    Fault::new(
        "either-order-packed-straight",
        "copy.to.any",
        "whoever takes either order for no order at all",
    )
    .tells(|past, call, reply| {
        packs(past, call, reply, |copied, reply| match copied.order {
            'A' => pack_straight(copied, reply),
            _ => reply,
        })
    }),
    Fault::new("nul-at-the-end", "copy.to.nothing-beyond", "whoever ends bytes as C strings end")
        .tells(|past, call, reply| {
            packs(past, call, reply, |Copied { len, .. }, reply| {
                change(reply, |returned| at(returned, &[*len], |bytes| bytes.fill(0)))
            })
        }),
    Fault::new("clip-instead-of-refuse", "copy.to.len.must-agree", "CPython up to 3.2")
        .tells(|past, call, reply| packs(past, call, reply, |_, reply| answer(reply, 0))),
    Fault::new(
        "strided-memory-not-written",
        "copy.from.succeeds",
        "RustPython PR #8071, the other way round",
    )
    .tells(|past, call, reply| {
        unpacks(past, call, reply, |Copied { elements, .. }, reply| {
            if elements.are_packed('C') { reply } else { fail(reply, "BufferError") }
        })
    }),
    Fault::new("divides-by-itemsize", "copy.from.succeeds", "CPython 2.7.18, 3.6 to 3.13").tells(
        |past, call, reply| {
            unpacks(past, call, reply, |Copied { elements, .. }, reply| {
                if elements.itemsize == 0 { divide_by_zero() } else { reply }
            })
        },
    ),
    Fault::new("off-by-one-rotation-back", "copy.from.c", "CPython issue 23370").tells(
        |past, call, reply| {
            unpacks(past, call, reply, |Copied { elements, len, order }, reply| {
                let places =
                    if elements.are_packed(*order) { vec![] } else { elements.places(*order) };
                let places = &places[..places.len().min(*len)];
                let item = places.len().min(elements.itemsize as usize);
                change(reply, |returned| at(returned, places, |bytes| bytes.rotate_right(item)))
            })
        },
    ),
    Fault::new("fortran-put-as-c", "copy.from.fortran", "whoever knows one order of indices").asks(
        |_, call| match call {
            Call::Copy(Copy::FromContiguous { view, len, order: 'F' }) => {
                Call::Copy(Copy::FromContiguous { view, len, order: 'C' })
            }
            call => call,
        },
    ),
    Fault::new(
        "elements-behind-cleared",
        "copy.from.len.shorter",
        "whoever fills up with zeros what is missing, as strncpy does",
    )
    .tells(|past, call, reply| {
        unpacks(past, call, reply, |Copied { elements, len, order }, reply| {
            let places = elements.places(*order);
            let behind = places.get(*len..).unwrap_or_default();
            change(reply, |returned| at(returned, behind, |bytes| bytes.fill(0)))
        })
    }),
];

/// A copy to packed bytes or from them.
struct Copied {
    elements: Elements,
    /// In bytes.
    len: usize,
    order: char,
}

impl Copied {
    fn new(past: &Past, view: usize, len: i64, order: char) -> Option<Copied> {
        let (elements, len) = (Elements::of_view(past, view)?, usize::try_from(len).ok()?);
        Some(Copied { elements, len, order })
    }
}

/// Tells something else of a call of `PyBuffer_ToContiguous`.
fn packs(
    past: &Past,
    call: &Call,
    reply: Reply,
    tell: impl FnOnce(&Copied, Reply) -> Reply,
) -> Reply {
    let Call::Copy(Copy::ToContiguous { view, len, order }) = call else { return reply };
    match Copied::new(past, *view, *len, *order) {
        Some(copied) => tell(&copied, reply),
        None => reply,
    }
}

/// Tells something else of a call of `PyBuffer_FromContiguous`.
fn unpacks(
    past: &Past,
    call: &Call,
    reply: Reply,
    tell: impl FnOnce(&Copied, Reply) -> Reply,
) -> Reply {
    let Call::Copy(Copy::FromContiguous { view, len, order }) = call else { return reply };
    match Copied::new(past, *view, *len, *order) {
        Some(copied) => tell(&copied, reply),
        None => reply,
    }
}

/// Whether a view has several dimensions to walk, and no strides to do it with.
fn must_guess_strides(past: &Past, view: usize) -> bool {
    granted(past, view).is_some_and(|view| {
        let several = |shape: &Vec<i64>| shape.iter().filter(|extent| **extent > 1).count() > 1;
        let shape = match &view.shape {
            Seen::Is(shape) => shape.as_ref(),
            Seen::Untouched => None,
        };
        view.strides == Seen::Is(None) && shape.is_some_and(several)
    })
}

/// Packs one element too late: the first one comes last.
fn rotate_packed(Copied { elements, len, .. }: &Copied, reply: Reply) -> Reply {
    let places: Vec<usize> = (0..*len).collect();
    let item = places.len().min(elements.itemsize as usize);
    change(reply, |returned| at(returned, &places, |bytes| bytes.rotate_left(item)))
}

/// Packs bytes as they lie, from the first element on: each byte of a block was made the number of its
/// place.
fn pack_straight(Copied { elements, len, .. }: &Copied, reply: Reply) -> Reply {
    let places: Vec<usize> = (0..*len).collect();
    let lying = (elements.start..).map(|place| (place % 251) as u8);
    change(reply, |returned| {
        at(returned, &places, |bytes| bytes.iter_mut().zip(lying).for_each(|(to, it)| *to = it));
    })
}

/// Puts packed bytes one behind the other, from the first element on.
pub(crate) fn put_straight(returned: &mut Returned, elements: &Elements, len: usize) {
    let first = usize::try_from(elements.start).unwrap_or(0);
    let places: Vec<usize> = (first..first + len).collect();
    let packed = source(len as i64).unwrap_or_default();
    at(returned, &places, |bytes| bytes.iter_mut().zip(packed).for_each(|(to, it)| *to = it));
}

/// Changes the bytes at these places, as if they lay one behind the other. Where there are none, nothing
/// is changed.
pub(crate) fn at(returned: &mut Returned, places: &[usize], change: impl FnOnce(&mut [u8])) {
    let Some(bytes) = &mut returned.bytes else { return };
    let places: Vec<usize> = places.iter().copied().filter(|it| *it < bytes.len()).collect();
    let mut there: Vec<u8> = places.iter().map(|place| bytes[*place]).collect();
    change(&mut there);
    places.into_iter().zip(there).for_each(|(place, byte)| bytes[place] = byte);
}
