//! Shards, and what is put together of them.

use std::collections::BTreeSet;

use pybuf_harness::certificate::Certificate;
use pybuf_harness::finding::Finding;
use pybuf_harness::merge::merge;
use pybuf_harness::model::{Clause, Edition, Level};
use pybuf_harness::statistics::Campaign;
use pybuf_harness::tally::{Ran, Section, Skipped, Stopped};
use pybuf_harness::verdict::Kind;
use pybuf_harness::{Shard, Tally};

fn section(edition: Edition, cases: usize) -> Section {
    Section {
        domain: "check".into(),
        edition,
        cases,
        agree: 0,
        not_in_edition: 0,
        unsupported: 0,
        diverge: cases,
        notes: 0,
    }
}

/// Of a run of 4 cases by two editions.
fn tally(shard: &str, cases: usize) -> Tally {
    let certificate = |domain: &str| Certificate {
        domain: domain.into(),
        bound: "four".into(),
        cases: 4,
        digest: "0".into(),
    };
    Tally {
        target: "mine".into(),
        lacks: [("make slots".into(), "so".into())].into(),
        ran: Ran::Walk(shard.parse().expect("a shard")),
        part: false,
        // Not in the order of their names.
        sections: vec![section(Edition::V3_10, cases), section(Edition::V3_3, cases)],
        findings: vec![],
        exercised_on: Default::default(),
        unsupported: [("make slots".into(), cases)].into(),
        features_used: BTreeSet::new(),
        features_there: BTreeSet::new(),
        certificates: vec![certificate("check")],
        skipped: Vec::new(),
        stopped: None,
    }
}

fn named(tallies: impl IntoIterator<Item = Tally>) -> Vec<(String, Tally)> {
    let names = ["a", "b", "c", "d"].map(str::to_owned);
    names.into_iter().zip(tallies).collect()
}

fn refusal(tallies: impl IntoIterator<Item = Tally>) -> String {
    merge(named(tallies), &[]).expect_err("they are not the shards of one run").to_string()
}

#[test]
fn counts_add_up() {
    let mut parts = [tally("2/3", 1), tally("1/3", 2), tally("3/3", 1)];
    let clause = |id| Clause::find(id).expect("a clause");
    let (one, zero) = (clause("check.one-for-exporters"), clause("check.zero-without-protocol"));
    parts[0].exercised_on = [("bytes".into(), [one].into())].into();
    parts[1].exercised_on =
        [("bytes".into(), [one, zero].into()), ("plain".into(), [zero].into())].into();
    parts[1].features_used = ["a".into(), "b".into()].into();
    parts[2].features_there = ["b".into()].into();
    let whole = merge(named(parts), &[]).expect("they are the shards of one run");
    let mut expected = tally("1/1", 4);
    expected.exercised_on =
        [("bytes".into(), [one, zero].into()), ("plain".into(), [zero].into())].into();
    expected.features_used = ["a".into(), "b".into()].into();
    expected.features_there = ["b".into()].into();
    assert_eq!(whole, expected);
    assert_eq!(
        merge(named([expected.clone()]), &[]),
        Ok(expected),
        "a whole run is its only shard"
    );
}

fn group(level: Level, case: &str, edition: Edition) -> Finding {
    Finding {
        clause: Clause::find("check.one-for-exporters"),
        function: None,
        level,
        kind: Kind::Diverges,
        objects: "bytes".into(),
        failures: (level == Level::Must).into(),
        notes: (level != Level::Must).into(),
        case: case.parse().expect("an id"),
        edition,
        call: "call".into(),
        expected: "this".into(),
        observed: "that".into(),
        steps: vec![],
        excuse: None,
        again: None,
        drawn: None,
    }
}

