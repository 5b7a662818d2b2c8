//! Laws of where elements are and of copying them. quickcheck makes the layouts, from a generator of
//! its own: elements anywhere inside a block, also behind pointers.

use pybuf_model::copy::{View, from_contiguous};
use pybuf_model::copy_data::copy_data;
use pybuf_model::layout::{Address, Order, packed_strides};
use pybuf_model::memory::Block;
use pybuf_model::pointer::{Place, get_item_pointer};
use pybuf_model::structure::{Structure, verify_structure};
use pybuf_model::{
    Edition, Expectation, Exporter, Fact, Layout, Memory, Outcome, Permits, strides,
};
use pybuf_protocol::{Field, Value};
use quickcheck::{Arbitrary, Gen, TestResult};

/// A layout inside a block of just the size that it needs, after some bytes of its own.
#[derive(Clone, Debug)]
struct Any {
    layout: Layout,
    size: i64,
    order: Order,
    seed: u8,
}

const ORDERS: [Order; 2] = [Order::C, Order::Fortran];

impl Arbitrary for Any {
    fn arbitrary(g: &mut Gen) -> Self {
        let ndim = *g.choose(&[0, 1, 1, 2, 2, 3, 4]).unwrap_or(&1);
        let itemsize = *g.choose(&[1, 2, 3, 4]).unwrap_or(&1);
        let shape: Vec<i64> =
            (0..ndim).map(|_| *g.choose(&[1, 2, 2, 3, 4, 0]).unwrap_or(&1)).collect();
        // Dimensions in any order, backwards or with gaps or neither: elements never overlap.
        let mut dimensions: Vec<usize> = (0..ndim).collect();
        for i in (1..ndim).rev() {
            dimensions.swap(i, usize::arbitrary(g) % (i + 1));
        }
        let mut strides = vec![0; ndim];
        let mut step = itemsize;
        for dimension in dimensions {
            let gap = *g.choose(&[1, 1, 1, 2]).unwrap_or(&1);
            strides[dimension] = step * gap * *g.choose(&[1, 1, -1]).unwrap_or(&1);
            step *= shape[dimension].max(1) * gap;
        }
        let (low, high) = ends(&shape, &strides);
        let before = itemsize * *g.choose(&[0, 0, 1, 3]).unwrap_or(&0);
        let start = Address { block: 0, offset: before - low };
        let format = "x".repeat(itemsize as usize);
        let layout = Layout { start, itemsize, format, shape, strides, suboffsets: None };
        let order = *g.choose(&ORDERS).unwrap_or(&Order::C);
        Any { layout, size: before - low + high + itemsize, order, seed: u8::arbitrary(g) }
    }
}

/// How far the lowest and the highest element are from the first, if all extents were 1 at least.
fn ends(shape: &[i64], strides: &[i64]) -> (i64, i64) {
    let along = |(extent, stride): (&i64, &i64)| (extent - 1).max(0) * stride;
    let steps: Vec<i64> = shape.iter().zip(strides).map(along).collect();
    let sum = |below: bool| steps.iter().filter(|step| (**step < 0) == below).sum();
    (sum(true), sum(false))
}

impl Any {
    fn memory(&self) -> Memory {
        let mut memory = Memory::default();
        memory.set(0, Block::counting(self.size as usize, &self.layout));
        memory
    }

    /// As many bytes as all elements have, of no pattern that memory has.
    fn bytes(&self) -> Vec<u8> {
        (0..self.layout.len()).map(|i| (i as u8).wrapping_mul(7).wrapping_add(self.seed)).collect()
    }

    fn transposed(&self) -> Layout {
        let mut layout = self.layout.clone();
        layout.shape.reverse();
        layout.strides.reverse();
        layout
    }

    /// The same with its first dimension one of pointers, to rows where the others are.
    fn behind_pointers(&self) -> Option<(Layout, Memory)> {
        let mut layout = self.layout.clone();
        let rows = *layout.shape.first()?;
        let (low, _) = ends(&layout.shape[1..], &layout.strides[1..]);
        layout.start.offset = 0;
        layout.strides[0] = 8;
        let mut suboffsets = vec![-1; layout.shape.len()];
        suboffsets[0] = i64::from(self.seed % 3) - low;
        layout.suboffsets = Some(suboffsets);
        let mut memory = Memory::default();
        memory.set(0, Block::counting(rows as usize * 8, &layout));
        Some((layout, memory))
    }

    fn structure(&self, memlen: i64) -> Structure {
        let Layout { itemsize, shape, strides, start, .. } = self.layout.clone();
        let ndim = shape.len() as i64;
        Structure { memlen, itemsize, ndim, shape, strides, offset: start.offset }
    }
}

/// All indices of a shape, the last varying the fastest.
fn indices(shape: &[i64]) -> Vec<Vec<i64>> {
    let longer = |all: Vec<Vec<i64>>, extent: &i64| -> Vec<Vec<i64>> {
        let with = |index: &Vec<i64>, i: i64| index.iter().copied().chain([i]).collect();
        all.iter().flat_map(|index| (0..*extent).map(move |i| with(index, i))).collect()
    };
    shape.iter().fold(vec![vec![]], longer)
}

