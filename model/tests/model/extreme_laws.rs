//! Laws of numbers that no memory can have: the answers are those of exact arithmetic, or none.

use pybuf_model::buffers::Bytes;
use pybuf_model::layout::{Address, Order};
use pybuf_model::memory::Block;
use pybuf_model::memoryview_of_memory::{Info, from_buffer};
use pybuf_model::pointer::get_item_pointer;
use pybuf_model::strides::fill_contiguous_strides;
use pybuf_model::structure::{Structure, verify_structure};
use pybuf_model::{BufferObject, Edition, Layout, Memory, Outcome};
use pybuf_protocol::Field;
use pybuf_protocol::call::BareView;
use quickcheck::{Arbitrary, Gen};

/// Numbers at the ends of what there is, and small ones.
#[derive(Clone, Debug)]
struct Extreme {
    numbers: [i64; 4],
    shape: Vec<i64>,
    strides: Vec<i64>,
}

impl Arbitrary for Extreme {
    fn arbitrary(g: &mut Gen) -> Self {
        let any = |g: &mut Gen| {
            let ends = [0, 1, -1, 2, 1 << 40, i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1];
            *g.choose(&ends).unwrap_or(&0)
        };
        let ndim = *g.choose(&[0, 1, 2, 3, 64]).unwrap_or(&1);
        let array = |g: &mut Gen| (0..ndim).map(|_| any(g)).collect();
        Extreme { numbers: [0; 4].map(|_| any(g)), shape: array(g), strides: array(g) }
    }
}

impl Extreme {
    fn layout(&self) -> Layout {
        let Extreme { numbers: [offset, itemsize, suboffset, _], shape, strides } = self.clone();
        let start = Address { block: 0, offset };
        let suboffsets = Some(vec![suboffset; shape.len()]);
        Layout { start, itemsize, format: "B".into(), shape, strides, suboffsets }
    }
}

/// Tries a law on 5,000 of them.
fn holds(law: fn(Extreme) -> bool) {
    crate::trying::tries(30, 5_000, law);
}

#[test]
fn an_element_beyond_all_memory_is_not_in_it() {
    holds(|extreme| {
        let mut memory = Memory::default();
        memory.set(0, Block::counting(16, &extreme.layout()));
        let indirect = extreme.layout();
        let direct = Layout { suboffsets: None, ..indirect.clone() };
        [indirect, direct].iter().all(|layout| {
            let gathered = memory.gather(layout, Order::C);
            let overlap = Memory::overlaps(layout);
            // What is there of it is not more than it says.
            gathered.is_none_or(|bytes| bytes.len() as i64 == layout.len() || overlap)
        })
    });
}

#[test]
fn a_place_is_where_exact_numbers_say_or_nowhere() {
    holds(|extreme| {
        let layout = Layout { suboffsets: None, ..extreme.layout() };
        let index = extreme.numbers[3];
        let indices = vec![index; layout.shape.len()];
        let steps = layout.strides.iter().map(|stride| i128::from(*stride) * i128::from(index));
        let exact = steps.fold(i128::from(layout.start.offset), i128::saturating_add);
        let too_many = [indices.clone(), vec![0]].concat();
        let found = get_item_pointer(&layout, &indices).map(|place| place.address.offset.into());
        get_item_pointer(&layout, &too_many).is_none() && found.is_none_or(|found| exact == found)
    });
}

#[test]
fn a_structure_is_judged_by_exact_numbers() {
    holds(|extreme| {
        let Extreme { numbers: [memlen, itemsize, offset, _], shape, strides } = extreme;
        let ends_inside = i128::from(offset) + i128::from(itemsize) <= i128::from(memlen);
        let ndim = shape.len() as i64;
        let structure = Structure { memlen, itemsize, ndim, shape, strides, offset };
        match verify_structure(&structure) {
            None => itemsize == 0,
            Some((valid, _)) => itemsize != 0 && (!valid || (ends_inside && offset >= 0)),
        }
    });
}

#[test]
fn the_numbers_that_went_wrong_go_right() {
    let scalar = |memlen, itemsize, offset, ndim, stride: &[i64]| {
        let (shape, strides) = (vec![1; stride.len()], stride.to_vec());
        let structure = Structure { memlen, itemsize, ndim, shape, strides, offset };
        verify_structure(&structure).map(|(valid, _)| valid)
    };
    assert_eq!(scalar(i64::MAX, 1, i64::MAX, 0, &[]), Some(false));
    assert_eq!(scalar(8, -1, 0, 1, &[i64::MIN]), Some(true));
    assert_eq!(scalar(8, -1, i64::MIN, 0, &[]), Some(false));
    assert_eq!(scalar(8, 0, 0, 0, &[]), None);
}

#[test]
fn a_struct_of_numbers_that_no_array_has_need_not_be_wrapped() {
    let must = |len, itemsize, shape: &[i64], format: Option<&str>| {
        let (ndim, shape) = (shape.len() as i32, Some(shape.to_vec()));
        let view = BareView { len, itemsize, ndim, shape, strides: None, suboffsets: None };
        let (buf, format) = (Some(Address { block: 0, offset: 0 }), format.map(str::to_owned));
        let info = Info { buf, readonly: 0, format, view };
        from_buffer(&info, Edition::V3_13).outcomes().iter().all(|it| it.says == Outcome::Success)
    };
    assert!(must(6, 1, &[2, 3], Some("B")));
    assert!(must(6, 2, &[3], None));
    assert!(must(0, 1, &[0, i64::MAX, i64::MAX], Some("B")));
    assert!(!must(6, 1, &[-2, -3], Some("B")));
    assert!(!must(6, 1, &[6], Some("i")));
    assert!(!must(6, 1, &[6], Some(")")));
    assert!(!must(0, 1, &[1 << 32, 1 << 32], Some("B")));
}

#[test]
fn strides_that_no_number_holds_are_demanded_of_nobody() {
    let demanded = |shape: &[i64]| {
        let answer = fill_contiguous_strides(shape, 8, 'C', Edition::V3_13);
        let answer = answer.answer().expect("the edition has the function").clone();
        answer.success.iter().any(|rule| rule.says.field == Field::StridesWritten)
    };
    assert!(demanded(&[4, 1 << 40, 1 << 19]));
    assert!(!demanded(&[4, 1 << 40, 1 << 40]));
}

#[test]
fn a_part_that_begins_nowhere_has_nothing() {
    holds(|extreme| {
        let [len, offset, size, _] = extreme.numbers;
        let exporter = BufferObject::over_memory(0, len, true).exporter(Edition::V2_7);
        let Some(base) = exporter.old else { return false };
        let part = BufferObject { base, offset, size, readonly: true };
        let told = part.exporter(Edition::V2_7).old.is_some();
        let inside = |bytes: Bytes| 0 <= bytes.len && bytes.len <= len.max(0);
        told && match part.contents() {
            Ok(bytes) => len >= 0 && inside(bytes),
            Err(_) => len < 0,
        }
    });
}
