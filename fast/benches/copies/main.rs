//! How fast layouts are packed, as a share of the speed of memcpy in the same run.
//!
//! `cargo bench -p pybuf-fast --bench quick -- [words of a name] [--size 4k,1m,256m]`

mod layouts;
mod memory;
mod timing;

use std::hint::black_box;

use layouts::LAYOUTS;
use memory::Case;
use timing::{Effort, interleaved};

fn main() {
    let options = Options::new(std::env::args().skip(1));
    println!("{:34} {:>8} {:>10} {:>7} {:>7}", "", "size", "ns", "ratio", "bar");
    for &bytes in &options.sizes {
        let (mut logs, mut count) = (0.0, 0);
        for layout in &LAYOUTS {
            let label = layout.label();
            if !options.words.iter().all(|word| label.contains(word.as_str())) {
                continue;
            }
            let mut case = Case::new(layout, bytes);
            let [memcpy, fast] = measure(&mut case);
            let (ratio, bar) = (memcpy / fast, layout.bar(bytes));
            let mark = if ratio < bar { " <" } else { "" };
            let size = human(case.len());
            println!("{label:34} {size:>8} {fast:>10.0} {ratio:>7.3} {bar:>7.3}{mark}");
            (logs, count) = (logs + (ratio / bar).ln(), count + 1);
        }
        if count > 1 {
            println!("geometric mean over the bar: {:.3}", f64::exp(logs / f64::from(count)));
        }
    }
}

/// Nanoseconds of memcpy and of this crate.
fn measure(case: &mut Case) -> [f64; 2] {
    let view = case.view();
    let len = case.len() as isize;
    let target = case.target.as_mut_ptr();
    let packed = case.packed.as_ptr();
    let mut memcpy = || {
        // SAFETY: both have as many bytes and are apart.
        unsafe {
            std::ptr::copy_nonoverlapping(packed, black_box(target), black_box(len as usize))
        };
    };
    let mut fast = || {
        // SAFETY: the view is of memory that the case has, and the target has its length.
        let copied = unsafe { pybuf_fast::to_contiguous(black_box(target), &view, len, b'C') };
        assert_eq!(copied, Ok(()));
    };
    case.target.fill(0);
    fast();
    assert!(*case.target == *case.packed, "what is copied is wrong");
    let times = interleaved(Effort::for_bytes(case.len()), &mut [&mut memcpy, &mut fast]);
    [times[0], times[1]]
}

struct Options {
    /// All of them are in the label of what is measured.
    words: Vec<String>,
    /// In bytes.
    sizes: Vec<usize>,
}

impl Options {
    fn new(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut options = Self { words: Vec::new(), sizes: vec![4 << 10, 1 << 20, 256 << 20] };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => {} // Cargo's own.
                "--size" => {
                    let sizes = arguments.next().unwrap_or_default();
                    options.sizes = sizes.split(',').filter_map(parse_size).collect();
                }
                word => options.words.push(word.to_owned()),
            }
        }
        options
    }
}

/// `4k`, `1m`, `300`.
fn parse_size(text: &str) -> Option<usize> {
    let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        _ => return None,
    };
    Some(digits.parse::<usize>().ok()? * unit)
}

fn human(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes}"),
        10_000..10_000_000 => format!("{}K", bytes >> 10),
        _ => format!("{}M", bytes >> 20),
    }
}