/// What is at a place.
fn byte_at(memory: &Memory, place: Place, byte: i64) -> Option<u8> {
    let block = memory.block(place.address.block)?;
    let bytes = if place.in_rows { &block.rows } else { &block.bytes };
    bytes.get(usize::try_from(place.address.offset + byte).ok()?).copied()
}

/// Whether gathering in C order meets what `get_item_pointer` leads to.
fn gathers_what_pointers_lead_to(layout: &Layout, memory: &Memory) -> bool {
    let walked: Option<Vec<u8>> = indices(&layout.shape)
        .iter()
        .flat_map(|index| {
            let place = get_item_pointer(layout, index);
            (0..layout.itemsize).map(move |byte| byte_at(memory, place?, byte))
        })
        .collect();
    walked.is_some() && memory.gather(layout, Order::C) == walked
}

/// What is written for strides, whatever it is judged by.
fn filled(shape: &[i64], itemsize: i64, order: char) -> Option<Vec<i64>> {
    let Expectation::Answer(answer) =
        strides::fill_contiguous_strides(shape, itemsize, order, Edition::V3_13)
    else {
        return None;
    };
    let written = |fact: &Fact| fact.field == Field::StridesWritten;
    let facts = answer.success.iter().map(|rule| &rule.says);
    facts.filter(|fact| written(fact)).find_map(|fact| match &fact.permits {
        Permits::Exactly(Value::Numbers(strides)) => Some(strides.to_vec()),
        _ => None,
    })
}

fn law(any: &Any, holds: bool) -> TestResult {
    if holds { TestResult::passed() } else { TestResult::error(format!("{any:?}")) }
}

/// Tries a law on 1,000 layouts.
fn holds(law: fn(Any) -> TestResult) {
    crate::trying::tries(30, 1_000, law);
}

#[test]
fn what_is_scattered_is_gathered() {
    holds(|any| {
        let (mut memory, bytes) = (any.memory(), any.bytes());
        let there = memory.scatter(&any.layout, any.order, &bytes).is_some();
        law(&any, there && memory.gather(&any.layout, any.order) == Some(bytes))
    });
}

#[test]
fn what_is_gathered_and_scattered_leaves_memory_as_it_was() {
    holds(|any| {
        let mut memory = any.memory();
        let bytes = memory.gather(&any.layout, any.order).unwrap_or_default();
        memory.scatter(&any.layout, any.order, &bytes);
        law(&any, memory == any.memory())
    });
}

#[test]
fn scattering_writes_to_elements_only() {
    holds(|any| {
        let mut memory = any.memory();
        let inverse: Vec<u8> = memory
            .gather(&any.layout, any.order)
            .unwrap_or_default()
            .iter()
            .map(|byte| !byte)
            .collect();
        memory.scatter(&any.layout, any.order, &inverse);
        let (before, after) = (any.memory(), memory);
        let bytes = |memory: &Memory| memory.block(0).map(|block| block.bytes.clone());
        let changed = bytes(&before).into_iter().flatten().zip(bytes(&after).into_iter().flatten());
        let changed = changed.filter(|(before, after)| before != after).count() as i64;
        law(&any, changed == any.layout.len())
    });
}

#[test]
fn a_packed_layout_is_the_memory_itself() {
    holds(|any| {
        let Layout { shape, itemsize, .. } = any.layout.clone();
        let strides = packed_strides(&shape, itemsize, any.order);
        let start = Address { block: 0, offset: 0 };
        let layout = Layout { strides, start, ..any.layout.clone() };
        let mut memory = Memory::default();
        let block = Block::counting(layout.len() as usize, &layout);
        memory.set(0, block.clone());
        law(&any, memory.gather(&layout, any.order) == Some(block.bytes))
    });
}

#[test]
fn c_order_is_fortran_order_of_the_transpose() {
    holds(|any| {
        let memory = any.memory();
        let turned = memory.gather(&any.transposed(), Order::Fortran);
        law(&any, turned.is_some() && memory.gather(&any.layout, Order::C) == turned)
    });
}

#[test]
fn elements_are_where_item_pointers_lead() {
    holds(|any| law(&any, gathers_what_pointers_lead_to(&any.layout, &any.memory())));
}

#[test]
fn elements_behind_pointers_are_where_item_pointers_lead() {
    holds(|any| match any.behind_pointers() {
        Some((layout, memory)) => law(&any, gathers_what_pointers_lead_to(&layout, &memory)),
        None => law(&any, any.layout.ndim() == 0),
    });
}

#[test]
fn filled_strides_lead_from_each_element_to_the_next() {
    holds(|any| {
        let Layout { shape, itemsize, .. } = &any.layout;
        // In Fortran order the first dimension varies the fastest: the last one of the mirror image.
        let mirrored: Vec<i64> = shape.iter().rev().copied().collect();
        let [c, f] = ['C', 'F'].map(|order| filled(shape, *itemsize, order));
        let f = f.map(|strides| strides.into_iter().rev().collect());
        let leads_on = |shape: &[i64], strides: Option<Vec<i64>>| {
            let Some(strides) = strides else { return false };
            let place = |index: &Vec<i64>| index.iter().zip(&strides).map(|(i, s)| i * s).sum();
            let places: Vec<i64> = indices(shape).iter().map(place).collect();
            places.iter().zip(0..).all(|(place, i)| *place == i * itemsize)
        };
        law(&any, leads_on(shape, c) && leads_on(&mirrored, f))
    });
}

