//! What a worker serves, and the command that starts it: all that the parent knows of it.

use std::env;
use std::io;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::cpython::Interpreter;

/// The first argument of a worker.
pub(super) const FLAG: &str = "--pybuf-worker";

/// What a worker serves, as its command line tells it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Served {
    /// CPython, through its shared library.
    Cpython(Interpreter),
}

/// The command that makes this very program, if its `main` calls [`serve_if_worker`], serve `what`.
pub(crate) fn command(what: &Served) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(FLAG).arg(serde_json::to_string(what)?);
    Ok(command)
}
