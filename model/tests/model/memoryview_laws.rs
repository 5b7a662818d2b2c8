//! Laws of memoryviews and of lifecycles, with generators of their own.

use pybuf_model::get_contiguous::{self, Wanted};
use pybuf_model::layout::{Address, Contiguity, Order, packed_strides};
use pybuf_model::lives::{Kind, Lives, Loan};
use pybuf_model::memory::Block;
use pybuf_model::memoryview_of_memory::Info;
use pybuf_model::{Edition, Expectation, Exporter, Fact, Flags, Layout, Memory, Outcome, request};
use pybuf_protocol::call::BareView;
use pybuf_protocol::reply::Obj;
use pybuf_protocol::{Field, Value};
use quickcheck::{Arbitrary, Gen, TestResult, Testable};

/// Memory that has elements, somewhere in a block.
#[derive(Clone, Debug)]
struct Any {
    layout: Layout,
    readonly: bool,
    size: usize,
    flags: Flags,
    wanted: char,
}

impl Arbitrary for Any {
    fn arbitrary(g: &mut Gen) -> Self {
        let of = |g: &mut Gen, values: &[i64]| *g.choose(values).unwrap_or(&1);
        let ndim = of(g, &[0, 1, 1, 2, 2, 3]);
        let itemsize = of(g, &[1, 2, 3, 8]);
        let shape: Vec<i64> = (0..ndim).map(|_| of(g, &[1, 2, 3, 4, 0])).collect();
        let order = if bool::arbitrary(g) { Order::C } else { Order::Fortran };
        let mut strides = packed_strides(&shape, itemsize, order);
        strides.iter_mut().for_each(|stride| *stride *= of(g, &[1, 1, 1, 2, -1, 0]));
        let steps = shape.iter().zip(&strides).map(|(extent, stride)| (extent - 1).max(0) * stride);
        let (below, above): (Vec<i64>, Vec<i64>) = steps.partition(|step| *step < 0);
        let offset = -below.iter().sum::<i64>();
        let size = offset + above.iter().sum::<i64>() + itemsize;
        let start = Address { block: 0, offset };
        Any {
            layout: Layout {
                start,
                itemsize,
                format: "B".into(),
                shape,
                strides,
                suboffsets: None,
            },
            readonly: bool::arbitrary(g),
            size: usize::try_from(size).unwrap_or(0),
            flags: Flags::from_bits_retain(i32::from(u16::arbitrary(g)) & 0x1fd).whole(),
            wanted: *g.choose(&['C', 'F', 'A']).unwrap_or(&'C'),
        }
    }
}

impl Any {
    fn exporter(&self) -> Exporter {
        Exporter::new_protocol(self.layout.clone(), self.readonly)
    }

    fn memory(&self) -> Memory {
        let mut memory = Memory::default();
        memory.set(0, Block::counting(self.size, &self.layout));
        memory
    }
}

/// Tries a law 2,000 times.
fn holds(law: impl Testable) {
    crate::trying::tries(30, 2_000, law);
}

fn law(any: &impl std::fmt::Debug, holds: bool) -> TestResult {
    if holds { TestResult::passed() } else { TestResult::error(format!("{any:?}")) }
}

/// What is told of a request if it is granted, but for whom the view belongs to; and whether that may be
/// the object underneath.
fn told(exporter: &Exporter, flags: Flags) -> Option<(Vec<Fact>, bool)> {
    let Expectation::Answer(answer) = request::get_buffer(exporter, flags, Edition::V3_13) else {
        return None;
    };
    if answer.outcomes.iter().any(|rule| rule.says == Outcome::Failure) {
        return None;
    }
    let facts = || answer.success.iter().map(|rule| rule.says.clone());
    let may_be_root = |fact: Fact| match fact.field {
        Field::Obj => fact.permits.allows(&Value::Obj(Obj::Root)),
        Field::Owner => fact.permits.allows(&(Obj::Root, 0).into()),
        _ => false,
    };
    let owned = |fact: &Fact| matches!(fact.field, Field::Obj | Field::Owner | Field::References);
    Some((facts().filter(|fact| !owned(fact)).collect(), facts().any(may_be_root)))
}

#[test]
fn a_memoryview_lends_on_what_its_object_does() {
    holds(|any: Any| -> TestResult {
        let Some(new) = any.exporter().memoryview().new else { return TestResult::failed() };
        law(&any, new.layout == any.layout && new.readonly == any.readonly && new.is_view)
    } as fn(Any) -> TestResult);
}

#[test]
fn the_last_of_a_chain_of_memoryviews_tells_what_the_object_does_but_for_whose_it_is() {
    holds(|any: Any, length: u8| -> TestResult {
        let object = any.exporter();
        let last = (0..=length % 8).fold(object.clone(), |last, _| last.memoryview());
        let (Some((of_object, objects)), Some((of_last, roots))) =
            (told(&object, any.flags), told(&last, any.flags))
        else {
            // Both are refused, or none is.
            return law(&any, told(&object, any.flags) == told(&last, any.flags));
        };
        law(&any, of_object == of_last && !objects && roots)
    } as fn(Any, u8) -> TestResult);
}

