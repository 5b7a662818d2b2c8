//! Runs and their reports, on a domain of three cases and implementations that are made up.

use pybuf_harness::chooser::{Choice, Chooser};
use pybuf_harness::model::{Edition, Level};
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Reply, Returned};
use pybuf_harness::{
    Call, Capabilities, Case, CaseId, Domain, Implementation, Report, Run, conforms, message,
};

/// Asks three objects whether they export: the first does not.
const DOMAIN: Domain = Domain { name: "check", bound: "three objects", build, regressions: "" };

fn build(chooser: &mut dyn Chooser) -> Case {
    let objects =
        [Object::Plain, Object::Bytes { len: 1 }, Object::Array { typecode: 'i', len: 1 }];
    let object = objects[chooser.choose(3)].clone();
    Case { calls: vec![Call::Make { object }, Call::CheckBuffer { object: 0 }] }
}

/// Answers the same to every question.
struct Always {
    answer: Reply,
    lacks: &'static [&'static str],
    made: bool,
}

impl Implementation for Always {
    fn capabilities(&self) -> Capabilities {
        let lacks = self.lacks.iter().map(|gap| ((*gap).into(), "so".into())).collect();
        Capabilities { name: "made up".into(), lacks }
    }

    fn begin_case(&mut self) {}

    fn call(&mut self, call: &Call) -> Reply {
        match call {
            Call::Make { object } => {
                self.made = !self.lacks.contains(&object.kind().feature());
                if self.made { Reply::Returned(Returned::default()) } else { Reply::Unsupported }
            }
            _ if self.made => self.answer.clone(),
            _ => Reply::NotMade,
        }
    }
}

fn answer(value: i64) -> Reply {
    Reply::Returned(Returned { value: Some(value), ..Returned::default() })
}

fn report(answer: Reply, lacks: &'static [&'static str]) -> Report {
    let domains = [DOMAIN];
    let mut run = Run::new(&domains);
    let mut told = 0;
    let judged =
        run.judge(&mut Always { answer, lacks, made: false }, Edition::V3_12, &mut |n| told += n);
    assert_eq!((judged, told), (Ok(()), 3));
    run.report()
}

#[test]
fn causes_are_grouped_and_the_smallest_case_is_shown() {
    let report = report(answer(0), &[]);
    let groups: Vec<_> = report
        .tally
        .findings
        .iter()
        .map(|group| (group.objects.as_str(), group.failures, group.case.to_string()))
        .collect();
    assert_eq!(groups, [("array", 1, "check/2".into()), ("bytes", 1, "check/1".to_owned())]);
    let section = &report.tally.sections[0];
    assert_eq!((section.cases, section.agree, section.diverge), (3, 1, 2));
    assert!(!report.conforms(false));
}

#[test]
fn a_divergence_reads_like_a_compiler_error() {
    let report = report(answer(1), &[]);
    let clause = report.tally.findings[0].clause.expect("a divergence has a clause");
    let expected = "\
divergence: an object that exports nothing is said to be an exporter
  clause    check.zero-without-protocol (must, edition 3.12)   SPEC_NOTES.md line LINE
  target    plain on made up, in 1 call
  case      check/0   PyObject_CheckBuffer(object())
  expected  return value 0
  observed  return value 1
  replay    pybuf replay check/0 --target mine --edition 3.12

";
    let expected = expected.replace("LINE", &clause.note().line.to_string());
    assert_eq!(message::failures(&report, Some("mine"), false), expected);
}

#[test]
fn a_gap_is_no_pass_and_a_claim_without_a_case_is_an_error() {
    let with_gap = report(answer(1), &["make plain"]);
    let section = &with_gap.tally.sections[0];
    assert_eq!((section.agree, section.unsupported), (2, 1));
    assert!(with_gap.conforms(true));
    assert_eq!(with_gap.tally.unsupported, [("make plain".to_owned(), 1)].into());
    let of_nothing = report(answer(1), &["make plain", "make waves"]);
    assert_eq!(of_nothing.unknown_gaps, ["make waves"]);
    assert!(!of_nothing.conforms(false));
    let gaps = &["make plain", "make bytes", "make array", "PyObject_CheckBuffer"];
    let all = report(answer(1), gaps);
    assert!(all.never_exercised.is_empty() && all.tally.findings.is_empty());
    assert!(!all.conforms(false), "nothing was judged");
    assert_eq!(message::failures(&all, None, false), "error: nothing was judged\n");
    let never = report(Reply::NotMade, &[]);
    assert_eq!(never.never_exercised, ["PyObject_CheckBuffer"]);
}

