//! Copies as text.

use super::{list, numbered};
use crate::call::Copy;
use crate::case::Case;

pub(super) fn call(case: &Case, call: &Copy) -> String {
    match call {
        Copy::GetPointer { view, indices } => {
            format!("PyBuffer_GetPointer(&view{view}, {})", list(indices))
        }
        Copy::FillContiguousStrides { shape, itemsize, order } => {
            let (ndim, shape) = (shape.len(), list(shape));
            format!(
                "PyBuffer_FillContiguousStrides({ndim}, {shape}, strides, {itemsize}, {order:?})"
            )
        }
        Copy::ToContiguous { view, len, order } => {
            format!("PyBuffer_ToContiguous(buf, &view{view}, {len}, {order:?})")
        }
        Copy::FromContiguous { view, len, order } => {
            format!("PyBuffer_FromContiguous(&view{view}, buf, {len}, {order:?})")
        }
        Copy::CopyData { dest, src } => {
            format!("PyObject_CopyData({}, {})", numbered(case, *dest), numbered(case, *src))
        }
        Copy::CopyToObject { object, len, order } => {
            format!("PyObject_CopyToObject({}, buf, {len}, {order:?})", numbered(case, *object))
        }
        Copy::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset } => {
            let (shape, strides) = (list(shape), list(strides));
            format!("verify_structure({memlen}, {itemsize}, {ndim}, {shape}, {strides}, {offset})")
        }
    }
}
