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

/// Does something so many times.
pub type Thing<'a> = &'a mut dyn FnMut(usize);

/// How many rounds of what takes longer than a second are enough.
const FEW: usize = 3;

/// The median time of each, in nanoseconds.
pub fn interleaved(effort: Effort, things: &mut [Thing]) -> Vec<f64> {
    let times: Vec<usize> = things.iter_mut().map(|thing| repetitions(effort, thing)).collect();
    let mut samples = vec![Vec::with_capacity(effort.rounds); things.len()];
    for _ in 0..effort.rounds {
        for ((thing, &times), samples) in things.iter_mut().zip(&times).zip(&mut samples) {
            if samples.len() >= FEW && samples.iter().sum::<f64>() > 1e9 {
                continue;
            }
            if effort.turn > 0.0 {
                // What the one before left in the caches is not to count.
                thing(1);
            }
            samples.push(time(times, thing));
        }
    }
    samples.into_iter().map(median).collect()
}

/// How many times are a turn.
fn repetitions(effort: Effort, thing: Thing) -> usize {
    let mut times = 1;
    while effort.turn > 0.0 && time(times, thing) * (times as f64) < effort.turn {
        times *= 2;
    }
    times
}

/// The time that one of so many takes, in nanoseconds.
pub fn time(times: usize, thing: Thing) -> f64 {
    let start = Instant::now();
    thing(times);
    start.elapsed().as_nanos() as f64 / times as f64
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
