//! # Targets
//!
//! What can be tested, by the name that `--target` takes.

use std::time::Duration;

use pybuf_harness::Implementation;
use pybuf_model::Edition;

use crate::cpython::{self, Interpreter};
use crate::exec::{CommandError, Exec};
use crate::fast::Fast;
use crate::model::Model;
use crate::process::{self, Process};

/// Something that can be tested.
#[derive(Clone, Debug)]
pub struct Target {
    name: String,
    kind: Kind,
    limit: Duration,
}

#[derive(Clone, Debug)]
enum Kind {
    Model,
    Fast,
    Cpython(Interpreter),
    Exec { driver: Exec, editions: Vec<Edition> },
}

/// Why there is no such target, or it does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The name is none.
    #[error(
        "there is no target {0:?}: a target is model, fast, cpython, cpython:WHICH (a path, a command or a version) or \
         exec:COMMAND"
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
    /// The command of a driver is none.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The interpreter, or the driver, does not start.
    #[error("{executable} cannot be tested")]
    NotOpened {
        /// The program.
        executable: String,
        /// Why.
        source: process::Error,
    },
}

impl Target {
    /// The target of that name: `model`, `fast`, `cpython` (the `python3` of PATH), or `cpython:WHICH`, where
    /// WHICH is a path, a command, or a version of an interpreter that [`cpython::discover`] finds; or
    /// `exec:COMMAND`, where COMMAND starts a driver. A driver is started once to ask which editions it
    /// is of.
    ///
    /// # Errors
    ///
    /// If the name is none, no such interpreter is found, or the driver does not start.
    pub fn find(name: &str) -> Result<Target, TargetError> {
        let kind = match name.split_once(':') {
            None if name == "model" => Kind::Model,
            None if name == "fast" => Kind::Fast,
            None if name == "cpython" => Kind::Cpython(cpython::default_interpreter()?),
            Some(("cpython", which)) => Kind::Cpython(cpython::find(which)?),
            Some(("exec", command)) => {
                let driver = Exec::parse(command)?;
                let started = Process::start(driver.command(), Process::DEFAULT_LIMIT);
                let started = started.map_err(|source| driver.not_opened(source))?;
                let editions = match started.editions() {
                    [] => vec![Edition::LATEST],
                    claimed => claimed.to_vec(),
                };
                Kind::Exec { driver, editions }
            }
            _ => return Err(TargetError::Unknown(name.into())),
        };
        match &kind {
            Kind::Cpython(interpreter) if interpreter.edition().is_none() => {
                Err(TargetError::TooOld { version: interpreter.version_text.clone() })
            }
            _ => Ok(Target { name: name.into(), kind, limit: Process::DEFAULT_LIMIT }),
        }
    }

    /// The same with another time limit for each call. In this process calls have none.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Target {
        Target { limit, ..self }
    }

    /// The name that it was found by, as a shell takes it.
    pub fn name(&self) -> String {
        let plain = |c: char| c.is_alphanumeric() || "-_.:/+".contains(c);
        match self.name.chars().all(plain) {
            true => self.name.clone(),
            false => format!("'{}'", self.name.replace('\'', r"'\''")),
        }
    }

    /// The editions that it is judged by: all for the model and the fast implementation, its own for an interpreter,
    /// those that it claims for a driver, or else the newest.
    pub fn editions(&self) -> Vec<Edition> {
        match &self.kind {
            Kind::Model | Kind::Fast => Edition::ALL.to_vec(),
            Kind::Cpython(interpreter) => interpreter.edition().into_iter().collect(),
            Kind::Exec { editions, .. } => editions.clone(),
        }
    }

    /// Opens it as an implementation of `edition`. An interpreter, or a driver, is what it is, whatever the
    /// edition.
    ///
    /// # Errors
    ///
    /// If the interpreter or the driver does not start.
    pub fn open(&self, edition: Edition) -> Result<Box<dyn Implementation>, TargetError> {
        match &self.kind {
            Kind::Model => Ok(Box::new(Model::of(edition))),
            Kind::Fast => Ok(Box::new(Fast::of(edition))),
            Kind::Cpython(interpreter) => {
                let process = interpreter.open(self.limit);
                let not_opened = |source| TargetError::NotOpened {
                    executable: interpreter.executable.display().to_string(),
                    source,
                };
                Ok(Box::new(process.map_err(not_opened)?))
            }
            Kind::Exec { driver, .. } => {
                let process = Process::start(driver.command(), self.limit);
                Ok(Box::new(process.map_err(|source| driver.not_opened(source))?))
            }
        }
    }
}

impl Exec {
    pub(crate) fn not_opened(&self, source: process::Error) -> TargetError {
        let executable = self.command().get_program().to_string_lossy().into_owned();
        TargetError::NotOpened { executable, source }
    }
}
