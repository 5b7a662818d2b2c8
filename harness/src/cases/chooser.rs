//! # Choosing
//!
//! A case is made by a function that makes choices. Who makes them differs: a walk through all of
//! them, a list that was written down, or [chance](crate::random::Random).

/// The most that there is to choose from at a time, so that all lower choices can be tried.
pub const MOST: usize = 260;

/// Makes choices.
pub trait Chooser {
    /// One of `0..n`. `n` is at least 1, and at most [`MOST`].
    fn choose(&mut self, n: usize) -> usize;

    /// One of `0..bound` where all choices are enumerated; of `0..beyond` where they are drawn or
    /// written down. What lies beyond the bound is too much to be enumerated; if nothing does, this is
    /// [`choose`](Chooser::choose).
    fn choose_beyond(&mut self, bound: usize, beyond: usize) -> usize {
        let _ = beyond;
        self.choose(bound)
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
    /// The choices made, each with the number there was to choose from.
    trail: Vec<(usize, usize)>,
    /// How many of them the current list has used.
    used: usize,
    begun: bool,
}

impl Exhaustive {
    /// Begins the next list of choices; false if there is none.
    pub fn begin(&mut self) -> bool {
        if self.begun {
            self.trail.truncate(self.used);
            while self.trail.last().is_some_and(|&(choice, n)| choice + 1 >= n) {
                self.trail.pop();
            }
            match self.trail.last_mut() {
                Some((choice, _)) => *choice += 1,
                None => return false,
            }
        }
        self.begun = true;
        self.used = 0;
        true
    }

    /// The choices of the current list.
    pub fn choices(&self) -> Vec<usize> {
        self.trail[..self.used].iter().map(|&(choice, _)| choice).collect()
    }
}

impl Chooser for Exhaustive {
    fn choose(&mut self, n: usize) -> usize {
        if self.used == self.trail.len() {
            self.trail.push((0, n));
        }
        self.used += 1;
        self.trail[self.used - 1].0
    }
}

/// Makes the choices of a list. Where the list does not fit, it chooses 0 and remembers.
#[derive(Debug)]
pub struct Replay<'a> {
    choices: &'a [usize],
    /// The choices that were made.
    made: Vec<usize>,
    misfit: bool,
}

impl<'a> Replay<'a> {
    /// A chooser that follows `choices`.
    pub fn new(choices: &'a [usize]) -> Self {
        Replay { choices, made: Vec::with_capacity(choices.len()), misfit: false }
    }

    /// Whether the list had just the choices that were asked for.
    pub fn fitted(&self) -> bool {
        !self.misfit && self.made.len() == self.choices.len()
    }

    /// The choices that were made: those of the list, if it fitted.
    pub fn into_choices(self) -> Vec<usize> {
        self.made
    }
}

impl Chooser for Replay<'_> {
    fn choose(&mut self, n: usize) -> usize {
        let choice = self.choices.get(self.made.len()).copied().filter(|&choice| choice < n);
        self.misfit |= choice.is_none();
        self.made.push(choice.unwrap_or(0));
        choice.unwrap_or(0)
    }

    fn choose_beyond(&mut self, bound: usize, beyond: usize) -> usize {
        self.choose(bound.max(beyond))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_that_does_not_fit_is_told() {
        let fits = |choices: &[usize]| {
            let mut replay = Replay::new(choices);
            replay.choose(2);
            replay.choose(3);
            replay.fitted()
        };
        assert!(fits(&[1, 2]));
        assert!(!fits(&[1]), "too short");
        assert!(!fits(&[1, 2, 0]), "too long");
        assert!(!fits(&[2, 2]), "out of range");
    }

    #[test]
    fn only_a_walk_stays_within_the_bound() {
        let mut walk = Exhaustive::default();
        let mut walked = Vec::new();
        while walk.begin() {
            walked.push(walk.choose_beyond(2, 9));
        }
        assert_eq!(walked, [0, 1]);
        let mut replay = Replay::new(&[8]);
        assert_eq!(replay.choose_beyond(2, 9), 8);
        assert!(replay.fitted());
    }
}
