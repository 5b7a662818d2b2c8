//! # pybuf
//!
//! Runs the conformance suite of Python's buffer protocols against an implementation, and checks single objects.

mod arguments;
mod check;
mod commands;
mod emit;
mod error;
mod progress;
mod report;
mod run;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use commands::{editions, explain, list, merge, replay, schema, smoke, targets, vectors};
use error::{Error, Found};

fn main() -> ExitCode {
    pybuf_targets::serve_if_worker();
    let arguments = Arguments::parse();
    let found = match arguments.command.unwrap_or(Command::Run(arguments.run)) {
        Command::Run(arguments) => commands::run::run(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::Replay(arguments) => replay::replay(&arguments),
        Command::Smoke(arguments) => smoke::smoke(&arguments),
        Command::Schema(arguments) => schema::schema(&arguments),
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
