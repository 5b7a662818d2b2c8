//! What the tests are written with.

use std::time::Duration;

use libtest_mimic::Failed;
use pybuf_harness::check::{Question, Transcript};
use pybuf_harness::reply::{Seen, SeenView};
use pybuf_harness::{Call, Reply, Returned};
use pybuf_targets::check::{Asked, Subject, ask};
use pybuf_targets::cpython::Interpreter;

/// No question in good health comes near to it.
pub const LIMIT: Duration = Duration::from_secs(30);

pub const FULL_RO: i32 = 0x11c;
pub const WRITABLE: i32 = 0x001;

pub fn evaluate(
    python: &Interpreter,
    setup: &str,
    expression: &str,
    limit: Duration,
) -> Result<Asked, Failed> {
    let subject = Subject { expression: expression.into(), setup: setup.into() };
    Ok(ask(python, &subject, limit)?)
}

pub fn runs(
    python: &Interpreter,
    setup: &str,
    expression: &str,
) -> Result<Vec<Transcript>, Failed> {
    match evaluate(python, setup, expression, LIMIT)? {
        Asked::Answered(runs) => Ok(runs),
        other => Err(format!("{expression}: {other:?}").into()),
    }
}

/// Of a process that answered all questions.
pub fn transcript(
    python: &Interpreter,
    setup: &str,
    expression: &str,
) -> Result<Transcript, Failed> {
    let mut runs = runs(python, setup, expression)?;
    expect(runs.len(), 1)?;
    let transcript = runs.remove(0);
    complete(&transcript)?;
    Ok(transcript)
}

/// Each request of 256 was made twice, and the last question is about the last thing that is asked.
pub fn complete(transcript: &Transcript) -> Result<(), Failed> {
    let requests = |wanted: i32| {
        let is_wanted =
            move |(question, _): &&(Question, Reply)| *question == Question::Call(get(wanted));
        transcript.answers.iter().filter(is_wanted).count()
    };
    let bits = [1, 4, 8, 0x10, 0x20, 0x40, 0x80, 0x100];
    for number in 0..256 {
        let set = bits.iter().enumerate().filter(|(index, _)| number >> index & 1 == 1);
        let flags = set.map(|(_, bit)| bit).sum();
        if requests(flags) < 2 {
            return Err(format!("flags {flags:#x} were asked {} times", requests(flags)).into());
        }
    }
    match transcript.answers.last() {
        Some((Question::Call(call), Reply::Returned(_)))
            if matches!(call.feature(), "PyMemoryView_FromObject" | "Py_DecRef") =>
        {
            Ok(())
        }
        last => Err(format!("the last answer is {last:?}").into()),
    }
}

pub fn get(flags: i32) -> Call {
    Call::GetBuffer { object: 0, flags }
}

/// What the first question of that kind was answered.
pub fn answer(
    transcript: &Transcript,
    asked: impl Fn(&Question) -> bool,
) -> Result<&Returned, Failed> {
    match transcript.answers.iter().find(|(question, _)| asked(question)) {
        Some((_, Reply::Returned(returned))) => Ok(returned),
        other => Err(format!("not returned: {other:?}").into()),
    }
}

pub fn request(transcript: &Transcript, flags: i32) -> Result<&Returned, Failed> {
    answer(transcript, |question| *question == Question::Call(get(flags)))
}

pub fn function<'a>(transcript: &'a Transcript, name: &str) -> Result<&'a Returned, Failed> {
    let is_it =
        |question: &Question| matches!(question, Question::Call(it) if it.feature() == name);
    answer(transcript, is_it)
}

pub fn view(returned: &Returned) -> Result<&SeenView, Failed> {
    returned.view.as_deref().ok_or_else(|| format!("no view: {returned:?}").into())
}

pub fn elements(transcript: &Transcript) -> Result<Option<&[u8]>, Failed> {
    let is_it = |question: &Question| matches!(question, Question::Elements { .. });
    Ok(answer(transcript, is_it)?.bytes.as_deref())
}

pub fn sizes(entries: &[i64]) -> Seen<Option<Vec<i64>>> {
    Seen::Is(Some(entries.to_vec()))
}

#[track_caller]
pub fn expect<T: PartialEq + std::fmt::Debug>(seen: T, expected: T) -> Result<(), Failed> {
    if seen == expected {
        return Ok(());
    }
    let place = std::panic::Location::caller();
    Err(format!("{}:{}: seen {seen:?}, expected {expected:?}", place.file(), place.line()).into())
}
