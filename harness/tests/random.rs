//! Random cases of made-up domains: how they are made simpler, how they are kept, and when a campaign ends.

use std::time::Instant;

use pybuf_harness::campaign::{self, Plan};
use pybuf_harness::case::Which;
use pybuf_harness::chooser::Chooser;
use pybuf_harness::model::Edition;
use pybuf_harness::object::Object;
use pybuf_harness::random::Random;
use pybuf_harness::reply::{Reply, Returned};
use pybuf_harness::run::Failure;
use pybuf_harness::shrink::Shrinking;
use pybuf_harness::{Call, Capabilities, Case, CaseId, Domain, Implementation};

/// Objects of any length, asked whether they export, up to 200 of them.
const DOMAIN: Domain = Domain {
    name: "check",
    functions: &["PyObject_CheckBuffer"],
    bound: "no object",
    build: |chooser| {
        let mut calls = Vec::new();
        let count = chooser.choose_beyond(1, 200);
        for object in 0..count {
            calls.push(Call::Make { object: Object::Bytes { len: chooser.choose(256) } });
            calls.push(Call::CheckBuffer { object });
        }
        Case { calls }
    },
    regressions: r#"[{"clause": "check.since-2.7-draft", "calls": [{"PyObject_CheckBuffer": {"object": 0}}]}]"#,
};

/// Says that everything exports.
struct Yes;

impl Implementation for Yes {
    fn capabilities(&self) -> Capabilities {
        Capabilities { name: "yes".into(), lacks: [].into() }
    }

    fn begin_case(&mut self) {}

    fn call(&mut self, call: &Call) -> Reply {
        let value = matches!(call, Call::CheckBuffer { .. }).then_some(1);
        Reply::Returned(Returned { value, ..Returned::default() })
    }
}

/// How many bytes the objects of a case have together.
fn bytes(case: &Case) -> usize {
    let len = |call: &Call| match call {
        Call::Make { object: Object::Bytes { len } } => *len,
        _ => 0,
    };
    case.calls.iter().map(len).sum()
}

fn drawn(domain: &Domain, wanted: impl Fn(&Case) -> bool) -> CaseId {
    let mut random = domain.random(1).take(1_000);
    random.find(|(_, case)| wanted(case)).expect("one of a thousand is it").0
}

#[test]
fn shrinking_ends_where_no_choice_can_be_lowered() {
    let wanted = |case: &Case| bytes(case) >= 300;
    let mut shrinking = Shrinking::new(&DOMAIN, &drawn(&DOMAIN, wanted)).expect("it was drawn");
    while let Some(case) = shrinking.candidate() {
        if wanted(case) {
            shrinking.accept();
        }
    }
    let (id, case) = shrinking.best();
    // Two objects are enough, and neither has a byte too much.
    assert_eq!((id.choices().len(), id.choices()[0]), (3, 2), "{id}");
    assert_eq!(bytes(case), 300);
}

#[test]
fn a_candidate_that_nobody_accepts_changes_nothing() {
    let id = drawn(&DOMAIN, |case| bytes(case) > 0);
    let mut shrinking = Shrinking::new(&DOMAIN, &id).expect("it was drawn");
    let mut tried = 0;
    while shrinking.candidate().is_some() {
        tried += 1;
    }
    assert_eq!(shrinking.best().0, id);
    assert!(tried > id.choices().len(), "{tried}");
    let kept = CaseId { which: Which::Regression(1), ..id };
    assert!(Shrinking::new(&DOMAIN, &kept).is_none(), "it has no choices");
}

