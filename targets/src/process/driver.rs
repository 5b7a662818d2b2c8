//! A child that speaks the driver protocol.

use std::process::Command;
use std::time::Duration;

use pybuf_harness::Capabilities;
use pybuf_harness::reply::{Reply, Returned, Seen};
use pybuf_harness::text::in_a_line;

use super::error::{Error, Stage};
use crate::child::{Child, GRACE, Silence, excerpt};
use crate::protocol::{Answer, Claims, Request, VERSION, not_of_drivers};

/// No text of a reply, and no list of sizes, is nearly as long as this. Many replies are kept until they
/// are judged. Only `bytes` may be as long as a line.
const LONGEST: usize = 1024;

pub(super) struct Driver(Child);

/// Why an answer did not come. The driver is of no use any more.
pub(super) enum Lost {
    Died { how: String },
    TimedOut { limit: Duration },
    Closed { pipe: &'static str },
    GaveUp { message: String },
    Nonsense { line: String, problem: String },
}

impl Driver {
    /// Starts a driver and asks what it is, which it must tell within `limit`.
    pub(super) fn start(command: &mut Command, limit: Duration) -> Result<(Self, Claims), Error> {
        let mut driver = Self(Child::spawn(command).map_err(|cause| Error::Spawn {
            program: command.get_program().to_string_lossy().into_owned(),
            cause,
        })?);
        driver.send(&[Request::Start { protocol: VERSION }]);
        match driver.answer(limit, |answer| match answer {
            Answer::Capabilities(claims) => Ok(cleaned(claims)),
            other => Err(not_due(&other, "capabilities")),
        }) {
            Ok(claims) => Ok((driver, claims)),
            Err(lost) => Err(lost.at(Stage::Starting)),
        }
    }

    /// Sends requests, without waiting for the driver to take them.
    pub(super) fn send(&self, requests: &[Request]) {
        let mut lines = Vec::new();
        for request in requests {
            serde_json::to_writer(&mut lines, request).expect("requests are plain data");
            lines.push(b'\n');
        }
        self.0.send(lines);
    }

    /// The answer to [`Request::Begin`].
    pub(super) fn begun(&mut self, limit: Duration) -> Result<(), Lost> {
        self.answer(limit, |answer| match answer {
            Answer::Begun {} => Ok(()),
            other => Err(not_due(&other, "begun")),
        })
    }

    /// The answer to a [`Request::Call`].
    pub(super) fn reply(&mut self, limit: Duration) -> Result<Reply, Lost> {
        self.answer(limit, |answer| match answer {
            Answer::Reply(reply) => match (not_of_drivers(&reply), too_long(&reply)) {
                (Some(name), _) => Err(format!("`{name}` is not for a driver to say")),
                (None, Some(field)) => Err(format!("`{field}` is longer than {LONGEST}")),
                (None, None) => Ok(reply.cleaned()),
            },
            other => Err(not_due(&other, "reply")),
        })
    }

    /// Asks the driver to exit; it is killed if it does not do so soon.
    pub(super) fn stop(mut self) {
        self.send(&[Request::Stop {}]);
        let _ = self.0.wait(GRACE);
    }

    /// The next answer, if it is what `expected` takes; otherwise that tells what is wrong with it.
    fn answer<T>(
        &mut self,
        limit: Duration,
        expected: impl FnOnce(Answer) -> Result<T, String>,
    ) -> Result<T, Lost> {
        let line = self.0.line(limit).map_err(|silence| match silence {
            Silence::Died { how, .. } => Lost::Died { how },
            Silence::Closed { pipe } => Lost::Closed { pipe },
            Silence::TimedOut => Lost::TimedOut { limit },
        })?;
        let nonsense = |problem| Lost::Nonsense { line: excerpt(&line), problem };
        match serde_json::from_slice(&line) {
            Ok(Answer::Error { message }) => Err(Lost::GaveUp { message: in_a_line(&message) }),
            Ok(answer) => expected(answer).map_err(nonsense),
            Err(error) => Err(nonsense(error.to_string())),
        }
    }
}

/// As it may be shown: from here on, nobody looks for what would mean something to a terminal.
fn cleaned(claims: Claims) -> Claims {
    let editions = claims.editions.clone();
    Claims { editions, ..Capabilities::from(claims).cleaned().into() }
}

fn not_due(answer: &Answer, due: &str) -> String {
    format!("`{}` instead of `{due}`", answer.name())
}

/// The field of a reply that is longer than any in earnest.
fn too_long(reply: &Reply) -> Option<&'static str> {
    let Reply::Returned(Returned { exception, strides, view, .. }) = reply else { return None };
    let text = |text: Option<&String>| text.map_or(0, String::len);
    let sizes = |list: Option<&Vec<i64>>| list.map_or(0, Vec::len);
    let in_view = view.iter().flat_map(|view| {
        [
            ("format", text(written(&view.format))),
            ("shape", sizes(written(&view.shape))),
            ("strides", sizes(written(&view.strides))),
            ("suboffsets", sizes(written(&view.suboffsets))),
        ]
    });
    let outside = [("exception", text(exception.as_ref())), ("strides", sizes(strides.as_ref()))];
    let mut long = outside.into_iter().chain(in_view).filter(|(_, length)| *length > LONGEST);
    long.next().map(|(field, _)| field)
}

fn written<T>(field: &Seen<Option<T>>) -> Option<&T> {
    match field {
        Seen::Is(value) => value.as_ref(),
        Seen::Untouched => None,
    }
}

impl Lost {
    /// As an error of the driver, where no call is to blame.
    pub(super) fn at(self, stage: Stage) -> Error {
        match self {
            Lost::Died { how } => Error::Died { stage, how },
            Lost::TimedOut { limit } => Error::Silent { stage, limit },
            Lost::Closed { pipe } => Error::Closed { stage, pipe },
            Lost::GaveUp { message } => Error::GaveUp { message },
            Lost::Nonsense { line, problem } => Error::Nonsense { stage, line, problem },
        }
    }
}
