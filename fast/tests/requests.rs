//! Requests: what is refused and why, what is filled, and what release does.

mod common;

use std::ffi::c_int;
use std::ptr;

use common::{assert_only_obj_is_null, first_bytes, garbage, indirect, nowhere, strided};
use pybuf_fast::flags::*;
use pybuf_fast::{
    Block, BlockLayout, Error, Exception, Exporter, Memory, Object, Py_buffer, fill, get_buffer,
    release,
};

const REQUESTS: [c_int; 8] = [
    PyBUF_SIMPLE,
    PyBUF_FORMAT,
    PyBUF_ND,
    PyBUF_STRIDES,
    PyBUF_INDIRECT,
    PyBUF_C_CONTIGUOUS,
    PyBUF_F_CONTIGUOUS,
    PyBUF_ANY_CONTIGUOUS,
];

/// Checks the answers to the `REQUESTS`: `Ok` with the number of dimensions, or the refusal.
fn assert_answers(name: &str, object: &Object, expected: [Result<usize, Error>; 8]) {
    for (flags, expected) in REQUESTS.into_iter().zip(expected) {
        let answer = object.view(flags).map(|view| view.ndim());
        assert_eq!(answer, expected, "{name}, {flags:#x}");
    }
}

const C: Result<usize, Error> = Err(Error::NotCContiguous);
const F: Result<usize, Error> = Err(Error::NotFortranContiguous);
const A: Result<usize, Error> = Err(Error::NotContiguous);
const S: Result<usize, Error> = Err(Error::NeedsSuboffsets);
const FORMAT: Result<usize, Error> = Err(Error::FormatWithoutShape);

#[test]
fn every_kind_of_memory_answers_every_kind_of_request() -> Result<(), Error> {
    let one = [Ok(1), FORMAT, Ok(1), Ok(1), Ok(1), Ok(1), Ok(1), Ok(1)];
    let gaps = [C, C, C, Ok(1), Ok(1), C, F, A];
    let zero = [Ok(1), FORMAT, Ok(0), Ok(0), Ok(0), Ok(0), Ok(0), Ok(0)];
    let both = [Ok(1), FORMAT, Ok(2), Ok(2), Ok(2), Ok(2), Ok(2), Ok(2)];
    let c_order = [Ok(1), FORMAT, Ok(2), Ok(2), Ok(2), Ok(2), F, Ok(2)];
    let f_order = [C, C, C, Ok(2), Ok(2), C, Ok(2), Ok(2)];
    let rows = [S, S, S, S, Ok(2), C, F, A];

    assert_answers("packed", &strided(0, 1, &[5], &[1])?, one);
    assert_answers("every other", &strided(0, 1, &[5], &[2])?, gaps);
    assert_answers("backwards", &strided(4, 1, &[5], &[-1])?, gaps);
    assert_answers("again and again", &strided(0, 1, &[5], &[0])?, gaps);
    assert_answers("empty", &strided(0, 1, &[0], &[2])?, one);
    assert_answers("one", &strided(0, 1, &[1], &[9])?, one);
    assert_answers("scalar", &strided(0, 4, &[], &[])?, zero);
    assert_answers("C", &strided(0, 4, &[2, 3], &[12, 4])?, c_order);
    assert_answers("Fortran", &strided(0, 4, &[2, 3], &[4, 8])?, f_order);
    assert_answers("one row", &strided(0, 1, &[1, 6], &[777, 1])?, both);
    assert_answers("rows", &indirect()?, rows);
    Ok(())
}

#[test]
fn all_negative_suboffsets_are_none() -> Result<(), Error> {
    let layout = BlockLayout { suboffsets: Some(vec![-1]), ..BlockLayout::c_order(1, &[3]) };
    let object = Object::new(Block::new(3, layout)?);
    assert!(object.view(PyBUF_SIMPLE)?.as_raw().suboffsets.is_null());
    assert!(object.view(PyBUF_FULL)?.as_raw().suboffsets.is_null());
    Ok(())
}

#[test]
fn writable_is_refused_first_and_readonly_is_true() -> Result<(), Error> {
    let layout = BlockLayout { strides: vec![2], readonly: true, ..BlockLayout::c_order(1, &[3]) };
    let object = Object::new(Block::new(6, layout)?);
    let refusal = object.view(PyBUF_WRITABLE | PyBUF_C_CONTIGUOUS).err();
    assert_eq!(refusal, Some(Error::NotWritable));
    assert!(object.view(PyBUF_STRIDES)?.readonly());

    // Writable memory says so to those who did not ask.
    let object = Object::new(Block::bytes(3, false)?);
    assert!(!object.view(PyBUF_SIMPLE)?.readonly());
    Ok(())
}

#[test]
fn read_and_write_are_no_requests() -> Result<(), Error> {
    let object = Object::new(Block::bytes(3, false)?);
    assert_eq!(object.view(0x100).err(), Some(Error::BadFlags));
    assert_eq!(object.view(0x200).err(), Some(Error::BadFlags));
    // With any other bit they are plain bits, and ask for nothing.
    for flags in [0x300, 0x101, 0x201, 0x10, 0x20, 0x2, 0x400] {
        assert_eq!(object.view(flags)?.shape(), None, "{flags:#x}");
    }
    assert_eq!(object.view(-1)?.strides(), Some(&[1][..]));
    Ok(())
}

