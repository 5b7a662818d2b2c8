//! Baselines: what is wrong with one, alone and compared with a run.

use std::collections::BTreeMap;

use pybuf_harness::baseline::{Baseline, Version, Versions, draft};
use pybuf_harness::finding::Finding;
use pybuf_harness::model::{Clause, Edition, Level};
use pybuf_harness::statistics::Campaign;
use pybuf_harness::tally::{Ran, Stopped};
use pybuf_harness::verdict::Kind;
use pybuf_harness::{Shard, Tally};

/// The problems of a text as they are told: the line, then what.
fn problems(text: &str) -> Vec<String> {
    let baseline = Baseline::read(text).expect("it is TOML");
    baseline.problems.iter().map(|it| format!("{}: {it}", it.line)).collect()
}

const GOOD: &str = r#"
[[known]]
clause = "check.one-for-exporters"
objects = ["bytes", "array"]
reason = "so it is"

[[known]]
objects = ["bytearray"]
verdict = "denial"
function = "PyObject_GetBuffer"
versions = "3.6..3.12"
reason = "there is none"
issue = "bpo-1"
"#;

#[test]
fn an_entry_tells_what_is_known_and_why() {
    let baseline = Baseline::read(GOOD).expect("it is TOML");
    assert_eq!(baseline.problems, []);
    let [one, other] = &baseline.entries[..] else { panic!("{baseline:?}") };
    assert_eq!((one.line, other.line), (2, 7));
    assert_eq!(one.clause, Clause::find("check.one-for-exporters"));
    assert_eq!((one.verdict, other.verdict), (Kind::Diverges, Kind::Denied));
    assert_eq!((one.versions.clone(), other.versions.clone()), (None, "3.6..3.12".parse().ok()));
    assert_eq!((one.why(), other.why()), ("so it is".into(), "there is none (bpo-1)".to_owned()));
}

#[test]
fn everything_that_is_wrong_with_a_file_is_told_with_its_line() {
    let text = r#"
[[known]]
clause = "check.one-for-exporters"
objects = ["bytes"]
reason = ""
[[known]]
clause = "check.no-such-clause"
objects = ["bytes"]
reason = "so"
[[known]]
objects = ["bytes"]
reason = "so"
[[known]]
clause = "check.one-for-exporters"
objects = []
verdict = "crush"
versions = "3.9..3.6"
cause = "so"
[[known]]
clause = 1
clause = "check.one-for-exporters"
objects = "bytes"
reason = ["so"]
[unknown]
[[known]]
objects = ["bytes"]
verdict = "denial"
reason = "so"
[[known]]
clause = "check.one-for-exporters"
function = "PyObject_CheckBuffer"
objects = ["slots"]
reason = "so"
"#;
    let found = problems(text);
    let expected = [
        "5: reason is empty",
        "7: there is no clause \"check.no-such-clause\"",
        "10: the entry has no clause",
        "13: the entry has no reason",
        "15: objects is empty",
        "16: there is no verdict \"crush\"; the verdicts are crash, time-out, denial, divergence",
        "17: \"3.9..3.6\" are no versions",
        "18: there is no key \"cause\"; an entry has clause, function, objects, verdict",
        "21: this key is there already",
        "22: objects is not a list of strings",
        "23: reason is not a string",
        "24: there is no key \"unknown\"; the file has [[known]]",
        "25: the entry has no function",
        "31: a function is for what breaks no clause: remove it",
    ];
    for expected in expected {
        assert!(found.iter().any(|it| it.starts_with(expected)), "{expected}: {found:#?}");
    }
    // Of the two values of line 20 and 21 either may be the one that is looked at.
    assert!(found.len() - expected.len() <= 1, "{found:#?}");
}

#[test]
fn what_is_no_list_of_entries_is_told_too() {
    assert_eq!(problems(""), [""; 0]);
    assert!(problems("known = 1")[0].starts_with("1: known is not a list of tables"));
    assert!(problems("\nknown = [1]")[0].starts_with("2: known is not a list of tables"));
    assert!(problems("[known]\nclause = 1")[0].starts_with("1: known is not a list of tables"));
}

