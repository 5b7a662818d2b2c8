//! Whether a driver writes the lines that it should, when it should.

use std::io;
use std::time::Duration;

use pybuf_harness::{Call, Object, Reply};
use serde_json::{Deserializer, Value};

use super::limits::Limits;
use super::mistake::Mistake;
use crate::child::{Child, GRACE, Silence, excerpt};
use crate::exec::Exec;
use crate::protocol::{Answer, Claims, Request, VERSION, not_of_drivers};

/// How long nobody asks anything, to see whether it speaks first.
const PAUSE: Duration = Duration::from_millis(50);

const START: Request = Request::Start { protocol: VERSION };

/// Sends the requests of a short case one by one, each when the one before is answered. Without claims
/// there is no use in going on.
pub(super) fn one_by_one(
    exec: &Exec,
    limits: Limits,
) -> io::Result<(Option<Claims>, Vec<Mistake>)> {
    let mut child = Child::spawn(&mut exec.command())?;
    if let Ok(line) = child.line(PAUSE) {
        return Ok((None, vec![Mistake::SpeaksFirst { line: excerpt(&line) }]));
    }
    let make = Request::Call(Call::Make { object: Object::Plain });
    let requests = [START, Request::Begin {}, make];
    let mut claims = None;
    for (before, request) in requests.iter().enumerate() {
        send(&child, request);
        let answer = match child.line(limits.of(request)) {
            Ok(line) => due(request, &line),
            Err(Silence::TimedOut) => Err(late(exec, &requests[..before], request, limits)?),
            Err(silence) => Err(silent(silence, request, limits)),
        };
        match answer {
            Ok(Answer::Capabilities(told)) => claims = Some(told),
            Ok(_) => {}
            Err(mistake) => return Ok((claims.filter(|_| goes_on(&mistake)), vec![mistake])),
        }
    }
    send(&child, &Request::Stop {});
    let stopped = child.wait(limits.answer).is_some();
    Ok((claims, if stopped { vec![] } else { vec![Mistake::IgnoresStop] }))
}

/// Starts it with a version that there is not.
pub(super) fn other_version(exec: &Exec, limits: Limits) -> io::Result<Option<Mistake>> {
    let mut child = Child::spawn(&mut exec.command())?;
    send(&child, &Request::Start { protocol: VERSION + 1 });
    let answer = child.line(limits.start).ok().and_then(|line| serde_json::from_slice(&line).ok());
    Ok(matches!(answer, Some(Answer::Capabilities(_))).then_some(Mistake::AnyVersion))
}

/// Ends its input after the start.
pub(super) fn end_of_input(exec: &Exec, limits: Limits) -> io::Result<Option<Mistake>> {
    let mut child = Child::spawn(&mut exec.command())?;
    send(&child, &START);
    let _ = child.line(limits.start);
    child.hang_up();
    Ok(child.wait(limits.answer).is_none().then_some(Mistake::IgnoresEnd))
}

/// Sends all requests of all cases, and then the stop, without waiting for answers; the replies, or
/// the first thing that is wrong with the lines.
pub(super) fn at_once(
    exec: &Exec,
    cases: &[Vec<Call>],
    limits: Limits,
) -> io::Result<Result<Vec<Vec<Reply>>, Mistake>> {
    let mut requests = vec![START];
    for calls in cases {
        requests.push(Request::Begin {});
        requests.extend(calls.iter().cloned().map(Request::Call));
    }
    let mut child = Child::spawn(&mut exec.command())?;
    requests.iter().chain(&[Request::Stop {}]).for_each(|request| send(&child, request));
    let mut lines = Vec::new();
    let end = loop {
        // After the last answer only its end is waited for.
        let limit = requests.get(lines.len()).map_or(GRACE, |request| limits.of(request));
        match child.line(limit) {
            Ok(line) if lines.len() <= requests.len() => lines.push(line),
            Ok(_) => break Silence::TimedOut,
            Err(silence) => break silence,
        }
    };
    Ok(replies(&requests, &lines, end, limits))
}

/// The replies among some lines, case by case.
fn replies(
    requests: &[Request],
    lines: &[Vec<u8>],
    end: Silence,
    limits: Limits,
) -> Result<Vec<Vec<Reply>>, Mistake> {
    let mut cases: Vec<Vec<Reply>> = Vec::new();
    for (index, (request, line)) in requests.iter().zip(lines).enumerate() {
        match due(request, line) {
            Ok(Answer::Begun {}) => cases.push(Vec::new()),
            Ok(Answer::Reply(reply)) => {
                cases.last_mut().into_iter().for_each(|it| it.push(reply.clone()))
            }
            Ok(_) => {}
            Err(Mistake::NotDue { .. }) if lines.len() < requests.len() => {
                return Err(match request {
                    Request::Begin {} => Mistake::NoBegun,
                    _ => Mistake::Unanswered { to: name(request) },
                });
            }
            Err(Mistake::NotDue { .. }) if lines.len() > requests.len() => {
                let to = name(&requests[index.saturating_sub(1)]);
                return Err(Mistake::Unasked { to, line: excerpt(line) });
            }
            Err(mistake) => return Err(mistake),
        }
    }
    match (requests.get(lines.len()), lines.get(requests.len()), requests.last()) {
        (Some(request), _, _) => Err(silent(end, request, limits)),
        (None, Some(line), Some(last)) => {
            Err(Mistake::Unasked { to: name(last), line: excerpt(line) })
        }
        _ => Ok(cases),
    }
}