#[test]
fn coverage_is_counted_level_by_level() {
    // None that would refuse, and no count of references or releases. An object without the protocol
    // cannot be had, so that what is said of it is out of reach. That the function is there is observed.
    let coverage = report(answer(1), &["make plain"]).coverage();
    let must = ["check.promises-no-grant"];
    let expected =
        [(Level::Must, 2, 3, &must[..]), (Level::Observed, 1, 2, &["check.touches-nothing"])];
    assert_eq!(coverage.len(), expected.len());
    for (found, (level, exercised, all, missed)) in coverage.iter().zip(expected) {
        assert_eq!((found.level, found.exercised, found.all), (level, exercised, all));
        assert_eq!(found.missed.iter().map(|clause| clause.id()).collect::<Vec<_>>(), missed);
    }
}

#[test]
fn what_is_out_of_reach_is_named_with_what_is_in_the_way() {
    let out_of_reach = |report: Report| -> Vec<String> {
        assert!(report.out_of_reach.iter().all(|it| !report.applicable.contains(&it.clause)));
        report.out_of_reach.iter().map(|it| format!("{} ({})", it.clause, it.why)).collect()
    };
    assert_eq!(
        out_of_reach(report(answer(1), &["make plain"])),
        ["check.zero-without-protocol (lacks make plain)"]
    );
    assert_eq!(out_of_reach(report(answer(1), &[])), [""; 0]);
    let denied = out_of_reach(report(Reply::NotInEdition, &["make array"]));
    let zero = "check.zero-without-protocol (not there: PyObject_CheckBuffer)";
    assert!(denied.iter().any(|line| line == zero), "{denied:?}");
    let one = "check.one-for-exporters (lacks make array; not there: PyObject_CheckBuffer)";
    assert!(denied.iter().any(|line| line == one), "{denied:?}");
    let lacking = out_of_reach(report(Reply::Unsupported, &["PyObject_CheckBuffer"]));
    let since = "check.since-2.7-draft (lacks PyObject_CheckBuffer)";
    assert!(lacking.iter().any(|line| line == since), "{lacking:?}");
}

#[test]
fn a_certificate_tells_the_cases() {
    let report = report(answer(0), &[]);
    let certificate = &report.tally.certificates[0];
    assert_eq!((certificate.domain.as_str(), certificate.cases), ("check", 3));
    // Of the three lines `check/0 [{"make":...` that `pybuf list --json` prints.
    assert_eq!(certificate.digest.len(), 64);
    let ids: Vec<_> = DOMAIN.cases().map(|(id, _)| id.to_string()).collect();
    assert_eq!(ids, ["check/0", "check/1", "check/2"]);
}

#[test]
fn what_is_no_case_id_is_refused() {
    assert!("check/0".parse::<CaseId>().is_ok());
    for text in ["check", "check/", "check/x", "check/1..2", "check/-1", "check/+1", "check/01"] {
        let error = text.parse::<CaseId>().map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.contains("pybuf list")), "{text}");
    }
    assert_eq!(DOMAIN.replay(&[Choice::Number(3)]), None);
    assert_eq!(DOMAIN.replay(&[Choice::Number(0); 2]), None);
}

/// Asks 80 objects of each of three kinds.
const LONG: Domain = Domain {
    build: |chooser| {
        let kind = chooser.choose(3);
        let len = chooser.choose(80) + 1;
        let array = Object::Array { typecode: 'i', len };
        let object = [Object::Plain, Object::Bytes { len }, array][kind].clone();
        Case { calls: vec![Call::Make { object }, Call::CheckBuffer { object: 0 }] }
    },
    ..DOMAIN
};

/// Dies when it is asked about some kind of object.
struct DiesOf {
    kinds: &'static [&'static str],
    asked: &'static str,
}

impl Implementation for DiesOf {
    fn capabilities(&self) -> Capabilities {
        Capabilities { name: "made up".into(), lacks: Default::default() }
    }

    fn begin_case(&mut self) {}

    fn call(&mut self, call: &Call) -> Reply {
        match call {
            Call::Make { object } => {
                self.asked = object.kind().name();
                Reply::Returned(Returned::default())
            }
            _ if self.kinds.contains(&self.asked) => Reply::Crashed { how: "signal 11".into() },
            _ => answer((self.asked != "plain").into()),
        }
    }
}

fn dies_of(kinds: &'static [&'static str]) -> Report {
    let domains = [LONG];
    let mut run = Run::new(&domains);
    let mut told = 0;
    let judged = run.judge(&mut DiesOf { kinds, asked: "" }, Edition::V3_12, &mut |n| told += n);
    assert_eq!((judged, told), (Ok(()), 240));
    run.report()
}

