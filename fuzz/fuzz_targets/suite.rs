//! The fuzzer's bytes make the choices of a case; the case is run against the fast implementation, which is judged. A
//! divergence is a crash, and so is a panic. The first byte chooses the domain, the second one the edition.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pybuf_harness::chooser::{Choice, Chooser, Options, Replay};
use pybuf_harness::judge::judge;
use pybuf_harness::model::Edition;
use pybuf_harness::{CaseId, Implementation};
use pybuf_suites::ALL;
use pybuf_targets::fast::Fast;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Bytes { left: bytes.iter(), made: Vec::new() };
    let domain = &ALL[bytes.choose(ALL.len())];
    let edition = Edition::ALL[Edition::ALL.len() - 1 - bytes.choose(Edition::ALL.len())];
    bytes.made.clear();
    let case = (domain.build)(&mut bytes);
    let id = CaseId::of(domain.name, bytes.made);
    // What is drawn is found by its id, or a report would be of no use.
    let mut replay = Replay::new(id.choices());
    assert!((domain.build)(&mut replay) == case && replay.fitted(), "{id} is another case");
    let mut fast = Fast::of(edition);
    let replies = fast.run(&[&case.calls]).pop().unwrap_or_default();
    let judgement = judge(&case, &replies, edition, &fast.capabilities());
    if let Some(divergence) = judgement.divergences.first() {
        let clause = divergence.clause.map_or("no clause".into(), |clause| clause.to_string());
        eprintln!("pybuf replay {id} --edition {edition}");
        eprintln!("{}", serde_json::to_string(&case.calls).unwrap_or_default());
        panic!("{id} in edition {edition} breaks {clause}: {divergence:#?}");
    }
});

/// Choices made of bytes, one byte each where there are up to 256 to choose from, so that the fuzzer changes
/// one choice with one byte. Where there are no bytes left, 0 is chosen.
struct Bytes<'a> {
    left: std::slice::Iter<'a, u8>,
    made: Vec<Choice>,
}

impl Chooser for Bytes<'_> {
    fn choose_among(&mut self, options: Options) -> usize {
        let n = options.count();
        let (mut drawn, mut range) = (0, 1);
        while range < n {
            drawn = drawn << 8 | self.left.next().copied().map_or(0, usize::from);
            range <<= 8;
        }
        self.made.push(options.choice(drawn % n));
        drawn % n
    }
}
