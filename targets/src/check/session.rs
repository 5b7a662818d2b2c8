//! One process that is asked.

use std::process::Command;
use std::time::Duration;

use pybuf_harness::Reply;
use pybuf_harness::check::{About, Question, Transcript};
use pybuf_harness::text::in_a_line;
use serde::{Deserialize, Serialize};

use super::{AskError, Asked, Part, Subject};
use crate::child::{Child, Silence, excerpt};
use crate::cpython::Interpreter;
use crate::process::timed_out;

/// It is one script, in parts.
const SCRIPT: &str = concat!(
    include_str!("begin.py"),
    include_str!("evaluate.py"),
    include_str!("see.py"),
    include_str!("immutable.py"),
    include_str!("ask.py"),
);

/// How long an interpreter may take to start: a cold one on a busy machine needs seconds.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How a process came to its end.
pub(super) enum Ended {
    /// All questions were answered.
    Answered(Transcript),
    /// It died, or hung, in this step.
    Cut(Transcript, String),
    /// There was nothing to ask.
    Without(Asked),
}

/// What the script is told.
#[derive(Serialize)]
struct Order<'a> {
    #[serde(flatten)]
    subject: &'a Subject,
    /// The steps to leave out.
    skips: &'a [String],
}

/// A line of the script.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// It cannot do its work.
    Unable { message: String },
    /// It begins to evaluate.
    Evaluates(Part),
    /// Python raised an exception where nobody asked for it.
    Failed { message: String },
    /// There is an object.
    Evaluated(About),
    /// It is about to ask.
    Asks { step: String, question: Question },
    /// What came of that.
    Answers(Reply),
    /// A kind of immutable object, whose memory was lent to be written to.
    Immutable(String),
    /// That was all.
    Done {},
}

/// Where the script is, as far as its lines tell.
pub(super) struct Session<'a> {
    python: &'a Interpreter,
    limit: Duration,
    /// Being evaluated. `None` before.
    part: Option<Part>,
    /// Once there is an object.
    transcript: Option<Transcript>,
    /// The last that began.
    step: String,
    /// Not answered yet.
    question: Option<Question>,
}

impl<'a> Session<'a> {
    /// Starts a process, and asks it everything but what is in `skips`.
    pub(super) fn run(
        python: &'a Interpreter,
        subject: &Subject,
        skips: &[String],
        limit: Duration,
    ) -> Result<Ended, AskError> {
        let mut child = Child::spawn(Command::new(&python.executable).args(["-c", SCRIPT]))
            .map_err(|cause| AskError::Spawn { executable: python.executable.clone(), cause })?;
        let mut order =
            serde_json::to_vec(&Order { subject, skips }).expect("an order is plain data");
        order.push(b'\n');
        child.send(order);
        let (part, transcript) = (None, None);
        let mut session =
            Self { python, limit, part, transcript, step: String::new(), question: None };
        loop {
            let limit = session.part.map_or(START_LIMIT, |_| limit);
            let ended = match child.line(limit) {
                Ok(line) => session.hear(&line)?,
                Err(silence) => Some(session.cut(silence)?),
            };
            if let Some(ended) = ended {
                return Ok(ended);
            }
        }
    }

    /// What a line comes to, if it is the last.
    fn hear(&mut self, line: &[u8]) -> Result<Option<Ended>, AskError> {
        let nonsense = |problem: String| AskError::Nonsense {
            executable: self.python.executable.clone(),
            line: excerpt(line),
            problem,
        };
        let said = serde_json::from_slice(line).map_err(|error| nonsense(error.to_string()))?;
        match (said, &mut self.transcript, self.part) {
            (Line::Unable { message }, None, None) => {
                let (executable, message) = (self.python.executable.clone(), in_a_line(&message));
                return Err(AskError::Unable { executable, message });
            }
            (Line::Evaluates(part), None, _) => self.part = Some(part),
            (Line::Failed { message }, None, Some(part)) => {
                let message = in_a_line(&message);
                return Ok(Some(Ended::Without(Asked::NotEvaluated { part, message })));
            }
            (Line::Failed { message }, ..) => {
                let (executable, message) = (self.python.executable.clone(), in_a_line(&message));
                return Err(AskError::Script { executable, message });
            }
            (Line::Evaluated(about), none @ None, Some(_)) => {
                let about = cleaned(about);
                *none = Some(Transcript { about, answers: Vec::new(), immutable: None });
            }
            (Line::Asks { step, question }, Some(_), _) => {
                self.step = step;
                self.question = Some(question);
            }
            (Line::Answers(reply), Some(transcript), _) => {
                let question = self.question.take();
                let question = question.ok_or_else(|| nonsense("nothing was asked".into()))?;
                transcript.answers.push((question, reply.cleaned()));
            }
            (Line::Immutable(kind), Some(transcript), _) => {
                transcript.immutable = Some(in_a_line(&kind));
            }
            (Line::Done {}, Some(_), _) => {
                return Ok(self.transcript.take().map(Ended::Answered));
            }
            _ => return Err(nonsense("that is not due".into())),
        }
        Ok(None)
    }

    /// What it comes to that there are no more lines.
    fn cut(&mut self, silence: Silence) -> Result<Ended, AskError> {
        let (how, limit) = match silence {
            Silence::Died { how } => (how, None),
            Silence::Closed { pipe } => (format!("it closed its {pipe}"), None),
            Silence::TimedOut => (String::from("it hung"), Some(self.limit)),
        };
        let Some(part) = self.part else {
            return Err(AskError::NotStarted { executable: self.python.executable.clone(), how });
        };
        let reply = match limit {
            Some(limit) => timed_out(limit),
            None => Reply::Crashed { how: how.clone() }.cleaned(),
        };
        if let Some(mut transcript) = self.transcript.take() {
            // Between two questions it is the last one that is to blame.
            let last = || transcript.answers.pop().map(|(question, _)| question);
            if let Some(question) = self.question.take().or_else(last) {
                transcript.answers.push((question, reply));
                return Ok(Ended::Cut(transcript, std::mem::take(&mut self.step)));
            }
        }
        Ok(Ended::Without(match limit {
            Some(limit) => Asked::Hung { part, limit },
            None => Asked::Died { part, how: in_a_line(&how) },
        }))
    }
}

/// As it may be shown.
fn cleaned(about: About) -> About {
    About {
        type_name: in_a_line(&about.type_name),
        package: about.package.map(|it| in_a_line(&it)),
        exports: about.exports,
        modules: about.modules,
    }
}
