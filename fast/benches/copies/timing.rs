//! Times of several things in one run: each in its turn, round after round.

use std::time::Instant;

/// How often something is done.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How many times each has its turn.
    rounds: usize,
    /// How many nanoseconds a turn is to take at least.
    turn: f64,
}

impl Effort {
    /// Enough for copies of so many bytes.
    pub fn for_bytes(bytes: usize) -> Self {
        if bytes < 64 << 10 {
            Self { rounds: 101, turn: 50e3 }
        } else if bytes < 16 << 20 {
            Self { rounds: 31, turn: 500e3 }
        } else {
            Self { rounds: 7, turn: 0.0 }
        }
    }
}

/// The median time of each, in nanoseconds.
pub fn interleaved(effort: Effort, things: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    let times: Vec<usize> = things.iter_mut().map(|thing| repetitions(effort, thing)).collect();
    let mut samples = vec![Vec::with_capacity(effort.rounds); things.len()];
    for _ in 0..effort.rounds {
        for (which, thing) in things.iter_mut().enumerate() {
            if effort.turn > 0.0 {
                // What the one before left in the caches is not to count.
                thing();
            }
            samples[which].push(time(times[which], thing));
        }
    }
    samples.into_iter().map(median).collect()
}

/// How many times are a turn.
fn repetitions(effort: Effort, thing: &mut dyn FnMut()) -> usize {
    let mut times = 1;
    while effort.turn > 0.0 {
        let whole = time(times, thing) * times as f64;
        if whole >= effort.turn {
            break;
        }
        times = if whole < effort.turn / 4.0 { times * 4 } else { times * 2 };
    }
    times
}

/// The time that one of so many takes, in nanoseconds.
pub fn time(times: usize, thing: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        thing();
    }
    start.elapsed().as_nanos() as f64 / times as f64
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
