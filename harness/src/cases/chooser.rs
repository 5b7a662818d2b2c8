//! # Choosing
//!
//! A case is made by a function that makes choices. Who makes them differs: a walk through all of
//! them, a list that was written down, or [chance](crate::random::Random).

use std::fmt;

use crate::object::Kind;

/// The most that there is to choose from at a time, so that all lower choices can be tried.
pub const MOST: usize = 260;

/// Makes choices.
pub trait Chooser {
    /// One of the options, by its number. All other functions come to this one.
    fn choose_among(&mut self, options: Options) -> usize;

    /// One of `0..n`. `n` is at least 1, and at most [`MOST`].
    fn choose(&mut self, n: usize) -> usize {
        self.choose_among(Options { enumerated: n, beyond: None, kinds: &[] })
    }

    /// One of `0..bound` where all choices are enumerated; of `0..beyond` where they are drawn or
    /// written down. What lies beyond the bound is too much to be enumerated; if nothing does, this is
    /// [`choose`](Chooser::choose).
    fn choose_beyond(&mut self, bound: usize, beyond: usize) -> usize {
        self.choose_among(Options { enumerated: bound, beyond: Some(beyond), kinds: &[] })
    }

    /// One of some kinds of objects; `None` is any object, beyond those that are enumerated. The choice has the
    /// name of the kind, so that it stays the same when there are more of them. `kinds` must be in the order of
    /// [`Kind::ALL`], which is that of the ids of cases.
    fn choose_kind(&mut self, kinds: &[Kind]) -> Option<Kind> {
        debug_assert!(kinds.is_sorted(), "kinds are out of order: {kinds:?}");
        let enumerated = kinds.len();
        let options = Options { enumerated, beyond: Some(enumerated + 1), kinds };
        kinds.get(self.choose_among(options)).copied()
    }
}

/// What there is to choose from.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    enumerated: usize,
    beyond: Option<usize>,
    /// What is enumerated, if it is kinds of objects. Those beyond have no name of their own.
    kinds: &'a [Kind],
}

impl Options<'_> {
    /// How many there are where all are enumerated.
    pub fn enumerated(self) -> usize {
        self.enumerated
    }

    /// How many there are where they are drawn, if that may be another number.
    pub fn beyond(self) -> Option<usize> {
        self.beyond
    }

    /// How many there are in all.
    pub fn count(self) -> usize {
        self.enumerated.max(self.beyond.unwrap_or(0))
    }

    /// What the option of that number is called in the id of a case.
    pub fn choice(self, number: usize) -> Choice {
        match self.kinds.get(number) {
            Some(&kind) => Choice::Kind(kind),
            None if self.kinds.is_empty() => Choice::Number(number),
            None => Choice::Any,
        }
    }

    /// The number of the option that is called so, if there is one.
    pub fn number(self, choice: Choice) -> Option<usize> {
        let number = match choice {
            Choice::Number(number) => number,
            Choice::Kind(kind) => self.kinds.iter().position(|it| *it == kind)?,
            Choice::Any => self.kinds.len(),
        };
        (number < self.count() && self.choice(number) == choice).then_some(number)
    }
}

/// A choice that was made, as the id of a case has it: `3`, `bytes` or `any`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// A number, from 0 on.
    Number(usize),
    /// An object of this kind.
    Kind(Kind),
    /// An object of any kind, beyond those that are enumerated.
    Any,
}

impl Choice {
    /// The simpler choice of that number, the simplest first; `None` if there are fewer.
    pub fn simpler(self, number: usize) -> Option<Choice> {
        let kind = |kinds: &[Kind]| kinds.get(number).map(|kind| Choice::Kind(*kind));
        match self {
            Choice::Number(most) => (number < most.min(MOST)).then_some(Choice::Number(number)),
            Choice::Kind(most) => kind(&Kind::ALL[..most as usize]),
            Choice::Any => kind(&Kind::ALL),
        }
    }

    /// The choice that is called so.
    pub fn named(text: &str) -> Option<Choice> {
        let number = || text.parse().ok().map(Choice::Number);
        let kind = || Kind::named(text).map(Choice::Kind);
        let any = || (text == "any").then_some(Choice::Any);
        number().or_else(kind).or_else(any)
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Choice::Number(number) => number.fmt(f),
            Choice::Kind(kind) => kind.fmt(f),
            Choice::Any => f.write_str("any"),
        }
    }
}

/// One of `items`, which are not empty.
pub fn pick<'a, T>(chooser: &mut dyn Chooser, items: &'a [T]) -> &'a T {
    &items[chooser.choose(items.len())]
}

/// Walks through all choices, each list of them once, in lexicographic order.
///
/// ```
/// use pybuf_harness::chooser::{Chooser, Exhaustive};
///
/// let mut walk = Exhaustive::default();
/// let mut seen = Vec::new();
/// while walk.begin() {
///     let first = walk.choose(2);
///     seen.push((first, if first == 0 { walk.choose(3) } else { 9 }));
/// }
/// assert_eq!(seen, [(0, 0), (0, 1), (0, 2), (1, 9)]);
/// ```
#[derive(Debug, Default)]
pub struct Exhaustive {
    /// The choices made.
    trail: Vec<Made>,
    /// How many of them the current list has used.
    used: usize,
    begun: bool,
}

#[derive(Debug)]
struct Made {
    number: usize,
    /// How many there are to choose from.
    of: usize,
    /// What it is called.
    choice: Choice,
}

impl Exhaustive {
    /// Begins the next list of choices; false if there is none.
    pub fn begin(&mut self) -> bool {
        if self.begun {
            self.trail.truncate(self.used);
            while self.trail.last().is_some_and(|made| made.number + 1 >= made.of) {
                self.trail.pop();
            }
            match self.trail.last_mut() {
                Some(made) => made.number += 1,
                None => return false,
            }
        }
        self.begun = true;
        self.used = 0;
        true
    }

    /// The choices of the current list.
    pub fn choices(&self) -> Vec<Choice> {
        self.trail[..self.used].iter().map(|made| made.choice).collect()
    }
}

impl Chooser for Exhaustive {
    fn choose_among(&mut self, options: Options) -> usize {
        if self.used == self.trail.len() {
            self.trail.push(Made { number: 0, of: options.enumerated, choice: options.choice(0) });
        }
        let made = &mut self.trail[self.used];
        made.choice = options.choice(made.number);
        self.used += 1;
        made.number
    }
}

/// Makes the choices of a list. Where the list does not fit, it chooses the first option and remembers.
#[derive(Debug)]
pub struct Replay<'a> {
    choices: &'a [Choice],
    /// The choices that were made.
    made: Vec<Choice>,
    misfit: bool,
}

impl<'a> Replay<'a> {
    /// A chooser that follows `choices`.
    pub fn new(choices: &'a [Choice]) -> Self {
        Replay { choices, made: Vec::with_capacity(choices.len()), misfit: false }
    }

    /// Whether the list had just the choices that were asked for.
    pub fn fitted(&self) -> bool {
        !self.misfit && self.made.len() == self.choices.len()
    }

    /// The choices that were made: those of the list, if it fitted.
    pub fn into_choices(self) -> Vec<Choice> {
        self.made
    }
}

impl Chooser for Replay<'_> {
    fn choose_among(&mut self, options: Options) -> usize {
        let choice = self.choices.get(self.made.len());
        let number = choice.and_then(|&choice| options.number(choice));
        self.misfit |= number.is_none();
        let number = number.unwrap_or(0);
        self.made.push(options.choice(number));
        number
    }
}
