//! # Asking one object
//!
//! What an expression evaluates to is asked for buffers in every documented way, in the interpreter that it is
//! for: its own program runs our script, which talks to the C API through ctypes. So virtual environments,
//! the current folder and interpreters without a shared library need nothing special.
//!
//! Each expression has a process of its own. If a question ends that, or is not answered in time, another
//! process is asked all questions but those.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use pybuf_targets::check::{Subject, ask};
//! use pybuf_targets::cpython;
//!
//! let subject = Subject { expression: "array.array('i', [1, 2])".into(), setup: String::new() };
//! let asked = ask(&cpython::active_interpreter()?, &subject, Duration::from_secs(10))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod asked;
mod session;

use std::time::Duration;

use crate::cpython::Interpreter;
use session::{Ended, Limits, Session};

pub use asked::{AskError, Asked, Obstacle, Part, Subject};

/// How many times a question may end the process.
const MOST_DEATHS: usize = 5;

/// How many times the limit of a question asking everything may take: nobody waits for each question to take nearly as
/// long as it may.
const MOST_LIMITS: u32 = 6;

/// Asks the object that the subject evaluates to for buffers. Evaluating a part, and each question, may take
/// `limit`, and all together six times as long.
///
/// # Errors
///
/// If the interpreter does not do what any interpreter does.
pub fn ask(python: &Interpreter, subject: &Subject, limit: Duration) -> Result<Asked, AskError> {
    let mut transcripts = Vec::new();
    let mut skips = Vec::new();
    let mut limits = Limits { each: limit, all: limit * MOST_LIMITS, used: Duration::ZERO };
    while transcripts.len() < MOST_DEATHS {
        match Session::run(python, subject, &skips, &mut limits)? {
            Ended::Answered(transcript) => {
                transcripts.push(transcript);
                break;
            }
            Ended::Cut(transcript, step) => {
                transcripts.push(transcript);
                skips.push(step);
            }
            Ended::AtWork(step) => skips.push(step),
            Ended::Unfinished(why) => {
                return Ok(Asked::Unfinished { ended: transcripts, why });
            }
            // What could be evaluated once is no less of an object.
            Ended::Without(_) if !transcripts.is_empty() => break,
            Ended::Without(asked) => return Ok(asked),
        }
    }
    Ok(Asked::Answered(transcripts))
}
