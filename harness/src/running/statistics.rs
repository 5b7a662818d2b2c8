//! # Statistics
//!
//! What was drawn: how much of it was granted and how much refused, and what the memory was like that it
//! was about. Cases that are nearly all refused, or nearly all packed rows, would try little.

use std::collections::{BTreeMap, BTreeSet};

use pybuf_model::consistency::reach;
use pybuf_model::layout::{Address, Layout, Order, packed_strides};
use pybuf_model::objects;
use pybuf_protocol::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::{BareView, Call};
use crate::case::Domain;
use crate::object::Object;
use crate::reply::Reply;

/// What was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Campaign {
    /// The seed of all.
    pub seed: u64,
    /// How long it took, in seconds; making cases simpler is not included.
    pub seconds: f64,
    /// What was drawn of each domain, all editions together.
    pub statistics: Vec<Statistics>,
}

impl Campaign {
    /// With nothing drawn yet.
    pub(crate) fn new(seed: u64, domains: &[Domain]) -> Campaign {
        Campaign { seed, seconds: 0.0, statistics: domains.iter().map(Statistics::of).collect() }
    }

    /// Counts a case of a domain and what came of it.
    pub(crate) fn count(&mut self, domain: &Domain, calls: &[Call], replies: &[Reply]) {
        if let Some(it) = self.statistics.iter_mut().find(|it| it.domain == domain.name) {
            it.count(domain, calls, replies);
        }
    }

    /// The cases that were drawn.
    pub fn cases(&self) -> usize {
        self.statistics.iter().fold(0, |sum, statistics| sum.saturating_add(statistics.cases))
    }

    /// How many cases were drawn, run and judged in a second.
    pub fn cases_a_second(&self) -> f64 {
        self.cases() as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }
}

/// What was drawn of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statistics {
    /// The name of the domain.
    pub domain: String,
    /// All cases.
    pub cases: usize,
    /// Those in which the deciding call succeeded, and said yes if it is one that says yes or no. The call
    /// that decides is the first of the functions of the domain that came back.
    pub accepted: usize,
    /// Those in which it failed, or said no.
    pub refused: usize,
    /// Those with memory of each class. A case may be of several, or of none.
    pub classes: BTreeMap<Class, usize>,
}

words! { "class", "classes":
    /// What memory is like that a case is about: that of the objects it makes, or that which structs and
    /// arrays of numbers describe. Extents are in elements.
    #[derive(
        Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
    )]
    #[serde(rename_all = "kebab-case")]
    pub enum Class {
        /// No dimensions.
        Scalar "scalar",
        /// Packed, in one dimension.
        Row "row",
        /// Packed in C's order, in several dimensions.
        C "c",
        /// Packed in Fortran's order, and not in C's.
        Fortran "fortran",
        /// Neither, or with pointers.
        Strided "strided",
        /// A stride is negative along which there are several elements.
        Backwards "backwards",
        /// A stride is zero along which there are several elements: they are the same one.
        Overlapping "overlapping",
        /// An extent is 0.
        NoElements "no-elements",
        /// An extent is 1.
        OneElement "one-element",
        /// More than 8 dimensions.
        ManyDimensions "many-dimensions",
        /// A suboffset is not negative: there are pointers to follow.
        Indirect "indirect",
        /// There are suboffsets, and all are negative.
        NoPointers "no-pointers",
        /// No shape although there are dimensions.
        WithoutShape "without-shape",
        /// Numbers that no memory has: a negative extent or size of an item, arrays that have not an entry for
        /// each dimension, elements outside of the block.
        IllFormed "ill-formed",
    }
}

impl Statistics {
    /// Of no cases yet.
    fn of(domain: &Domain) -> Statistics {
        let (domain, classes) = (domain.name.to_owned(), BTreeMap::new());
        Statistics { domain, cases: 0, accepted: 0, refused: 0, classes }
    }

    /// Counts a case of the domain and what came of it.
    fn count(&mut self, domain: &Domain, calls: &[Call], replies: &[Reply]) {
        self.cases += 1;
        match decision(domain, calls, replies) {
            Some(true) => self.accepted += 1,
            Some(false) => self.refused += 1,
            None => {}
        }
        let described = calls.iter().filter_map(memory);
        let classes: BTreeSet<Class> =
            described.flat_map(|(view, inside)| classes(&view, inside)).collect();
        for class in classes {
            *self.classes.entry(class).or_default() += 1;
        }
    }
}

