//! The way through the elements of a view.

use alloc::vec::Vec;
use core::ptr;

use crate::layout::contiguous::c_strides;
use crate::order::Order;
use crate::view::View;

/// The addresses of a view's elements, in an order.
///
/// They come in *runs*: as far as one stride leads. In a run, the next element is one addition away; where
/// a run ends, the next one is found from its indices.
#[derive(Clone, Debug)]
pub(crate) struct Runs {
    start: *const u8,
    /// All dimensions but that of the runs, in the order in which pointers behind them are followed.
    outer: Vec<Dimension>,
    /// Whether the first of the outer dimensions varies the fastest, instead of the last.
    first_fastest: bool,
    extent: usize,
    stride: isize,
    /// What is left of this run.
    run: Run,
    /// How many elements are left in all.
    left: usize,
}

/// Elements that follow each other with one stride, which is in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) start: *const u8,
    pub(crate) stride: isize,
    pub(crate) count: usize,
}

#[derive(Clone, Debug)]
struct Dimension {
    extent: isize,
    /// In bytes.
    stride: isize,
    /// Negative where no pointer is to be followed.
    suboffset: isize,
    /// That of the next run.
    index: isize,
}

impl Runs {
    /// Through all `count` elements of a view in an order.
    pub(crate) fn of(view: &View, order: Order, count: usize) -> Self {
        let is_fortran = match order {
            Order::C => false,
            Order::Fortran => true,
            Order::Any => view.is_contiguous(Order::Fortran),
        };
        let mut outer = dimensions(view);
        let direct = outer.iter().all(|dimension| dimension.suboffset < 0);
        if direct {
            // No pointer is followed: any order of the dimensions leads to the same elements.
            if is_fortran {
                outer.reverse();
            }
            merge(&mut outer);
        }
        let first_fastest = !direct && is_fortran;
        let inner = outer.pop_if(|last| !first_fastest && last.suboffset < 0);
        let (extent, stride) = inner.map_or((1, 0), |inner| (inner.extent, inner.stride));
        let run = Run { start: ptr::null(), stride, count: 0 };
        Self {
            start: view.buf(),
            outer,
            first_fastest,
            extent: extent.unsigned_abs(),
            stride,
            run,
            left: count,
        }
    }

    /// How many elements are left in all.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// The address of the next element.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<*const u8> {
        if self.run.count == 0 && !self.start_run() {
            return None;
        }
        Some(self.take(1).start)
    }

    /// What is left of this run, or the next one. It has elements.
    pub(crate) fn run(&mut self) -> Option<Run> {
        (self.run.count > 0 || self.start_run()).then_some(self.run)
    }

    /// Takes as many elements, which the run has.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: usize) -> Run {
        let taken = Run { count, ..self.run };
        let bytes = self.run.stride.wrapping_mul(count as isize);
        self.run.start = self.run.start.wrapping_offset(bytes);
        self.run.count -= count;
        self.left -= count;
        taken
    }

    /// Goes to the first element of the next run, if there is one.
    fn start_run(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        let start = self.outer.iter().fold(self.start, |address, dimension| {
            let address = address.wrapping_offset(dimension.stride.wrapping_mul(dimension.index));
            if dimension.suboffset < 0 {
                return address;
            }
            // SAFETY: there are elements left, the indices are those of the next, and here is the pointer
            // on the way to it: the exporter keeps it readable.
            let row = unsafe { address.cast::<*const u8>().read_unaligned() };
            row.wrapping_offset(dimension.suboffset)
        });
        // A run is not longer than what is left, whatever was said of the number of elements.
        let count = self.extent.min(self.left);
        self.run = Run { start, stride: self.stride, count };
        let ndim = self.outer.len();
        for i in 0..ndim {
            let dimension = &mut self.outer[if self.first_fastest { i } else { ndim - 1 - i }];
            dimension.index += 1;
            if dimension.index < dimension.extent {
                break;
            }
            dimension.index = 0;
        }
        true
    }
}

/// Those of a view; without strides it is in C's order.
fn dimensions(view: &View) -> Vec<Dimension> {
    let shape = view.extents();
    let packed = view.strides().is_none().then(|| c_strides(shape, view.bytes_each()));
    let strides = packed.as_deref().or(view.strides()).unwrap_or_default();
    let suboffset = |dimension: usize| view.suboffsets().map_or(-1, |all| all[dimension]);
    let both = shape.iter().zip(strides).enumerate();
    let dimension = |(dimension, (&extent, &stride))| {
        let suboffset = suboffset(dimension);
        Dimension { extent, stride, suboffset, index: 0 }
    };
    both.map(dimension).collect()
}

/// Makes one of neighbours that one stride leads through, and drops those of a single index.
fn merge(dimensions: &mut Vec<Dimension>) {
    dimensions.retain(|dimension| dimension.extent != 1);
    dimensions.dedup_by(|inner, outer| {
        let merges = inner.stride.checked_mul(inner.extent) == Some(outer.stride);
        if merges {
            // Not more than there are elements; or there are none, and nothing is walked.
            outer.extent = outer.extent.wrapping_mul(inner.extent);
            outer.stride = inner.stride;
        }
        merges
    });
}
