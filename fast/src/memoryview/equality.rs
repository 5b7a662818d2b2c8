//! Equality: of shapes, and of elements by their values.

use core::ptr;
use core::slice;

use crate::flags::PyBUF_FULL_RO;
use crate::format::codes::{Kind, Scalar, scalar};
use crate::format::fields::Fields;
use crate::memoryview::MemoryView;
use crate::order::Order;
use crate::view::View;
use crate::view::runs::{Run, Runs};

impl View {
    /// Whether the other view has the same shape and equal elements, as for Python's memoryviews.
    ///
    /// Elements are unpacked as the struct module does it and compared as Python compares what comes out:
    /// numbers by their values, whatever their formats, so that no NaN is equal to anything. With a format
    /// that the struct module does not know, a view is equal to none, not even to itself.
    ///
    /// What was not asked for counts as not there: a view without a shape is a row of bytes, and one
    /// without a format has unsigned bytes.
    ///
    /// ```
    /// use pybuf_fast::Object;
    /// use pybuf_fast::flags::PyBUF_FULL_RO;
    ///
    /// let integers = Object::from_vec(vec![1i32, 2, 3], &[3])?.view(PyBUF_FULL_RO)?;
    /// let floats = Object::from_vec(vec![1.0, 2.0, 3.0], &[3])?.view(PyBUF_FULL_RO)?;
    /// let column = Object::from_vec(vec![1i32, 2, 3], &[3, 1])?.view(PyBUF_FULL_RO)?;
    /// assert!(integers.equals(&floats));
    /// assert!(!integers.equals(&column));
    /// # Ok::<(), pybuf_fast::Error>(())
    /// ```
    pub fn equals(&self, other: &View) -> bool {
        let scalar = self.scalar_in_both(other);
        if scalar.is_some_and(is_its_bytes) && self.is_packed_like(other) {
            // SAFETY: both are packed, and nobody writes them while this runs.
            return unsafe { bytes(self) == bytes(other) };
        }
        self.equals_in_general(other, scalar)
    }

    #[inline(never)]
    fn equals_in_general(&self, other: &View, scalar: Option<Scalar>) -> bool {
        let same_shape = self.extents() == other.extents() || self.is_as_empty(other);
        same_shape
            && match scalar {
                Some(scalar) => self.equals_by_type(other, scalar),
                None => self.equals_by_value(other),
            }
    }

    /// Whether the shapes are the same up to an extent of zero. As in CPython, nobody looks behind it.
    fn is_as_empty(&self, other: &View) -> bool {
        let mut same =
            self.extents().iter().zip(other.extents()).take_while(|(one, two)| one == two);
        self.extents().len() == other.extents().len() && same.any(|(&extent, _)| extent == 0)
    }

    /// Whether shapes and sizes of elements are the same, and both views packed in C's order, as far as
    /// one look at their arrays tells: the answer is yes only if it is.
    #[inline]
    fn is_packed_like(&self, other: &View) -> bool {
        let (extents, other_extents) = (self.extents(), other.extents());
        let direct = self.suboffsets().or(other.suboffsets()).is_none();
        if !direct
            || extents.len() != other_extents.len()
            || self.bytes_each() != other.bytes_each()
        {
            return false;
        }
        let mut packed = self.bytes_each();
        // Without strides they are those of packed elements.
        let differs = |strides: Option<&[isize]>, dimension: usize, packed| {
            strides.is_some_and(|strides| strides[dimension] != packed)
        };
        let (strides, other_strides) = (self.strides(), other.strides());
        for dimension in (0..extents.len()).rev() {
            let extent = extents[dimension];
            if extent != other_extents[dimension]
                || differs(strides, dimension, packed)
                || differs(other_strides, dimension, packed)
            {
                return false;
            }
            packed = packed.wrapping_mul(extent);
        }
        true
    }

    /// What each element is, if that is a single value that fills it, the same in both views.
    #[inline]
    fn scalar_in_both(&self, other: &View) -> Option<Scalar> {
        let of = |view: &View| {
            // SAFETY: if not NULL it is a C string that the exporter keeps while the view is out.
            let scalar = unsafe { scalar(view.as_raw().format) };
            scalar.filter(|scalar| isize::from(scalar.size) == view.bytes_each())
        };
        of(self).filter(|&scalar| of(other) == Some(scalar))
    }

