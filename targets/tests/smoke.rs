//! Drivers with one mistake each, which the smoke test must name. The driver is this very program: it
//! serves the fast implementation, and garbles the one thing that its command line says.

use std::io::{self, BufRead, Write};
use std::time::Duration;
use std::{env, process, thread};

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_harness::model::Edition;
use pybuf_harness::reply::{Pointer, Seen};
use pybuf_harness::{Call, Implementation, Reply};
use pybuf_targets::fast::Fast;
use pybuf_targets::protocol::{Answer, Claims, Request};
use pybuf_targets::smoke::{Found, Mistake, smoke};

const DRIVER: &str = "--driver";
/// For drivers that do not answer.
const SHORT: Duration = Duration::from_secs(2);
/// For all others, on however busy a machine.
const LONG: Duration = Duration::from_secs(60);

/// Whether a mistake is the one that was made.
type Is = fn(&Mistake) -> bool;

/// The mistakes that can be made, with the time to wait for an answer, and how each is told.
const MISTAKES: &[(&str, Duration, Is)] = &[
    ("banner", LONG, |it| matches!(it, Mistake::SpeaksFirst { line } if line == "Welcome!")),
    ("late banner", LONG, |it| matches!(it, Mistake::SpeaksFirst { line } if line == "Welcome!")),
    ("no flush", SHORT, |it| matches!(it, Mistake::NoFlush { to } if to == "start")),
    ("no flush of begun", SHORT, |it| matches!(it, Mistake::NoFlush { to } if to == "begin")),
    ("silent", SHORT, |it| matches!(it, Mistake::Silent { to, .. } if to == "start")),
    (
        "dies",
        LONG,
        |it| matches!(it, Mistake::Died { how, .. } if how.contains("error: no such thing")),
    ),
    (
        "gives up",
        LONG,
        |it| matches!(it, Mistake::GaveUp { message, .. } if message == "not today"),
    ),
    ("closes", SHORT, |it| matches!(it, Mistake::Closed { pipe: "standard output", .. })),
    (
        "no name",
        LONG,
        |it| matches!(it, Mistake::BadClaims { problem, .. } if problem.contains("missing field `name`")),
    ),
    ("unknown gap", LONG, |it| matches!(it, Mistake::UnknownGap { gap } if gap == "PyBuffer_Fill")),
    (
        "unknown edition",
        LONG,
        |it| matches!(it, Mistake::UnknownEdition(e) if e.to_string().contains("3.14")),
    ),
    ("any version", LONG, |it| *it == Mistake::AnyVersion),
    ("no begun", SHORT, |it| *it == Mistake::NoBegun),
    ("no begun later", LONG, |it| *it == Mistake::NoBegun),
    ("begun for reply", LONG, |it| {
        matches!(it, Mistake::NotDue { due: "reply", got: "begun", .. })
    }),
    (
        "no reply",
        LONG,
        |it| matches!(it, Mistake::Unanswered { to } if to == "the call of PyBuffer_Release"),
    ),
    (
        "not json",
        LONG,
        |it| matches!(it, Mistake::NotJson { line, .. } if line.starts_with("{'reply'")),
    ),
    (
        "unknown field",
        LONG,
        |it| matches!(it, Mistake::NotAnAnswer { problem, .. } if problem.contains("unknown field `result`")),
    ),
    (
        "unknown reply",
        LONG,
        |it| matches!(it, Mistake::NotAnAnswer { problem, .. } if problem.contains("unknown variant `ok`")),
    ),
    ("two on a line", LONG, |it| matches!(it, Mistake::TwoOnALine { .. })),
    ("unasked", LONG, |it| matches!(it, Mistake::Unasked { .. })),
    ("unasked at the end", LONG, |it| matches!(it, Mistake::Unasked { .. })),
    ("ignores stop", SHORT, |it| *it == Mistake::IgnoresStop),
    ("ignores end", SHORT, |it| *it == Mistake::IgnoresEnd),
    ("state leaks", LONG, |it| *it == Mistake::StateLeaks),
    ("not made", LONG, |it| matches!(it, Mistake::NotMade { feature: "PyObject_GetBuffer" })),
    ("undeclared gap", LONG, |it| {
        matches!(it, Mistake::UndeclaredGap { feature: "PyBuffer_Release" })
    }),
    (
        "view without field",
        LONG,
        |it| matches!(it, Mistake::ViewLacksField { problem, .. } if problem.contains("missing field `shape`")),
    ),
    ("no view", LONG, |it| matches!(it, Mistake::Untold { field: "view", .. })),
    ("no obj", LONG, |it| matches!(it, Mistake::Untold { field: "obj", .. })),
    ("views granted only", LONG, |it| *it == Mistake::ViewNumbers),
    ("objects made only", LONG, |it| *it == Mistake::ObjectNumbers),
    ("releases what was refused", LONG, |it| {
        matches!(it, Mistake::MadeOutOfTurn { feature: "PyBuffer_Release" })
    }),
    ("real addresses", LONG, |it| *it == Mistake::NoBlock),
];

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if arguments.get(1).is_some_and(|it| it == DRIVER) {
        return drive(arguments.get(2).map_or("", String::as_str));
    }
    let mut trials = vec![
        Trial::test("a driver without a mistake has none", || is_clean(&target("none")?)),
        Trial::test("nor has the fast implementation", || is_clean("fast")),
        Trial::test("mistakes are told in different words", different_words),
        Trial::test("what cannot be started is an error", cannot_be_started),
    ];
    trials.extend(MISTAKES.iter().map(|&(name, limit, is)| {
        Trial::test(format!("mistake: {name}"), move || is_named(name, limit, is))
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// This program, as a driver that makes a mistake.
fn target(mistake: &str) -> Result<String, Failed> {
    let program = env::current_exe()?;
    Ok(format!("exec:'{}' {DRIVER} '{mistake}'", program.display()))
}

fn is_clean(target: &str) -> Result<(), Failed> {
    let Found { name, mistakes } = smoke(target, &[], LONG)?;
    match (name, &mistakes[..]) {
        (Some(name), []) if name.starts_with("pybuf-fast") => Ok(()),
        (name, mistakes) => Err(format!("{name:?}: {mistakes:?}").into()),
    }
}

/// The mistake is named, and nothing else is.
fn is_named(name: &str, limit: Duration, is: Is) -> Result<(), Failed> {
    let found = smoke(&target(name)?, &[], limit)?;
    match &found.mistakes[..] {
        [mistake] if is(mistake) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

/// Of ten mistakes at least, each is told in a way that no other is.
fn different_words() -> Result<(), Failed> {
    let without_details = |name: &str, limit| -> Result<Option<String>, Failed> {
        let found = smoke(&target(name)?, &[], limit)?;
        let text = found.mistakes.first().map(ToString::to_string);
        Ok(text.map(|text| text.split(['"', '(']).next().unwrap_or_default().to_owned()))
    };
    let quick = MISTAKES.iter().filter(|(_, limit, _)| *limit == LONG);
    let texts = quick.map(|&(name, limit, _)| without_details(name, limit));
    let texts: Vec<_> = texts.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let mut distinct = texts.clone();
    distinct.sort();
    distinct.dedup();
    // Some of the mistakes here are two examples of one.
    if distinct.len() >= 18 { Ok(()) } else { Err(format!("{distinct:#?}").into()) }
}

fn cannot_be_started() -> Result<(), Failed> {
    for (target, words) in [
        ("exec:no-such-driver", "cannot start the driver `no-such-driver`"),
        ("exec:", "names no command"),
        ("exec:'open", "a quote is not closed"),
    ] {
        let error = smoke(target, &[], LONG).err().ok_or("it was started")?;
        let source = std::error::Error::source(&error).map(ToString::to_string);
        let text = format!("{error}: {}", source.unwrap_or_default());
        if !text.contains(words) {
            return Err(text.into());
        }
    }
    Ok(())
}

fn drive(mistake: &str) {
    match mistake {
        "banner" => say("Welcome!\n"),
        "dies" => {
            eprintln!("error: no such thing");
            process::exit(3);
        }
        "silent" => thread::sleep(Duration::from_secs(3600)),
        _ => {}
    }
    let mut driver =
        Driver { fast: Fast::of(Edition::V3_13), mistake, calls: 0, begun: 0, kept: String::new() };
    for line in io::stdin().lock().lines() {
        let line = line.expect("the parent writes text");
        match serde_json::from_str(&line).expect("the parent keeps to the protocol") {
            Request::Stop {} if mistake == "ignores stop" => {}
            Request::Stop {} => break,
            request => driver.answer(&request),
        }
    }
    if mistake == "unasked at the end" && driver.calls > 0 {
        say("{\"begun\":{}}\n");
    }
    say(&driver.kept);
    if mistake == "ignores end" && driver.begun == 0 {
        thread::sleep(Duration::from_secs(3600));
    }
}

fn say(text: &str) {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).expect("the parent reads");
}

struct Driver<'a> {
    fast: Fast,
    mistake: &'a str,
    calls: usize,
    begun: usize,
    /// What is not flushed.
    kept: String,
}

impl Driver<'_> {
    fn answer(&mut self, request: &Request) {
        let mistake = self.mistake;
        let answer = match request {
            Request::Start { protocol } if *protocol != 1 && mistake != "any version" => {
                Answer::Error { message: "only version 1".into() }
            }
            Request::Start { .. } => return self.start(),
            Request::Begin {} => {
                self.begun += 1;
                if mistake != "state leaks" {
                    self.fast.begin_case();
                }
                let skipped =
                    mistake == "no begun" || mistake == "no begun later" && self.begun > 1;
                if skipped {
                    return;
                }
                Answer::Begun {}
            }
            Request::Call(call) => return self.call(call),
            Request::Stop {} => return,
        };
        self.write(&text(&answer));
    }

    fn write(&mut self, line: &str) {
        let keeps = match self.mistake {
            "no flush" => true,
            "no flush of begun" => line.contains("begun"),
            _ => false,
        };
        match keeps {
            true => self.kept += line,
            false => say(line),
        }
    }

    fn start(&mut self) {
        let mut claims = Claims::from(self.fast.capabilities());
        let line = match self.mistake {
            "late banner" => "Welcome!\n".to_owned(),
            "gives up" => text(&Answer::Error { message: "not today".into() }),
            "closes" => return close_stdout(),
            "no name" => "{\"capabilities\":{\"lacks\":{}}}\n".to_owned(),
            other => {
                match other {
                    "unknown gap" => drop(claims.lacks.insert("PyBuffer_Fill".into(), "so".into())),
                    "unknown edition" => claims.editions.push("3.14".into()),
                    _ => {}
                }
                text(&Answer::Capabilities(claims))
            }
        };
        self.write(&line);
    }

    fn call(&mut self, call: &Call) {
        self.calls += 1;
        let reply = self.fast.call(&self.meant(call));
        let is_get = matches!(call, Call::GetBuffer { .. });
        let is_release = matches!(call, Call::Release { .. });
        let line = text(&Answer::Reply(self.garbled(call, reply)));
        let line = match self.mistake {
            "begun for reply" if is_get => text(&Answer::Begun {}),
            "no reply" if is_release => return,
            "not json" => line.replace('"', "'"),
            "unknown field" => line.replace("\"value\"", "\"result\""),
            "unknown reply" => line.replace("\"returned\"", "\"ok\""),
            "two on a line" if is_get => line.trim_end().repeat(2) + "\n",
            "unasked" if is_get => line.repeat(2),
            "view without field" => line.replace("\"shape\":{\"is\":null},", ""),
            _ => line,
        };
        self.write(&line);
    }

    /// The call that is made instead, where numbers are wrong.
    fn meant(&self, call: &Call) -> Call {
        match (self.mistake, call) {
            // A view that was refused has no number, so the second is the first.
            ("views granted only", &Call::Release { view }) if self.begun == 3 => {
                Call::Release { view: view + 1 }
            }
            ("objects made only", Call::CheckBuffer { .. }) => Call::CheckBuffer { object: 9 },
            _ => call.clone(),
        }
    }

    fn garbled(&self, call: &Call, reply: Reply) -> Reply {
        match (self.mistake, call, reply) {
            ("not made", Call::GetBuffer { .. }, _) => Reply::NotMade,
            ("undeclared gap", Call::Release { .. }, _) => Reply::Unsupported,
            ("releases what was refused", Call::Release { .. }, Reply::NotMade) => {
                Reply::Returned(Default::default())
            }
            (mistake, Call::GetBuffer { .. }, Reply::Returned(mut returned)) => {
                match mistake {
                    "no view" => returned.view = None,
                    "no obj" => returned.obj = None,
                    "real addresses" => {
                        if let Some(view) = &mut returned.view {
                            view.buf = Seen::Is(Pointer::Elsewhere);
                        }
                    }
                    _ => {}
                }
                Reply::Returned(returned)
            }
            (_, _, reply) => reply,
        }
    }
}

fn text(answer: &Answer) -> String {
    serde_json::to_string(answer).expect("answers are plain data") + "\n"
}

#[cfg(unix)]
fn close_stdout() {
    unsafe extern "C" {
        fn close(pipe: i32) -> i32;
    }
    // SAFETY: this thread is the only one, and sleeps for ever.
    unsafe { close(1) };
    thread::sleep(Duration::from_secs(3600));
}

#[cfg(not(unix))]
fn close_stdout() {
    thread::sleep(Duration::from_secs(3600));
}
