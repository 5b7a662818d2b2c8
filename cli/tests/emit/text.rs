//! The text of programs.

use libtest_mimic::{Failed, Trial};
use pybuf_harness::call::Call;
use pybuf_harness::check::{Question, finding};
use pybuf_harness::model::{Edition, Level};
use pybuf_harness::verdict::{Divergence, Kind};

use crate::emit::{Language, Program, program};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("a comment stays a comment", comments),
        Trial::test("literals are the text again", literals),
        Trial::test("there is no more in a program than its steps need", parts),
        Trial::test("the first lines say how to run it", first_lines),
    ]
}

fn emitted(language: Language, expression: &str, python: &str, steps: Vec<Question>) -> String {
    let divergence = Divergence {
        call: 0,
        kind: Kind::Diverges,
        clause: None,
        level: Level::Must,
        expected: "obj NULL".into(),
        observed: "obj not written".into(),
    };
    let finding = finding(&divergence, (expression, Edition::V3_12), steps, None);
    let modules = &[];
    let edition = Edition::V3_12;
    let about = Program { expression, setup: "", modules, python, edition, link: None };
    program(language, &finding, &about)
}

fn request() -> Vec<Question> {
    vec![Question::Call(Call::GetBuffer { object: 0, flags: 0 })]
}

fn holds(text: &str, part: &str) -> Result<(), Failed> {
    if text.contains(part) { Ok(()) } else { Err(format!("no {part:?} in\n{text}").into()) }
}

fn lacks(text: &str, part: &str) -> Result<(), Failed> {
    if text.contains(part) { Err(format!("{part:?} in\n{text}").into()) } else { Ok(()) }
}

/// An object of two lines is told in one, and no line goes on in the next.
fn comments() -> Result<(), Failed> {
    for (language, mark) in [(Language::Python, "#"), (Language::C, "//")] {
        let text = emitted(language, "x(\n*/ 1)", "3.12.1", request());
        holds(&text, &format!("\n{mark} The object: x(\\n*/ 1)\n"))?;
    }
    for end in ["\\", "??/"] {
        let text = emitted(Language::C, &format!("x{end}"), "3.12.1", request());
        holds(&text, &format!("\n// The object: x{end} .\n"))?;
    }
    Ok(())
}

fn literals() -> Result<(), Failed> {
    let expression = "'\"\\n\u{e9}\x07%d??/' + {{steps}}";
    let python = emitted(Language::Python, expression, "2.7.18", request());
    holds(&python, "eval(u\"'\\\"\\\\n\u{e9}\\x07%d??/' + {{steps}}\", namespace)")?;
    let c = emitted(Language::C, expression, "2.7.18", request());
    holds(&c, "run(\"'\\\"\\\\n\\303\\251\\007%d\\?\\?/' + {{steps}}\", Py_eval_input)")?;
    let lines = emitted(Language::C, "f(\n'?')", "3.12.1", request());
    holds(&lines, "run(\"f(\\n\"\n              \"'\\?')\", Py_eval_input)")
}

fn parts() -> Result<(), Failed> {
    for language in [Language::Python, Language::C] {
        let text = emitted(language, "b''", "3.12.1", request());
        lacks(&text, "@@")?;
        lacks(&text, "{{")?;
        lacks(&text, "elements(")?;
        lacks(&text, "PyMemoryView_FromObject")?;
        lacks(&text, "PyBuffer_Release")?;
        let check = vec![Question::Call(Call::CheckBuffer { object: 0 })];
        lacks(&emitted(language, "b''", "3.12.1", check), "suboffsets")?;
    }
    Ok(())
}

fn first_lines() -> Result<(), Failed> {
    let first = |python| emitted(Language::C, "b''", python, request());
    let embed =
        "// cc finding.c $(python3-config --cflags --ldflags --embed) -o finding && ./finding\n";
    let old = "// cc finding.c $(python2-config --cflags --ldflags) -o finding && ./finding\n";
    assert!(first("3.6.15").starts_with(embed));
    assert!(first("2.7.18").starts_with(old));
    holds(&emitted(Language::Python, "b''", "2.7.18", request()), "\n# Run it: python2 finding.py ")
}
