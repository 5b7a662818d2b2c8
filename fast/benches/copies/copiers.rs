//! Who copies a case: memcpy, and this crate in each direction.

use std::hint::black_box;

use pybuf_fast::{copy_data, from_contiguous, to_contiguous};

use crate::memory::{Case, Place};

/// One way to copy a case. It is good for as long as the case is.
pub struct Copier {
    pub name: &'static str,
    /// Copies so many times and then shows what a copy gave.
    copy: Copy,
    /// Where to look instead, if elements were written and not packed bytes.
    place: Option<*mut Place>,
}

/// Copies so many times; then shows what is packed, if anything is.
pub type Copy = Box<dyn FnMut(usize, &mut dyn FnMut(&[u8]))>;

impl Copier {
    /// What copies to packed bytes, which it shows.
    pub fn packing(name: &'static str, copy: Copy) -> Self {
        Self { name, copy, place: None }
    }

    /// What copies to the target.
    pub fn to_target(
        case: &mut Case,
        name: &'static str,
        mut copy: impl FnMut(*mut u8) + 'static,
    ) -> Self {
        let (target, len) = (case.target.as_mut_ptr(), case.len());
        let copies = move |times, show: &mut dyn FnMut(&[u8])| {
            for _ in 0..times {
                copy(black_box(target));
            }
            // SAFETY: the case has so many bytes there.
            show(unsafe { std::slice::from_raw_parts(target, len) });
        };
        Self::packing(name, Box::new(copies))
    }

    /// What copies the packed bytes to the elements of a place.
    pub fn to_place(
        place: &mut Place,
        name: &'static str,
        mut copy: impl FnMut() + 'static,
    ) -> Self {
        let copies = move |times, _: &mut dyn FnMut(&[u8])| (0..times).for_each(|_| copy());
        Self { name, copy: Box::new(copies), place: Some(place) }
    }

    /// Copies so many times.
    pub fn copy(&mut self, times: usize) {
        (self.copy)(times, &mut |_| ());
    }

    /// Copies once to where something else was before: whether what arrives is right.
    pub fn is_right(&mut self, case: &mut Case) -> bool {
        let mut is_right = false;
        let Some(place) = self.place else {
            case.target.fill(0xA5);
            (self.copy)(1, &mut |bytes| is_right = *bytes == *case.packed);
            return is_right;
        };
        // SAFETY: it is one of the case's, and nobody else holds it.
        let place = unsafe { &mut *place };
        place.bytes.fill(0xA5);
        self.copy(1);
        place.pack(&mut case.target);
        *case.target == *case.packed
    }
}

pub fn memcpy(case: &mut Case) -> Copier {
    let (packed, len) = (case.packed.as_ptr(), case.len());
    Copier::to_target(case, "memcpy", move |target| {
        // SAFETY: both have as many bytes and are apart.
        unsafe { std::ptr::copy_nonoverlapping(packed, target, black_box(len)) };
    })
}

/// This crate, from the elements to packed bytes.
pub fn gather(case: &mut Case) -> Copier {
    let (view, len) = (case.source.view(), case.len() as isize);
    Copier::to_target(case, "fast", move |target| {
        // SAFETY: the case has the elements, and a target of their length.
        let copied = unsafe { to_contiguous(target, black_box(&view), len, b'C') };
        assert_eq!(copied, Ok(()));
    })
}

/// This crate, from packed bytes to the elements. `None` where elements share memory.
pub fn scatter(case: &mut Case) -> Option<Copier> {
    if case.source.structure.strides.contains(&0) {
        return None;
    }
    let (view, len, packed) = (case.source.view(), case.len() as isize, case.packed.as_ptr());
    Some(Copier::to_place(&mut case.source, "scatter", move || {
        // SAFETY: the case has the elements, and packed bytes of their length.
        let copied = unsafe { from_contiguous(black_box(&view), packed, len, b'C') };
        assert_eq!(copied, Ok(()));
    }))
}

/// This crate, from object to object: to rows with a gap behind each.
pub fn between_objects(case: &mut Case) -> Copier {
    // SAFETY: what uses the objects is good for as long as the case is.
    let (to, from) = unsafe { (case.spaced.object(), case.source.object()) };
    Copier::to_place(&mut case.spaced, "objects", move || {
        assert_eq!(copy_data(black_box(&to), black_box(&from)), Ok(()));
    })
}
