//! # Layout
//!
//! How elements lie in memory: an address, an item size, and for each dimension an extent, a stride
//! and perhaps a suboffset. Addresses are symbolic, a block and an offset in it; no pointer is real.

pub use pybuf_protocol::{Address, MAX_NDIM};

use crate::clause::{Clause, clause};

/// Elements in memory. `shape`, `strides` and `suboffsets` have one entry a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Where element \[0, ..., 0\] is, or with suboffsets its first pointer.
    pub start: Address,
    /// In bytes.
    pub itemsize: i64,
    /// In the struct syntax.
    pub format: String,
    /// In elements.
    pub shape: Vec<i64>,
    /// In bytes.
    pub strides: Vec<i64>,
    /// In bytes; a negative entry dereferences nothing.
    pub suboffsets: Option<Vec<i64>>,
}

/// The two orders in which contiguous elements can lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The last dimension varies the fastest.
    C,
    /// The first dimension varies the fastest.
    Fortran,
}

/// Whether memory is contiguous: in the clear, or left open by the text, with the clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contiguity {
    /// It is, however one reads the text.
    Yes,
    /// It is not, however one reads the text.
    No,
    /// No document says, because strides that are never walked differ. The clause says so.
    Open(Clause),
}

impl Contiguity {
    /// Contiguous in one of two orders: one yes is enough, and one doubt if there is no yes.
    pub fn or(self, other: Contiguity) -> Contiguity {
        match (self, other) {
            (Contiguity::Yes, _) | (_, Contiguity::Yes) => Contiguity::Yes,
            (Contiguity::Open(clause), _) | (_, Contiguity::Open(clause)) => {
                Contiguity::Open(clause)
            }
            (Contiguity::No, Contiguity::No) => Contiguity::No,
        }
    }
}

impl Layout {
    /// A row of `len` unsigned bytes at the start of block 0.
    pub fn bytes(len: i64) -> Layout {
        Layout::row(0, 1, "B", len)
    }

    /// A row of `len` items at the start of a block.
    pub(crate) fn row(block: usize, itemsize: i64, format: &str, len: i64) -> Layout {
        Layout {
            start: Address { block, offset: 0 },
            itemsize,
            format: format.into(),
            shape: vec![len],
            strides: vec![itemsize],
            suboffsets: None,
        }
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> i64 {
        self.shape.len() as i64
    }

    /// The size of all elements together, in bytes: what a packed copy would take.
    pub fn len(&self) -> i64 {
        self.shape.iter().fold(self.itemsize, |bytes, &extent| bytes.saturating_mul(extent))
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Whether some dimension is one of pointers. Suboffsets that are all negative dereference nothing.
    pub fn is_indirect(&self) -> bool {
        self.suboffsets.iter().flatten().any(|&suboffset| suboffset >= 0)
    }

    /// Whether the elements lie one behind the other in `order`. Memory behind pointers never does.
    pub fn contiguity(&self, order: Order) -> Contiguity {
        if self.is_indirect() {
            return Contiguity::No;
        }
        contiguity(&self.shape, &self.strides, self.itemsize, order)
    }
}

/// Whether elements of that shape and with those strides lie one behind the other in `order`.
///
/// A stride matters only where it is walked: in memory that has a byte, along dimensions of two or
/// more. If all strides agree with a packed layout the answer is yes, and if one that matters does
/// not, it is no. What is left has strides that disagree but are never walked.
pub fn contiguity(shape: &[i64], strides: &[i64], itemsize: i64, order: Order) -> Contiguity {
    let packed = packed_strides(shape, itemsize, order);
    let agrees = strides.iter().zip(&packed).map(|(stride, packed)| stride == packed);
    let mut dimensions = shape.iter().zip(agrees.clone());
    let [empty, extent_one] = unwalked();
    if agrees.clone().all(|agrees| agrees) {
        Contiguity::Yes
    } else if shape.contains(&0) || itemsize == 0 {
        Contiguity::Open(empty)
    } else if dimensions.all(|(&extent, agrees)| extent <= 1 || agrees) {
        Contiguity::Open(extent_one)
    } else {
        Contiguity::No
    }
}

/// The clauses that leave contiguity open because strides that are never walked differ: where there is
/// no byte, and along an extent of 1.
pub(crate) fn unwalked() -> [Clause; 2] {
    [clause!("contiguity.empty.open"), clause!("contiguity.extent-one.open")]
}

/// The strides of packed elements, in bytes.
pub fn packed_strides(shape: &[i64], itemsize: i64, order: Order) -> Vec<i64> {
    let mut strides = vec![0; shape.len()];
    let mut step = itemsize;
    for i in 0..shape.len() {
        let dimension = if order == Order::C { shape.len() - 1 - i } else { i };
        strides[dimension] = step;
        step = step.saturating_mul(shape[dimension]);
    }
    strides
}
