//! The interpreters that are asked.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use pybuf_harness::check::{About, Checked, check, finding};
use pybuf_harness::model::{Edition, Level};
use pybuf_harness::verdict::{Divergence, Kind};
use pybuf_targets::check::{Asked, Part, Subject, ask};
use pybuf_targets::cpython::{self, Interpreter};

use super::outcome::{Came, Python};
use crate::error::Error;

/// The interpreters that the user has named.
pub struct Interpreters {
    pub found: Vec<Asking>,
    /// Why the others cannot be had.
    pub missing: Vec<String>,
}

/// An interpreter, and what it is in reports.
pub struct Asking {
    pub python: Python,
    interpreter: Interpreter,
}

impl Interpreters {
    /// Each interpreter once, whatever it was called. Fails if there is none at all.
    pub fn find(wanted: &[String]) -> Result<Interpreters, Error> {
        let (mut found, mut errors) = (Vec::new(), Vec::new());
        let mut places = HashSet::new();
        let options = match wanted {
            [] => vec![None],
            some => some.iter().map(Some).collect(),
        };
        for option in options {
            let interpreter = match option {
                Some(which) => cpython::find_any(which),
                None => cpython::active_interpreter(),
            };
            match interpreter {
                Ok(it) if places.insert(place(&it)) => {
                    found.push(Asking::of(it, option.cloned()));
                }
                Ok(_) => {}
                Err(error) => errors.push(Error::from(error)),
            }
        }
        if found.is_empty()
            && let Some(error) = errors.pop()
        {
            return Err(error);
        }
        tell_apart(&mut found);
        Ok(Interpreters { found, missing: errors.iter().map(Error::chain).collect() })
    }
}

/// What no other interpreter has: `python3` and `python` in one folder are one if they are of one version. A virtual
/// environment has a folder of its own, with links to what it is made of in another. A program
/// that runs an interpreter of another folder, in an environment of its own, is one for itself.
fn place(interpreter: &Interpreter) -> (PathBuf, String) {
    let Interpreter { executable, program, version_text, .. } = interpreter;
    let folder_of = |path: &Path| {
        let folder = path.parent().unwrap_or(path);
        folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
    };
    let is_path = program.components().count() > 1;
    match is_path && folder_of(program) != folder_of(executable) {
        true => (program.clone(), version_text.clone()),
        false => (folder_of(executable), version_text.clone()),
    }
}

/// Interpreters of the same version get their path into their name.
fn tell_apart(found: &mut [Asking]) {
    let names: Vec<_> = found.iter().map(|it| it.python.name.clone()).collect();
    for Asking { python, .. } in found {
        if names.iter().filter(|name| **name == python.name).count() > 1 {
            python.name = format!("{} ({})", python.name, python.executable.display());
        }
    }
}

impl Asking {
    fn of(interpreter: Interpreter, option: Option<String>) -> Asking {
        let (major, minor, _) = interpreter.version;
        let newest = Edition::LATEST;
        let python = Python {
            name: format!("CPython {}", interpreter.version_text),
            version_text: interpreter.version_text.clone(),
            version: (major, minor),
            executable: interpreter.executable.clone(),
            edition: interpreter.edition().unwrap_or(newest),
            option,
        };
        Asking { python, interpreter }
    }

    /// Evaluates an expression, asks what it comes to, and judges the answers.
    pub fn check(&self, subject: &Subject, limit: Duration) -> Came {
        let Asking { python: Python { edition, .. }, interpreter } = self;
        let expression = &subject.expression;
        match ask(interpreter, subject, limit) {
            Ok(Asked::Answered(transcripts)) => {
                Came::Checked(check(expression, &transcripts, *edition))
            }
            Ok(Asked::Unfinished { ended, why }) if ended.is_empty() => {
                Came::NotChecked(why.to_string())
            }
            // Deaths are all that is told of who was not asked to the end.
            Ok(Asked::Unfinished { ended, why }) => {
                Came::Unfinished(check(expression, &ended, *edition), why.to_string())
            }
            Ok(Asked::NotEvaluated { part: Part::Expression, message }) => {
                Came::NotEvaluated(message)
            }
            Ok(Asked::NotEvaluated { part, message }) => {
                Came::NotEvaluated(format!("{part}: {message}"))
            }
            Ok(Asked::Died { part, how }) => {
                Came::Died(death(expression, *edition, part, (Kind::Crashed, how)))
            }
            Ok(Asked::Hung { part, limit }) => {
                let how = format!("nothing within {limit:?}");
                Came::Died(death(expression, *edition, part, (Kind::TimedOut, how)))
            }
            Err(error) => Came::NotChecked(Error::from(error).chain()),
        }
    }
}

/// The check of what there is no object of, for evaluating a part has ended the process, or did not end.
fn death(expression: &str, edition: Edition, part: Part, (kind, how): (Kind, String)) -> Checked {
    let observed = match part {
        Part::Expression => how,
        Part::Setup => format!("{how} in the setup"),
    };
    let expected = "an object, or an exception".into();
    let (clause, level) = (None, Level::Must);
    let divergence = Divergence { call: 0, kind, clause, level, expected, observed };
    let finding = finding(&divergence, (expression, edition), Vec::new(), None);
    Checked {
        about: About::default(),
        findings: vec![finding],
        exercised: BTreeSet::new(),
        to_the_end: true,
    }
}