#[test]
fn what_is_not_toml_is_an_error_with_all_lines() {
    let errors = Baseline::read("[[known]\nreason = \"x\"\nclause = = 1\n").expect_err("not TOML");
    let lines: Vec<_> = errors.0.iter().map(|error| error.line).collect();
    assert_eq!((lines.first(), lines.last()), (Some(&1), Some(&3)), "{errors}");
}

#[test]
fn the_same_divergence_is_known_once_for_each_version() {
    let entry = |rest: &str| {
        format!("[[known]]\nclause = \"check.one-for-exporters\"\nreason = \"so\"\n{rest}\n")
    };
    let twice = entry("objects = [\"bytes\", \"array\"]") + &entry("objects = [\"array\"]");
    assert_eq!(
        problems(&twice),
        [
            "5: check.one-for-exporters on array is in the entry of line 1 already: keep one of the two"
        ]
    );
    assert_eq!(problems(&entry("objects = [\"array\", \"array\"]")).len(), 1);
    let of = |versions: &str| entry(&format!("objects = [\"array\"]\nversions = \"{versions}\""));
    assert_eq!(problems(&(of("3.6..3.9") + &of("3.9..3.12"))).len(), 1);
    assert_eq!(problems(&(of("3.6..3.9") + &of("3.10..3.12"))), [""; 0]);
    assert_eq!(problems(&(of("3.6") + &entry("objects = [\"array\"]"))).len(), 1);
    let crash = entry("objects = [\"array\"]\nverdict = \"crash\"");
    assert_eq!(problems(&(crash + &of("3.6"))), [""; 0]);
}

#[test]
fn versions_are_two_numbers_each() {
    let version = |text: &str| text.parse::<Version>().ok();
    let versions = |text: &str| text.parse::<Versions>().ok();
    let (v3_6, v3_10) = (version("3.6").expect("a version"), version("3.10").expect("a version"));
    assert!(v3_6 < v3_10, "not by their text");
    let range = versions("3.6..3.10").expect("versions");
    assert!(range.contains(v3_6) && range.contains(v3_10));
    assert!(!range.contains(version("3.11").expect("a version")));
    for text in ["3", "3.6.1", "3.x", "+3.6", "3.06", "3.6..", "..3.6", "3.6...3.9", "", "3.6-3.9"]
    {
        assert_eq!(versions(text), None, "{text:?}");
    }
    assert_eq!(Version::of_target("CPython 3.10.13"), Some(v3_10));
    assert_eq!(Version::of_target("3.10rc1 of mine"), Some(v3_10));
    assert_eq!(Version::of_target("mine 3 (v2.x)"), None);
}

fn group(clause: &str, kind: Kind, objects: &str, level: Level) -> Finding {
    Finding {
        clause: Clause::find(clause),
        function: clause.is_empty().then(|| "PyObject_CheckBuffer".into()),
        level,
        kind,
        objects: objects.into(),
        failures: 1,
        notes: 0,
        case: "check/0".parse().expect("an id"),
        edition: Edition::V3_12,
        call: "a call".into(),
        expected: "this".into(),
        observed: "that\nand more".into(),
        steps: vec![],
        excuse: None,
        again: None,
        drawn: None,
    }
}

/// A run of `mine 3.7` that has put these clauses to these objects.
fn tally(findings: Vec<Finding>, exercised: &[(&str, &str)]) -> Tally {
    let mut exercised_on: BTreeMap<_, std::collections::BTreeSet<_>> = BTreeMap::new();
    for (objects, clause) in exercised {
        let clauses = exercised_on.entry((*objects).to_owned()).or_default();
        clauses.extend(Clause::find(clause));
    }
    Tally {
        target: "mine 3.7".into(),
        lacks: BTreeMap::new(),
        ran: Ran::Walk(Shard::WHOLE),
        part: false,
        sections: vec![],
        findings,
        exercised_on,
        unsupported: BTreeMap::new(),
        features_used: ["PyObject_CheckBuffer".into()].into(),
        features_there: [].into(),
        certificates: vec![],
        skipped: Vec::new(),
        stopped: None,
    }
}

