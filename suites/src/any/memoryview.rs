//! Memoryviews, taken further by a few steps.

use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::model::layout::{Order, packed_strides};
use pybuf_harness::model::{Layout, objects};
use pybuf_harness::object::{Object, Step, native_size};

/// The formats that bytes are cast to.
const CASTS: [char; 8] = ['B', 'i', 'h', 'd', 'b', 'c', 'f', 'Q'];

/// A memoryview with the shape and the size of the items that come of its steps; one with elements if
/// `elements` says so. Only what is packed is cast, and only bytes to and from anything else.
pub(crate) fn memoryview(
    chooser: &mut dyn Chooser,
    readonly: bool,
    elements: bool,
) -> (Object, Vec<i64>, i64) {
    let len = *pick(chooser, &[6, 12, 24, 5, 48, 2, 0]);
    let len = if elements { len.max(2) } else { len };
    let mut steps = Vec::new();
    let made = |steps: &[Step]| Object::Memoryview { len, readonly, steps: steps.to_vec() };
    let mut layout = Layout::bytes(len as i64);
    for _ in 0..chooser.choose(5) {
        let Layout { shape, strides, itemsize, .. } = &layout;
        let is_packed = *strides == packed_strides(shape, *itemsize, Order::C);
        let step = match chooser.choose(3) {
            0 | 1 if !shape.is_empty() => slice(chooser),
            _ if is_packed && !shape.is_empty() && !layout.is_empty() => {
                cast(chooser, shape, *itemsize)
            }
            _ => break,
        };
        steps.push(step);
        let Some(next) = objects::layout(&made(&steps)) else { break };
        // Of nothing outside of a block no address tells where it is.
        let is_outside = !(0..=len as i64).contains(&next.start.offset);
        if next.is_empty() && (elements || is_outside) {
            steps.pop();
            break;
        }
        layout = next;
    }
    (made(&steps), layout.shape, layout.itemsize)
}

fn slice(chooser: &mut dyn Chooser) -> Step {
    let mut end = || match chooser.choose(3) {
        0 => None,
        1 => Some(chooser.choose(8) as i64),
        _ => Some(*pick(chooser, &[-1, -2, -3, 100, -100, i64::MAX])),
    };
    let (start, stop) = (end(), end());
    Step::Slice { start, stop, step: *pick(chooser, &[1, 2, -1, 3, -2, -5, 100]) }
}

/// Bytes to anything, or anything to bytes; one of the two shapes is of one dimension.
fn cast(chooser: &mut dyn Chooser, shape: &[i64], itemsize: i64) -> Step {
    let len = itemsize * shape.iter().product::<i64>();
    if itemsize > 1 || shape.len() > 1 {
        return Step::Cast { format: 'B', shape: vec![len] };
    }
    let fits = |format: &&char| native_size(**format).is_some_and(|size| len % size == 0);
    let formats: Vec<char> = CASTS.iter().filter(fits).copied().collect();
    let format = *pick(chooser, &formats);
    let items = len / native_size(format).unwrap_or(1);
    let factors: Vec<i64> = (1..=items).filter(|factor| items % factor == 0).collect();
    let shape = match chooser.choose(4) {
        0 => vec![items],
        1 if items == 1 => vec![],
        1 | 2 => {
            let first = *pick(chooser, &factors);
            vec![first, items / first]
        }
        _ => {
            let first = *pick(chooser, &factors);
            vec![1, first, 1, items / first]
        }
    };
    Step::Cast { format, shape }
}
