//! # Implementations in a process of their own
//!
//! [`Process`] drives a program that speaks the [driver protocol](crate::protocol). There a crash
//! or an endless loop is a reply like any other: the program is started again, and the run goes on
//! with the next case.

mod driver;
mod error;

use std::process::Command;
use std::time::Duration;

use pybuf_harness::{Call, Capabilities, Implementation, Reply};

use crate::protocol::Request;
use driver::{Driver, Lost};

pub use error::{Error, Stage};

/// After so many failures to begin a case, one after the other, a driver is given up.
const MOST_FAILURES: u32 = 3;

/// How many cases are written ahead of the answers. More gain nothing, and are lost in a crash.
const AHEAD: usize = 64;

/// An implementation behind a driver.
///
/// A call that kills the driver is answered with [`Reply::Crashed`], one that takes too long with
/// [`Reply::TimedOut`]; what is left of the case is [`Reply::NotMade`]. If it is the clearing up behind
/// a case, that is the reply to the last call of the case. A driver that fails in another way is no
/// verdict on the implementation: see [`Process::error`].
pub struct Process {
    command: Command,
    limit: Duration,
    capabilities: Capabilities,
    /// `None` from a failure until the next case begins.
    driver: Option<Driver>,
    /// The reply to calls while there is no driver.
    absent: Reply,
    failures_in_a_row: u32,
    error: Option<Error>,
}

impl Process {
    /// A time limit that no call in good health comes near to.
    pub const DEFAULT_LIMIT: Duration = Duration::from_secs(10);

    /// Starts `command` as a driver; each of its calls may take `limit`.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or does not answer as a driver does.
    pub fn start(mut command: Command, limit: Duration) -> Result<Self, Error> {
        let (driver, capabilities) = Driver::start(&mut command)?;
        Ok(Self {
            command,
            limit,
            capabilities,
            driver: Some(driver),
            absent: Reply::NotMade,
            failures_in_a_row: 0,
            error: None,
        })
    }

    /// What last went wrong with the driver, if anything did but crashes and time limits of the
    /// implementation. Calls that it kept from being answered have the reply [`Reply::Crashed`] with
    /// the text of this error.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Begins a case, in a new driver if there is none. `write` sends requests, of which the first is
    /// [`Request::Begin`]; it is told whether the driver is new, and so has none of those sent before.
    /// The answer is what the driver died of in clearing up behind the case before, if it did.
    fn begin(&mut self, mut write: impl FnMut(&Driver, bool)) -> Option<Reply> {
        let mut died = None;
        while self.failures_in_a_row < MOST_FAILURES {
            let new = self.driver.is_none();
            match self.try_to_begin(new, &mut write) {
                Ok(()) => {
                    self.failures_in_a_row = 0;
                    self.absent = Reply::NotMade;
                    return died;
                }
                Err(error) => {
                    self.driver = None;
                    self.failures_in_a_row += 1;
                    self.absent = match error {
                        Error::Died { how, .. } if !new => {
                            let how = format!("{how}, when the case was cleared up");
                            died.insert(Reply::Crashed { how }).clone()
                        }
                        Error::Silent { limit, .. } if !new => {
                            died.insert(timed_out(limit)).clone()
                        }
                        error => self.fail(error),
                    };
                }
            }
        }
        died
    }

    fn try_to_begin(
        &mut self,
        new: bool,
        write: &mut impl FnMut(&Driver, bool),
    ) -> Result<(), Error> {
        let driver = match &mut self.driver {
            Some(driver) => driver,
            none => none.insert(Driver::start(&mut self.command)?.0),
        };
        write(driver, new);
        driver.begun(self.limit).map_err(|lost| lost.at(Stage::Between))
    }

    /// The reply to the first call that has none yet.
    fn reply(&mut self) -> Reply {
        let Some(driver) = &mut self.driver else {
            return self.absent.clone();
        };
        let lost = match driver.reply(self.limit) {
            Ok(reply) => return reply,
            Err(lost) => lost,
        };
        self.driver = None;
        match lost {
            Lost::Died { how } => Reply::Crashed { how },
            Lost::TimedOut { limit } => timed_out(limit),
            other => self.fail(other.at(Stage::Calling)),
        }
    }

    fn fail(&mut self, error: Error) -> Reply {
        let how = error.to_string();
        self.error = Some(error);
        Reply::Crashed { how }
    }
}

impl Implementation for Process {
    fn capabilities(&self) -> Capabilities {
        self.capabilities.clone()
    }

    fn begin_case(&mut self) {
        // The calls of the case before have their replies already.
        let died = self.begin(|driver, _| driver.send(&[Request::Begin {}]));
        if let Some(Reply::Crashed { how }) = died {
            self.fail(Error::Died { stage: Stage::Between, how });
        } else if died.is_some() {
            self.fail(Error::Silent { stage: Stage::Between, limit: self.limit });
        }
    }

    fn call(&mut self, call: &Call) -> Reply {
        if let Some(driver) = &self.driver {
            driver.send(&[Request::Call(call.clone())]);
        }
        self.reply()
    }

    fn run(&mut self, cases: &[&[Call]]) -> Vec<Vec<Reply>> {
        let mut replies: Vec<Vec<Reply>> = Vec::with_capacity(cases.len());
        let mut sent = 0;
        for (number, calls) in cases.iter().enumerate() {
            let died = self.begin(|driver, new| {
                if new {
                    sent = number;
                }
                if sent <= number + AHEAD / 2 {
                    let until = cases.len().min(number + AHEAD);
                    driver.send(&requests(&cases[sent..until]));
                    sent = until;
                }
            });
            blame_last(&mut replies, died);
            replies.push(calls.iter().map(|_| self.reply()).collect());
        }
        // Clears up behind the last case, too, while it is known which that is.
        let died = self.begin(|driver, _| driver.send(&[Request::Begin {}]));
        blame_last(&mut replies, died);
        replies
    }

    fn failure(&self) -> Option<String> {
        self.error.as_ref().map(ToString::to_string)
    }
}

/// Makes the way in which the driver ended in clearing up behind a case the reply to its last call.
fn blame_last(replies: &mut [Vec<Reply>], died: Option<Reply>) {
    if let (Some(last), Some(died)) = (replies.last_mut().and_then(|case| case.last_mut()), died) {
        *last = died;
    }
}

fn timed_out(limit: Duration) -> Reply {
    Reply::TimedOut { limit: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX) }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            driver.stop();
        }
    }
}

fn requests(cases: &[&[Call]]) -> Vec<Request> {
    let mut requests = Vec::new();
    for calls in cases {
        requests.push(Request::Begin {});
        requests.extend(calls.iter().cloned().map(Request::Call));
    }
    requests
}
