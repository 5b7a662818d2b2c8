//! Where elements lie, by the fields of a view or by the recipe of an object: for the faults of functions
//! that move elements, or find them.

use pybuf_harness::object::{Layout, Object};
use pybuf_harness::reply::{Pointer, Seen};

use crate::past::Past;

/// Elements of a block. Lengths and strides in bytes, extents in elements.
#[derive(Clone, Debug)]
pub(crate) struct Elements {
    /// Where the first is, or the first pointer, from the start of the block on.
    pub start: i64,
    pub itemsize: i64,
    pub shape: Vec<i64>,
    pub strides: Vec<i64>,
    /// Empty if there are none.
    pub suboffsets: Vec<i64>,
}

impl Elements {
    /// Those of a view; `None` if it was not granted.
    pub fn of_view(past: &Past, view: usize) -> Option<Elements> {
        let view = past.view(view)?;
        let (Seen::Is(Pointer::At { offset, .. }), Seen::Is(len), Seen::Is(itemsize)) =
            (&view.buf, &view.len, &view.itemsize)
        else {
            return None;
        };
        // Without a shape it is a row of bytes.
        let (shape, itemsize) = match &view.shape {
            Seen::Is(Some(shape)) => (shape.clone(), *itemsize),
            _ if view.ndim == Seen::Is(0) => (vec![], *itemsize),
            _ => (vec![*len], 1),
        };
        let strides = match &view.strides {
            Seen::Is(Some(strides)) => strides.clone(),
            _ => packed(&shape, itemsize),
        };
        let suboffsets = match &view.suboffsets {
            Seen::Is(Some(suboffsets)) => suboffsets.clone(),
            _ => vec![],
        };
        Some(Elements { start: *offset, itemsize, shape, strides, suboffsets })
    }

    /// Those of an object that lends memory of any layout.
    pub fn of_object(past: &Past, object: usize) -> Option<Elements> {
        match past.recipe(object)? {
            Object::Exporter { layout, .. } | Object::Ndarray { layout, .. } => {
                let Layout { itemsize, shape, strides, suboffsets, .. } = layout.clone();
                let start = i64::try_from(layout.offset).ok()?;
                let suboffsets = suboffsets.unwrap_or_default();
                Some(Elements { start, itemsize, shape, strides, suboffsets })
            }
            _ => None,
        }
    }

    /// Whether some of what the strides lead to is a pointer.
    pub fn have_pointers(&self) -> bool {
        self.suboffsets.iter().any(|suboffset| *suboffset >= 0)
    }

    /// Their strides if they lay next to each other in C order.
    pub fn packed_strides(&self) -> Vec<i64> {
        packed(&self.shape, self.itemsize)
    }

    /// Whether they lie next to each other in the order of a letter: that of `F`, that of `C`, or for
    /// other letters either.
    pub fn are_packed(&self, order: char) -> bool {
        let reversed = |numbers: &[i64]| numbers.iter().rev().copied().collect::<Vec<_>>();
        let c = self.strides == self.packed_strides();
        let fortran = reversed(&self.strides) == packed(&reversed(&self.shape), self.itemsize);
        let in_order = match order {
            'C' => c,
            'F' => fortran,
            _ => c || fortran,
        };
        in_order && self.suboffsets.is_empty()
    }

    /// Where the strides lead, in bytes from the start of the block, if nothing is dereferenced.
    pub fn place(&self, strides: &[i64], indices: &[i64]) -> i64 {
        let steps = strides.iter().zip(indices).map(|(stride, index)| stride * index);
        self.start + steps.sum::<i64>()
    }

    /// Where each of their bytes is, from the start of the block on, the elements in the order of this
    /// letter; none if pointers lead to some.
    pub fn places(&self, order: char) -> Vec<usize> {
        if self.have_pointers() {
            return vec![];
        }
        let mut dimensions: Vec<_> = self.shape.iter().zip(&self.strides).collect();
        if order == 'F' {
            dimensions.reverse();
        }
        let mut starts = vec![self.start];
        for (extent, stride) in dimensions {
            let along = |start: i64| (0..*extent).map(move |index| start + index * stride);
            starts = starts.into_iter().flat_map(along).collect();
        }
        let bytes = starts.into_iter().flat_map(|start| start..start + self.itemsize);
        bytes.filter_map(|place| usize::try_from(place).ok()).collect()
    }
}

fn packed(shape: &[i64], itemsize: i64) -> Vec<i64> {
    let mut strides = vec![0; shape.len()];
    let mut step = itemsize;
    for (stride, extent) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step *= extent;
    }
    strides
}