/// What a line answers to a request, if it is what is due.
fn due(request: &Request, line: &[u8]) -> Result<Answer, Mistake> {
    let to = name(request);
    let answer = parse(&to, line)?;
    let due = match request {
        Request::Start { .. } => "capabilities",
        Request::Begin {} => "begun",
        Request::Call(_) => "reply",
        Request::Stop {} => "nothing",
    };
    if let Answer::Reply(reply) = &answer
        && let Some(got) = not_of_drivers(reply)
    {
        return Err(Mistake::NotOfDrivers { to, got });
    }
    match answer {
        Answer::Error { message } => Err(Mistake::GaveUp { to, message }),
        answer if answer.name() == due => Ok(answer),
        answer => Err(Mistake::NotDue { to, due, got: answer.name() }),
    }
}

fn parse(to: &str, line: &[u8]) -> Result<Answer, Mistake> {
    let error = match serde_json::from_slice(line) {
        Ok(answer) => return Ok(answer),
        Err(error) => error,
    };
    let (to, problem, text) = (to.to_owned(), error.to_string(), excerpt(line));
    let mut values = Deserializer::from_slice(line).into_iter::<Value>();
    let first = values.next().and_then(Result::ok);
    Err(match (first, values.next()) {
        (None, _) if to == "start" && !text.starts_with('{') => Mistake::SpeaksFirst { line: text },
        (None, _) => Mistake::NotJson { to, problem, line: text },
        (Some(_), Some(Ok(_))) => Mistake::TwoOnALine { to, line: text },
        (Some(_), Some(Err(_))) => Mistake::NotJson { to, problem, line: text },
        (Some(value), None) if value.get("capabilities").is_some() => {
            Mistake::BadClaims { problem, line: text }
        }
        (Some(value), None)
            if value.pointer("/reply/returned/view").is_some()
                && problem.starts_with("missing field") =>
        {
            Mistake::ViewLacksField { problem, line: text }
        }
        (Some(_), None) => Mistake::NotAnAnswer { to, problem, line: text },
    })
}

/// Why nothing came in time. Another process gets the same requests and then the end of its input: if it answers in
/// the same time, the end is what the answer waits for.
fn late(exec: &Exec, before: &[Request], request: &Request, limits: Limits) -> io::Result<Mistake> {
    let mut other = Child::spawn(&mut exec.command())?;
    before.iter().chain([request]).for_each(|request| send(&other, request));
    other.hang_up();
    let mut requests = before.iter().chain([request]);
    let answers = requests.all(|request| other.line(limits.of(request)).is_ok());
    Ok(match request {
        _ if answers => Mistake::NoFlush { to: name(request) },
        Request::Begin {} => Mistake::NoBegun,
        _ => silent(Silence::TimedOut, request, limits),
    })
}

fn silent(silence: Silence, request: &Request, limits: Limits) -> Mistake {
    let (to, limit) = (name(request), limits.of(request));
    match (silence, request) {
        (Silence::Died { how, .. }, _) => Mistake::Died { to, how },
        (Silence::Closed { pipe }, _) => Mistake::Closed { to, pipe },
        (Silence::TimedOut, Request::Start { .. }) => Mistake::NotStarted { limit },
        (Silence::TimedOut, _) => Mistake::Silent { to, limit },
    }
}

/// Whether there is more to be found after a mistake.
fn goes_on(mistake: &Mistake) -> bool {
    !matches!(
        mistake,
        Mistake::NotStarted { .. }
            | Mistake::NoFlush { .. }
            | Mistake::Silent { .. }
            | Mistake::NoBegun
    )
}

fn name(request: &Request) -> String {
    match request {
        Request::Start { .. } => "start".into(),
        Request::Begin {} => "begin".into(),
        Request::Call(call) => format!("the call of {}", call.feature()),
        Request::Stop {} => "stop".into(),
    }
}

fn send(child: &Child, request: &Request) {
    let mut line = serde_json::to_vec(request).expect("requests are plain data");
    line.push(b'\n');
    child.send(line);
}
