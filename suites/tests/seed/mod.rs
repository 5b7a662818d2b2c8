//! The seed of the tests that draw.

use pybuf_harness::random::SEED;

/// Always the same one; PYBUF_SEED takes another. Prints it.
///
/// # Panics
///
/// If PYBUF_SEED is no seed.
pub fn seed() -> u64 {
    let seed = std::env::var_os("PYBUF_SEED").map_or(SEED, |seed| {
        let number = seed.to_str().and_then(|seed| seed.parse().ok());
        number.unwrap_or_else(|| panic!("PYBUF_SEED={} is no seed", seed.display()))
    });
    println!("PYBUF_SEED={seed}");
    seed
}