/// Whether the call that decides succeeded; `None` if there is none, or none that came back.
fn decision(domain: &Domain, calls: &[Call], replies: &[Reply]) -> Option<bool> {
    let mut decisions = calls.iter().zip(replies).filter_map(|(call, reply)| match reply {
        // That an exception is pending is not the end of it.
        _ if matches!(call, Call::SetError { .. }) => None,
        Reply::Returned(returned) if domain.is_about(call) => {
            let says_no = is_question(call) && returned.value == Some(0);
            Some(!returned.failed() && !says_no)
        }
        _ => None,
    });
    decisions.next()
}

/// Whether it is answered with yes or no.
fn is_question(call: &Call) -> bool {
    let questions = [
        "PyObject_CheckReadBuffer",
        "PyObject_CheckBuffer",
        "PyBuffer_IsContiguous",
        "verify_structure",
        "PyMemoryView_Check",
        "PyBuffer_Check",
    ];
    questions.contains(&call.feature())
}

/// The memory that a call describes, and whether its elements lie inside their block, as far as that is known;
/// `None` if it describes none.
fn memory(call: &Call) -> Option<(BareView, bool)> {
    Some(match call {
        // It lends none.
        Call::Make { object: Object::Raising { .. } } => return None,
        Call::Make { object } => (bare_view(objects::layout(object)?), true),
        Call::IsContiguous { view, .. } | Call::MemoryviewFromBuffer { view, .. } => {
            (view.clone(), true)
        }
        Call::FillContiguousStrides { shape, itemsize, .. } => {
            let layout = layout(shape, &[], (*itemsize).into(), 0);
            (BareView { strides: None, ..bare_view(layout) }, true)
        }
        Call::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset } => {
            let layout = layout(shape, strides, *itemsize, *offset);
            let is_inside = |(from, to)| 0 <= from && to <= *memlen;
            let inside = layout.is_empty() || reach(&layout).is_some_and(is_inside);
            // A number that is too large for a struct is as ill-formed as a negative one.
            let ndim = i32::try_from(*ndim).unwrap_or(-1);
            (BareView { ndim, ..bare_view(layout) }, inside)
        }
        _ => return None,
    })
}

fn layout(shape: &[i64], strides: &[i64], itemsize: i64, offset: i64) -> Layout {
    let (start, format) = (Address { block: 0, offset }, String::new());
    let (shape, strides) = (shape.to_vec(), strides.to_vec());
    Layout { start, itemsize, format, shape, strides, suboffsets: None }
}

fn bare_view(layout: Layout) -> BareView {
    BareView {
        len: layout.len(),
        itemsize: layout.itemsize,
        ndim: layout.shape.len() as i32,
        shape: Some(layout.shape),
        strides: Some(layout.strides),
        suboffsets: layout.suboffsets,
    }
}

/// The classes of some memory.
fn classes(view: &BareView, inside: bool) -> Vec<Class> {
    let BareView { itemsize, ndim, shape, strides, suboffsets, .. } = view;
    let negative = *itemsize < 0 || shape.iter().flatten().any(|extent| *extent < 0);
    if negative || !view.is_well_formed() || !inside {
        return vec![Class::IllFormed];
    }
    let shape = match shape {
        _ if *ndim == 0 => return vec![Class::Scalar],
        None => return vec![Class::WithoutShape],
        Some(shape) => shape,
    };
    let indirect = suboffsets.iter().flatten().any(|suboffset| *suboffset >= 0);
    let strides = strides.as_deref();
    let packed = |order| strides.is_none_or(|it| is_packed(*itemsize, shape, it, order));
    let order = match shape.len() {
        _ if indirect => Class::Strided,
        1 if packed(Order::C) => Class::Row,
        _ if packed(Order::C) => Class::C,
        _ if packed(Order::Fortran) => Class::Fortran,
        _ => Class::Strided,
    };
    let steps = || shape.iter().zip(strides.unwrap_or_default()).filter(|(n, _)| **n > 1);
    let has = [
        (order, true),
        (Class::Backwards, steps().any(|(_, stride)| *stride < 0)),
        (Class::Overlapping, steps().any(|(_, stride)| *stride == 0)),
        (Class::NoElements, shape.contains(&0)),
        (Class::OneElement, shape.contains(&1)),
        (Class::ManyDimensions, shape.len() > 8),
        (Class::Indirect, indirect),
        (Class::NoPointers, suboffsets.is_some() && !indirect),
    ];
    has.into_iter().filter(|(_, has)| *has).map(|(class, _)| class).collect()
}

/// Whether every element is where the one before it ends, or where no stride matters.
fn is_packed(itemsize: i64, shape: &[i64], strides: &[i64], order: Order) -> bool {
    let packed = packed_strides(shape, itemsize, order);
    let mut dimensions = shape.iter().zip(strides.iter().zip(&packed));
    let fits = |(extent, (stride, packed)): (&i64, (&i64, &i64))| *extent <= 1 || stride == packed;
    shape.contains(&0) || dimensions.all(fits)
}
