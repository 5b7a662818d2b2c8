//! The shards of a run are the run: no case is missing or twice, and their tallies add up to the same
//! report.

use std::collections::BTreeMap;

use pybuf_harness::merge::merge;
use pybuf_harness::model::Edition;
use pybuf_harness::{Domain, Implementation, Report, Run, Shard};
use pybuf_suites::ALL;
use pybuf_targets::fast::Fast;

fn shards(count: usize) -> impl Iterator<Item = Shard> {
    let shard = move |number| format!("{number}/{count}").parse::<Shard>();
    (1..=count).map(move |number| shard(number).expect("a shard"))
}

#[test]
fn each_case_is_in_one_shard_and_shards_are_even() {
    for domain in ALL {
        let kept = domain.kept().expect("what is kept can be read");
        let all: Vec<_> = domain.cases().chain(kept).map(|(id, _)| id).collect();
        // More shards than cases, too, where that does not take long.
        let more = (all.len() < 500).then_some(all.len() + 1);
        for count in [1, 2, 3].into_iter().chain(more) {
            let mut places = BTreeMap::new();
            let mut sizes = Vec::new();
            for shard in shards(count) {
                let before = places.len();
                let cases = shard.cases(domain).expect("what is kept can be read");
                let ids: Vec<_> = cases.map(|(id, _)| id).collect();
                sizes.push(ids.len());
                places.extend(ids.into_iter().map(|id| (id, shard)));
                assert_eq!(places.len() - before, sizes[sizes.len() - 1], "a case is twice");
            }
            assert!(places.keys().eq(&all), "{} in {count} shards", domain.name);
            let (least, most) = (sizes.iter().min(), sizes.iter().max());
            assert!(most <= least.map(|size| size + 1).as_ref(), "{sizes:?}");
        }
    }
}

type Open<'a> = &'a dyn Fn(Edition) -> Box<dyn Implementation>;

fn run<'a>(domains: &'a [Domain], editions: &[Edition], shard: Shard, open: Open) -> Run<'a> {
    let mut run = Run::of_shard(domains, shard);
    for &edition in editions {
        run.judge(&mut *open(edition), edition, &mut |_| {}).expect("it goes on");
    }
    run
}

fn json(report: &Report) -> String {
    serde_json::to_string_pretty(report).expect("a report is fit for JSON")
}

/// Fails unless as many shards come to the same report as the run in one. Each is written and read again,
/// as between machines.
fn add_up(domains: &[Domain], editions: &[Edition], count: usize, open: Open) -> Report {
    let whole = run(domains, editions, Shard::WHOLE, open).report();
    let parts = shards(count).map(|shard| {
        let text = json(&run(domains, editions, shard, open).report());
        (shard.to_string(), serde_json::from_str(&text).expect("a tally"))
    });
    // The last shard to finish may be the first to be read.
    let parts = parts.collect::<Vec<_>>().into_iter().rev().collect();
    let merged = merge(parts, domains).unwrap_or_else(|error| panic!("{count} shards: {error}"));
    assert_eq!(json(&Report::of(merged, domains)), json(&whole), "{count} shards");
    whole
}

#[test]
fn the_shards_of_the_fast_implementation_add_up() {
    let fast = |edition| Box::new(Fast::of(edition)) as Box<dyn Implementation>;
    let report = add_up(ALL, &[Edition::V3_12], 3, &fast);
    assert!(report.conforms(true) && !report.applicable.is_empty());
    let check = pybuf_suites::named("check").expect("a suite");
    for count in [1, 2, 190, 191] {
        add_up(&check, &Edition::ALL, count, &fast);
    }
}

#[test]
fn the_shards_of_wrong_implementations_add_up() {
    let mut families = BTreeMap::new();
    for fault in pybuf_faults::all() {
        families.entry(fault.clause.family()).or_insert(fault);
    }
    assert!(families.len() > 5, "{:?}", families.keys());
    for (family, fault) in families {
        let domains = pybuf_suites::named(family).expect("a family that faults break is a suite");
        let edition = fault.edition().expect("a must in some edition");
        let faulty = |edition| Box::new(fault.implementation(edition)) as Box<dyn Implementation>;
        let report = add_up(&domains, &[edition], 3, &faulty);
        assert!(!report.tally.findings.is_empty(), "{}", fault.name);
    }
}

#[test]
fn a_shard_says_nothing_of_what_was_not_exercised() {
    let check = pybuf_suites::named("check").expect("a suite");
    let fast = |edition| Box::new(Fast::of(edition)) as Box<dyn Implementation>;
    let last = shards(500).last().expect("a shard");
    let report = run(&check, &[Edition::V3_12], last, &fast).report();
    assert_eq!(report.tally.judged(), 0);
    assert!(report.never_exercised.is_empty() && report.coverage().is_empty());
    assert!(report.conforms(true), "it came out empty, and that is no fault");
}
