//! Random cases of made-up domains: how they are made simpler, how they are kept, and when a campaign ends.

use std::time::Instant;

use pybuf_harness::campaign::{self, Plan};
use pybuf_harness::case::Which;
use pybuf_harness::chooser::{Choice, Chooser};
use pybuf_harness::finding::{Again, Finding, Keep};
use pybuf_harness::message::Message;
use pybuf_harness::model::Edition;
use pybuf_harness::object::Object;
use pybuf_harness::random::Random;
use pybuf_harness::regression::Regression;
use pybuf_harness::reply::{Reply, Returned};
use pybuf_harness::run::{Failure, Run};
use pybuf_harness::shrink::{Effort, Shrinking, shrink};
use pybuf_harness::verdict::Kind;
use pybuf_harness::{Call, Capabilities, Case, CaseId, Domain, Implementation};

/// Objects of any length, asked whether they export, up to 200 of them.
const DOMAIN: Domain = Domain {
    name: "check",
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
    regressions: r#"{"clause": "check.since-2.7-draft", "reason": "it is first", "calls": [{"PyObject_CheckBuffer": {"object": 0}}]}"#,
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
    assert_eq!((id.choices().len(), id.choices()[0]), (3, Choice::Number(2)), "{id}");
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
    // Nothing is beyond.
    for beyond in [0, 3, 4] {
        let drawn: Vec<usize> = (0..100).map(|_| random.choose_beyond(4, beyond)).collect();
        assert!((0..4).all(|choice| drawn.contains(&choice)) && drawn.iter().all(|it| *it < 4));
    }
}

fn kept(regressions: &'static str) -> Result<usize, String> {
    let domain = Domain { regressions, ..DOMAIN };
    domain.kept().map(|kept| kept.len()).map_err(|error| error.to_string())
}

