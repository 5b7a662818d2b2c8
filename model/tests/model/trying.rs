//! Trying a law on what quickcheck makes up.

use quickcheck::{Gen, QuickCheck, Testable};

/// Tries a law so many times, on things of up to `size`. What they are made of is always the same;
/// PYBUF_SEED takes another seed, and the seed is printed.
pub fn tries(size: usize, times: u64, law: impl Testable) {
    let seed = std::env::var("PYBUF_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(20_090_531);
    println!("PYBUF_SEED={seed}");
    QuickCheck::new()
        .rng(Gen::from_size_and_seed(size, seed))
        .tests(times)
        // A law may set aside what it is not about, but not most of it.
        .max_tests(10 * times)
        .min_tests_passed(times)
        .quickcheck(law);
}
