//! Choices that proptest makes up and shrinks.

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use pybuf_harness::chooser::Chooser;

/// Choices drawn from random numbers; small numbers are small choices, so that lowering the one
/// lowers the other.
pub struct Draw<'a>(pub std::slice::Iter<'a, u16>);

impl Chooser for Draw<'_> {
    fn choose(&mut self, n: usize) -> usize {
        self.0.next().map_or(0, |&drawn| usize::from(drawn) % n)
    }
}

/// Runs `cases` cases, always the same ones; PYBUF_SEED takes others. Prints the seed.
pub fn runner(cases: u32) -> TestRunner {
    let seed = std::env::var("PYBUF_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or(20_090_531);
    println!("PYBUF_SEED={seed}");
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