#[test]
fn a_copy_has_the_elements_of_the_original_in_the_order_wanted() {
    holds(|any: Any| -> TestResult {
        let (Some(wanted), mut memory) = (Wanted::of_letter(any.wanted), any.memory()) else {
            return TestResult::failed();
        };
        if wanted.contiguity(&any.layout) == Contiguity::Yes {
            // There is no copy.
            return TestResult::discard();
        }
        let order = if any.wanted == 'F' { Order::Fortran } else { Order::C };
        let Some(bytes) = memory.gather(&any.layout, order) else { return TestResult::failed() };
        let copy = get_contiguous::copied(&any.exporter(), wanted, (&memory, &bytes), 1);
        memory.set(1, Block { bytes, rows: vec![] });
        let Some(copy) = copy.new else { return TestResult::failed() };
        let same = |order| memory.gather(&copy.layout, order) == memory.gather(&any.layout, order);
        let contiguous = wanted.contiguity(&copy.layout) == Contiguity::Yes;
        law(&any, contiguous && copy.readonly && same(Order::C) && same(Order::Fortran))
    } as fn(Any) -> TestResult);
}

#[test]
fn contiguous_memory_is_never_copied_and_other_memory_always() {
    holds(|any: Any| -> TestResult {
        let Some(wanted) = Wanted::of_letter(any.wanted) else { return TestResult::failed() };
        let memory = (&any.memory(), 1);
        let answer = |write, edition| {
            get_contiguous::get_contiguous(&any.exporter(), write, wanted, memory, edition)
        };
        let says = |write, what: Outcome| {
            answer(write, Edition::V3_13).outcomes().iter().any(|rule| rule.says == what)
        };
        let to_read = says(false, Outcome::Success) && !says(false, Outcome::Failure);
        let must_copy = wanted.contiguity(&any.layout) == Contiguity::No;
        law(&any, to_read && says(true, Outcome::Failure) == (must_copy || any.readonly))
    } as fn(Any) -> TestResult);
}

#[test]
fn a_struct_without_arrays_is_a_row_and_with_them_what_they_say() {
    holds(|any: Any| -> TestResult {
        let Layout { start, itemsize, format, shape, strides, .. } = any.layout.clone();
        let (ndim, len) = (any.layout.shape.len() as i32, any.layout.len());
        let info = |shape, strides, ndim| Info {
            buf: Some(start),
            readonly: any.readonly.into(),
            format: Some(format.clone()),
            view: BareView { len, itemsize, ndim, shape, strides, suboffsets: None },
        };
        let exported = |info: Info| info.exported().new.map(|new| new.layout);
        let whole = exported(info(Some(shape), Some(strides), ndim)) == Some(any.layout.clone());
        let row = exported(info(None, None, 1)).is_some_and(|row| row.len() == len);
        law(&any, whole && row)
    } as fn(Any) -> TestResult);
}

/// What happens to an object and its memoryviews: numbers that choose among what can happen.
#[derive(Clone, Debug)]
struct Story(Vec<u8>);

impl Arbitrary for Story {
    fn arbitrary(g: &mut Gen) -> Self {
        Story(Vec::arbitrary(g))
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(self.0.shrink().map(Story))
    }
}

/// An object, its memoryviews, and the views that are out of them.
struct Told {
    lives: Lives,
    objects: usize,
    loans: Vec<Loan>,
}

impl Story {
    fn tell(&self) -> Told {
        let mut told = Told { lives: Lives::default(), objects: 1, loans: vec![] };
        told.lives.make(0, Kind::Other);
        for &choice in &self.0 {
            let object = usize::from(choice / 8) % told.objects;
            match choice % 8 {
                0..=2 if told.lives.is_held(object) => {
                    let owner = if choice % 2 == 0 { Obj::Exporter } else { Obj::Root };
                    told.loans.push(Loan { object, owner: Some(owner) });
                }
                3 | 4 if told.lives.is_held(object) => {
                    told.lives.make_of(told.objects, object);
                    told.objects += 1;
                }
                5 if !told.loans.is_empty() => {
                    told.loans.remove(usize::from(choice / 8) % told.loans.len());
                }
                6 => told.lives.drop(object),
                7 if object > 0 => told.lives.release(object),
                _ => {}
            }
        }
        told
    }
}

#[test]
fn in_whatever_order_all_is_given_back_nothing_is_lent_then() {
    holds(|story: Story, order: Vec<u8>| -> TestResult {
        let Told { mut lives, objects, mut loans } = story.tell();
        // Views and memoryviews, taken in any order.
        let mut rest: Vec<usize> = (1..objects).collect();
        let mut order = order.into_iter().map(usize::from).chain(0..);
        while !(loans.is_empty() && rest.is_empty()) {
            let chosen = order.next().unwrap_or(0) % (loans.len() + rest.len());
            match chosen.checked_sub(loans.len()) {
                Some(memoryview) => lives.drop(rest.remove(memoryview)),
                None => drop(loans.remove(chosen)),
            }
        }
        let lent = lives.is_lent(0, &loans);
        // Nothing else keeps it any more.
        let kept = lives.is_alive(0, &loans) != lives.is_held(0);
        lives.drop(0);
        law(&story, !lent && !kept && !lives.is_alive(0, &loans))
    } as fn(Story, Vec<u8>) -> TestResult);
}

#[test]
fn giving_something_back_never_lends_anything() {
    holds(|story: Story, which: usize| -> TestResult {
        let Told { mut lives, objects, mut loans } = story.tell();
        let was_lent = lives.is_lent(0, &loans);
        match which % (loans.len() + objects) {
            view if view < loans.len() => drop(loans.remove(view)),
            object => lives.drop(object - loans.len()),
        }
        law(&story, was_lent || !lives.is_lent(0, &loans))
    } as fn(Story, usize) -> TestResult);
}

#[test]
fn a_view_keeps_the_object_whatever_else_happens() {
    holds(|story: Story| -> TestResult {
        let Told { mut lives, objects, loans } = story.tell();
        for object in 0..objects {
            lives.release(object);
            lives.drop(object);
        }
        law(&story, lives.is_alive(0, &loans) != loans.is_empty())
    } as fn(Story) -> TestResult);
}
