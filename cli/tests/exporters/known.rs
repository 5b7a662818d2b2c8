//! What is known of some exporters, written down by hand: these clauses are broken, as failures or notes, and no
//! others.

use std::path::Path;

use libtest_mimic::Trial;
use pybuf_targets::cpython::Interpreter;

use crate::check::{Group, cells, check, findings, word};

const OBJ: &str = "request.refusal.obj-null";
const FORMAT: &str = "request.format.null-unless-asked";
const SHAPE: &str = "request.shape.null-unless-asked";
const STRIDES: &str = "request.strides.given-if-asked";

/// Expressions that nothing is wrong with in any version that has them.
const RIGHT: Group =
    Group::alone("right", (2, 7), "bytearray(b'ab')\narray.array('i', [1, 2])\nmmap.mmap(-1, 8)");

/// Read-only memory that `PyBuffer_FillInfo` describes: since 3.3 `obj` must be NULL after it refuses a writer.
const FILL_INFO: Group =
    Group::alone("FillInfo", (3, 3), "b'ab'\nmmap.mmap(-1, 8, access=mmap.ACCESS_READ)");

/// ctypes arrays ignore the flags.
const ROW: Group = Group::alone("row", (2, 7), "(ctypes.c_int * 3)()");
const MATRIX: Group = Group::alone("matrix", (2, 7), "((ctypes.c_int * 3) * 2)()");

pub fn trials(python: &Interpreter) -> Vec<Trial> {
    let (major, minor, _) = python.version;
    let mut matrix = vec!["request.contiguity.fortran", FORMAT, SHAPE, STRIDES];
    if (major, minor) >= (3, 3) {
        // Practice: what has no shape has one dimension.
        matrix.push("request.ndim.one-without-shape");
    }
    let known: [(&'static Group, Vec<&'static str>); 4] = [
        (&RIGHT, vec![]),
        (&FILL_INFO, vec![OBJ]),
        (&ROW, vec![FORMAT, SHAPE, STRIDES]),
        (&MATRIX, matrix),
    ];
    let there = known.into_iter().filter(|(group, _)| (major, minor) >= group.since);
    let trial = |(group, clauses): (&'static Group, Vec<&'static str>)| {
        let executable = python.executable.clone();
        let name = format!("known::{}::cpython-{}", group.name, python.version_text);
        Trial::test(name, move || Ok(only(&executable, group, &clauses)?))
    };
    there.map(trial).collect()
}

/// Fails unless just these clauses are broken by each of the objects.
pub fn only(python: &Path, group: &Group, clauses: &[&str]) -> Result<(), String> {
    let report = check(python, group)?;
    let exports = |cell: &&serde_json::Value| word(cell, "status") != "exports nothing";
    let mut judged = 0;
    for cell in cells(&report).iter().filter(exports) {
        let mut found: Vec<&str> =
            findings(cell).iter().map(|finding| word(finding, "clause")).collect();
        found.sort_unstable();
        let mut known = clauses.to_vec();
        known.sort_unstable();
        if found != known || cell["about"].is_null() {
            return Err(format!("{}: {found:?}, not {known:?}", word(cell, "expression")));
        }
        if cell["exercised"].as_array().is_none_or(Vec::is_empty) {
            return Err(format!("{}: compared with nothing", word(cell, "expression")));
        }
        judged += 1;
    }
    if judged == 0 { Err("nothing was judged".into()) } else { Ok(()) }
}