#[test]
fn what_dies_again_and_again_is_skipped_and_the_rest_is_run() {
    let report = dies_of(&["bytes"]);
    let section = &report.tally.sections[0];
    assert_eq!((section.cases, section.agree, section.diverge), (80 + 50 + 80, 80 + 80, 50));
    assert!(!report.conforms(false) && !report.tally.is_complete());
    assert_eq!(report.tally.findings.len(), 1);
    let text = message::failures(&report, None, false);
    let told = "error: check, edition 3.12: 30 cases not run, because PyObject_CheckBuffer on bytes keeps crashing \
                or hanging\n";
    assert!(text.ends_with(told), "{text}");

    let all = dies_of(&["plain", "bytes", "array"]);
    assert_eq!(all.tally.sections[0].cases, 50 + 50);
    let skipped = all.tally.skipped.iter().map(|it| (it.objects.as_deref(), it.cases));
    assert_eq!(skipped.collect::<Vec<_>>(), [(None, 30 + 80), (Some("plain"), 30)]);
    assert!(all.never_exercised.is_empty(), "that cannot be known");
}

/// Is gone after so many cases.
struct Mortal {
    left: usize,
}

impl Implementation for Mortal {
    fn capabilities(&self) -> Capabilities {
        Capabilities { name: "mortal".into(), lacks: Default::default() }
    }

    fn begin_case(&mut self) {}

    fn call(&mut self, call: &Call) -> Reply {
        match call {
            Call::Make { .. } => Reply::Returned(Returned::default()),
            _ => answer(0),
        }
    }

    fn run(&mut self, cases: &[&[Call]]) -> Vec<Vec<Reply>> {
        let cases = &cases[..self.left.min(cases.len())];
        self.left -= cases.len();
        cases.iter().map(|calls| calls.iter().map(|call| self.call(call)).collect()).collect()
    }

    fn failure(&self) -> Option<String> {
        (self.left == 0).then(|| "it is gone".into())
    }
}

#[test]
fn an_implementation_that_cannot_go_on_stops_the_run_and_nothing_before_is_lost() {
    let domains = [DOMAIN, Domain { name: "other", ..DOMAIN }];
    let mut run = Run::new(&domains);
    let mut told = 0;
    let stopped = run.judge(&mut Mortal { left: 2 }, Edition::V3_12, &mut |n| told += n);
    let message = stopped.map_err(|failure| failure.to_string());
    assert_eq!(message, Err("the target cannot go on: it is gone".into()));
    assert_eq!(told, 2);
    // Of the other editions, too, all is counted as not run.
    assert!(run.judge(&mut Mortal { left: 9 }, Edition::V3_13, &mut |_| {}).is_err());
    run.leave_out(Edition::V3_10, "it does not come back".into());

    let report = run.report();
    let cases: Vec<_> = report.tally.sections.iter().map(|section| section.cases).collect();
    assert_eq!(cases, [2, 0, 0, 0, 0, 0]);
    assert_eq!(report.tally.findings.len(), 1, "what was judged is there");
    let stopped = report.tally.stopped.as_ref().map(|it| (it.why.as_str(), it.not_run));
    assert_eq!(stopped, Some(("it is gone", Some(1 + 3 + 6 + 6))));
    assert!(!report.conforms(false));
    assert!(report.never_exercised.is_empty(), "that cannot be known");
    let text = message::failures(&report, None, false);
    assert!(text.ends_with("error: stopped early: it is gone; 16 cases not run\n"), "{text}");
}

#[test]
fn a_test_that_stops_early_tells_what_was_judged() {
    let text = conforms(DOMAIN, Edition::V3_12, &mut Mortal { left: 2 });
    let text = text.expect_err("it is gone");
    assert!(text.starts_with("divergence: "), "{text}");
    assert!(text.ends_with("error: stopped early: it is gone; 1 cases not run\n"), "{text}");

    let broken = Domain { regressions: "[", ..DOMAIN };
    let text = conforms(broken, Edition::V3_12, &mut Mortal { left: 9 });
    assert!(text.is_err_and(|text| text.starts_with("error: ")));
}

#[test]
fn cases_without_replies_are_not_overlooked() {
    struct Mute;
    impl Implementation for Mute {
        fn capabilities(&self) -> Capabilities {
            Capabilities { name: "mute".into(), lacks: Default::default() }
        }
        fn begin_case(&mut self) {}
        fn call(&mut self, _: &Call) -> Reply {
            Reply::NotMade
        }
        fn run(&mut self, _: &[&[Call]]) -> Vec<Vec<Reply>> {
            Vec::new()
        }
    }
    let domains = [DOMAIN];
    let mut run = Run::new(&domains);
    assert_eq!(run.judge(&mut Mute, Edition::V3_12, &mut |_| {}), Ok(()));
    assert_eq!(run.report().tally.sections[0].diverge, 3);
}