#[test]
fn of_one_cause_the_worst_is_shown_and_of_these_the_first_in_the_run() {
    let smallest = |groups: [Finding; 2]| {
        let shown = |groups: Vec<Finding>| {
            let shards = ["1/2", "2/2"].map(|shard| tally(shard, 2));
            let parts = shards.into_iter().zip(groups);
            let parts = parts.map(|(tally, group)| Tally { findings: vec![group], ..tally });
            let whole = merge(named(parts), &[]).expect("they are the shards of one run");
            let [group] = &whole.findings[..] else { panic!("{:?}", whole.findings) };
            let Finding { level, failures, notes, case, edition, .. } = group;
            (*level, *failures, *notes, case.to_string(), *edition)
        };
        let back = shown(groups.iter().rev().cloned().collect());
        let shown = shown(groups.to_vec());
        assert_eq!(shown, back, "the order of the shards does not matter");
        shown
    };
    let (must, may) = (Level::Must, Level::Observed);
    let (first, second) = (Edition::V3_10, Edition::V3_3);
    assert_eq!(
        smallest([group(must, "check/10", first), group(must, "check/9", first)]),
        (must, 2, 0, "check/9".into(), first)
    );
    assert_eq!(
        smallest([group(must, "check/10", first), group(must, "check/9", second)]),
        (must, 2, 0, "check/10".into(), first)
    );
    assert_eq!(
        smallest([group(must, "check/1.2", first), group(must, "check/1.1.3", first)]),
        (must, 2, 0, "check/1.1.3".into(), first)
    );
    assert_eq!(
        smallest([group(must, "check/10", second), group(may, "check/9", first)]),
        (must, 1, 1, "check/10".into(), second)
    );
}

#[test]
fn shards_that_overlap_are_refused() {
    let shards = |all: &[&str]| refusal(all.iter().map(|shard| tally(shard, 1)));
    let begin = "these are not the shards of one run: ";
    assert_eq!(shards(&["1/2", "1/2", "2/2"]), format!("{begin}1/2 is in a and in b"));
    assert_eq!(
        shards(&["1/3", "1/3"]),
        format!("{begin}1/3 is in a and in b; 2/3 is missing; 3/3 is missing")
    );
    assert_eq!(
        shards(&["1/2", "2/3"]),
        format!("{begin}b is one of 3, and a is one of 2; 2/2 is missing")
    );
    assert_eq!(refusal([]), "there is nothing to merge");
}

#[test]
fn what_is_missing_was_not_run() {
    let stopped = |tallies: Vec<Tally>| {
        let whole = merge(named(tallies), &[]).expect("they are shards of one run");
        let Stopped { why, not_run } = whole.stopped.expect("it is not all");
        (why, not_run)
    };
    let missing = stopped(vec![tally("1/3", 2), tally("3/3", 1)]);
    assert_eq!(missing, ("2/3 is missing".into(), Some(2)));
    let mut early = tally("1/3", 1);
    early.stopped = Some(Stopped { why: "it is gone".into(), not_run: Some(2) });
    let both = stopped(vec![early, tally("3/3", 1)]);
    assert_eq!(both, ("it is gone; 2/3 is missing".into(), Some(4)));
    let (many, _) = stopped(vec![tally("5/18446744073709551615", 1)]);
    assert!(
        many.ends_with("11/18446744073709551615 is missing; 18446744073709551604 more are missing"),
        "{many}"
    );
}

#[test]
fn what_no_run_comes_to_is_told() {
    let check = |change: fn(&mut Tally)| {
        let mut tally = tally("1/1", 4);
        change(&mut tally);
        tally.check().map_err(|error| error.to_string())
    };
    assert_eq!(check(|_| ()), Ok(()));
    let sum = "the counts of check, edition 3.3, do not add up to its cases";
    assert_eq!(check(|it| it.sections[1].unsupported = 5), Err(sum.into()));
    assert_eq!(check(|it| it.sections[1].unsupported = usize::MAX), Err(sum.into()));
    let section = "the section of check, edition 3.10, is there twice";
    assert_eq!(check(|it| it.sections[1].edition = Edition::V3_10), Err(section.into()));
    let certificate = "the certificate of check is there twice";
    assert_eq!(
        check(|it| it.certificates.extend(it.certificates.clone())),
        Err(certificate.into())
    );
    let many = |it: &mut Tally| it.sections[1] = section_of(usize::MAX);
    assert_eq!(check(many), Err("there are more cases than can be counted".into()));
}

fn section_of(cases: usize) -> Section {
    section(Edition::V3_3, cases)
}