#[test]
fn regressions_that_are_none_are_told_by_file_and_line() {
    assert_eq!(kept(""), Ok(0));
    assert_eq!(kept(DOMAIN.regressions), Ok(1));
    // A process may die, or a reply be garbled, with no clause at hand.
    let without = r#"{"reason": "dies", "calls": [{"Py_DecRef": {"object": 0}}]}"#;
    assert_eq!(kept(without), Ok(1));
    let file = "suites/regressions/check.jsonl";
    let long = format!(
        "{without}\n{}",
        r#"{"reason": "long", "calls": [{"make": {"object": {"kind": "bytes", "len": 99999999}}}]}"#
    );
    for (text, problem) in [
        ("{", "line 1: EOF while parsing"),
        ("\n", "line 1: EOF while parsing"),
        ("[]", "line 1: invalid length"),
        (r#"{"calls": [{"Py_DecRef": {"object": 0}}]}"#, "line 1: missing field `reason`"),
        (r#"{"reason": "none", "calls": []}"#, "line 1: it has no calls"),
        (r#"{"reason": "none", "calls": [], "seed": 1}"#, "line 1: unknown field `seed`"),
        (
            r#"{"clause": "none", "reason": "none", "calls": [{"Py_DecRef": {"object": 0}}]}"#,
            "line 1: \"none\" is no clause",
        ),
        (long.leak(), "line 2: a call needs more than"),
        (
            r#"{"reason": "none", "calls": [{"PyNothing": {}}]}"#,
            "line 1: unknown variant `PyNothing`, expected one of `make`",
        ),
    ] {
        let error = kept(text).expect_err(text);
        assert!(error.starts_with(&format!("{file}, {problem}")), "{error}");
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

fn campaign(plan: &Plan) -> pybuf_harness::Report {
    let mut open = |_| Ok::<_, Failure>(Box::new(Yes) as Box<dyn Implementation>);
    let editions = [Edition::V3_12, Edition::V3_13];
    campaign::run(&[DOMAIN], &editions, &mut open, plan, &mut |_| {}).expect("it can go on")
}

#[test]
fn a_campaign_ends_with_its_cases_and_begins_with_regressions() {
    let plan = Plan { seed: 1, cases: Some(300), until: None };
    let report = campaign(&plan);
    let drawn =
        |report: &pybuf_harness::Report| report.tally.drawn().expect("they are drawn").clone();
    assert_eq!(drawn(&report).cases(), 2 * 300);
    assert_eq!(report.tally.sections.len(), 2, "one for each edition");
    for section in &report.tally.sections {
        assert_eq!(section.cases, 300 + 1);
    }
    assert!(report.never_exercised.is_empty() && report.tally.certificates.is_empty());
    assert_eq!(drawn(&report).statistics, drawn(&campaign(&plan)).statistics);
}

#[test]
fn a_campaign_without_any_time_runs_what_is_kept() {
    let plan = Plan { seed: 1, cases: None, until: Some(Instant::now()) };
    let report = campaign(&plan);
    assert_eq!(report.tally.drawn().map(|campaign| campaign.cases()), Some(0));
    assert_eq!(report.tally.sections.iter().map(|section| section.cases).sum::<usize>(), 2);
}

/// Answers no as soon as there is an object of more than 20 bytes, and dies in what comes behind one of
/// more than 40: of that alone it does not.
#[derive(Default)]
struct Fragile {
    large: bool,
    broken: bool,
    dead: bool,
}

impl Implementation for Fragile {
    fn capabilities(&self) -> Capabilities {
        Capabilities { name: "fragile".into(), lacks: [].into() }
    }

    fn begin_case(&mut self) {
        if self.dead {
            *self = Fragile::default();
        }
        self.large = false;
    }

    fn call(&mut self, call: &Call) -> Reply {
        if self.dead {
            return Reply::NotMade;
        }
        if self.broken {
            self.dead = true;
            return Reply::Crashed { how: "the heap is broken".into() };
        }
        self.broken = matches!(call, Call::Make { object: Object::Bytes { len: 41.. } });
        self.large |= matches!(call, Call::Make { object: Object::Bytes { len: 21.. } });
        let value = matches!(call, Call::CheckBuffer { .. }).then_some(i64::from(!self.large));
        Reply::Returned(Returned { value, ..Returned::default() })
    }
}

/// One object at a time.
const ONE: Domain = Domain {
    build: |chooser| {
        let len = chooser.choose_beyond(1, 50);
        let make = Call::Make { object: Object::Bytes { len } };
        Case { calls: vec![make, Call::CheckBuffer { object: 0 }] }
    },
    regressions: "",
    ..DOMAIN
};

/// One object, and nothing is asked of it.
const LAST: Domain = Domain {
    build: |chooser| {
        let len = chooser.choose_beyond(1, 50);
        Case { calls: vec![Call::Make { object: Object::Bytes { len } }] }
    },
    ..ONE
};

fn groups(domain: Domain, until: Option<Instant>) -> Vec<Finding> {
    let mut open = |_| Ok::<_, Failure>(Box::<Fragile>::default() as Box<dyn Implementation>);
    let plan = Plan { seed: 1, cases: Some(1_000), until };
    let editions = [Edition::V3_13];
    let run = campaign::run(&[domain], &editions, &mut open, &plan, &mut |_| {});
    run.expect("it can go on").tally.findings
}

#[test]
fn a_death_that_a_case_alone_does_not_show_is_told_and_not_kept() {
    let groups = groups(LAST, None);
    let [death] = &groups[..] else { panic!("{groups:?}") };
    assert_eq!((death.kind, &death.again), (Kind::Crashed, &Some(Again::NotSeen)));
    let text = Message { finding: death, on: "it", target: None, known: None, lines: false };
    let text = text.to_string();
    assert!(text.contains("died after other cases, not in this case alone"), "{text}");
    assert!(text.contains("again     alone, this case does not show it"), "{text}");
    assert_eq!(campaign::keep(&groups, &[LAST]), [None]);
}

#[test]
fn a_death_that_a_case_alone_shows_is_made_simpler_and_kept() {
    let groups = groups(ONE, None);
    let [death, no] = &groups[..] else { panic!("{groups:?}") };
    assert_eq!((death.kind, &death.again), (Kind::Crashed, &None));
    assert_eq!(death.case.choices(), [Choice::Number(41)]);
    assert_eq!((no.kind, no.case.choices()), (Kind::Diverges, &[Choice::Number(21)][..]));
    let text = Message { finding: death, on: "it", target: None, known: None, lines: false };
    let text = text.to_string();
    assert!(text.contains("by a line at the end of suites/regressions/check.jsonl"), "{text}");
    // Both are lines that can be appended to what is kept.
    let lines = campaign::keep(&groups, &[ONE]).into_iter().map(|keep| match keep {
        Some(Keep::Line(regression)) => serde_json::to_string(&regression),
        other => panic!("{other:?}"),
    });
    let lines: Vec<String> = lines.map(|line| line.expect("it is JSON") + "\n").collect();
    assert!(lines.iter().all(|line| line.contains(r#""reason":"...""#)), "{lines:?}");
    let appended = format!("{}\n{}", DOMAIN.regressions, lines.concat());
    let kept = Domain { regressions: appended.leak(), ..ONE };
    assert_eq!(kept.kept().map(|kept| kept.len()), Ok(3));
    // From now on they are there.
    let as_kept = [2, 3].map(|number| {
        Some(Keep::As(CaseId { domain: "check".into(), which: Which::Regression(number) }))
    });
    assert_eq!(campaign::keep(&groups, &[kept]), as_kept);
}

#[test]
fn what_is_enumerated_or_the_same_case_twice_needs_no_line() {
    let mut groups = groups(ONE, None);
    let simplest = CaseId::of("check", vec![Choice::Number(0)]);
    groups[0].case = simplest.clone();
    assert_eq!(campaign::keep(&groups, &[ONE])[0], Some(Keep::As(simplest)));
    groups[0].case = groups[1].case.clone();
    let keep = campaign::keep(&groups, &[ONE]);
    assert!(matches!(&keep[..], [Some(Keep::Line(..)), Some(Keep::With(_))]), "{keep:?}");
    groups[1].clause = None;
    groups[0].again = Some(Again::NotRun("the time is up".into()));
    let keep = campaign::keep(&groups, &[ONE]);
    let without = |it: &Regression| it.clause.is_none();
    assert!(matches!(&keep[..], [None, Some(Keep::Line(it))] if without(it)), "{keep:?}");
}

#[test]
fn what_is_in_the_way_of_making_a_case_simpler_is_told() {
    let mut group = groups(ONE, None).pop().expect("it diverges");
    group.case = CaseId::of("check", vec![Choice::Number(35)]);
    let effort = Effort { attempts: 10, at_once: 2, until: None };
    let shrunk = |effort| {
        let mut group = group.clone();
        shrink(&mut group, &[ONE], &mut Fragile::default(), effort);
        (group.again, group.case.choices()[0])
    };
    let (again, choice) = shrunk(effort);
    assert_eq!(again, Some(Again::NotSimpler("10 other cases were tried".into())));
    assert_eq!(choice, Choice::Number(35), "those lower than 21 come first");
    let late = Effort { until: Some(Instant::now()), ..effort };
    assert_eq!(shrunk(late), (Some(Again::NotRun("the time is up".into())), Choice::Number(35)));
    assert_eq!(shrunk(Effort { attempts: 1_000, ..effort }), (None, Choice::Number(21)));
}

/// Says yes, and remembers what it was called for.
#[derive(Default)]
struct Remembers(Vec<Call>);

impl Implementation for Remembers {
    fn capabilities(&self) -> Capabilities {
        Yes.capabilities()
    }

    fn begin_case(&mut self) {}

    fn call(&mut self, call: &Call) -> Reply {
        self.0.push(call.clone());
        Yes.call(call)
    }
}

#[test]
fn what_is_kept_of_all_domains_comes_before_what_is_enumerated_of_any() {
    let domains = [Domain { name: "first", ..LAST }, DOMAIN];
    let mut run = Run::new(&domains);
    let mut remembers = Remembers::default();
    run.judge(&mut remembers, Edition::V3_13, &mut |_| {}).expect("it can go on");
    let made = Call::Make { object: Object::Bytes { len: 0 } };
    assert_eq!(remembers.0, [Call::CheckBuffer { object: 0 }, made]);
    let sections = run.report().tally.sections;
    let cases: Vec<(&str, usize)> = sections.iter().map(|it| (&*it.domain, it.cases)).collect();
    assert_eq!(cases, [("first", 1), ("check", 2)]);
}
