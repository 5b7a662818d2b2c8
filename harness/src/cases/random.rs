//! # Chance
//!
//! Cases that are drawn: they go beyond what is enumerated. Each has a number, and from the seed of
//! the run, the name of the domain and that number comes the seed of the case. So any of them can be drawn
//! again without those before it, and shards of a run are the run.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

use crate::case::{Case, CaseId, Domain};
use crate::chooser::{Choice, Chooser, Options};

/// The seed of a run for which none is given.
pub const SEED: u64 = 20_090_531;

/// Draws choices, the same ones from the same seed, and writes them down. The generator is one whose
/// numbers do not change from version to version.
#[derive(Debug)]
pub struct Random {
    numbers: ChaCha8Rng,
    made: Vec<Choice>,
}

impl Random {
    /// From 32 bytes of seed.
    pub fn new(seed: [u8; 32]) -> Random {
        Random { numbers: ChaCha8Rng::from_seed(seed), made: Vec::new() }
    }

    /// The choices that were made.
    pub fn into_choices(self) -> Vec<Choice> {
        self.made
    }

    /// One of `from..to`.
    fn draw(&mut self, from: usize, to: usize) -> usize {
        let count = (to - from).max(1) as u128;
        // The upper half of the product is as even as the number drawn, to a part in 2^64 / count.
        from + ((u128::from(self.numbers.next_u64()) * count) >> 64) as usize
    }
}

impl Chooser for Random {
    /// Three times out of four beyond the bound: what is within is enumerated elsewhere.
    fn choose_among(&mut self, options: Options) -> usize {
        let bound = options.enumerated();
        let choice = match options.beyond() {
            Some(beyond) => match self.numbers.next_u32() % 4 {
                1.. if beyond > bound => self.draw(bound, beyond),
                _ => self.draw(0, bound),
            },
            None => self.draw(0, bound),
        };
        self.made.push(options.choice(choice));
        choice
    }
}

impl Domain {
    /// Cases that are drawn, without an end: number 0, 1, 2 ... of [`Domain::drawn`].
    pub fn random(&self, seed: u64) -> impl Iterator<Item = (CaseId, Case)> + use<> {
        let domain = *self;
        (0..).map(move |number| domain.drawn(seed, number))
    }

    /// The case of that number in a run of that seed. Its id is, as ever, the list of choices.
    pub fn drawn(&self, seed: u64, number: u64) -> (CaseId, Case) {
        self.draw(Sha256::digest(format!("{seed} {} {number}", self.name)).into())
    }

    /// The case that is drawn from 32 bytes of seed.
    pub fn draw(&self, seed: [u8; 32]) -> (CaseId, Case) {
        let mut random = Random::new(seed);
        let case = (self.build)(&mut random);
        (CaseId::of(self.name, random.into_choices()), case)
    }
}