#[test]
fn filled_strides_reach_just_the_length() {
    holds(|any| {
        let Layout { shape, itemsize, .. } = &any.layout;
        if any.layout.is_empty() {
            // No elements take no room.
            let room = any.layout.len();
            return law(&any, room == 0);
        }
        // From the first byte to the last one.
        let reach = |strides: Vec<i64>| ends(shape, &strides).1 + itemsize;
        let reaches = ['C', 'F'].map(|order| filled(shape, *itemsize, order).map(reach));
        law(&any, reaches == [Some(any.layout.len()); 2])
    });
}

#[test]
fn a_layout_inside_its_block_is_a_structure() {
    holds(|any| {
        let valid = |memlen| verify_structure(&any.structure(memlen)).map(|(valid, _)| valid);
        // Without elements only the first one's place has to be there.
        let enough = if any.layout.is_empty() {
            any.layout.start.offset + any.layout.itemsize
        } else {
            any.size
        };
        law(&any, valid(any.size) == Some(true) && valid(enough - 1) == Some(false))
    });
}

#[test]
fn elements_that_do_not_overlap_are_found_not_to() {
    holds(|any| {
        let mut folded = any.layout.clone();
        let walked = folded.shape.iter().position(|&extent| extent > 1);
        if let Some(dimension) = walked.filter(|_| !any.layout.is_empty()) {
            folded.strides[dimension] = 0;
            return law(&any, !Memory::overlaps(&any.layout) && Memory::overlaps(&folded));
        }
        law(&any, !Memory::overlaps(&any.layout))
    });
}

#[test]
fn what_no_element_is_in_is_a_gap() {
    holds(|any| {
        let (before, mut after) = (any.memory(), any.memory());
        let inverse: Vec<u8> = before
            .gather(&any.layout, any.order)
            .unwrap_or_default()
            .iter()
            .map(|byte| !byte)
            .collect();
        after.scatter(&any.layout, any.order, &inverse);
        let gaps = before.gaps(&any.layout);
        let size: usize = gaps.iter().map(|(_, bytes)| bytes.len()).sum();
        let unchanged = gaps == after.gaps(&any.layout);
        law(&any, unchanged && size as i64 == any.size - any.layout.len())
    });
}

#[test]
fn a_part_of_an_item_is_copied_or_dropped_and_nothing_else() {
    holds(|any| {
        let (memory, bytes) = (any.memory(), any.bytes());
        if any.layout.is_empty() || any.layout.itemsize == 1 {
            return TestResult::discard();
        }
        let view = View { layout: any.layout.clone(), has_strides: true, readonly: false };
        let letter = if any.order == Order::C { 'C' } else { 'F' };
        let after = |len: usize| {
            let mut memory = any.memory();
            memory.scatter(&any.layout, any.order, &bytes[..len]);
            memory.block(0).map(|block| block.contents().to_vec()).unwrap_or_default()
        };
        let (part, whole) = (bytes.len() - 1, bytes.len() - any.layout.itemsize as usize);
        let answer = from_contiguous(&view, &memory, &bytes[..part], letter, Edition::V3_13);
        let permits = |bytes: &Vec<u8>| must(&answer, |fact| bytes_permitted(fact, bytes));
        // The last byte may happen to be there already.
        let all = after(bytes.len());
        let no_more = all == after(part) || !permits(&all);
        law(&any, permits(&after(part)) && permits(&after(whole)) && no_more)
    });
}

#[test]
fn elements_in_the_same_memory_are_demanded_in_no_order() {
    holds(|any| {
        let exporter = |layout: Layout| Exporter::new_protocol(layout, false);
        let answer = copy_data(
            &exporter(any.transposed()),
            &exporter(any.layout.clone()),
            &any.memory(),
            Edition::V3_13,
        );
        let outcomes = answer.outcomes();
        let open = !outcomes.is_empty() && outcomes.iter().all(|it| it.says == Outcome::Either);
        law(&any, open && must(&answer, |fact| fact.field != Field::Bytes))
    });
}

/// Whether something holds of all facts on a success that one is held to.
fn must(answer: &Expectation, holds: impl Fn(&Fact) -> bool) -> bool {
    let Expectation::Answer(answer) = answer else { return false };
    let rules = answer.success.iter().filter(|rule| rule.level(Edition::V3_13).is_some());
    rules.map(|rule| &rule.says).all(holds)
}

/// Whether a fact, if it is about the bytes, permits these.
fn bytes_permitted(fact: &Fact, bytes: &[u8]) -> bool {
    fact.field != Field::Bytes || fact.permits.allows(&Value::Bytes(bytes.into()))
}
