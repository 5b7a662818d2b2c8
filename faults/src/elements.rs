//! Where elements lie, by the fields of a view or by the recipe of an object: for the faults of functions
//! that move elements, or find them.

use pybuf_harness::model::layout::{Order, packed_strides};
use pybuf_harness::model::{Address, Layout, objects};
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Pointer, Seen};

use crate::past::Past;

/// Those of a view; `None` if it was not granted.
pub(crate) fn of_view(past: &Past, view: usize) -> Option<Layout> {
    let view = past.view(view)?;
    let (&Seen::Is(Pointer::At { block, offset }), Seen::Is(len), &Seen::Is(itemsize)) =
        (&view.buf, &view.len, &view.itemsize)
    else {
        return None;
    };
    // Without a shape it is a row of bytes.
    let (shape, itemsize) = match &view.shape {
        Seen::Is(Some(shape)) => (shape.clone(), itemsize),
        _ if view.ndim == Seen::Is(0) => (vec![], itemsize),
        _ => (vec![*len], 1),
    };
    let strides = match &view.strides {
        Seen::Is(Some(strides)) => strides.clone(),
        _ => packed_strides(&shape, itemsize, Order::C),
    };
    let suboffsets = match &view.suboffsets {
        Seen::Is(suboffsets) => suboffsets.clone(),
        Seen::Untouched => None,
    };
    let start = Address { block, offset };
    Some(Layout { start, itemsize, format: "B".into(), shape, strides, suboffsets })
}

/// Those of an object that lends memory of any layout.
pub(crate) fn of_object(past: &Past, object: usize) -> Option<Layout> {
    let recipe = past.recipe(object)?;
    let is_of_any_layout = matches!(recipe, Object::Exporter { .. } | Object::Ndarray { .. });
    objects::layout(recipe).filter(|_| is_of_any_layout)
}

/// Whether they lie next to each other in the order of a letter: that of `F`, that of `C`, or for other
/// letters either.
pub(crate) fn are_packed(elements: &Layout, order: char) -> bool {
    let Layout { itemsize, shape, strides, suboffsets, .. } = elements;
    let is_packed = |order| *strides == packed_strides(shape, *itemsize, order);
    let in_order = match order {
        'C' => is_packed(Order::C),
        'F' => is_packed(Order::Fortran),
        _ => is_packed(Order::C) || is_packed(Order::Fortran),
    };
    in_order && suboffsets.is_none()
}

/// Where the strides lead, in bytes from the start of the block, if nothing is dereferenced.
pub(crate) fn place(elements: &Layout, strides: &[i64], indices: &[i64]) -> i64 {
    let steps = strides.iter().zip(indices).map(|(stride, index)| stride * index);
    elements.start.offset + steps.sum::<i64>()
}

/// Where each of their bytes is, from the start of the block on, the elements in the order of this letter;
/// none if pointers lead to some.
pub(crate) fn places(elements: &Layout, order: char) -> Vec<usize> {
    if elements.is_indirect() {
        return vec![];
    }
    let mut dimensions: Vec<_> = elements.shape.iter().zip(&elements.strides).collect();
    if order == 'F' {
        dimensions.reverse();
    }
    let mut starts = vec![elements.start.offset];
    for (extent, stride) in dimensions {
        let along = |start: i64| (0..*extent).map(move |index| start + index * stride);
        starts = starts.into_iter().flat_map(along).collect();
    }
    let bytes = starts.into_iter().flat_map(|start| start..start + elements.itemsize);
    bytes.filter_map(|place| usize::try_from(place).ok()).collect()
}
