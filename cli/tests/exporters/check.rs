//! Running the command, and its report as a page to review.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Some expressions with what has to be run before.
pub struct Group {
    pub name: &'static str,
    /// The first version that has such objects.
    pub since: (u8, u8),
    pub expressions: &'static str,
    pub setup: &'static str,
}

/// The report, as JSON, with a program for each finding.
pub fn check(python: &Path, group: &Group) -> Result<Value, String> {
    let each = group.expressions.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut command = Command::new(env!("CARGO_BIN_EXE_pybuf"));
    command.args(["check", "--format", "json", "--emit", "python", "--call-limit", "5s"]);
    command.arg("--python").arg(python).args(["--setup", group.setup, "--"]).args(each);
    for variable in ["VIRTUAL_ENV", "GITHUB_ACTIONS", "PYTHONPATH"] {
        command.env_remove(variable);
    }
    let output = command.output().map_err(|error| error.to_string())?;
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

/// A page: for each expression what is wrong, by clause, with the smallest request.
pub fn text(report: &Value) -> String {
    let mut text = String::new();
    for cell in cells(report) {
        let _ = writeln!(text, "{}: {}", word(cell, "expression"), word(cell, "status"));
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
                word(finding, "request"),
                word(finding, "expected"),
                word(finding, "observed"),
            );
        }
    }
    text
}
