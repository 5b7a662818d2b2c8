//! An interpreter in a process of its own.

use std::env;
use std::time::Duration;

use super::interpreter::Interpreter;
use crate::process::{self, Process};
use crate::worker::{self, Served};

impl Interpreter {
    /// Opens it in a process of its own, which is this very program run again: its `main` must call
    /// [`serve_if_worker`](crate::serve_if_worker). Each call may take `limit`.
    ///
    /// # Errors
    ///
    /// If the process cannot be started, or the library cannot be loaded, or there is none.
    pub fn open(&self, limit: Duration) -> Result<Process, process::Error> {
        let mut command = worker::command(&Served::Cpython(self.clone())).map_err(|cause| {
            process::Error::Spawn {
                program: format!("worker for {}", self.executable.display()),
                cause,
            }
        })?;
        // What the user has set up for another interpreter would only confuse this one.
        let variables = env::vars_os().map(|(name, _)| name);
        for name in variables.filter(|name| name.to_string_lossy().starts_with("PYTHON")) {
            command.env_remove(name);
        }
        command
            .env("PYTHONHOME", &self.home)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONNOUSERSITE", "1");
        Process::start(command, limit)
    }
}
