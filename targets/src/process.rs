//! # Implementations in a process of their own
//!
//! [`Process`] drives a program that speaks the [driver protocol](crate::protocol). There a crash
//! or an endless loop is a reply like any other: the program is started again, and the run goes on
//! with the next case.

mod driver;
mod error;

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use pybuf_harness::{Call, Capabilities, Implementation, Reply};

use pybuf_model::Edition;

use crate::protocol::{Claims, Request};
use driver::{Driver, Lost};

pub use error::{Error, Stage};

/// After so many failures to begin a case, one after the other, a driver is given up.
const MOST_FAILURES: u32 = 3;

/// How many calls of a driver may be garbled.
const MOST_GARBLED: u32 = 20;

/// How many calls may take too long. A run skips a function after ten, so that ten functions can hang.
const MOST_TIME_OUTS: u32 = 100;

/// How many cases may die one after the other. A run skips a function before that, unless nearly all functions die.
const MOST_CRASHES: u32 = 1000;

/// How many cases are written ahead of the answers. More gain nothing, and are lost in a crash.
const AHEAD: usize = 64;

/// An implementation behind a driver.
///
/// A call that kills the driver is answered with [`Reply::Crashed`], one that takes too long with
/// [`Reply::TimedOut`], and one that is answered with something else than a reply with
/// [`Reply::Garbled`]; what is left of the case is [`Reply::NotMade`], and the next case begins in a new
/// driver. If it is cleaning up after a case that fails, that is the reply to the last call of the case.
///
/// A driver is given up, and the run ends early, if it does not begin a case three times in a row; if 20
/// of its calls were garbled, or 20 took too long; if 1000 cases in a row have died; or if it tells other
/// capabilities when it is started again. Why is then the [`Process::error`].
pub struct Process {
    command: Command,
    limit: Duration,
    claims: Claims,
    editions: Vec<Edition>,
    /// `None` from a failure until the next case begins.
    driver: Option<Driver>,
    tally: Tally,
    /// Whether there is something to clear up: a call was answered since the last beginning of a case.
    used: bool,
    error: Option<Error>,
}

/// How often a driver has failed.
#[derive(Default)]
struct Tally {
    failures_in_a_row: u32,
    crashes_in_a_row: u32,
    time_outs: u32,
    garbled: u32,
}

impl Process {
    /// A time limit that no call in good health comes near to.
    pub const DEFAULT_LIMIT: Duration = Duration::from_secs(10);

    /// How long a driver may take to start, whatever the limit of a call: a cold interpreter on a busy machine
    /// needs seconds.
    pub const START_LIMIT: Duration = Duration::from_secs(30);

    /// Starts `command` as a driver; each of its calls may take `limit`.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or does not answer as a driver does.
    pub fn start(mut command: Command, limit: Duration) -> Result<Self, Error> {
        let (driver, claims) = Driver::start(&mut command, Self::START_LIMIT)?;
        let editions = claims.editions.iter().map(|name| name.parse());
        let editions: BTreeSet<Edition> = editions.collect::<Result<_, _>>()?;
        Ok(Self {
            editions: editions.into_iter().collect(),
            command,
            limit,
            claims,
            driver: Some(driver),
            tally: Tally::default(),
            used: false,
            error: None,
        })
    }

    /// The editions that the driver claims to be of; none if it does not say.
    pub fn editions(&self) -> &[Edition] {
        &self.editions
    }

    /// Why the driver was given up, if it was. Calls since then have the reply [`Reply::Garbled`] with the
    /// text of this error.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Begins a case, in a new driver if there is none. `write` sends requests, of which the first is
    /// [`Request::Begin`]; it is told whether the driver is new, and so has none of those sent before.
    /// The answer is what came of cleaning up after the previous case, if the driver failed in that.
    fn begin(&mut self, mut write: impl FnMut(&Driver, bool)) -> Option<Reply> {
        let mut failed = None;
        while self.error.is_none() {
            let new = self.driver.is_none();
            let error = match self.try_to_begin(&mut write) {
                Ok(()) => {
                    self.tally.failures_in_a_row = 0;
                    // It has lived through a whole case, with the clearing up.
                    if !new && self.used {
                        self.tally.crashes_in_a_row = 0;
                    }
                    self.used = false;
                    return failed;
                }
                Err(error) => error,
            };
            self.driver = None;
            self.tally.failures_in_a_row += 1;
            let is_another = matches!(error, Error::Changed { .. });
            if is_another || self.tally.failures_in_a_row == MOST_FAILURES {
                self.error = Some(error);
            } else if !new {
                failed = Some(self.note(cleared_up(error)));
            }
        }
        failed
    }

