//! How fast elements are copied, as a share of the speed of memcpy of as many bytes in the same run.
//!
//! `cargo bench -p pybuf-fast --bench copies -- [words of a layout] [--size 4k,1m,256m] [--only fast,ndarray]`
//!
//! All who copy a layout have their turns, round after round, and the median of each counts; that is
//! why no framework measures, which would take one after the other. What does not copy rightly is not
//! measured but fails. `peers.py` adds what is not in Rust.

mod copiers;
mod crates;
mod layouts;
mod memory;
mod timing;

use copiers::Copier;
use layouts::{LAYOUTS, Layout, SMALL};
use memory::Case;
use timing::{Effort, Thing, interleaved};

/// Who copies, in the order of the columns; memcpy is what they are compared with.
const COLUMNS: [&str; 8] = [
    "fast",
    "ndarray.assign",
    "ndarray.owned",
    "rten.copy",
    "rten.owned",
    "transpose",
    "scatter",
    "objects",
];

fn main() {
    let options = Options::new(std::env::args().skip(1));
    if !LAYOUTS.iter().chain(SMALL.iter().map(|(layout, _)| layout)).any(|it| options.wants(it)) {
        eprintln!("no layout has all of these words: {}", options.words.join(" "));
        std::process::exit(2);
    }
    if options.sizes.contains(&256) {
        small(&options);
    }
    for &bytes in options.sizes.iter().filter(|&&bytes| bytes != 256) {
        large(&options, bytes);
    }
}

/// Copies of which the time itself counts.
fn small(options: &Options) {
    println!("{:34} {:>8} {:>10} {:>7} {:>7}", "", "bytes", "memcpy ns", "fast ns", "bar");
    for (layout, bar) in SMALL.iter().filter(|(layout, _)| options.wants(layout)) {
        let mut case = Case::new(layout, 256);
        let mut copiers = [copiers::memcpy(&mut case), copiers::gather(&mut case)];
        let times = measure(&mut case, &mut copiers);
        let mark = if times[1] > *bar { " <" } else { "" };
        let (label, len) = (layout.label(), case.len());
        println!("{label:34} {len:>8} {:>10.1} {:>7.1} {bar:>7.1}{mark}", times[0], times[1]);
    }
}

/// Copies of which the speed counts.
fn large(options: &Options, bytes: usize) {
    let columns: Vec<&str> = COLUMNS.into_iter().filter(|name| options.is_wanted(name)).collect();
    print!("\n{:34} {:>8} {:>10}", "", "bytes", "memcpy ns");
    columns.iter().for_each(|name| print!(" {name:>14}"));
    println!(" {:>7}", "bar");
    let mut over_the_bar = Vec::new();
    for layout in LAYOUTS.iter().filter(|layout| options.wants(layout)) {
        let mut case = Case::new(layout, bytes);
        let mut copiers = vec![copiers::memcpy(&mut case), copiers::gather(&mut case)];
        copiers.extend(crates::copiers(&mut case));
        copiers.extend(copiers::scatter(&mut case));
        copiers.push(copiers::between_objects(&mut case));
        copiers.retain(|copier| copier.name == "memcpy" || columns.contains(&copier.name));
        let times = measure(&mut case, &mut copiers);
        let ratio = |name: &str| {
            let place = copiers.iter().position(|copier| copier.name == name)?;
            Some(times[0] / times[place])
        };
        print!("{:34} {:>8} {:>10.0}", layout.label(), human(case.len()), times[0]);
        for name in &columns {
            print!(" {:>14}", ratio(name).map_or("-".to_owned(), |ratio| format!("{ratio:.3}")));
        }
        let (bar, fast) = (layout.bar(bytes), ratio("fast"));
        over_the_bar.extend(fast.map(|fast| fast / bar));
        println!(" {bar:>7.3}{}", if fast.is_some_and(|fast| fast < bar) { " <" } else { "" });
    }
    let logs: f64 = over_the_bar.iter().map(|ratio| ratio.ln()).sum();
    let mean = f64::exp(logs / over_the_bar.len() as f64);
    println!("fast over the bar, geometric mean: {mean:.3}");
}

/// The nanoseconds of each.
fn measure(case: &mut Case, copiers: &mut [Copier]) -> Vec<f64> {
    for copier in &mut *copiers {
        assert!(copier.is_right(case), "{} copies wrongly", copier.name);
    }
    let mut turns: Vec<_> =
        copiers.iter_mut().map(|copier| |times: usize| copier.copy(times)).collect();
    let mut things: Vec<Thing> = turns.iter_mut().map(|turn| turn as Thing).collect();
    interleaved(Effort::for_bytes(case.len()), &mut things)
}

struct Options {
    /// All of them are in the label of what is measured.
    words: Vec<String>,
    /// In bytes.
    sizes: Vec<usize>,
    /// One of them is in the name of who copies; none: all copy.
    only: Vec<String>,
}

impl Options {
    fn new(mut arguments: impl Iterator<Item = String>) -> Self {
        let sizes = vec![256, 4 << 10, 1 << 20, memory::large()];
        let mut options = Self { words: Vec::new(), sizes, only: Vec::new() };
        while let Some(argument) = arguments.next() {
            let mut list = || arguments.next().unwrap_or_default();
            match argument.as_str() {
                "--bench" => {} // Cargo's own.
                "--size" => options.sizes = list().split(',').map(parse_size).collect(),
                "--only" => options.only = list().split(',').map(str::to_owned).collect(),
                word => options.words.push(word.to_owned()),
            }
        }
        options
    }

    fn wants(&self, layout: &Layout) -> bool {
        self.words.iter().all(|word| layout.label().contains(word.as_str()))
    }

    fn is_wanted(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.contains(only.as_str()))
    }
}

/// `256`, `4k`, `1m`. Ends the program if it is none, or one that not every layout is of.
fn parse_size(text: &str) -> usize {
    let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" => Some(1),
        "k" => Some(1 << 10),
        "m" => Some(1 << 20),
        _ => None,
    };
    let size =
        digits.parse::<usize>().ok().zip(unit).and_then(|(count, unit)| count.checked_mul(unit));
    size.filter(|&size| size == 256 || size >= 4 << 10).unwrap_or_else(|| {
        eprintln!("{text:?} is no size: 256, or 4k or more, like 1m or 256m");
        std::process::exit(2);
    })
}

fn human(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes}"),
        10_000..10_000_000 => format!("{}K", bytes >> 10),
        _ => format!("{}M", bytes >> 20),
    }
}
