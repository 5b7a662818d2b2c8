//! What a check comes to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use pybuf_model::{Clause, Edition, Level};

use super::grants::mask;
use super::steps::size;
use super::{About, Question, Severity};
use crate::call::Call;
use crate::render;
use crate::verdict::{Divergence, Kind};

/// What came of checking one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What it is.
    pub about: About,
    /// The edition that it was judged by.
    pub edition: Edition,
    /// What is wrong with it, the worst first.
    pub findings: Vec<Finding>,
    /// The clauses that its answers were held against.
    pub exercised: BTreeSet<Clause>,
    /// Whether it was asked everything. If it was not, for too many questions ended the process, these deaths are all
    /// that is told.
    pub to_the_end: bool,
}

/// Answers that break a clause in one way.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The clause, if it is one that is broken.
    pub clause: Option<Clause>,
    /// In what way.
    pub kind: Kind,
    /// The level of the worst.
    pub level: Level,
    /// How bad it is.
    pub severity: Severity,
    /// The smallest list of questions that shows it, in that order: the answer to the last one breaks
    /// the clause. The object is number 0, and views and objects are numbered within the list. Of an object that does
    /// not give the same answer twice, all questions up to the first that shows it. Empty if there was no object to
    /// ask: evaluating the expression did it.
    pub steps: Vec<Question>,
    /// What is permitted there.
    pub expected: String,
    /// What was answered there.
    pub observed: String,
    /// Why it is a note, if that is not for its clause.
    pub excuse: Option<&'static str>,
    /// In how many answers it was seen as a failure.
    pub failures: usize,
    /// In how many answers it was seen as a note, for the request is beyond the text, or the level is weak.
    pub notes: usize,
}

/// So many questions are too many for a line.
const MANY: usize = 6;

impl Finding {
    /// Whether it makes a check fail that is not strict.
    pub fn is_failure(&self) -> bool {
        self.level == Level::Must
    }

    /// What is wrong, in a sentence.
    pub fn headline(&self) -> &str {
        match (self.kind, self.clause) {
            (Kind::Crashed, _) => "the process died",
            (Kind::TimedOut, _) => "the call did not come back",
            (_, Some(clause)) => &clause.note().broken,
            (_, None) => "the answer cannot be judged",
        }
    }

    /// The function of the C API that gave the answer, or what else was done.
    pub fn function(&self) -> &'static str {
        match self.steps.last() {
            Some(Question::Call(call)) => call.feature(),
            Some(Question::Elements { .. }) => "reading the elements",
            None => "evaluating the expression",
        }
    }

    /// The questions that show it, as C would have them, in a line; the object is `obj`. Of many, the last.
    pub fn request(&self) -> String {
        let Some(last) = self.steps.last() else { return self.function().to_owned() };
        if let MANY.. = self.steps.len() {
            let before = self.steps.len() - 1;
            let last = last.in_c(0, |_| "view".into());
            return format!("{last}, behind {before} other questions");
        }
        let requests = self.steps.iter().filter(|step| mask(step).is_some()).count();
        // One view needs no number.
        let view = |number: usize| match requests {
            1 => "view".to_owned(),
            _ => format!("view{number}"),
        };
        let mut made = 0;
        let each = self.steps.iter().map(|step| {
            let text = step.in_c(made, view);
            made += usize::from(mask(step).is_some());
            text
        });
        each.collect::<Vec<_>>().join("; ")
    }
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
                format!("PyObject_GetBuffer(obj, &{}, {})", view(made), render::flags(*flags))
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

/// Gathers divergences into findings.
#[derive(Default)]
pub(super) struct Findings(BTreeMap<(Option<Clause>, Kind, Option<&'static str>), Finding>);

impl Findings {
    /// Takes a divergence in the answer to a question, with the questions that show it.
    pub(super) fn add(
        &mut self,
        divergence: &Divergence,
        steps: Vec<Question>,
        excuse: Option<&'static str>,
    ) {
        let &Divergence { kind, clause, level, .. } = divergence;
        let failure = divergence.is_failure();
        let new = Finding {
            clause,
            kind,
            level,
            severity: Severity::of(clause, kind, level),
            steps,
            expected: divergence.expected.clone(),
            observed: divergence.observed.clone(),
            excuse,
            failures: failure.into(),
            notes: (!failure).into(),
        };
        let function = clause.is_none().then(|| new.function());
        match self.0.get_mut(&(clause, kind, function)) {
            None => {
                self.0.insert((clause, kind, function), new);
            }
            Some(known) => known.join(new),
        }
    }

    /// The worst first; of those that are as bad, the one that is shown by less.
    pub(super) fn sorted(self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.0.into_values().collect();
        findings.sort_by_key(|it| (it.severity, Reverse(it.level), size(&it.steps)));
        findings
    }
}

impl Finding {
    /// Adds one of the same cause. What the text speaks of says more than what it does not, and of what
    /// says as much the smallest is kept.
    fn join(&mut self, new: Finding) {
        let (failures, notes) = (self.failures + new.failures, self.notes + new.notes);
        let key = |it: &Finding| (Reverse(it.level), size(&it.steps));
        if key(&new) < key(self) {
            *self = new;
        }
        (self.failures, self.notes) = (failures, notes);
    }
}
