//! One process that is asked.

use std::process::Command;
use std::time::{Duration, Instant};

use pybuf_harness::Reply;
use pybuf_harness::check::{About, OldType, Question, Transcript};
use pybuf_harness::text::in_a_line;
use serde::{Deserialize, Serialize};

use super::asked::{AskError, Asked, Obstacle, Part, Subject};
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

/// What the script says first, in a line of its own. Before that, site packages may say something.
const MARK: &[u8] = b"pybuf\n";

/// The status that the script ends with if it cannot write to us any more.
const LOST: Option<i32> = Some(79);

/// How long it may take.
pub(super) struct Limits {
    /// A part, or a question.
    pub(super) each: Duration,
    /// All of them, in all processes.
    pub(super) all: Duration,
    /// What processes that are gone have used of it.
    pub(super) used: Duration,
}

impl Limits {
    /// How long the next answer may take in a process that began then.
    fn next(&self, began: Instant) -> Duration {
        self.each.min(self.all.saturating_sub(self.used + began.elapsed()))
    }
}

/// How a process came to its end.
pub(super) enum Ended {
    /// All questions were answered.
    Answered(Transcript),
    /// It died, or hung, in this step.
    Cut(Transcript, String),
    /// It died, or hung, while the script did this work, which is none of the object's.
    AtWork(String),
    /// It could not go on.
    Unfinished(Obstacle),
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
    /// It is about to do something for itself.
    Works(String),
    /// What the type has of the old protocol.
    Old(OldType),
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
    /// Since when it evaluates. `None` before.
    began: Option<Instant>,
    /// Being evaluated. `None` before.
    part: Option<Part>,
    /// Once there is an object.
    transcript: Option<Transcript>,
    /// The last that began.
    step: String,
    /// Not answered yet.
    question: Option<Question>,
    /// What the script does for itself.
    work: Option<String>,
}

impl<'a> Session<'a> {
    /// Starts a process, and asks it everything but what is in `skips`.
    pub(super) fn run(
        python: &'a Interpreter,
        subject: &Subject,
        skips: &[String],
        limits: &mut Limits,
    ) -> Result<Ended, AskError> {
        // As it was asked for: a wrapper may set up what the expression needs.
        let mut child = Child::spawn(Command::new(&python.program).args(["-c", SCRIPT]))
            .map_err(|cause| AskError::Spawn { executable: python.program.clone(), cause })?;
        let mut order =
            serde_json::to_vec(&Order { subject, skips }).expect("an order is plain data");
        order.push(b'\n');
        child.send(order);
        let mut session = Self::new(python);
        let ended = session.listen(&mut child, limits);
        limits.used += session.began.map_or(Duration::ZERO, |began| began.elapsed());
        ended
    }

    fn new(python: &'a Interpreter) -> Self {
        let (began, part, transcript) = (None, None, None);
        let (step, question, work) = (String::new(), None, None);
        Self { python, began, part, transcript, step, question, work }
    }

    fn listen(&mut self, child: &mut Child, limits: &Limits) -> Result<Ended, AskError> {
        let started = Instant::now();
        let mut has_begun = false;
        loop {
            let limit = match self.began {
                None => START_LIMIT.saturating_sub(started.elapsed()),
                Some(began) => limits.next(began),
            };
            let ended = match child.line(limit) {
                Ok(line) if has_begun => self.hear(&line)?,
                Ok(line) => {
                    has_begun = line == MARK;
                    None
                }
                Err(silence) => Some(self.cut(silence, limits)?),
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
            (Line::Evaluates(part), None, _) => {
                self.part = Some(part);
                self.began.get_or_insert_with(Instant::now);
            }
            (Line::Failed { message }, None, Some(part)) => {
                let message = in_a_line(&message);
                return Ok(Some(Ended::Without(Asked::NotEvaluated { part, message })));
            }
            (Line::Failed { message }, Some(_), _) => {
                let why = Obstacle::Raised { message: in_a_line(&message) };
                return Ok(Some(Ended::Unfinished(why)));
            }
            (Line::Failed { message }, ..) => {
                let (executable, message) = (self.python.executable.clone(), in_a_line(&message));
                return Err(AskError::Script { executable, message });
            }
            (Line::Evaluated(about), none @ None, Some(_)) => {
                let about = cleaned(about);
                *none = Some(Transcript { about, answers: Vec::new(), immutable: None });
            }
            (Line::Works(step), Some(_), _) => self.work = Some(step),
            (Line::Old(old), Some(transcript), _) => transcript.about.old = Some(old),
            (Line::Asks { step, question }, Some(_), _) => {
                self.step = step;
                self.question = Some(question);
                self.work = None;
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
            _ => return Err(nonsense("it is out of order".into())),
        }
        Ok(None)
    }

    /// What it comes to that there are no more lines.
    fn cut(&mut self, silence: Silence, limits: &Limits) -> Result<Ended, AskError> {
        let is_lost = matches!(silence, Silence::Closed { .. } | Silence::Died { code: LOST, .. });
        let (how, limit) = match silence {
            Silence::Died { how, .. } => (how, None),
            Silence::Closed { pipe } => (format!("it closed its {pipe}"), None),
            Silence::TimedOut => (String::from("it hung"), Some(limits.each)),
        };
        let (Some(part), Some(began)) = (self.part, self.began) else {
            return Err(AskError::NotStarted { executable: self.python.executable.clone(), how });
        };
        if is_lost {
            return Ok(Ended::Unfinished(Obstacle::LostPipe));
        }
        if limit.is_some() && limits.next(began).is_zero() {
            let why = Obstacle::TooLong { limit: limits.all };
            return Ok(Ended::Unfinished(why));
        }
        if let Some(work) = self.work.take() {
            return Ok(Ended::AtWork(work));
        }
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
        ..about
    }
}
