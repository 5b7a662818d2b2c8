//! Drivers with one mistake each, which the smoke test must name. The driver is this very program: it
//! serves the fast implementation, and garbles the one thing that its command line says.

mod driver;

use std::env;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_targets::smoke::{Found, Limits, Mistake, smoke};

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
    ("silent", SHORT, |it| *it == Mistake::NotStarted { limit: SHORT }),
    (
        "silent later",
        SHORT,
        |it| matches!(it, Mistake::Silent { to, .. } if to == "the call of make plain"),
    ),
    ("slow start", SHORT, |it| *it == Mistake::NotStarted { limit: SHORT }),
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
    (
        "support without reason",
        LONG,
        |it| matches!(it, Mistake::BadClaims { problem, .. } if problem.contains("missing field `reason`")),
    ),
    (
        "support and gaps",
        LONG,
        |it| matches!(it, Mistake::BadClaims { problem, .. } if problem.contains("`lacks` excludes")),
    ),
    (
        "unknown support",
        LONG,
        |it| matches!(it, Mistake::UnknownGap { gap } if gap == "PyBuffer_Fill"),
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
    ("undeclared gaps", LONG, |it| {
        let all = ["PyBuffer_Release", "PyMemoryView_FromObject", "PyObject_CheckBuffer"];
        matches!(it, Mistake::UndeclaredGaps { features } if features[..] == all)
    }),
    (
        "edition twice",
        LONG,
        |it| matches!(it, Mistake::EditionTwice { edition } if edition == "3.13"),
    ),
    ("says crashed", LONG, |it| matches!(it, Mistake::NotOfDrivers { got: "crashed", .. })),
    (
        "undeclared gap",
        LONG,
        |it| matches!(it, Mistake::UndeclaredGaps { features } if features[..] == ["PyBuffer_Release"]),
    ),
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
        return driver::drive(arguments.get(2).map_or("", String::as_str));
    }
    let mut trials = vec![
        Trial::test("a driver without a mistake has none", || is_clean(&target("none")?)),
        Trial::test("nor has one that says what it supports", || is_clean(&target("supports")?)),
        Trial::test("nor has the fast implementation", || is_clean("fast")),
        Trial::test("a slow start is no mistake", slow_start),
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

fn all(limit: Duration) -> Limits {
    Limits { start: limit, answer: limit }
}

/// To start takes longer than any other answer may.
fn slow_start() -> Result<(), Failed> {
    assert!(driver::SLOW_START > SHORT);
    let limits = Limits { start: LONG, answer: SHORT };
    let found = smoke(&target("slow start")?, &[], limits)?;
    if found.mistakes.is_empty() { Ok(()) } else { Err(format!("{found:?}").into()) }
}

fn is_clean(target: &str) -> Result<(), Failed> {
    let Found { name, mistakes } = smoke(target, &[], all(LONG))?;
    match (name, &mistakes[..]) {
        (Some(name), []) if name.starts_with("pybuf-fast") => Ok(()),
        (name, mistakes) => Err(format!("{name:?}: {mistakes:?}").into()),
    }
}

/// The mistake is named, and nothing else is.
fn is_named(name: &str, limit: Duration, is: Is) -> Result<(), Failed> {
    let found = smoke(&target(name)?, &[], all(limit))?;
    match &found.mistakes[..] {
        [mistake] if is(mistake) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

/// Of ten mistakes at least, each is told in a way that no other is.
fn different_words() -> Result<(), Failed> {
    let without_details = |name: &str, limit| -> Result<Option<String>, Failed> {
        let found = smoke(&target(name)?, &[], all(limit))?;
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
        let error = smoke(target, &[], all(LONG)).err().ok_or("it was started")?;
        let source = std::error::Error::source(&error).map(ToString::to_string);
        let text = format!("{error}: {}", source.unwrap_or_default());
        if !text.contains(words) {
            return Err(text.into());
        }
    }
    Ok(())
}
