//! What is copied: layouts that real programs copy, at any size.
//!
//! A layout keeps its character at each size: what is a power of two stays one, three channels stay
//! three. Strides are in bytes, extents in elements.

/// A way for elements to lie in memory.
pub struct Layout {
    pub name: &'static str,
    /// Bytes of one element.
    pub itemsize: usize,
    /// What a copy to packed bytes is to reach at 4 KiB, 1 MiB and above, as a share of the speed of
    /// memcpy.
    pub bars: [f64; 3],
    at: At,
}

/// The layout for about so many bytes of elements of so many bytes each.
type At = fn(bytes: usize, itemsize: usize) -> Structure;

/// Where the elements are.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    pub shape: Vec<isize>,
    pub strides: Vec<isize>,
    /// Of the element with only zeros for indices, in bytes from the lowest one.
    pub offset: usize,
    /// Whether the first dimension is of pointers to what the others describe.
    pub is_indirect: bool,
}

impl Layout {
    /// Its name for people, with the size of the elements, which several layouts differ in.
    pub fn label(&self) -> String {
        format!("{}, {} B", self.name, self.itemsize)
    }

    pub fn at(&self, bytes: usize) -> Structure {
        (self.at)(bytes, self.itemsize)
    }

    /// The bar at a size.
    pub fn bar(&self, bytes: usize) -> f64 {
        let [small, medium, large] = self.bars;
        if bytes < 64 << 10 {
            small
        } else if bytes < 16 << 20 {
            medium
        } else {
            large
        }
    }
}

impl Structure {
    /// How many elements there are.
    pub fn count(&self) -> usize {
        self.shape.iter().map(|extent| extent.unsigned_abs()).product()
    }

    /// From the lowest to behind the highest byte of any element. Behind pointers: of all rows.
    pub fn span(&self, itemsize: usize) -> usize {
        if self.is_indirect {
            return self.count() * itemsize;
        }
        let steps = self.shape.iter().zip(&self.strides);
        steps
            .map(|(extent, stride)| (extent - 1).unsigned_abs() * stride.unsigned_abs())
            .sum::<usize>()
            + itemsize
    }

    /// The same elements in C's order, but for a gap of one behind each row; in a row behind each.
    pub fn spaced(&self, itemsize: usize) -> Structure {
        let mut stride = itemsize as isize;
        let mut strides = vec![stride; self.shape.len()];
        for axis in (0..self.shape.len()).rev() {
            if axis + 2 == self.shape.len() || self.shape.len() == 1 {
                stride += itemsize as isize;
            }
            strides[axis] = stride;
            stride *= self.shape[axis];
        }
        Structure { shape: self.shape.clone(), strides, offset: 0, is_indirect: false }
    }
}

/// Contiguous memory is memcpy's own, so that no more than to come close to it is asked for.
const CONTIGUOUS: [f64; 3] = [0.97, 0.97, 0.97];

