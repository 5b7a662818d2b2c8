//! # Targets
//!
//! What can be tested, by the name that `--target` takes.

use pybuf_harness::Implementation;
use pybuf_model::Edition;

use crate::cpython::{self, Interpreter};
use crate::fast::Fast;
use crate::process::{self, Process};

/// Something that can be tested.
#[derive(Clone, Debug)]
pub enum Target {
    /// The embedded fast implementation.
    Fast,
    /// An interpreter.
    Cpython(Interpreter),
}

/// Why there is no such target, or it does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The name is none.
    #[error(
        "there is no target {0:?}: it can be fast, cpython, or cpython:WHICH with a path, a command or \
         a version"
    )]
    Unknown(String),
    /// There is no such interpreter.
    #[error(transparent)]
    NotFound(#[from] cpython::Error),
    /// The interpreter does not start.
    #[error("{executable} cannot be tested")]
    NotOpened {
        /// The program.
        executable: String,
        /// Why.
        source: process::Error,
    },
}

impl Target {
    /// The target of that name: `fast`, `cpython` (the `python3` of PATH), or `cpython:WHICH`, where
    /// WHICH is a path, a command, or a version of an interpreter that [`cpython::discover`] finds.
    ///
    /// # Errors
    ///
    /// If the name is none, or no such interpreter is found.
    pub fn find(name: &str) -> Result<Target, TargetError> {
        match name.split_once(':') {
            None if name == "fast" => Ok(Target::Fast),
            None if name == "cpython" => Ok(Target::Cpython(cpython::default_interpreter()?)),
            Some(("cpython", which)) => Ok(Target::Cpython(cpython::find(which)?)),
            _ => Err(TargetError::Unknown(name.into())),
        }
    }

    /// The name that finds it again: an interpreter's has its exact version.
    pub fn spec(&self) -> String {
        match self {
            Target::Fast => "fast".into(),
            Target::Cpython(interpreter) => format!("cpython:{}", interpreter.version_text),
        }
    }

    /// The editions that it is judged by: all for the fast implementation, its own for an interpreter.
    pub fn editions(&self) -> Vec<Edition> {
        match self {
            Target::Fast => Edition::ALL.to_vec(),
            Target::Cpython(interpreter) => interpreter.edition().into_iter().collect(),
        }
    }

    /// Opens it as an implementation of `edition`. An interpreter is what it is, whatever the edition.
    ///
    /// # Errors
    ///
    /// If the interpreter does not start.
    pub fn open(&self, edition: Edition) -> Result<Box<dyn Implementation>, TargetError> {
        match self {
            Target::Fast => Ok(Box::new(Fast::of(edition))),
            Target::Cpython(interpreter) => {
                let process = interpreter.open(Process::DEFAULT_LIMIT);
                let not_opened = |source| TargetError::NotOpened {
                    executable: interpreter.executable.display().to_string(),
                    source,
                };
                Ok(Box::new(process.map_err(not_opened)?))
            }
        }
    }
}
