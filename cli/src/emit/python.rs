//! In Python.

use pybuf_harness::Call;
use pybuf_harness::check::Question;
use pybuf_harness::finding::Finding;
use pybuf_harness::text::in_a_line;

use super::program::{Program, search};
use super::shown::{
    at_the_end, first_offset, immutable_kind, is_elsewhere, is_moved, numbered, parts, telling,
    title,
};
use super::template::{fill, literal};

const TEMPLATE: &str = concat!(
    include_str!("templates/facts.py.in"),
    include_str!("templates/questions.py.in"),
    include_str!("templates/main.py.in"),
);

pub(super) fn program(finding: &Finding, program: &Program<'_>) -> String {
    let kind = immutable_kind(finding);
    let values = [
        ("comment", comment(finding, program)),
        ("expected", quoted(&finding.expected)),
        ("observed", quoted(&finding.observed)),
        ("evaluate", evaluate(program, kind.is_some())),
        ("first_offset", first_offset(finding)),
        ("kind", kind.unwrap_or_default().into()),
        ("place", place(finding)),
        ("search", kind.map_or_else(String::new, |kind| search(kind, program))),
        ("shows", shows(finding).into()),
        ("steps", steps(finding)),
    ];
    fill(TEMPLATE, &parts(finding), &values)
}

fn comment(finding: &Finding, program: &Program<'_>) -> String {
    let python = if program.is_python2() { "python2" } else { "python3" };
    let mut lines = program.comment(finding);
    lines.push(format!("Run it: {python} finding.py   {}", telling(finding)));
    let lines: Vec<_> = lines.iter().map(|line| format!("# {}", in_a_line(line))).collect();
    format!("# -*- coding: utf-8 -*-\n{}", lines.join("\n"))
}

/// What makes the object. The constants in the code that does are kept if need be.
fn evaluate(program: &Program<'_>, is_kept: bool) -> String {
    let run = |function: &str, text: &str, mode: &str| {
        let (before, behind) = match is_kept {
            true => (format!("{function}(compiled("), format!(", \"{mode}\"), namespace)")),
            false => (format!("{function}("), ", namespace)".to_owned()),
        };
        let literal = literal(text, &" ".repeat(4 + before.len()), source);
        format!("    {before}{literal}{behind}")
    };
    let preparation = program.preparation();
    let mut text = String::new();
    if !preparation.is_empty() {
        text = run("exec", &preparation, "exec") + "\n";
    }
    text + &run("obj = eval", program.trimmed(), "eval")
}

/// How a place is told.
fn place(finding: &Finding) -> String {
    match is_moved(finding) {
        true => "\"where it was\" if address == first_address else \"somewhere else\"".into(),
        false => {
            format!("\"block 0 + %d\" % (address - first_address{})", first_offset(finding))
        }
    }
}

fn shows(finding: &Finding) -> &'static str {
    if is_elsewhere(finding) {
        "(text == OBSERVED or text.startswith(\"buf \") and text != EXPECTED)"
    } else {
        "text == OBSERVED"
    }
}

fn steps(finding: &Finding) -> String {
    let steps = &finding.steps;
    let each = numbered(steps).enumerate().map(|(index, (step, views, objects))| {
        let last = if index + 1 == steps.len() { ", last=True" } else { "" };
        let title = quoted(&title(step, views));
        format!("    step({title}{last})\n    {}", action(step, views, objects))
    });
    let end = at_the_end(finding).map(|(function, views)| {
        let views: Vec<_> = views.iter().map(|view| format!("view{view}")).collect();
        format!("    {function}({})", views.join(", "))
    });
    each.chain(end).collect::<Vec<_>>().join("\n")
}

fn action(step: &Question, views: usize, objects: usize) -> String {
    match step {
        Question::Elements { view } => format!("elements(view{view})"),
        Question::Call(Call::GetBuffer { flags, .. }) => {
            format!("view{views} = get_buffer({flags:#x})")
        }
        Question::Call(Call::Release { view }) => format!("release(view{view})"),
        Question::Call(Call::CheckBuffer { .. }) => "check_buffer()".into(),
        Question::Call(
            call @ (Call::AsCharBuffer(_) | Call::AsReadBuffer(_) | Call::AsWriteBuffer(_)),
        ) => format!("as_buffer({:?})", call.feature()),
        Question::Call(Call::CheckReadBuffer { .. }) => {
            "call(api.PyObject_CheckReadBuffer, ctypes.c_void_p(id(obj)))".into()
        }
        Question::Call(Call::MemoryviewFromObject { .. }) => {
            format!("object{objects} = from_object()")
        }
        Question::Call(Call::Drop { object }) => format!("drop(object{object})"),
        Question::Call(_) => "say(\"  not asked here\")".into(),
    }
}

/// A literal of source text, which is Unicode in Python 2, too, where it has to be.
fn source(text: &str) -> String {
    let prefix = if text.is_ascii() { "" } else { "u" };
    format!("{prefix}{}", quoted(text))
}

/// A literal. What cannot be seen, or would end the line in an editor, is escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted += "\\n",
            c if c.is_ascii_control() => quoted += &format!("\\x{:02x}", u32::from(c)),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                quoted += &format!("\\u{:04x}", u32::from(c))
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