#[rustfmt::skip]
pub const LAYOUTS: [Layout; 32] = [
    layout("contiguous", 1, CONTIGUOUS, |bytes, size| stepped(bytes, size, 1)),
    layout("1-D step 2", 1, [0.253, 0.437, 0.511], |bytes, size| stepped(bytes, size, 2)),
    layout("1-D step 2", 4, [0.254, 0.387, 0.520], |bytes, size| stepped(bytes, size, 2)),
    layout("1-D step 2", 8, [0.254, 0.380, 0.514], |bytes, size| stepped(bytes, size, 2)),
    layout("1-D reversed", 1, [0.703, 0.935, 0.900], |bytes, size| stepped(bytes, size, -1)),
    layout("1-D reversed", 8, [0.711, 0.955, 0.903], |bytes, size| stepped(bytes, size, -1)),
    layout("2-D transpose, power of two", 8, [0.309, 0.657, 0.685], even_transpose),
    layout("2-D transpose", 8, [0.268, 0.914, 0.619], odd_transpose),
    layout("2-D transpose, power of two", 1, [0.195, 0.422, 0.438], even_transpose),
    layout("2-D transpose", 1, [0.179, 0.456, 0.377], odd_transpose),
    layout("2-D transpose", 2, [0.178, 0.726, 0.463], odd_transpose),
    layout("2-D transpose", 4, [0.270, 0.834, 0.608], oblong_transpose),
    layout("2-D transpose", 16, [0.343, 0.869, 0.627], odd_transpose),
    layout("3-D axes (2, 0, 1)", 4, [0.220, 0.506, 0.616], |bytes, size| axes([2, 0, 1], even_cube(bytes, size), size)),
    layout("3-D axes (2, 1, 0)", 4, [0.105, 0.489, 0.562], |bytes, size| axes([2, 1, 0], even_cube(bytes, size), size)),
    layout("3-D axes (2, 1, 0)", 8, [0.192, 0.927, 0.615], |bytes, size| axes([2, 1, 0], cube(bytes, size), size)),
    layout("3-D axes (0, 2, 1)", 1, [0.081, 0.544, 0.438], |bytes, size| axes([0, 2, 1], cube(bytes, size), size)),
    layout("NCHW to NHWC, 64 channels", 4, [0.285, 0.641, 0.613], |bytes, size| channels_last(bytes, size, 4, 64)),
    layout("NCHW to NHWC, 3 channels", 4, [0.205, 0.716, 0.771], |bytes, size| channels_last(bytes, size, 9, 3)),
    layout("NHWC to NCHW, 3 channels", 4, [0.133, 0.752, 0.608], channels_first),
    layout("rows, 1000 of 1024 bytes", 1, [0.716, 0.853, 0.807], |bytes, _| rows(bytes, 1000, 1024)),
    layout("rows, 48 of 64 bytes", 1, [0.376, 0.586, 0.508], |bytes, _| rows(bytes, 48, 64)),
    layout("broadcast rows", 4, [0.760, 1.697, 1.976], |bytes, size| broadcast(bytes, size, [0, 4])),
    layout("broadcast items", 4, [0.251, 1.699, 0.953], |bytes, size| broadcast(bytes, size, [4, 0])),
    layout("one column", 8, [0.268, 0.121, 0.161], |bytes, size| stepped(bytes, size, 8)),
    layout("3 of 16 columns", 4, [0.251, 0.172, 0.204], |bytes, _| of([bytes / 12, 3], [64, 4], 0)),
    layout("rows behind pointers", 1, [1.317, 0.901, 0.640], behind_pointers),
    layout("RGB reversed", 1, [0.233, 0.856, 0.735], |bytes, _| of([bytes / 192, 64, 3], [192, 3, -1], 2)),
    layout("RGBA to RGB", 1, [0.206, 0.648, 0.618], |bytes, _| of([bytes / 3, 3], [4, 1], 0)),
    layout("1-D step 2", 3, [0.214, 0.368, 0.503], |bytes, size| stepped(bytes, size, 2)),
    layout("2-D transpose", 3, [0.107, 0.340, 0.445], odd_transpose),
    layout("2-D transpose", 12, [0.208, 0.542, 0.447], odd_transpose),
];

/// Layouts of a few elements, and the nanoseconds in which they are to be copied.
#[rustfmt::skip]
pub const SMALL: [(Layout, f64); 4] = [
    (layout("contiguous", 1, CONTIGUOUS, |_, size| stepped(256, size, 1)), 10.0),
    (layout("2-D transpose, 5 x 5", 8, [0.0; 3], |_, size| axes([1, 0], [5, 5], size)), 40.0),
    (layout("1-D step 2", 1, [0.0; 3], |_, size| stepped(256, size, 2)), 30.0),
    (layout("1-D step 2", 8, [0.0; 3], |_, size| stepped(256, size, 2)), 30.0),
];

const fn layout(name: &'static str, itemsize: usize, bars: [f64; 3], at: At) -> Layout {
    Layout { name, itemsize, bars, at }
}

