//! How fast cases are judged, on one core: `cargo bench -p pybuf-suites`.
//!
//! A figure a second is of calls of the functions that a domain is about. The cases around them, which
//! make objects and release views, are judged too, and their time counts.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pybuf_harness::judge::judge;
use pybuf_harness::model::Edition;
use pybuf_harness::{Case, Domain, Implementation, Reply};
use pybuf_targets::fast::Fast;

/// Editions with different objects and rules: the newest, and the last with the old slots.
const EDITIONS: [Edition; 2] = [Edition::V3_13, Edition::V2_7];

criterion_group!(benches, requests_and_copies);
criterion_main!(benches);

fn requests_and_copies(criterion: &mut Criterion) {
    measure(criterion, pybuf_suites::request::DOMAIN);
    measure(criterion, pybuf_suites::copy::DOMAIN);
}

/// Measures the judging of a domain: first with replies that are
/// there, so that model and judge are all that is measured, then with everything that a run does.
fn measure(criterion: &mut Criterion, domain: Domain) {
    let mut group = criterion.benchmark_group(domain.name);
    for edition in EDITIONS {
        let mut fast = Fast::of(edition);
        let capabilities = fast.capabilities();
        let cases: Vec<(Case, Vec<Reply>)> = domain
            .cases()
            .map(|(_, case)| {
                let replies = fast.run(&[&case.calls]).pop().unwrap_or_default();
                (case, replies)
            })
            .collect();
        let calls = cases.iter().map(|(case, replies)| answered(case, replies, &domain));
        group.throughput(Throughput::Elements(calls.sum()));
        group.bench_function(format!("judge/{edition}"), |bencher| {
            bencher.iter(|| {
                let judged = cases.iter().map(|(case, replies)| {
                    judge(case, replies, edition, &capabilities).exercised.len()
                });
                judged.sum::<usize>()
            });
        });
        group.bench_function(format!("make, run on fast, judge/{edition}"), |bencher| {
            bencher.iter(|| {
                let judged = domain.cases().map(|(_, case)| {
                    let replies = fast.run(&[&case.calls]).pop().unwrap_or_default();
                    judge(&case, &replies, edition, &capabilities).exercised.len()
                });
                judged.sum::<usize>()
            });
        });
    }
    group.finish();
}

/// How many calls of the functions of a domain came back: those on objects that the edition does not have do not count.
fn answered(case: &Case, replies: &[Reply], domain: &Domain) -> u64 {
    let calls = case.calls.iter().zip(replies);
    let answered = calls.filter(|(_, reply)| matches!(reply, Reply::Returned(_)));
    answered.filter(|(call, _)| domain.is_about(call)).count() as u64
}
