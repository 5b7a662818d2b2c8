//! Copies, and where elements are.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use pybuf_harness::call::{Call, poisoned, source};
use pybuf_harness::reply::{Pointer, Seen};
use pybuf_harness::{Reply, Returned};

use super::api::tested;
use super::case::Made;
use super::embedded::Embedded;
use super::layout::PyObject;
use crate::buffer::Py_buffer;
use crate::strides;
use crate::view::Granted;

impl Embedded {
    pub(super) fn copy(&mut self, call: &Call) -> Reply {
        match call {
            Call::FillContiguousStrides { shape, itemsize, order } => {
                self.fill_contiguous_strides(shape, *itemsize, *order)
            }
            Call::GetPointer { view, indices } => self.get_pointer(*view, indices),
            call @ Call::VerifyStructure { .. } if self.lacks(call.feature()) => Reply::Unsupported,
            Call::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset } => {
                let numbers = [*memlen, *itemsize, *ndim, *offset];
                self.verify_structure(numbers, shape, strides)
            }
            Call::ToContiguous { view, len, order } => self.pack(*view, *len, *order),
            Call::FromContiguous { view, len, order } => self.unpack(*view, *len, *order),
            Call::CopyData { dest, src } => self.copy_data(*dest, *src),
            Call::CopyToObject { object, len, order } => self.copy_to_object(*object, *len, *order),
            _ => Reply::NotMade,
        }
    }

    /// A view of an object that was asked for and not released, and the object.
    fn granted(&self, view: usize) -> Option<(&Granted, Option<&Made>)> {
        let granted = self.case.views.get(view)?.as_ref()?;
        let lender = granted.lent_by()?;
        Some((granted, self.case.made(lender)))
    }

    fn pack(&self, view: usize, len: i64, order: char) -> Reply {
        let function = tested!(
            self.python.api,
            PyBuffer_ToContiguous: unsafe extern "C" fn(*mut c_void, *const Py_buffer, isize, c_char) -> c_int
        );
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        let (Some((granted, made)), Some(mut buf)) = (self.granted(view), poisoned(len)) else {
            return Reply::NotMade;
        };
        let (to, view) = (buf.as_mut_ptr(), granted.view.as_ptr());
        // SAFETY: the view was granted, and `buf` is longer than that.
        let returned = self.observe(made, || unsafe {
            Some(function(to.cast(), view, len as isize, order as c_char).into())
        });
        Reply::Returned(Returned { bytes: Some(buf), ..returned })
    }

    fn unpack(&self, view: usize, len: i64, order: char) -> Reply {
        let function = tested!(
            self.python.api,
            PyBuffer_FromContiguous: unsafe extern "C" fn(*const Py_buffer, *const c_void, isize, c_char) -> c_int
        );
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        let (Some((granted, made)), Some(bytes)) = (self.granted(view), source(len)) else {
            return Reply::NotMade;
        };
        let (from, view) = (bytes.as_ptr(), granted.view.as_ptr());
        // SAFETY: the view was granted, and `bytes` is as long as that. Read-only memory can be written
        // to, too: it is that of an object which nobody else has.
        let returned = self.observe(made, || unsafe {
            Some(function(view, from.cast(), len as isize, order as c_char).into())
        });
        Reply::Returned(Returned { bytes: made.map(Made::contents), ..returned })
    }

    fn copy_data(&self, dest: usize, src: usize) -> Reply {
        let function = tested!(
            self.python.api,
            PyObject_CopyData: unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> c_int
        );
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        let (Some(dest), Some(src)) = (self.case.object(dest), self.case.object(src)) else {
            return Reply::NotMade;
        };
        // SAFETY: two objects. Cases keep to those of which all that is copied is inside.
        let returned = self.observe(Some(dest), || unsafe {
            Some(function(dest.object.as_ptr(), src.object.as_ptr()).into())
        });
        Reply::Returned(Returned { bytes: Some(dest.contents()), ..returned })
    }

    fn copy_to_object(&self, object: usize, len: i64, order: char) -> Reply {
        let function = tested!(
            self.python.api,
            PyObject_CopyToObject: unsafe extern "C" fn(*mut PyObject, *const c_void, isize, c_char) -> c_int
        );
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        let (Some(made), Some(bytes)) = (self.case.object(object), source(len)) else {
            return Reply::NotMade;
        };
        let (object, from) = (made.object.as_ptr(), bytes.as_ptr());
        // SAFETY: an object, and so many bytes.
        let returned = self.observe(Some(made), || unsafe {
            Some(function(object, from.cast(), len as isize, order as c_char).into())
        });
        Reply::Returned(Returned { bytes: Some(made.contents()), ..returned })
    }

    fn get_pointer(&self, view: usize, indices: &[i64]) -> Reply {
        let function = tested!(
            self.python.api,
            PyBuffer_GetPointer: unsafe extern "C" fn(*const Py_buffer, *const isize) -> *mut c_void
        );
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        let Some((Granted { view, object, .. }, made)) = self.granted(view) else {
            return Reply::NotMade;
        };
        let indices: Vec<isize> = indices.iter().map(|&index| index as isize).collect();
        let mut pointer = ptr::null_mut();
        // SAFETY: the view was granted, and the caller keeps to its shape.
        let returned = self.observe(made, || unsafe {
            pointer = function(view.as_ptr(), indices.as_ptr());
            None
        });
        let address = pointer.cast_const();
        let in_rows = made.and_then(|made| made.rows.offset(address)).zip(*object);
        let pointer = match in_rows {
            Some((offset, block)) => Pointer::InRows { block, offset },
            None => self.case.locate(address, object.and_then(|it| self.case.block_of(it))),
        };
        Reply::Returned(Returned { buffer: Some(Seen::Is(pointer)), ..returned })
    }

    /// The function that the documentation gives in Python is in CPython's own tests.
    fn verify_structure(
        &self,
        [memlen, itemsize, ndim, offset]: [i64; 4],
        shape: &[i64],
        strides: &[i64],
    ) -> Reply {
        if self.version < (3, 3) {
            return Reply::NotInEdition;
        }
        let api = self.python.api;
        let [memlen, itemsize, ndim, offset] =
            [memlen, itemsize, ndim, offset].map(|number| api.int(number));
        let arguments = vec![memlen, itemsize, ndim, api.ints(shape), api.ints(strides), offset];
        Reply::Returned(self.observe(None, || {
            let inside = self.python.call(c"verify_structure", arguments);
            // SAFETY: an object.
            Some(inside.map_or(-1, |it| unsafe { (api.PyObject_IsTrue)(it.as_ptr()) }.into()))
        }))
    }

    fn fill_contiguous_strides(&self, shape: &[i64], itemsize: i32, order: char) -> Reply {
        let function = tested!(
            self.python.api,
            PyBuffer_FillContiguousStrides: unsafe extern "C" fn(c_int, *mut isize, *mut isize, c_int, c_char)
        );
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        let Ok(ndim) = i32::try_from(shape.len()) else {
            return Reply::NotMade;
        };
        let mut shape: Vec<isize> = shape.iter().map(|&extent| extent as isize).collect();
        let mut strides = strides::poisoned(shape.len());
        let (from, to) = (shape.as_mut_ptr(), strides.as_mut_ptr());
        // SAFETY: both arrays have an entry for each dimension.
        let returned = self.observe(None, || unsafe {
            function(ndim, from, to, itemsize, order as c_char);
            None
        });
        Reply::Returned(Returned { strides: Some(strides::written(&strides)), ..returned })
    }
}