fn of<const N: usize>(shape: [usize; N], strides: [isize; N], offset: usize) -> Structure {
    let shape = shape.map(|extent| extent as isize);
    Structure { shape: shape.into(), strides: strides.into(), offset, is_indirect: false }
}

/// A row of elements, each `step` elements behind the one before.
fn stepped(bytes: usize, itemsize: usize, step: isize) -> Structure {
    let (count, stride) = (bytes / itemsize, step * itemsize as isize);
    let offset = if step < 0 { (count - 1) * stride.unsigned_abs() } else { 0 };
    of([count], [stride], offset)
}

/// The axes of a packed array in another order.
fn axes<const N: usize>(order: [usize; N], packed: [usize; N], itemsize: usize) -> Structure {
    let mut strides = [itemsize as isize; N];
    for axis in (1..N).rev() {
        strides[axis - 1] = strides[axis] * packed[axis] as isize;
    }
    of(order.map(|axis| packed[axis]), order.map(|axis| strides[axis]), 0)
}

/// Sides that are powers of two.
fn even_transpose(bytes: usize, itemsize: usize) -> Structure {
    let log = (bytes / itemsize).ilog2();
    axes([1, 0], [1 << log.div_ceil(2), 1 << (log / 2)], itemsize)
}

/// Sides of which no row starts at a round address.
fn odd_transpose(bytes: usize, itemsize: usize) -> Structure {
    let side = odd_side(bytes, itemsize);
    axes([1, 0], [side, side], itemsize)
}

fn oblong_transpose(bytes: usize, itemsize: usize) -> Structure {
    let side = odd_side(bytes, itemsize);
    axes([1, 0], [side, side - 2], itemsize)
}

/// Odd; but in a small square only no power of two.
fn odd_side(bytes: usize, itemsize: usize) -> usize {
    let side = (bytes / itemsize).isqrt();
    if bytes <= 4096 && !side.is_power_of_two() { side } else { (side - 1) | 1 }
}

/// Three sides that are powers of two.
fn even_cube(bytes: usize, itemsize: usize) -> [usize; 3] {
    let log = (bytes / itemsize).ilog2();
    [log / 3, (log + 1) / 3, log.div_ceil(3)].map(|side| 1 << side)
}

/// Three sides of one length.
fn cube(bytes: usize, itemsize: usize) -> [usize; 3] {
    [((bytes / itemsize) as f64).cbrt().round() as usize; 3]
}

/// Images with one plane a channel, seen with one pixel behind the other. Small: only one image.
fn channels_last(bytes: usize, itemsize: usize, images: usize, channels: usize) -> Structure {
    let images = if bytes <= 4096 { 1 } else { images };
    let side = (bytes / itemsize / images / channels).isqrt();
    axes([0, 2, 3, 1], [images, channels, side, side], itemsize)
}

/// An image with one pixel behind the other, seen with one plane a channel.
fn channels_first(bytes: usize, itemsize: usize) -> Structure {
    let side = (bytes / itemsize / 3).isqrt();
    axes([0, 3, 1, 2], [1, side, side, 3], itemsize)
}

/// The first `width` bytes of every `pitch`.
fn rows(bytes: usize, width: usize, pitch: isize) -> Structure {
    of([bytes / width, width], [pitch, 1], 0)
}

/// As many rows as a 64th of the elements in each, where that can be.
fn broadcast(bytes: usize, itemsize: usize, strides: [isize; 2]) -> Structure {
    let log = (bytes / itemsize).ilog2();
    let rows = (log - 6) / 2;
    of([1 << rows, 1 << (log - rows)], strides, 0)
}

/// Rows of 1024 bytes, each behind a pointer.
fn behind_pointers(bytes: usize, _: usize) -> Structure {
    let pointer = size_of::<*const u8>() as isize;
    Structure { is_indirect: true, ..of([bytes / 1024, 1024], [pointer, 1], 0) }
}
