//! Drivers that crash, hang and lie. The driver is this very program: see [`Odd`].

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::process::{self, Command};
use std::time::{Duration, Instant};
use std::{env, ptr, thread};

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_harness::{Call, Capabilities, Implementation, Object, Reply, Returned};
use pybuf_targets::Process;
use pybuf_targets::process::{Error, Stage};

const DRIVER: &str = "--driver";
/// For calls that hang.
const SHORT: Duration = Duration::from_secs(2);
/// For all others, on however busy a machine.
const LONG: Duration = Duration::from_secs(60);

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if arguments.get(1).is_some_and(|it| it == DRIVER) {
        return drive(arguments.get(2).map_or("", String::as_str));
    }
    let trials = vec![
        trial("answers come in order", answers_come_in_order),
        trial("calls can be made one by one", calls_one_by_one),
        trial("a crash is the reply to one call", crash),
        trial("an exit tells why", exit),
        trial("a hanging call times out", hang),
        trial("nonsense is an error of the driver", nonsense),
        trial("a driver may give up", give_up),
        trial("a flood of messages blocks nothing", flood),
        trial("far more requests than a pipe holds", many),
        trial("a crash in clearing up is blamed on the case before", between),
        trial("a driver that cannot start again is given up", given_up),
        trial("a wrong command is an error", wrong_command),
        trial("a driver that refuses to start is an error", refuses_to_start),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trial(name: &str, test: fn() -> Result<(), Failed>) -> Trial {
    Trial::test(name, test)
}

/// An implementation that does as the name of an exception tells it. To anything else it answers with
/// the number of calls made in its process.
#[derive(Default)]
struct Odd {
    calls: i64,
    dies_next: bool,
}

impl Implementation for Odd {
    fn capabilities(&self) -> Capabilities {
        Capabilities { name: "odd".into(), lacks: BTreeMap::new() }
    }

    fn begin_case(&mut self) {
        if self.dies_next {
            process::abort();
        }
    }

    fn call(&mut self, call: &Call) -> Reply {
        if let Call::Make { object: Object::Raising { exception } } = call {
            match exception.as_str() {
                // SAFETY: this is not sound at all, which is the point. NULL would be found by Rust.
                "crash" => unsafe { ptr::without_provenance_mut::<u8>(16).write_volatile(1) },
                "exit" => {
                    eprintln!("first line\nlost object at 0x7ffe12, sorry");
                    process::exit(3);
                }
                "hang" => thread::sleep(Duration::from_secs(3600)),
                "nonsense" => println!("Hello!"),
                "give up" => println!(r#"{{"error":{{"message":"no more"}}}}"#),
                "flood" => (0..100_000).for_each(|n| eprintln!("message {n}")),
                "die next" => self.dies_next = true,
                _ => {}
            }
        }
        self.calls += 1;
        value(self.calls)
    }
}

fn drive(how: &str) {
    match how.split_once('=') {
        Some(("refuse", why)) => println!(r#"{{"error":{{"message":"{why}"}}}}"#),
        Some(("once", log)) if started_before(log) => process::exit(7),
        _ => {
            let served =
                pybuf_targets::serve(&mut Odd::default(), io::stdin().lock(), io::stdout());
            process::exit(served.is_err().into());
        }
    }
}

/// Notes a start in a file, and tells whether there was one before.
fn started_before(log: &str) -> bool {
    let before = fs::read(log).unwrap_or_default();
    let file = OpenOptions::new().append(true).create(true).open(log);
    let noted = file.and_then(|mut file| file.write_all(b"start\n"));
    noted.is_err() || !before.is_empty()
}

fn start(how: &str) -> Result<Process, Error> {
    start_with(how, LONG)
}

fn start_with(how: &str, limit: Duration) -> Result<Process, Error> {
    let mut command = Command::new(env::current_exe().expect("this program has a path"));
    command.args([DRIVER, how]);
    Process::start(command, limit)
}

fn told(what: &str) -> Call {
    Call::Make { object: Object::Raising { exception: what.into() } }
}

fn value(value: i64) -> Reply {
    Reply::Returned(Returned { value: Some(value), ..Returned::default() })
}

fn crashed(how: &str) -> Reply {
    Reply::Crashed { how: how.into() }
}

/// A case of three calls of which the second is special, and an ordinary case behind it.
fn run_both(driver: &mut Process, what: &str) -> Vec<Vec<Reply>> {
    let special = [told("count"), told(what), told("count")];
    driver.run(&[&special, &[told("count")]])
}

fn expect<T: PartialEq + std::fmt::Debug>(seen: T, expected: T) -> Result<(), Failed> {
    if seen == expected {
        return Ok(());
    }
    Err(format!("seen {seen:?}, expected {expected:?}").into())
}

fn answers_come_in_order() -> Result<(), Failed> {
    let mut driver = start("")?;
    expect(driver.capabilities().name.as_str(), "odd")?;
    let replies = run_both(&mut driver, "count");
    expect(replies, vec![vec![value(1), value(2), value(3)], vec![value(4)]])?;
    expect(run_both(&mut driver, "count").len(), 2)?;
    expect(driver.error().is_none(), true)
}

fn calls_one_by_one() -> Result<(), Failed> {
    let mut driver = start_with("", SHORT)?;
    driver.begin_case();
    expect(driver.call(&told("count")), value(1))?;
    expect(driver.call(&told("hang")), Reply::TimedOut { limit: 2000 })?;
    expect(driver.call(&told("count")), Reply::NotMade)?;
    driver.begin_case();
    expect(driver.call(&told("count")), value(1))
}

fn crash() -> Result<(), Failed> {
    let replies = run_both(&mut start("")?, "crash");
    let how = if cfg!(unix) { "signal 11 (SIGSEGV)" } else { "exit status -1073741819" };
    let first = vec![value(1), crashed(how), Reply::NotMade];
    expect(replies, vec![first, vec![value(1)]])
}

fn exit() -> Result<(), Failed> {
    let replies = run_both(&mut start("")?, "exit");
    let how = "exit status 3: lost object at 0x..., sorry";
    let first = vec![value(1), crashed(how), Reply::NotMade];
    expect(replies, vec![first, vec![value(1)]])
}

fn hang() -> Result<(), Failed> {
    let started = Instant::now();
    let replies = run_both(&mut start_with("", SHORT)?, "hang");
    let first = vec![value(1), Reply::TimedOut { limit: 2000 }, Reply::NotMade];
    expect(replies, vec![first, vec![value(1)]])?;
    expect(started.elapsed() >= SHORT, true)
}

fn nonsense() -> Result<(), Failed> {
    let mut driver = start("")?;
    let replies = run_both(&mut driver, "nonsense");
    let failure = driver.error().ok_or("no failure is told")?;
    expect(
        matches!(failure, Error::Nonsense { stage: Stage::Calling, line } if line == "Hello!"),
        true,
    )?;
    let first = vec![value(1), crashed(&failure.to_string()), Reply::NotMade];
    expect(replies, vec![first, vec![value(1)]])
}

fn give_up() -> Result<(), Failed> {
    let mut driver = start("")?;
    let replies = run_both(&mut driver, "give up");
    let how = "the driver gave up: no more";
    let first = vec![value(1), crashed(how), Reply::NotMade];
    expect(replies, vec![first, vec![value(1)]])
}

fn flood() -> Result<(), Failed> {
    let replies = run_both(&mut start("")?, "flood");
    expect(replies, vec![vec![value(1), value(2), value(3)], vec![value(4)]])
}

fn many() -> Result<(), Failed> {
    let large = [told(&"x".repeat(100_000)), told("count")];
    let cases = vec![large.as_slice(); 200];
    let replies = start("")?.run(&cases);
    expect(replies.len(), 200)?;
    expect(replies.last(), Some(&vec![value(399), value(400)]))
}

fn between() -> Result<(), Failed> {
    let mut driver = start("")?;
    let replies = run_both(&mut driver, "die next");
    expect(&replies[0][..2], &[value(1), value(2)])?;
    expect(died_in_clearing_up(&replies[0][2]), true)?;
    expect(&replies[1], &vec![value(1)])?;
    expect(driver.failure(), None)?;
    // Also behind the last case of a batch.
    let replies = driver.run(&[&[told("die next")]]);
    expect(died_in_clearing_up(&replies[0][0]), true)
}

fn died_in_clearing_up(reply: &Reply) -> bool {
    matches!(reply, Reply::Crashed { how } if how.ends_with(", when the case was cleared up"))
}

fn given_up() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("starts");
    let mut driver = start(&format!("once={}", log.display()))?;
    let mut replies = run_both(&mut driver, "exit");
    replies.extend(run_both(&mut driver, "count"));
    let failure = driver.error().ok_or("no failure is told")?.to_string();
    expect(
        failure.as_str(),
        "the driver died when it was started (exit status 7): run it by hand to see more",
    )?;
    expect(&replies[1], &vec![crashed(&failure)])?;
    expect(&replies[2], &vec![crashed(&failure); 3])?;
    expect(fs::read_to_string(log)?.lines().count(), 1 + 3)
}

fn wrong_command() -> Result<(), Failed> {
    match Process::start(Command::new("no-such-driver"), LONG) {
        Err(Error::Spawn { program, .. }) => expect(program.as_str(), "no-such-driver"),
        Err(other) => Err(other.into()),
        Ok(_) => Err("it started".into()),
    }
}

fn refuses_to_start() -> Result<(), Failed> {
    match start("refuse=not today") {
        Err(error) => expect(error.to_string().as_str(), "the driver gave up: not today"),
        Ok(_) => Err("it started".into()),
    }
}
