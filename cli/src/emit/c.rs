//! In C.

use pybuf_harness::Call;
use pybuf_harness::call::text::mask;
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
    include_str!("templates/facts.c.in"),
    include_str!("templates/questions.c.in"),
    include_str!("templates/main.c.in"),
);

pub(super) fn program(finding: &Finding, program: &Program<'_>) -> String {
    let kind = immutable_kind(finding);
    let search = kind.map_or_else(String::new, |kind| search(kind, program));
    let search = format!("import ctypes, gc, sys, types\n\n{search}");
    let values = [
        ("comment", comment(finding, program)),
        ("expected", quoted(&finding.expected)),
        ("observed", quoted(&finding.observed)),
        ("locals", locals(&finding.steps)),
        ("evaluate", evaluate(program)),
        ("first_offset", first_offset(finding)),
        ("kind", kind.unwrap_or_default().into()),
        ("place", place(finding)),
        ("search", literal(&search, "        ", quoted)),
        ("shows", shows(finding).into()),
        ("steps", steps(finding)),
    ];
    fill(TEMPLATE, &parts(finding), &values)
}

fn comment(finding: &Finding, program: &Program<'_>) -> String {
    let (python, config) = if program.is_python2() {
        ("python2", "$(python2-config --cflags --ldflags)")
    } else {
        ("python3", "$(python3-config --cflags --ldflags --embed)")
    };
    let mut lines = vec![format!("cc finding.c {config} -o finding && ./finding")];
    let embed = if program.is_python2() { "" } else { "Up to Python 3.7 without --embed. " };
    lines.push(format!("{embed}{}", telling(finding)));
    lines.push(format!(
        "For packages of a virtual environment, run it with \
         PYTHONPATH=\"$({python} -c 'import sys; print(\":\".join(sys.path))')\"."
    ));
    lines.extend(program.comment(finding));
    lines.iter().map(|line| comment_line(line)).collect::<Vec<_>>().join("\n")
}

/// A comment would go on behind a backslash, or the trigraph for it.
fn comment_line(text: &str) -> String {
    let line = format!("// {}", in_a_line(text));
    if line.ends_with('\\') || line.ends_with("??/") { line + " ." } else { line }
}

fn locals(steps: &[Question]) -> String {
    let each = numbered(steps).filter_map(|(step, views, objects)| match step {
        Question::Call(call) if call.fills_view() => {
            Some(format!("    struct request view{views};\n"))
        }
        Question::Call(call) if call.makes_object() && is_dropped(steps, objects) => {
            Some(format!("    PyObject *object{objects};\n"))
        }
        _ => None,
    });
    let locals: String = each.collect();
    if locals.is_empty() { locals } else { locals + "\n" }
}

fn is_dropped(steps: &[Question], number: usize) -> bool {
    steps.contains(&Question::Call(Call::Drop { object: number }))
}

fn evaluate(program: &Program<'_>) -> String {
    let preparation = program.preparation();
    let mut text = String::new();
    if !preparation.is_empty() {
        let source = literal(&preparation, "        ", quoted);
        text = format!("    run({source}, Py_file_input);\n");
    }
    let expression = literal(program.trimmed(), "              ", quoted);
    text + &format!("    obj = run({expression}, Py_eval_input);")
}

/// How a place is told.
fn place(finding: &Finding) -> String {
    match is_moved(finding) {
        true => "address == first ? \"where it was\" : \"somewhere else\"".into(),
        false => {
            format!("\"block 0 + %zd\", (Py_ssize_t)(address - first){}", first_offset(finding))
        }
    }
}

fn shows(finding: &Finding) -> &'static str {
    if is_elsewhere(finding) {
        "(strcmp(line, OBSERVED) == 0\n        || \
         (strncmp(line, \"buf \", 4) == 0 && strcmp(line, EXPECTED) != 0))"
    } else {
        "strcmp(line, OBSERVED) == 0"
    }
}

fn steps(finding: &Finding) -> String {
    let steps = &finding.steps;
    let each = numbered(steps).enumerate().map(|(index, (step, views, objects))| {
        let last = if index + 1 == steps.len() { "    is_last = 1;\n" } else { "" };
        let title = quoted(&title(step, views));
        format!("{last}    step({title});\n    {};", action(steps, step, views, objects))
    });
    let end = at_the_end(finding).map(|(function, views)| {
        let views: Vec<_> = views.iter().map(|view| format!("&view{view}")).collect();
        format!("    {function}({});", views.join(", "))
    });
    each.chain(end).collect::<Vec<_>>().join("\n")
}

fn action(steps: &[Question], step: &Question, views: usize, objects: usize) -> String {
    match step {
        Question::Elements { view } => format!("elements(&view{view})"),
        Question::Call(Call::GetBuffer { flags, .. }) => {
            format!("get_buffer(&view{views}, {})", mask(*flags))
        }
        Question::Call(Call::Release { view }) => format!("release(&view{view})"),
        Question::Call(Call::CheckBuffer { .. }) => "check_buffer()".into(),
        Question::Call(Call::AsCharBuffer(_)) => {
            "AS_BUFFER(PyObject_AsCharBuffer, const char *)".into()
        }
        Question::Call(Call::AsReadBuffer(_)) => {
            "AS_BUFFER(PyObject_AsReadBuffer, const void *)".into()
        }
        Question::Call(Call::AsWriteBuffer(_)) => {
            "AS_BUFFER(PyObject_AsWriteBuffer, void *)".into()
        }
        Question::Call(Call::CheckReadBuffer { .. }) => "check_read_buffer()".into(),
        Question::Call(Call::MemoryviewFromObject { .. }) => {
            let kept = if is_dropped(steps, objects) {
                format!("object{objects} = ")
            } else {
                String::new()
            };
            format!("{kept}from_object()")
        }
        Question::Call(Call::Drop { object }) => format!("drop(object{object})"),
        Question::Call(_) => "puts(\"  not asked here\")".into(),
    }
}

/// A literal. What is not ASCII is told byte by byte in octal, which ends after three digits, whatever the compiler
/// takes the file for. Two question marks might begin a trigraph.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | b'?' => quoted.extend(['\\', byte.into()]),
            b'\n' => quoted += "\\n",
            b' '..=b'~' => quoted.push(byte.into()),
            _ => quoted += &format!("\\{byte:03o}"),
        }
    }
    quoted.push('"');
    quoted
}
