//! Running the command, and its report as a page to review.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::pybuf;

/// Some expressions with what has to be run before.
pub struct Group {
    pub name: &'static str,
    /// The first version that has such objects.
    pub since: (u8, u8),
    pub expressions: &'static str,
    pub setup: &'static str,
    /// The baseline, a file beside this one, if there is one.
    pub known: Option<&'static str>,
}

impl Group {
    /// Expressions that need nothing beside them.
    pub const fn alone(name: &'static str, since: (u8, u8), expressions: &'static str) -> Group {
        Group { name, since, expressions, setup: "", known: None }
    }
}

/// The report, as JSON, with a program for each finding.
pub fn check(python: &Path, group: &Group) -> Result<Value, String> {
    let each = group.expressions.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut command = pybuf::command();
    command.args(["check", "--format", "json", "--emit", "python", "--call-limit", "5s"]);
    command.arg("--python").arg(python).args(["--setup", group.setup]);
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exporters");
    if let Some(known) = group.known {
        command.arg("--baseline").arg(here.join(known));
    }
    for variable in ["VIRTUAL_ENV", "PYTHONPATH"] {
        command.env_remove(variable);
    }
    let output = command.arg("--").args(each).output().map_err(|error| error.to_string())?;
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The expressions of a report, each with what came of it.
pub fn cells(report: &Value) -> &[Value] {
    report["cells"].as_array().map_or(&[], Vec::as_slice)
}

/// What was found in an expression.
pub fn findings(cell: &Value) -> &[Value] {
    cell["findings"].as_array().map_or(&[], Vec::as_slice)
}

/// A field that is text.
pub fn word<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or("-")
}

/// Fails if something that was found is not explained, or something is explained that was not found.
pub fn all_is_known(report: &Value) -> Result<(), String> {
    let mut wrong = String::new();
    for cell in cells(report) {
        for finding in findings(cell).iter().filter(|finding| finding["known"].is_null()) {
            let (expression, clause) = (word(cell, "expression"), word(finding, "clause"));
            let _ = writeln!(wrong, "not explained: {clause} of {expression}");
        }
    }
    for problem in report["baseline"]["problems"].as_array().into_iter().flatten() {
        let _ = writeln!(wrong, "in the baseline: {problem}");
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// A page: for each expression what is wrong, by clause, with the smallest request.
pub fn text(report: &Value) -> String {
    let mut text = String::new();
    for cell in cells(report) {
        let came = match findings(cell).len() {
            0 => word(cell, "status").to_owned(),
            1 => "1 finding".into(),
            found => format!("{found} findings"),
        };
        let _ = writeln!(text, "{}: {came}", word(cell, "expression"));
        if let Some(message) = cell["message"].as_str() {
            let _ = writeln!(text, "  {message}");
        }
        for finding in findings(cell) {
            let count = |field: &str| finding[field].as_u64().unwrap_or(0);
            let _ = writeln!(
                text,
                "  {}: {} ({}; {} failures, {} notes)\n    {}\n    expected {}, observed {}",
                word(finding, "severity"),
                word(finding, "clause"),
                word(finding, "level"),
                count("failures"),
                count("notes"),
                word(finding, "call"),
                word(finding, "expected"),
                word(finding, "observed"),
            );
        }
    }
    text
}
