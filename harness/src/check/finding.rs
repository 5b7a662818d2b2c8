//! What a check comes to.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Edition};

use pybuf_protocol::call::text::mask as mask_text;

use super::grants::mask;
use super::{About, Question};
use crate::call::Call;
use crate::case::CaseId;
use crate::finding::Finding;
use crate::verdict::Divergence;

/// What came of checking one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What it is.
    pub about: About,
    /// The edition that it was judged by.
    pub edition: Edition,
    /// What is wrong with it, the worst first.
    pub findings: Vec<Finding>,
    /// The clauses that decided about its answers.
    pub exercised: BTreeSet<Clause>,
    /// Whether it was asked everything. If it was not, for too many questions ended the process, these crashes are
    /// all there is.
    pub to_the_end: bool,
}

/// So many questions are too many for a line.
const MANY: usize = 6;

/// A divergence in the answer of an object to the last of some questions, which show it.
pub fn finding(
    divergence: &Divergence,
    (expression, edition): (&str, Edition),
    steps: Vec<Question>,
    excuse: Option<&str>,
) -> Finding {
    let flags = steps.iter().rev().find_map(mask).and_then(|flags| usize::try_from(flags).ok());
    let case = CaseId::of("check", flags.into_iter().collect());
    let about = (function(&steps), expression);
    let finding = Finding::of(divergence, about, (case, edition), request(&steps));
    Finding { steps, excuse: excuse.map(str::to_owned), ..finding }
}

/// The function of the C API that gave the last answer, or what else was done.
fn function(steps: &[Question]) -> &'static str {
    match steps.last() {
        Some(Question::Call(call)) => call.feature(),
        Some(Question::Elements { .. }) => "reading the elements",
        None => "evaluating the expression",
    }
}

/// Questions as C has them, in a line; the object is `obj`. Of many, the last.
pub fn request(steps: &[Question]) -> String {
    let Some(last) = steps.last() else { return function(steps).to_owned() };
    if let MANY.. = steps.len() {
        let before = steps.len() - 1;
        let last = last.in_c(0, |_| "view".into());
        return format!("{last}, after {before} other questions");
    }
    let requests = steps.iter().filter(|step| mask(step).is_some()).count();
    // One view needs no number.
    let view = |number: usize| match requests {
        1 => "view".to_owned(),
        _ => format!("view{number}"),
    };
    let mut made = 0;
    let each = steps.iter().map(|step| {
        let text = step.in_c(made, view);
        made += usize::from(mask(step).is_some());
        text
    });
    each.collect::<Vec<_>>().join("; ")
}
impl Question {
    /// As C has it, in a line; the object is `obj`. `made` is the number of requests before it, and `view` the name of
    /// each view by its number.
    pub fn in_c(&self, made: usize, view: impl Fn(usize) -> String) -> String {
        let call = match self {
            Question::Elements { view: read } => {
                return format!("read all elements of {}", view(*read));
            }
            Question::Call(call) => call,
        };
        match call {
            Call::GetBuffer { flags, .. } => {
                format!("PyObject_GetBuffer(obj, &{}, {})", view(made), mask_text(*flags))
            }
            Call::Release { view: released } => format!("PyBuffer_Release(&{})", view(*released)),
            Call::AsCharBuffer(_) | Call::AsReadBuffer(_) | Call::AsWriteBuffer(_) => {
                format!("{}(obj, &buffer, &buffer_len)", call.feature())
            }
            Call::Drop { .. } => "Py_DecRef(memoryview)".into(),
            call => format!("{}(obj)", call.feature()),
        }
    }
}
