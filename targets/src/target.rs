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
pub struct Target {
    name: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Fast,
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
    /// The interpreter is too old to be judged.
    #[error("Python {version} is older than any edition of the documentation")]
    TooOld {
        /// Its version.
        version: String,
    },
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
        let kind = match name.split_once(':') {
            None if name == "fast" => Kind::Fast,
            None if name == "cpython" => Kind::Cpython(cpython::default_interpreter()?),
            Some(("cpython", which)) => Kind::Cpython(cpython::find(which)?),
            _ => return Err(TargetError::Unknown(name.into())),
        };
        match &kind {
            Kind::Cpython(interpreter) if interpreter.edition().is_none() => {
                Err(TargetError::TooOld { version: interpreter.version_text.clone() })
            }
            _ => Ok(Target { name: name.into(), kind }),
        }
    }

    /// The name that it was found by, as a shell takes it.
    pub fn name(&self) -> String {
        let plain = |c: char| c.is_alphanumeric() || "-_.:/+".contains(c);
        match self.name.chars().all(plain) {
            true => self.name.clone(),
            false => format!("'{}'", self.name.replace('\'', r"'\''")),
        }
    }

    /// The editions that it is judged by: all for the fast implementation, its own for an interpreter.
    pub fn editions(&self) -> Vec<Edition> {
        match &self.kind {
            Kind::Fast => Edition::ALL.to_vec(),
            Kind::Cpython(interpreter) => interpreter.edition().into_iter().collect(),
        }
    }

    /// Opens it as an implementation of `edition`. An interpreter is what it is, whatever the edition.
    ///
    /// # Errors
    ///
    /// If the interpreter does not start.
    pub fn open(&self, edition: Edition) -> Result<Box<dyn Implementation>, TargetError> {
        match &self.kind {
            Kind::Fast => Ok(Box::new(Fast::of(edition))),
            Kind::Cpython(interpreter) => {
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
