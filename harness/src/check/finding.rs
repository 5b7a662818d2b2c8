//! What a check comes to.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Edition};
use pybuf_protocol::call::text::Names;

use super::grants::mask;
use super::{About, Question};
use crate::case::CaseId;
use crate::chooser::Choice;
use crate::finding::Finding;
use crate::verdict::Divergence;

/// What came of checking one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What it is.
    pub about: About,
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
    let flags = steps.iter().rev().find_map(mask).map(|flags| flags.bits());
    let flags = flags.and_then(|bits| usize::try_from(bits).ok()).map(Choice::Number);
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
        return format!("{}, after {} other questions", last.in_c(None), steps.len() - 1);
    }
    let requests = steps.iter().filter(|step| mask(step).is_some()).count();
    let mut made = 0;
    let each = steps.iter().map(|step| {
        // One view needs no number.
        let text = step.in_c((requests != 1).then_some(made));
        made += usize::from(mask(step).is_some());
        text
    });
    each.collect::<Vec<_>>().join("; ")
}

impl Question {
    /// As C has it, in a line; the object is `obj`. `made` is the number of requests before it; without that, views
    /// are not numbered.
    pub fn in_c(&self, made: Option<usize>) -> String {
        let names = InCheck { made };
        match self {
            Question::Call(call) => call.in_c(&names),
            Question::Elements { view } => format!("read all elements of {}", names.named(*view)),
        }
    }
}

/// The names of what a check asks. The only object that it makes is a memoryview.
struct InCheck {
    made: Option<usize>,
}

impl InCheck {
    fn named(&self, view: usize) -> String {
        self.made.map_or("view".into(), |_| format!("view{view}"))
    }
}

impl Names for InCheck {
    fn object(&self, number: usize) -> String {
        if number == 0 { "obj".into() } else { "memoryview".into() }
    }

    fn view(&self, number: usize) -> String {
        format!("&{}", self.named(number))
    }

    fn filled(&self) -> String {
        self.view(self.made.unwrap_or(0))
    }
}