    /// Elements of the same single value.
    fn equals_by_type(&self, other: &View, scalar: Scalar) -> bool {
        match (scalar.kind, scalar.size) {
            (_, size) if is_its_bytes(scalar) => {
                if self.is_contiguous(Order::Fortran) && other.is_contiguous(Order::Fortran) {
                    // SAFETY: packed in the same order, and nobody writes them while this runs.
                    return unsafe { bytes(self) == bytes(other) };
                }
                match size {
                    1 => self.equals_in_runs(other, same_bytes::<u8>),
                    2 => self.equals_in_runs(other, same_bytes::<u16>),
                    4 => self.equals_in_runs(other, same_bytes::<u32>),
                    _ => self.equals_in_runs(other, same_bytes::<u64>),
                }
            }
            (Kind::Float, 4) if !scalar.swapped => self.equals_in_runs(other, same_values::<f32>),
            (Kind::Float, 8) if !scalar.swapped => self.equals_in_runs(other, same_values::<f64>),
            _ => self.equals_by_value(other),
        }
    }

    fn equals_by_value(&self, other: &View) -> bool {
        let (Some(one), Some(two)) = (Fields::of(self.format()), Fields::of(other.format())) else {
            return false;
        };
        // An exporter may tell a format that is larger than its elements.
        let fits = |fields: &Fields, view: &View| fields.size <= view.bytes_each().unsigned_abs();
        if !fits(&one, self) || !fits(&two, other) {
            return false;
        }
        self.equals_in_runs(other, |run, with| {
            let (mut element, mut other) = (run.start, with.start);
            (0..run.count).all(|_| {
                // SAFETY: elements of the two views, in which the fields have room. Nobody writes them
                // while this runs.
                let equal = unsafe { one.values(element).eq(two.values(other)) };
                element = element.wrapping_offset(run.stride);
                other = other.wrapping_offset(with.stride);
                equal
            })
        })
    }

    /// Goes through the elements of two views of one shape together, as far at a time as both can go with
    /// one stride.
    fn equals_in_runs(&self, other: &View, equal: impl Fn(Run, Run) -> bool) -> bool {
        if self.bytes_each().max(other.bytes_each()) == 0 {
            // No bytes in any element: one is like the other, wherever it is and however many there are.
            let first = Run { start: ptr::dangling(), stride: 0, count: 1 };
            return self.extents().contains(&0) || equal(first, first);
        }
        // Not more than an `isize` holds; but it may wrap on its way to zero.
        let count = self.extents().iter().fold(1, |all: isize, &it| all.wrapping_mul(it));
        let count = count.unsigned_abs();
        let (mut here, mut there) =
            (Runs::of(self, Order::C, count), Runs::of(other, Order::C, count));
        while let (Some(run), Some(with)) = (here.run(), there.run()) {
            let count = run.count.min(with.count);
            if !equal(here.take(count), there.take(count)) {
                return false;
            }
        }
        true
    }
}

/// Whether values differ where their bytes do.
const fn is_its_bytes(scalar: Scalar) -> bool {
    matches!(scalar.kind, Kind::Unsigned | Kind::Signed | Kind::Char)
}

/// All bytes of contiguous memory.
///
/// # Safety
///
/// Nobody writes them while the slice is there.
unsafe fn bytes(view: &View) -> &[u8] {
    let start = if view.is_empty() { ptr::dangling() } else { view.buf().cast_const() };
    // SAFETY: the view has as many bytes, in a row as it is contiguous. The caller vouches for the rest.
    unsafe { slice::from_raw_parts(start, view.len().unsigned_abs()) }
}

/// Compares items whose values differ where their bytes do.
fn same_bytes<T: PartialEq>(run: Run, with: Run) -> bool {
    let size = size_of::<T>() as isize;
    if run.stride != size || with.stride != size {
        return same_values::<T>(run, with);
    }
    let len = run.count * size_of::<T>();
    // SAFETY: both runs have as many items of this size, in a row, which nobody writes while this runs.
    unsafe { slice::from_raw_parts(run.start, len) == slice::from_raw_parts(with.start, len) }
}

fn same_values<T: PartialEq>(run: Run, with: Run) -> bool {
    let (mut one, mut other) = (run.start.cast::<T>(), with.start.cast::<T>());
    for _ in 0..run.count {
        // SAFETY: both runs have as many items of this size, which nobody writes while this runs.
        if unsafe { one.read_unaligned() != other.read_unaligned() } {
            return false;
        }
        one = one.wrapping_byte_offset(run.stride);
        other = other.wrapping_byte_offset(with.stride);
    }
    true
}

/// As Python's: by what they show, see [`View::equals`]. One that is released is equal to itself only.
impl PartialEq for MemoryView {
    fn eq(&self, other: &Self) -> bool {
        match (self.view(PyBUF_FULL_RO), other.view(PyBUF_FULL_RO)) {
            (Ok(one), Ok(other)) => one.equals(&other),
            _ => self.object().as_ptr() == other.object().as_ptr(),
        }
    }
}
