//! Other crates that copy elements.

use std::hint::black_box;
use std::slice;

use ndarray::{ArrayView, ArrayViewMut, Axis, Dim, Dimension, IntoDimension, Ix, ShapeBuilder};
use rten_tensor::{AsView, NdTensorView, NdTensorViewMut};

use crate::copiers::Copier;
use crate::layouts::Structure;
use crate::memory::Case;

/// Each that can copy the case, in each of its ways.
pub fn copiers(case: &mut Case) -> Vec<Copier> {
    match case.source.itemsize {
        1 => of_items::<u8>(case),
        2 => of_items::<u16>(case),
        3 => of_items::<[u8; 3]>(case),
        4 => of_items::<u32>(case),
        8 => of_items::<u64>(case),
        12 => of_items::<[u32; 3]>(case),
        16 => of_items::<u128>(case),
        _ => Vec::new(),
    }
}

fn of_items<T: Copy + 'static>(case: &mut Case) -> Vec<Copier> {
    if case.source.structure.is_indirect {
        return Vec::new();
    }
    let mut copiers = match case.source.structure.shape.len() {
        1 => of_arrays::<T, 1>(case),
        2 => of_arrays::<T, 2>(case),
        3 => of_arrays::<T, 3>(case),
        4 => of_arrays::<T, 4>(case),
        _ => Vec::new(),
    };
    copiers.extend(transpose::<T>(case));
    copiers
}

fn of_arrays<T: Copy + 'static, const N: usize>(case: &mut Case) -> Vec<Copier>
where
    [Ix; N]: IntoDimension<Dim = Dim<[Ix; N]>>,
    Dim<[Ix; N]>: Dimension,
{
    let mut copiers = ndarray::<T, N>(case);
    copiers.extend(rten::<T, N>(case));
    copiers
}

fn ndarray<T: Copy + 'static, const N: usize>(case: &mut Case) -> Vec<Copier>
where
    [Ix; N]: IntoDimension<Dim = Dim<[Ix; N]>>,
    Dim<[Ix; N]>: Dimension,
{
    let (shape, strides) = steps::<T, N>(&case.source.structure);
    // It wants no negative strides, but turns axes round.
    let start = case.source.bytes.as_ptr().cast::<T>();
    let layout = shape.into_dimension().strides(strides.into_dimension());
    // SAFETY: these are the elements of the case, if each axis of a negative stride is turned round.
    let mut from = unsafe { ArrayView::from_shape_ptr(layout, start) };
    for (axis, stride) in case.source.structure.strides.iter().enumerate() {
        if *stride < 0 {
            from.invert_axis(Axis(axis));
        }
    }
    let assign = Copier::to_target(case, "ndarray.assign", move |target| {
        // SAFETY: the target has room for as many.
        unsafe { ArrayViewMut::from_shape_ptr(shape.into_dimension(), target.cast::<T>()) }
            .assign(black_box(&from));
    });
    let owned = Copier::packing(
        "ndarray.owned",
        Box::new(move |times, show| {
            let make = || black_box(&from).as_standard_layout().into_owned();
            (1..times).for_each(|_| drop(black_box(make())));
            show(make().as_slice().map_or(&[], bytes_of));
        }),
    );
    vec![assign, owned]
}

/// None if elements are not in the order of their addresses.
fn rten<T: Copy + 'static, const N: usize>(case: &mut Case) -> Vec<Copier> {
    if case.source.structure.strides.iter().any(|&stride| stride < 0) {
        return Vec::new();
    }
    let (shape, strides) = steps::<T, N>(&case.source.structure);
    let (elements, count) = (items_of::<T>(&case.source.bytes), case.source.structure.count());
    let Ok(from) = NdTensorView::from_slice_with_strides(shape, elements, strides) else {
        return Vec::new();
    };
    let copy = Copier::to_target(case, "rten.copy", move |target| {
        // SAFETY: the target has room for as many.
        let target = unsafe { slice::from_raw_parts_mut(target.cast::<T>(), count) };
        NdTensorViewMut::from_data(shape, target).copy_from(black_box(&from));
    });
    let owned = Copier::packing(
        "rten.owned",
        Box::new(move |times, show| {
            let make = || black_box(&from).to_vec();
            (1..times).for_each(|_| drop(black_box(make())));
            show(bytes_of(&make()));
        }),
    );
    vec![copy, owned]
}

/// Only if the axes of packed elements are swapped, or of each of many such arrays.
fn transpose<T: Copy + 'static>(case: &mut Case) -> Option<Copier> {
    let [arrays, width, height] = transposes(&case.source.structure, size_of::<T>())?;
    let elements = items_of::<T>(&case.source.bytes);
    Some(Copier::to_target(case, "transpose", move |target| {
        // SAFETY: the target has room for as many.
        let target = unsafe { slice::from_raw_parts_mut(target.cast::<T>(), elements.len()) };
        let one = width * height;
        for (from, to) in black_box(elements).chunks_exact(one).zip(target.chunks_exact_mut(one)) {
            transpose::transpose(from, to, width, height);
        }
        debug_assert_eq!(arrays * one, elements.len());
    }))
}

/// How many packed arrays of which width and height have their two axes swapped.
fn transposes(structure: &Structure, itemsize: usize) -> Option<[usize; 3]> {
    // Extent and stride, in elements, of what does not continue the one before.
    let mut merged: Vec<[usize; 2]> = Vec::new();
    for (extent, stride) in structure.shape.iter().zip(&structure.strides) {
        let (extent, stride) = (extent.unsigned_abs(), usize::try_from(*stride).ok()? / itemsize);
        match merged.last_mut() {
            _ if extent == 1 => {}
            Some(last) if last[1] == stride * extent => *last = [last[0] * extent, stride],
            _ => merged.push([extent, stride]),
        }
    }
    match merged[..] {
        [[width, 1], [height, pitch]] if pitch == width => Some([1, width, height]),
        [[arrays, all], [width, 1], [height, pitch]] if pitch == width && all == width * height => {
            Some([arrays, width, height])
        }
        _ => None,
    }
}

/// Shape and strides in elements, whichever way these go.
fn steps<T, const N: usize>(structure: &Structure) -> ([usize; N], [usize; N]) {
    let shape = std::array::from_fn(|axis| structure.shape[axis].unsigned_abs());
    let strides =
        std::array::from_fn(|axis| structure.strides[axis].unsigned_abs() / size_of::<T>());
    (shape, strides)
}

/// Bytes as items that are good for as long as the bytes are.
fn items_of<T>(bytes: &[u8]) -> &'static [T] {
    // SAFETY: bytes of the cases start at lines of the cache, and are items of integers.
    unsafe { slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size_of::<T>()) }
}

fn bytes_of<T: Copy>(items: &[T]) -> &[u8] {
    // SAFETY: items are integers, without gaps.
    unsafe { slice::from_raw_parts(items.as_ptr().cast(), size_of_val(items)) }
}
