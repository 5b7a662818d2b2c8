//! # Statistics
//!
//! What was drawn: how much of it was granted and how much refused, and what the memory was like that it
//! was about. Cases that are nearly all refused, or nearly all packed rows, would try little.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pybuf_model::layout::MAX_NDIM;
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

/// What memory is like that a case is about: that of the objects it makes, or that which structs and
/// arrays of numbers describe. Extents are in elements.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// No dimensions.
    Scalar,
    /// Packed, in one dimension.
    Row,
    /// Packed in C's order, in several dimensions.
    C,
    /// Packed in Fortran's order, and not in C's.
    Fortran,
    /// Neither, or with pointers.
    Strided,
    /// A stride is negative along which there are several elements.
    Backwards,
    /// A stride is zero along which there are several elements: they are the same one.
    Overlapping,
    /// An extent is 0.
    NoElements,
    /// An extent is 1.
    OneElement,
    /// More than 8 dimensions.
    ManyDimensions,
    /// A suboffset is not negative: there are pointers to follow.
    Indirect,
    /// There are suboffsets, and all are negative.
    NoPointers,
    /// No shape although there are dimensions.
    WithoutShape,
    /// Numbers that no memory has: a negative extent or size of an item, arrays that have not an entry for
    /// each dimension, elements outside of the block.
    IllFormed,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 14] = [
        Class::Scalar,
        Class::Row,
        Class::C,
        Class::Fortran,
        Class::Strided,
        Class::Backwards,
        Class::Overlapping,
        Class::NoElements,
        Class::OneElement,
        Class::ManyDimensions,
        Class::Indirect,
        Class::NoPointers,
        Class::WithoutShape,
        Class::IllFormed,
    ];

    /// The classes of the memory that some calls are about.
    pub fn of(calls: &[Call]) -> BTreeSet<Class> {
        let mut classes = BTreeSet::new();
        for memory in calls.iter().filter_map(Memory::of) {
            memory.classify(&mut classes);
        }
        classes
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Class::Scalar => "scalar",
            Class::Row => "row",
            Class::C => "c",
            Class::Fortran => "fortran",
            Class::Strided => "strided",
            Class::Backwards => "backwards",
            Class::Overlapping => "overlapping",
            Class::NoElements => "no-elements",
            Class::OneElement => "one-element",
            Class::ManyDimensions => "many-dimensions",
            Class::Indirect => "indirect",
            Class::NoPointers => "no-pointers",
            Class::WithoutShape => "without-shape",
            Class::IllFormed => "ill-formed",
        })
    }
}

impl Statistics {
    /// Of no cases yet.
    pub fn of(domain: &Domain) -> Statistics {
        let (domain, classes) = (domain.name.to_owned(), BTreeMap::new());
        Statistics { domain, cases: 0, accepted: 0, refused: 0, classes }
    }

    /// Counts a case of the domain and what came of it.
    pub fn count(&mut self, domain: &Domain, calls: &[Call], replies: &[Reply]) {
        self.cases += 1;
        match decision(domain, calls, replies) {
            Some(true) => self.accepted += 1,
            Some(false) => self.refused += 1,
            None => {}
        }
        for class in Class::of(calls) {
            *self.classes.entry(class).or_default() += 1;
        }
    }
}

/// Whether the call that decides was met; `None` if there is none, or none that came back.
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

/// Memory as a call describes it.
struct Memory {
    itemsize: i64,
    ndim: i64,
    shape: Option<Vec<i64>>,
    strides: Option<Vec<i64>>,
    suboffsets: Option<Vec<i64>>,
    /// Whether the elements lie inside their block, as far as that is known.
    inside: bool,
}