const ONE: &str = "check.one-for-exporters";
const ZERO: &str = "check.zero-without-protocol";

fn entry(clause: &str, objects: &str, rest: &str) -> String {
    format!("[[known]]\nclause = \"{clause}\"\nobjects = [{objects}]\nreason = \"so\"\n{rest}\n")
}

/// What is new, what is known, and the problems.
fn compare(text: &str, tally: &Tally, strict: bool) -> (Vec<String>, Vec<String>, Vec<String>) {
    let baseline = Baseline::read(text).expect("it is TOML");
    let comparison = baseline.compare(tally, strict);
    let name = |group: &Finding| group.objects.clone();
    let problems = comparison.problems.iter().map(|it| format!("{}: {it}", it.line));
    (
        comparison.new.iter().map(|group| name(group)).collect(),
        comparison.known.iter().map(|(group, _)| name(group)).collect(),
        problems.collect(),
    )
}

#[test]
fn divergences_are_new_or_known() {
    let groups = vec![
        group(ONE, Kind::Diverges, "bytes", Level::Must),
        group(ONE, Kind::Diverges, "array", Level::Must),
        group(ZERO, Kind::Diverges, "bytes", Level::Observed),
    ];
    let tally = tally(groups, &[]);
    let known = entry(ONE, "\"bytes\"", "");
    let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(compare(&known, &tally, false), (of(&["array"]), of(&["bytes"]), vec![]));
    // Notes have to be known if they make the run fail; they may be known if they do not.
    assert_eq!(compare(&known, &tally, true).0, ["array", "bytes"]);
    let all = entry(ONE, "\"bytes\", \"array\"", "") + &entry(ZERO, "\"bytes\"", "");
    for strict in [false, true] {
        let known = of(&["bytes", "array", "bytes"]);
        assert_eq!(compare(&all, &tally, strict), (vec![], known, vec![]));
    }
}

#[test]
fn an_entry_that_is_not_needed_is_a_problem() {
    let tally = tally(vec![], &[("bytes", ONE), ("array", ONE), ("array", ZERO)]);
    let remove = "remove the entry, or limit it to the versions that need it";
    let (new, known, problems) = compare(&entry(ONE, "\"bytes\", \"array\"", ""), &tally, false);
    assert_eq!((new, known), (vec![], vec![]));
    assert_eq!(problems, [format!("1: {ONE} on bytes, array passes now: {remove}")]);
    let (.., problems) = compare(&entry(ZERO, "\"bytes\", \"array\"", ""), &tally, false);
    assert_eq!(
        problems,
        [
            format!("1: {ZERO} on array passes now: take array from the objects of the entry"),
            format!(
                "1: no case of the run tests {ZERO} on bytes: take bytes from the objects of the entry"
            ),
        ]
    );
    let (check, get) = ("PyObject_CheckBuffer", "PyObject_GetBuffer");
    let (.., passes) = compare(&denial(check, "bytes"), &tally, false);
    assert_eq!(passes, [format!("1: the denial of {check} on bytes passes now: {remove}")]);
    for (function, on) in [(check, "slots"), (get, "bytes")] {
        let (.., stale) = compare(&denial(function, on), &tally, false);
        assert_eq!(stale, [format!("1: no case of the run tests {function} on {on}: {remove}")]);
    }
}

fn denial(function: &str, on: &str) -> String {
    let what = format!("function = \"{function}\"\nobjects = [\"{on}\"]");
    format!("[[known]]\n{what}\nverdict = \"denial\"\nreason = \"so\"\n")
}

#[test]
fn a_denial_that_is_known_excuses_none_of_another_function() {
    let mut other = group("", Kind::Denied, "bytes", Level::Must);
    other.function = Some("PyObject_GetBuffer".into());
    let groups = vec![group("", Kind::Denied, "bytes", Level::Must), other.clone()];
    let tally = tally(groups, &[]);
    let baseline = Baseline::read(&denial("PyObject_CheckBuffer", "bytes")).expect("it is TOML");
    let comparison = baseline.compare(&tally, false);
    assert_eq!((comparison.new, comparison.known.len()), (vec![&other], 1));
}

