//! Progress, on a terminal, of what takes more than a second.

use std::cell::Cell;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use pybuf_harness::{Domain, Shard};

/// A progress bar.
pub struct Bar {
    bar: ProgressBar,
    begun: Instant,
    done: Cell<u64>,
}

impl Bar {
    /// Of so many `things`, which are counted only if there is somebody to see them.
    pub fn new(count: impl FnOnce() -> usize, things: &str) -> Bar {
        let bar = if io::stderr().is_terminal() {
            ProgressBar::new(count() as u64)
        } else {
            ProgressBar::hidden()
        };
        let style =
            ProgressStyle::with_template(&format!("{{wide_bar}} {{pos}} of {{len}} {things}"));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bar { bar, begun: Instant::now(), done: Cell::new(0) }
    }

    /// Of the cases of a run.
    pub fn of_cases(domains: &[Domain], shard: Shard, editions: usize) -> Bar {
        let cases = |domain| shard.cases(domain).map_or(0, Iterator::count);
        Bar::new(|| domains.iter().map(cases).sum::<usize>() * editions, "cases")
    }

    pub fn advance(&self, by: usize) {
        self.done.set(self.done.get() + by as u64);
        if self.begun.elapsed() > Duration::from_secs(1) {
            self.bar.set_position(self.done.get());
        }
    }

    /// Prints without tearing the bar.
    pub fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
