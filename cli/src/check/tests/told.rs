//! What is told of findings, to be read.

use super::*;

#[test]
fn a_finding_has_all_that_its_reader_needs() {
    let finding = finding(BUFFER_ERROR, Severity::WrongError, "exception ValueError");
    let text = human(&one(Came::Checked(checked(vec![finding]))));
    let line = Clause::find(BUFFER_ERROR).expect("it is there").note().line;
    assert_eq!(
        text,
        format!(
            "wrong error: the exception is not the BufferError that is promised
  clause    request.refusal.buffer-error (must, edition 3.12)   SPEC_NOTES.md line {line}
  text      https://docs.python.org/3.12/c-api/buffer.html#c.PyObject_GetBuffer
  object    numpy.arange(6) on CPython 3.12.1 (numpy 2.2.6), in 40 answers, and as a note in 12
  request   PyObject_GetBuffer(obj, &view, PyBUF_ND)
  expected  what is promised
  observed  exception ValueError
  program   pybuf check --python=3.12 --emit python --clause request.refusal.buffer-error 'numpy.arange(6)'

pybuf {}: numpy.arange(6) (numpy.ndarray, numpy 2.2.6) on CPython 3.12.1: 1 clause broken: request.refusal.buffer-error
",
            env!("CARGO_PKG_VERSION")
        )
    );
}

#[test]
fn what_is_the_same_is_said_once_and_the_worst_comes_first() {
    let text = human(&two_by_two());
    let begins = ["crash: ", "memory safety: ", "wrong error: ", "note: "];
    let places: Vec<_> =
        begins.iter().map(|it| text.find(it).unwrap_or_else(|| panic!("{it}: {text}"))).collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.contains("(must, editions 3.10 and 3.12)"), "{text}");
    let newest = "3.12/c-api/buffer.html#c.PyObject_GetBuffer\n  object    numpy.arange(6) on CPython 3.11.1";
    assert!(text.contains(newest), "{text}");
    assert!(
        text.contains("check --python=3.12 --emit python --clause request.refusal.buffer-error")
    );
    let both = "numpy.arange(6) on CPython 3.11.1 and 3.12.1 (numpy 2.2.6), in 40 answers, and";
    assert_eq!(text.matches(both).count(), 1, "{text}");
    assert!(
        text.contains("\n  reason    the text does not speak of such a request. Otherwise: "),
        "{text}"
    );
    let table = "
  CPython          3.11.1         3.12.1
  numpy.arange(6)  1 finding      1 finding
  b'ab'            right          1 finding
  oops             not evaluated  crash
";
    assert!(text.contains(table), "{text}");
    assert!(text.contains("\n  request   evaluating the expression\n"), "{text}");
    assert!(text.contains("\nnot checked: oops on CPython 3.11.1: NameError: <a> & "), "{text}");
    let last = "3 expressions on CPython 3.11.1 and 3.12.1: 1 right, 4 with findings, 1 not checked: \
                1 crash, 2 clauses broken, 1 note: request.readonly.consistent, request.refusal.buffer-error\n";
    assert!(text.ends_with(last), "{text}");
}

#[test]
fn different_answers_that_break_a_clause_are_told_apart() {
    let finding = |observed| finding(BUFFER_ERROR, Severity::WrongError, observed);
    let findings = vec![finding("exception ValueError"), finding("exception TypeError")];
    let text = human(&one(Came::Checked(checked(findings))));
    assert_eq!(text.matches("wrong error: ").count(), 1, "{text}");
    assert_eq!(text.matches("  clause ").count(), 1, "{text}");
    assert_eq!(text.matches("  request ").count(), 2, "{text}");
    assert_eq!(text.matches("  program ").count(), 1, "{text}");
    assert!(text.contains("1 clause broken"), "{text}");
}

#[test]
fn the_command_that_shows_it_again_can_be_pasted() {
    let finding = || vec![finding(READONLY, Severity::MemorySafety, "x")];
    let python = python(12, Some("/a path/python3"));
    let rows = vec![("-m.it('s')", vec![Came::Checked(checked(finding()))])];
    let setup = ["import m".to_owned()];
    let call_limit = Some(Duration::from_secs(2));
    let outcome = Outcome { setup: &setup, call_limit, ..outcome(vec![python], rows) };
    let text = human(&outcome);
    let program = text.lines().find_map(|line| line.strip_prefix("  program   ")).expect("a line");
    assert_eq!(
        shlex::split(program).expect("it is quoted well"),
        [
            "pybuf",
            "check",
            "--python=/a path/python3",
            "--setup=import m",
            "--call-limit",
            "2s",
            "--emit",
            "python",
            "--clause",
            READONLY,
            "--",
            "-m.it('s')"
        ]
    );
}

#[test]
fn an_object_that_is_right_is_said_to_be_so() {
    let right = one(Came::Checked(checked(vec![])));
    let verdict = summary::verdict(&right);
    assert!(verdict.ends_with(" on CPython 3.12.1: right, by 2 clauses"), "{verdict}");
}

#[test]
fn long_expressions_are_cut_where_they_are_only_told() {
    let long = format!("[{}]", "1, ".repeat(400));
    let wrong = || Came::Checked(checked(vec![finding(READONLY, Severity::MemorySafety, "x")]));
    let rows = vec![(long.as_str(), vec![wrong()]), ("x", vec![Came::NotChecked("so".into())])];
    let text_of = human(&outcome(vec![python(12, None)], rows));
    let (program, told): (Vec<_>, Vec<_>) =
        text_of.lines().partition(|line| line.starts_with("  program "));
    assert!(program[0].contains(&long), "{text_of}");
    assert!(told.iter().all(|line| line.len() < 400), "{text_of}");
    let verdict = human(&outcome(vec![python(12, None)], vec![(long.as_str(), vec![wrong()])]));
    assert!(verdict.lines().last().is_some_and(|line| line.len() < 400), "{verdict}");
}