    fn try_to_begin(&mut self, write: &mut impl FnMut(&Driver, bool)) -> Result<(), Error> {
        let new = self.driver.is_none();
        let driver = match &mut self.driver {
            Some(driver) => driver,
            none => {
                let (driver, claims) = Driver::start(&mut self.command, Self::START_LIMIT)?;
                if claims != self.claims {
                    return Err(changed(&self.claims, &claims));
                }
                none.insert(driver)
            }
        };
        write(driver, new);
        driver.begun(self.limit).map_err(|lost| lost.at(Stage::Between))
    }

    /// The reply to the first call that has none yet.
    fn reply(&mut self) -> Reply {
        let Some(driver) = &mut self.driver else {
            let given_up =
                self.error.as_ref().map(|error| Reply::Garbled { how: error.to_string() });
            return given_up.unwrap_or(Reply::NotMade);
        };
        let lost = match driver.reply(self.limit) {
            Ok(reply) => {
                self.used = true;
                return reply;
            }
            Err(lost) => lost,
        };
        self.driver = None;
        self.note(match lost {
            Lost::Died { how } => Reply::Crashed { how },
            Lost::TimedOut { limit } => timed_out(limit),
            other => Reply::Garbled { how: other.at(Stage::Calling).to_string() },
        })
    }

    /// Counts a reply that tells of a failure, and gives the driver up if it is one too many.
    fn note(&mut self, reply: Reply) -> Reply {
        let Tally { crashes_in_a_row, time_outs, garbled, .. } = &mut self.tally;
        let (count, most, failed, in_a_row, how) = match &reply {
            Reply::Crashed { how } => {
                (crashes_in_a_row, MOST_CRASHES, "died", " in a row", how.clone())
            }
            Reply::TimedOut { limit } => {
                let how = format!("no reply within {limit} ms");
                (time_outs, MOST_TIME_OUTS, "not answered", "", how)
            }
            Reply::Garbled { how } => {
                (garbled, MOST_GARBLED, "broken the protocol", "", how.clone())
            }
            _ => return reply,
        };
        *count += 1;
        if *count == most {
            self.error =
                Some(Error::Hopeless { often: format!("{failed} {most} times{in_a_row}"), how });
        }
        reply
    }
}

impl Implementation for Process {
    fn capabilities(&self) -> Capabilities {
        self.claims.clone().into()
    }

    /// How cleaning up after the previous case ended, only [`Process::run`] reports: here the calls of
    /// that case have their replies already.
    fn begin_case(&mut self) {
        self.begin(|driver, _| driver.send(&[Request::Begin {}]));
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
            let failed = self.begin(|driver, new| {
                if new {
                    sent = number;
                }
                if sent <= number + AHEAD / 2 {
                    let until = cases.len().min(number + AHEAD);
                    driver.send(&requests(&cases[sent..until]));
                    sent = until;
                }
            });
            blame_last(&mut replies, failed);
            if self.error.is_some() {
                return replies;
            }
            replies.push(calls.iter().map(|_| self.reply()).collect());
        }
        // Cleans up after the last case, too, while it is known which that is.
        let failed = self.begin(|driver, _| driver.send(&[Request::Begin {}]));
        blame_last(&mut replies, failed);
        replies
    }

    fn failure(&self) -> Option<String> {
        self.error.as_ref().map(ToString::to_string)
    }
}

fn changed(before: &Claims, now: &Claims) -> Error {
    let shown = |claims: &Claims| {
        let Claims { name, lacks, editions } = claims;
        let lacks: Vec<&str> = lacks.keys().map(String::as_str).collect();
        format!("{name} of {editions:?} without {lacks:?}")
    };
    Error::Changed { before: shown(before), now: shown(now) }
}

/// Makes the way in which the driver failed to clean up after a case the reply to its last call.
fn blame_last(replies: &mut [Vec<Reply>], failed: Option<Reply>) {
    if let (Some(last), Some(failed)) =
        (replies.last_mut().and_then(|case| case.last_mut()), failed)
    {
        *last = failed;
    }
}

/// What becomes of the last call of a case if the driver fails in clearing up.
fn cleared_up(error: Error) -> Reply {
    match error {
        Error::Died { how, .. } => {
            Reply::Crashed { how: format!("{how}, when the case was cleared up") }
        }
        Error::Silent { limit, .. } => timed_out(limit),
        error => Reply::Garbled { how: error.to_string() },
    }
}

/// What is replied by something that did not come back in time.
pub(crate) fn timed_out(limit: Duration) -> Reply {
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
