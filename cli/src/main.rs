//! # pybuf
//!
//! Runs the conformance suite of Python's buffer protocols against an implementation, and checks single objects.

mod arguments;
mod campaign;
mod check;
mod duration;
mod editions;
mod emit;
mod error;
mod explain;
mod list;
mod merge;
mod progress;
mod replay;
mod report;
mod run;
mod smoke;
mod targets;
mod vectors;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use error::Error;

/// What a command found.
enum Found {
    /// The target conforms, or there was nothing to judge.
    Conforms,
    /// The target diverges.
    Diverges,
    /// The target could not go on, or something could not be checked; the rest is reported.
    Stopped,
}

fn main() -> ExitCode {
    pybuf_targets::serve_if_worker();
    let arguments = Arguments::parse();
    let found = match arguments.command.unwrap_or(Command::Run(arguments.run)) {
        Command::Run(arguments) => run::run(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::Replay(arguments) => replay::replay(&arguments),
        Command::Smoke(arguments) => smoke::smoke(&arguments),
        Command::Schema => smoke::schema(),
        Command::List(arguments) => list::list(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Editions(arguments) => editions::editions(&arguments),
        Command::Vectors(arguments) => vectors::vectors(&arguments),
        Command::Targets => targets::targets(),
    };
    match found {
        Ok(Found::Conforms) => ExitCode::SUCCESS,
        Ok(Found::Diverges) => ExitCode::from(1),
        Ok(Found::Stopped) => ExitCode::from(2),
        // Whoever reads has read enough, as `head` does; there was nothing else to do.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let red = anstyle::AnsiColor::Red.on_default().bold();
            // Where it cannot be told, the exit status tells it.
            let _ = writeln!(anstream::stderr(), "{red}error{red:#}: {}", error.chain());
            ExitCode::from(2)
        }
    }
}