#[test]
fn chance_is_the_same_from_the_same_seed_and_spares_no_choice() {
    let draw = |seed| {
        let mut random = Random::new([seed; 32]);
        (0..1_000).map(|_| random.choose_beyond(4, 8)).collect::<Vec<_>>()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    // A quarter of them within the bound, as even as chance is.
    for choice in 0..8 {
        let count = draw(1).iter().filter(|drawn| **drawn == choice).count();
        let expected = if choice < 4 { 30..100 } else { 140..240 };
        assert!(expected.contains(&count), "{choice}: {count}");
    }
    let mut random = Random::new([1; 32]);
    assert_eq!([random.choose(1), random.choose_beyond(1, 2) / 2], [0, 0]);
}

fn kept(regressions: &'static str) -> Result<usize, String> {
    let domain = Domain { regressions, ..DOMAIN };
    domain.kept().map(|kept| kept.len()).map_err(|error| error.to_string())
}

#[test]
fn regressions_that_are_none_are_told_by_file_and_entry() {
    assert_eq!(kept("[]"), Ok(0));
    assert_eq!(kept(DOMAIN.regressions), Ok(1));
    let file = "suites/regressions/check.json";
    for (text, problem) in [
        ("[", format!("{file}: EOF while parsing")),
        ("{}", format!("{file}: invalid type: map")),
        (
            r#"[{"clause": "check.since-2.7-draft", "calls": []}]"#,
            format!("{file}, entry 1: it has no calls"),
        ),
        (
            r#"[{"clause": "check.since-2.7-draft", "calls": [], "seed": 1}]"#,
            format!("{file}, entry 1: unknown field `seed`"),
        ),
        (
            r#"[{"clause": "none", "calls": [{"Py_DecRef": {"object": 0}}]}]"#,
            format!("{file}, entry 1: \"none\" is no clause"),
        ),
        (
            r#"[{"clause": "check.since-2.7-draft", "calls": [{"Py_DecRef": {"object": 0}}]},
                {"clause": "check.since-2.7-draft", "calls": [{"make": {"object": {"kind": "bytes", "len": 99999999}}}]}]"#,
            format!("{file}, entry 2: a call needs more than"),
        ),
        (
            r#"[{"clause": "check.since-2.7-draft", "calls": [{"PyNothing": {}}]}]"#,
            format!("{file}, entry 1: data did not match"),
        ),
    ] {
        let error = kept(text).expect_err(text);
        assert!(error.starts_with(&problem), "{error}");
    }
}

#[test]
fn a_regression_has_an_id_of_its_own() {
    let (id, case) = DOMAIN.kept().expect("they are well-formed").remove(0);
    assert_eq!(id.to_string(), "check/r1");
    assert_eq!("check/r1".parse(), Ok(id.clone()));
    assert_eq!(DOMAIN.case(&id), Some(case));
    for text in ["check/r", "check/r01", "check/r+1", "check/r1.2", "check/r-1"] {
        assert!(text.parse::<CaseId>().is_err(), "{text}");
    }
    for number in [0, 2] {
        assert_eq!(DOMAIN.case(&CaseId { which: Which::Regression(number), ..id.clone() }), None);
    }
    assert_eq!(DOMAIN.case(&CaseId { domain: "request".into(), ..id }), None);
}

fn campaign(plan: &Plan) -> (pybuf_harness::Report, campaign::Campaign) {
    let mut open = |_| Ok::<_, Failure>(Box::new(Yes) as Box<dyn Implementation>);
    let editions = [Edition::V3_12, Edition::V3_13];
    campaign::run(&[DOMAIN], &editions, &mut open, plan, &mut |_| {}).expect("it can go on")
}

#[test]
fn a_campaign_ends_with_its_cases_and_begins_with_regressions() {
    let plan = Plan { seed: 1, cases: Some(300), until: None };
    let (report, campaign) = campaign(&plan);
    assert_eq!(campaign.cases(), 2 * 300);
    assert_eq!(report.tally.sections.len(), 2, "one for each edition");
    for section in &report.tally.sections {
        assert_eq!(section.cases, 300 + 1);
    }
    assert!(report.never_exercised.is_empty() && report.tally.certificates.is_empty());
    let again = self::campaign(&plan).1;
    assert_eq!(campaign.statistics, again.statistics);
}

#[test]
fn a_campaign_without_any_time_runs_what_is_kept() {
    let plan = Plan { seed: 1, cases: None, until: Some(Instant::now()) };
    let (report, campaign) = campaign(&plan);
    assert_eq!(campaign.cases(), 0);
    assert_eq!(report.tally.sections.iter().map(|section| section.cases).sum::<usize>(), 2);
}