#[test]
fn a_verdict_that_has_changed_is_a_problem_and_new() {
    let crash = tally(vec![group(ONE, Kind::Crashed, "bytes", Level::Must)], &[("bytes", ONE)]);
    let (new, known, problems) = compare(&entry(ONE, "\"bytes\"", ""), &crash, false);
    assert_eq!((new, known), (vec!["bytes".to_owned()], vec![]));
    let changed = format!("1: {ONE} on bytes is a crash now, not a divergence");
    assert!(problems.len() == 1 && problems[0].starts_with(&changed), "{problems:?}");
    let (new, .., problems) =
        compare(&entry(ONE, "\"bytes\"", "verdict = \"crash\""), &crash, false);
    assert_eq!((new, problems), (vec![], vec![]));
}

#[test]
fn an_entry_of_other_versions_is_not_about_the_run() {
    let mut run = tally(vec![group(ONE, Kind::Diverges, "bytes", Level::Must)], &[("bytes", ONE)]);
    let of = |versions| entry(ONE, "\"bytes\"", &format!("versions = \"{versions}\""));
    let known = (vec![], vec!["bytes".to_owned()], vec![]);
    assert_eq!(compare(&of("3.6..3.8"), &run, false), known);
    assert_eq!(compare(&of("3.8..3.9"), &run, false), (vec!["bytes".to_owned()], vec![], vec![]));
    run.target = "mine".into();
    let (new, _, problems) = compare(&of("3.6..3.8"), &run, false);
    assert_eq!(new, ["bytes"]);
    assert!(problems[0].contains("the name of the target, \"mine\", tells none"), "{problems:?}");
}

#[test]
fn a_part_of_a_run_does_not_tell_what_is_not_needed() {
    let baseline = Baseline::read(&(entry(ONE, "\"bytes\"", "") + &entry(ZERO, "\"slots\"", "")));
    let baseline = baseline.expect("it is TOML");
    let run = tally(vec![], &[("bytes", ONE)]);
    let drawn = Campaign { seed: 1, seconds: 1.0, statistics: vec![] };
    let parts: [fn(&mut Tally, Campaign); 4] = [
        |run, _| run.part = true,
        |run, _| run.ran = Ran::Walk("1/2".parse().expect("a shard")),
        |run, _| run.stopped = Some(Stopped { why: "it is gone".into(), not_run: Some(1) }),
        |run, drawn| run.ran = Ran::Drawn(drawn),
    ];
    for part in parts {
        let mut run = run.clone();
        part(&mut run, drawn.clone());
        let of_part = baseline.compare(&run, false);
        assert_eq!((of_part.problems, of_part.not_met), (vec![], 2));
        assert!(draft(&run, &[]).contains("\n# Of an incomplete run: "));
    }
    let of_whole = baseline.compare(&run, false);
    assert_eq!((of_whole.problems.len(), of_whole.not_met), (2, 0));
    assert!(!draft(&run, &[]).contains("incomplete"));
}

#[test]
fn a_draft_is_a_baseline_but_for_the_reasons() {
    let groups = [
        group(ONE, Kind::Diverges, "bytes", Level::Must),
        group(ZERO, Kind::Crashed, "quo\"ted", Level::Must),
        group(ONE, Kind::Diverges, "array", Level::Must),
        group("", Kind::Denied, "bytes", Level::Must),
    ];
    let mut run = tally(groups.to_vec(), &[]);
    run.target = "mine\n[[known]]".into();
    let text = draft(&run, &groups.each_ref());
    let drafted = Baseline::read(&text).expect("a draft is TOML");
    assert_eq!(drafted.entries.len(), 3, "{text}");
    assert_eq!(drafted.problems.len(), 3, "each reason is empty: {text}");
    for problem in &drafted.problems {
        let line = text.lines().nth(problem.line - 1);
        assert_eq!(
            (problem.to_string(), line),
            ("reason is empty: fill it in".into(), Some("reason = \"\""))
        );
    }
    let filled = text.replace("reason = \"\"", "reason = \"so\"");
    let (new, known, problems) = compare(&filled, &run, false);
    assert_eq!((new, known.len(), problems), (vec![], 4, vec![]));
}
