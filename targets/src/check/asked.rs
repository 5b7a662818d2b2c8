//! What is asked of an object, and what comes of it.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use pybuf_harness::check::Transcript;
use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// What the object is, in Python. Modules that it names are imported, unless the setup defines such a name.
    pub expression: String,
    /// Statements that are run before; may be empty.
    pub setup: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// It was asked: one for each time that the process was started. All but the last were ended by
    /// their last question, which the later ones leave out. The last one came to its end, unless there are five
    /// that did not.
    Answered(Vec<Transcript>),
    /// It could not be asked to the end, which is not the doing of any question.
    Unfinished {
        /// One for each time that the process was ended by its last question.
        ended: Vec<Transcript>,
        /// What came between.
        why: Obstacle,
    },
    /// Python raised an exception.
    NotEvaluated {
        /// Where.
        part: Part,
        /// Python's own message, in a line: `NameError: name 'x' is not defined`.
        message: String,
    },
    /// The process ended.
    Died {
        /// Where.
        part: Part,
        /// Such as `signal 11 (SIGSEGV)`.
        how: String,
    },
    /// It took too long.
    Hung {
        /// What did.
        part: Part,
        /// How long it was waited for.
        limit: Duration,
    },
}

/// What keeps an object from being asked to the end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// The expression may have changed the interpreter, so that no script can do its work any more.
    #[error("the interpreter raised an exception between two questions ({message})")]
    Raised {
        /// Python's message.
        message: String,
    },
    /// Nothing can be heard of it any more.
    #[error("it closed or replaced the pipe to pybuf")]
    LostPipe,
    /// No question took too long, but all of them did.
    #[error("asking it everything takes longer than {limit:?}")]
    TooLong {
        /// How long it was waited for.
        limit: Duration,
    },
}

/// A part of a [`Subject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The setup.
    Setup,
    /// The expression, with the modules that are imported for it.
    Expression,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Part::Setup => "the setup",
            Part::Expression => "the expression",
        })
    }
}

/// Why nothing can be asked, whatever the expression.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// The interpreter cannot be run.
    #[error("{} cannot be run", executable.display())]
    Spawn {
        /// Its program.
        executable: PathBuf,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// It lacks what our script needs.
    #[error("{} cannot be asked: {message}", executable.display())]
    Unable {
        /// Its program.
        executable: PathBuf,
        /// What it lacks.
        message: String,
    },
    /// It ended before it began to evaluate anything.
    #[error("{} did not get as far as the expression ({how})", executable.display())]
    NotStarted {
        /// Its program.
        executable: PathBuf,
        /// How it ended.
        how: String,
    },
    /// Our script failed before it began to evaluate anything.
    #[error("pybuf's script failed in {} ({message})", executable.display())]
    Script {
        /// Its program.
        executable: PathBuf,
        /// Python's message.
        message: String,
    },
    /// It said something else than our script does.
    #[error("{} wrote {line:?}, which pybuf's script does not write: {problem}", executable.display())]
    Nonsense {
        /// Its program.
        executable: PathBuf,
        /// What it wrote, cut short.
        line: String,
        /// What is wrong with it.
        problem: String,
    },
}