impl Memory {
    /// `None` if the call describes none.
    fn of(call: &Call) -> Option<Memory> {
        match call {
            // It lends none.
            Call::Make { object: Object::Raising { .. } } => None,
            Call::Make { object } => pybuf_model::objects::layout(object).map(|layout| Memory {
                itemsize: layout.itemsize,
                ndim: layout.ndim(),
                shape: Some(layout.shape),
                strides: Some(layout.strides),
                suboffsets: layout.suboffsets,
                inside: true,
            }),
            Call::IsContiguous { view, .. } | Call::MemoryviewFromBuffer { view, .. } => {
                let BareView { itemsize, ndim, shape, strides, suboffsets, .. } = view.clone();
                let ndim = ndim.into();
                Some(Memory { itemsize, ndim, shape, strides, suboffsets, inside: true })
            }
            Call::FillContiguousStrides { shape, itemsize, .. } => Some(Memory {
                itemsize: (*itemsize).into(),
                ndim: shape.len() as i64,
                shape: Some(shape.clone()),
                strides: None,
                suboffsets: None,
                inside: true,
            }),
            Call::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset } => {
                Some(Memory {
                    itemsize: *itemsize,
                    ndim: *ndim,
                    shape: Some(shape.clone()),
                    strides: Some(strides.clone()),
                    suboffsets: None,
                    inside: is_inside(*memlen, *itemsize, shape, strides, *offset),
                })
            }
            _ => None,
        }
    }

    fn classify(&self, classes: &mut BTreeSet<Class>) {
        let arrays = [&self.shape, &self.strides, &self.suboffsets];
        let is_whole =
            |array: &&Option<Vec<i64>>| array.as_ref().is_none_or(|a| a.len() as i64 == self.ndim);
        let negative = self.itemsize < 0 || self.shape.iter().flatten().any(|extent| *extent < 0);
        let ndim = 0..=MAX_NDIM as i64;
        if negative || !ndim.contains(&self.ndim) || !arrays.iter().all(is_whole) || !self.inside {
            classes.insert(Class::IllFormed);
            return;
        }
        if self.ndim == 0 {
            classes.insert(Class::Scalar);
            return;
        }
        let Some(shape) = &self.shape else {
            classes.insert(Class::WithoutShape);
            return;
        };
        let indirect = self.suboffsets.iter().flatten().any(|suboffset| *suboffset >= 0);
        let strides = self.strides.as_deref();
        let packed = |fortran| strides.is_none_or(|s| is_packed(self.itemsize, shape, s, fortran));
        classes.insert(match shape.len() {
            _ if indirect => Class::Strided,
            1 if packed(false) => Class::Row,
            _ if packed(false) => Class::C,
            _ if packed(true) => Class::Fortran,
            _ => Class::Strided,
        });
        let steps = || shape.iter().zip(strides.unwrap_or_default()).filter(|(n, _)| **n > 1);
        let has = [
            (Class::Backwards, steps().any(|(_, stride)| *stride < 0)),
            (Class::Overlapping, steps().any(|(_, stride)| *stride == 0)),
            (Class::NoElements, shape.contains(&0)),
            (Class::OneElement, shape.contains(&1)),
            (Class::ManyDimensions, shape.len() > 8),
            (Class::Indirect, indirect),
            (Class::NoPointers, self.suboffsets.is_some() && !indirect),
        ];
        classes.extend(has.into_iter().filter(|(_, has)| *has).map(|(class, _)| class));
    }
}

/// Whether every element is where the one before it ends, or where no stride is walked.
fn is_packed(itemsize: i64, shape: &[i64], strides: &[i64], fortran: bool) -> bool {
    let mut packed = i128::from(itemsize);
    let mut fits = |(extent, stride): (&i64, &i64)| {
        let fits = *extent <= 1 || i128::from(*stride) == packed;
        packed = packed.saturating_mul((*extent).into());
        fits
    };
    let mut dimensions = shape.iter().zip(strides);
    shape.contains(&0)
        || if fortran { dimensions.all(fits) } else { dimensions.rev().all(&mut fits) }
}

fn is_inside(memlen: i64, itemsize: i64, shape: &[i64], strides: &[i64], offset: i64) -> bool {
    if shape.contains(&0) {
        return true;
    }
    let steps = || {
        let steps = shape.iter().zip(strides);
        steps.map(|(extent, stride)| i128::from(*stride) * i128::from(extent - 1))
    };
    let (low, high) = (
        steps().map(|step| step.min(0)).sum::<i128>(),
        steps().map(|step| step.max(0)).sum::<i128>(),
    );
    let [memlen, itemsize, offset] = [memlen, itemsize, offset].map(i128::from);
    offset + low >= 0 && offset + high + itemsize <= memlen
}
