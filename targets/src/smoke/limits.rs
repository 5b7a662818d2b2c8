//! How long a driver is waited for.

use std::time::Duration;

use crate::process::Process;
use crate::protocol::Request;

/// How long a driver is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For its first answer, while it starts.
    pub start: Duration,
    /// For any other answer, and for its end.
    pub answer: Duration,
}

impl Limits {
    /// With this limit for an answer, and as much time to start as in a run.
    pub fn of_answers(limit: Duration) -> Limits {
        Limits { start: Process::START_LIMIT, answer: limit }
    }

    /// How long the answer to a request may take.
    pub(super) fn of(&self, request: &Request) -> Duration {
        match request {
            Request::Start { .. } => self.start,
            _ => self.answer,
        }
    }
}