#[test]
fn what_is_of_another_run_is_refused() {
    let other = |change: fn(&mut Tally)| {
        let mut other = tally("2/2", 2);
        change(&mut other);
        refusal([tally("1/2", 2), other])
    };
    assert_eq!(other(|it| it.target = "yours".into()), "b is of yours, and a is of mine");
    assert!(other(|it| it.lacks.clear()).starts_with("what b says that the target lacks"));
    let cases = "b and a are not of the same suites, editions and cases";
    assert_eq!(other(|it| it.certificates[0].digest = "1".into()), cases);
    assert_eq!(other(|it| it.sections[0].edition = Edition::V3_2), cases);
    assert_eq!(other(|it| it.sections.truncate(1)), cases);
    let random = "b is of random cases, and those are no shards: it has to be alone";
    assert_eq!(other(|it| it.ran = drawn()), random);
    let alone = Tally { ran: drawn(), ..tally("1/1", 1) };
    assert_eq!(merge(named([alone.clone()]), &[]), Ok(alone));
    assert_eq!(other(|it| it.part = true), cases);
    let missing = "of the 4 cases of check in edition 3.3 there are 3";
    assert_eq!(other(|it| it.sections[1].cases = 1), missing);
}

fn drawn() -> Ran {
    Ran::Drawn(Campaign { seed: 7, seconds: 0.5, statistics: vec![] })
}

#[test]
fn what_stopped_early_is_merged_as_far_as_it_came() {
    let stopped = |not_run| Some(Stopped { why: "it is gone".into(), not_run: Some(not_run) });
    let mut parts = [tally("1/2", 2), tally("2/2", 1)];
    parts[1].stopped = stopped(2);
    let whole = merge(named(parts.clone()), &[]).expect("they are the shards of one run");
    assert_eq!((whole.stopped, whole.sections[0].cases), (stopped(2), 3));
    parts[0] = Tally { stopped: stopped(1), ..tally("1/2", 1) };
    let whole = merge(named(parts), &[]).expect("they are the shards of one run");
    assert_eq!(whole.stopped, stopped(2 + 2));
}

#[test]
fn what_is_no_shard_is_refused() {
    assert_eq!("1/1".parse(), Ok(Shard::WHOLE));
    for text in ["0/3", "4/3", "0/0", "1", "1/", "/3", "-1/3", "+1/3", "01/3", "1/3/3", " 1/3", ""]
    {
        let error = text.parse::<Shard>().expect_err(text).to_string();
        assert!(error.contains(&format!("{text:?} is no shard")), "{error}");
    }
}

#[test]
fn names_are_read_as_they_are_written() {
    fn same<T: std::fmt::Display + std::str::FromStr + PartialEq>(value: T) -> bool {
        value.to_string().parse().is_ok_and(|read: T| read == value)
    }
    assert!(Clause::all().all(same));
    assert!(Level::ALL.into_iter().all(same));
    assert!(Edition::ALL.into_iter().all(same));
    assert!(Kind::ALL.into_iter().all(same));
    for unknown in ["", "Must", "must "] {
        let error = unknown.parse::<Level>().expect_err("no level").to_string();
        assert!(error.ends_with("the levels are must, should, observed, may, erratum"), "{error}");
        assert!(unknown.parse::<Clause>().is_err() && unknown.parse::<Kind>().is_err());
    }
}

#[test]
fn what_was_skipped_is_added_up() {
    let skipped = |cases| Skipped {
        domain: "check".into(),
        edition: Edition::V3_10,
        function: "PyObject_CheckBuffer".into(),
        objects: Some("bytes".into()),
        cases,
    };
    let mut parts = [tally("1/2", 2), tally("2/2", 2)];
    for part in &mut parts {
        part.sections[0] = section(Edition::V3_10, 1);
        part.skipped = vec![skipped(1)];
    }
    let whole = merge(named(parts.clone()), &[]).expect("they are the shards of one run");
    assert_eq!((whole.skipped, whole.sections[0].cases), (vec![skipped(2)], 2));
    parts[0].skipped.clear();
    let missing = "of the 4 cases of check in edition 3.10 there are 2";
    assert_eq!(refusal(parts), missing);
}