#[test]
fn fields_are_filled_as_asked() -> Result<(), Error> {
    let layout = BlockLayout { format: Some(c"<i".to_owned()), ..BlockLayout::c_order(4, &[2, 3]) };
    let object = Object::new(Block::new(24, layout)?);
    let full = object.view(PyBUF_FULL)?;
    assert_eq!(full.format(), Some(c"<i"));
    assert_eq!(full.shape(), Some(&[2, 3][..]));
    assert_eq!(full.strides(), Some(&[12, 4][..]));
    assert_eq!(full.suboffsets(), None);
    assert_eq!((full.len(), full.itemsize(), full.ndim()), (24, 4, 2));
    assert!(full.as_raw().internal.is_null());

    let nd = object.view(PyBUF_ND)?;
    assert_eq!((nd.format(), nd.shape(), nd.strides()), (None, Some(&[2, 3][..]), None));

    // The itemsize is that of the true format, although there is none.
    let simple = object.view(PyBUF_SIMPLE)?;
    assert_eq!((simple.format(), simple.shape(), simple.strides()), (None, None, None));
    assert_eq!((simple.len(), simple.itemsize(), simple.ndim()), (24, 4, 1));
    Ok(())
}

#[test]
fn a_scalar_has_no_arrays() -> Result<(), Error> {
    let view = strided(0, 4, &[], &[])?.view(PyBUF_FULL)?;
    assert_eq!((view.shape(), view.strides(), view.suboffsets()), (None, None, None));
    assert_eq!((view.len(), view.ndim(), view.format()), (4, 0, Some(c"B")));
    Ok(())
}

#[test]
fn views_reach_the_elements() -> Result<(), Error> {
    let backwards = strided(4, 1, &[5], &[-1])?.view(PyBUF_STRIDES)?;
    assert_eq!(first_bytes(&backwards), [4, 3, 2, 1, 0]);
    let fortran = strided(0, 1, &[2, 3], &[1, 2])?.view(PyBUF_STRIDES)?;
    assert_eq!(first_bytes(&fortran), [0, 2, 4, 1, 3, 5]);
    let rows = indirect()?.view(PyBUF_FULL)?;
    assert_eq!(rows.suboffsets(), Some(&[0, -1][..]));
    assert_eq!(first_bytes(&rows), [0, 1, 2, 3, 4, 5]);
    Ok(())
}

#[test]
fn a_refusal_touches_obj_only() -> Result<(), Error> {
    struct Raises;
    // SAFETY: it never lends anything.
    unsafe impl Exporter for Raises {
        fn memory(&self) -> Result<Memory<'_>, Error> {
            Err(Error::Raised(Exception::ValueError))
        }
    }
    let bytes = Object::new(Block::bytes(3, true)?);
    let table = [
        (&bytes, PyBUF_WRITABLE, Error::NotWritable),
        (&bytes, PyBUF_READ, Error::BadFlags),
        (&Object::new(Raises), PyBUF_SIMPLE, Error::Raised(Exception::ValueError)),
        // The flags are looked at before the object.
        (&Object::new(Raises), PyBUF_READ, Error::BadFlags),
    ];
    for (object, flags, error) in table {
        let mut view = garbage();
        // SAFETY: `view` is valid to write.
        assert_eq!(unsafe { get_buffer(object, &raw mut view, flags) }, Err(error));
        assert_only_obj_is_null(&view);
        assert_eq!((object.reference_count(), object.exports()), (1, 0));
    }
    Ok(())
}

#[test]
fn without_a_view_there_is_nothing_to_fill() -> Result<(), Error> {
    let object = Object::new(Block::bytes(3, false)?);
    // SAFETY: NULL is allowed.
    let (plain, read) = unsafe {
        let none = ptr::null_mut();
        (get_buffer(&object, none, PyBUF_SIMPLE), get_buffer(&object, none, PyBUF_READ))
    };
    assert_eq!((plain, read), (Err(Error::ViewIsNull), Err(Error::BadFlags)));
    assert_eq!((object.reference_count(), object.exports()), (1, 0));
    Ok(())
}

#[test]
fn the_second_release_does_nothing() -> Result<(), Error> {
    let object = Object::new(Block::bytes(3, false)?);
    let mut view = garbage();
    let view = &raw mut view;
    // SAFETY: the view is valid and filled by this crate; a copy is released instead of it.
    unsafe {
        get_buffer(&object, view, PyBUF_SIMPLE)?;
        assert_eq!((object.reference_count(), object.exports()), (2, 1));
        release(view);
        assert!((*view).obj.is_null());
        assert_eq!((*view).len, 3); // Stale, but still there.
        release(view);
        assert_eq!((object.reference_count(), object.exports()), (1, 0));

        get_buffer(&object, view, PyBUF_SIMPLE)?;
        let mut copy = *view;
        release(&raw mut copy);
        assert_eq!((object.reference_count(), object.exports()), (1, 0));
    }
    Ok(())
}

#[test]
fn nonsense_from_an_exporter_is_refused() {
    let deep = [1; 65];
    let table = [
        (nowhere(1, &deep, &deep), Error::TooManyDimensions),
        (nowhere(2, &[isize::MAX], &[0]), OTHER),
        (nowhere(1, &[-1], &[1]), OTHER),
        (nowhere(-1, &[], &[]), OTHER),
        (nowhere(1, &[2, 3], &[1]), OTHER),
        (Memory { suboffsets: Some(&[-1, 0]), ..nowhere(1, &[1], &[1]) }, OTHER),
    ];
    for (memory, expected) in table {
        let mut view = Py_buffer::EMPTY;
        // SAFETY: `view` is valid to write, and what it borrows is not used.
        let refusal = unsafe { fill(&memory, PyBUF_FULL, &raw mut view) }.err();
        let same = match refusal {
            Some(Error::InvalidLayout(_)) => expected == OTHER,
            other => other == Some(expected),
        };
        assert!(same, "{memory:?}: {refusal:?}");
    }
}

/// Stands for any invalid layout.
const OTHER: Error = Error::InvalidLayout("");
