//! What is known of objects.

use super::*;

fn baseline(clause: &str, rest: &str) -> Baseline {
    let text = format!("[[known]]\nclause = \"{clause}\"\nobjects = [\"numpy.arange(6)\"]\n{rest}");
    Baseline::read(&text).expect("it is TOML")
}

#[test]
fn what_is_known_is_not_told_again() {
    let came = || Came::Checked(checked(vec![finding(READONLY, Severity::MemorySafety, "x")]));
    let known = baseline(READONLY, "reason = \"so it is\"");
    let outcome = Outcome { baseline: Some((Path::new("known.toml"), &known)), ..one(came()) };
    assert!(matches!(outcome.found(), Found::Conforms));
    assert_eq!(outcome.word(&outcome.cells[0]), "1 known");
    let text_of = human(&outcome);
    assert!(text_of.starts_with("1 finding known, by known.toml\n"), "{text_of}");
    assert!(text_of.ends_with(": 1 known finding, nothing new\n"), "{text_of}");
    let json: Value = json(&outcome);
    assert_eq!(json["cells"][0]["findings"][0]["known"], "so it is");
    assert_eq!(json["cells"][0]["status"], "known");
    let xml = junit(&outcome);
    assert!(xml.contains("<skipped message=\"known: so it is\""), "{xml}");

    let other = baseline(BUFFER_ERROR, "reason = \"so it was\"");
    let outcome = Outcome { baseline: Some((Path::new("known.toml"), &other)), ..one(came()) };
    let problems = outcome.problems();
    assert!(problems[0].problem.contains("passes now"), "{problems:?}");
    assert!(human(&outcome).contains("\nerror: known.toml:1: "), "{problems:?}");
    let xml = Report::deserialize_from_str(&junit(&outcome));
    assert_eq!(xml.expect("it is JUnit's XML").failures, 2);

    // Nobody knows what the rest would have shown.
    let part = outcome_of_part(&other);
    assert_eq!(part.problems(), []);
}

fn outcome_of_part(baseline: &Baseline) -> Outcome<'_> {
    Outcome {
        baseline: Some((Path::new("known.toml"), baseline)),
        ..one(Came::NotEvaluated("NameError".into()))
    }
}

#[test]
fn an_entry_is_compared_with_each_interpreter() {
    let came = |findings| Came::Checked(checked(findings));
    let wrong = finding(READONLY, Severity::MemorySafety, "x");
    let rows = || vec![("numpy.arange(6)", vec![came(vec![wrong.clone()]), came(vec![])])];
    let two = || outcome(vec![python(11, None), python(12, None)], rows());
    let all = baseline(READONLY, "reason = \"so\"");
    let held = Outcome { baseline: Some((Path::new("known.toml"), &all)), ..two() };
    let problems = held.problems();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].problem.ends_with(" (on CPython 3.12.1)"), "{problems:?}");
    let some = baseline(READONLY, "reason = \"so\"\nversions = \"3.11\"");
    let held = Outcome { baseline: Some((Path::new("known.toml"), &some)), ..two() };
    assert_eq!(held.problems(), []);
    assert!(matches!(held.found(), Found::Conforms));
}
