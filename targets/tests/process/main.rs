//! Drivers that crash, hang and lie. The driver is this very program: see [`odd`].

mod odd;

use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_harness::{Call, Implementation, Object, Reply, Returned};
use pybuf_model::Edition;
use pybuf_targets::Process;
use pybuf_targets::process::Error;

const DRIVER: &str = "--driver";
/// For calls that hang.
const SHORT: Duration = Duration::from_secs(2);
/// For all others, on however busy a machine.
const LONG: Duration = Duration::from_secs(60);

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if arguments.get(1).is_some_and(|it| it == DRIVER) {
        return odd::drive(arguments.get(2).map_or("", String::as_str));
    }
    let trials = vec![
        trial("answers come in order", answers_come_in_order),
        trial("calls can be made one by one", calls_one_by_one),
        trial("a crash is the reply to one call", crash),
        trial("an exit tells why", exit),
        trial("a hanging call times out", hang),
        trial("nonsense is an error of the driver", nonsense),
        trial("a driver may give up", give_up),
        trial("an unknown field is an error of the driver", unknown_field),
        trial("so is an answer of another kind", begun_for_reply),
        trial("so is a line without an end", endless_line),
        trial("so are lines without an end", endless_lines),
        trial("a reply too many is told at the end of the case", unasked),
        trial("an exit without an error is a death, too", exits_well),
        trial("a driver that ignores the stop is killed", ignores_stop),
        trial("a driver that only garbles is given up", garbles_for_ever),
        trial("a driver that only dies is given up", dies_for_ever),
        trial("a driver that only hangs is given up", hangs_for_ever),
        unix("a closed standard output is told", closes_stdout),
        unix("a driver that closes its standard input times out", closes_stdin),
        unix("a driver that is killed has crashed", killed),
        unix("a driver that kills its group does not kill us", kills_group),
        unix("what a hanging driver has started ends with it", leaves_none),
        trial("a reply of a size that none has in earnest is none", long),
        trial("a driver cannot say that it crashed", says_crashed),
        trial("a driver that dies behind each case is given up", dies_behind_each),
        trial("a driver that is another when it starts again is given up", changes),
        trial("an edition that is claimed twice is one", twice),
        unix("a stopped driver times out", stopped),
        unix("a grandchild that keeps the pipes does not hide a death", grandchild),
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

/// On other systems it is listed as ignored.
fn unix(name: &str, test: fn() -> Result<(), Failed>) -> Trial {
    trial(name, test).with_ignored_flag(cfg!(not(unix)))
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

/// The reply to a call that was answered with something that is none.
fn garbled(how: &str) -> Reply {
    Reply::Garbled { how: how.into() }
}

/// The special call is garbled, for a reason that has these words in it; the case behind it is not
/// concerned, and nothing is given up.
fn is_garbled(what: &str, words: &[&str]) -> Result<(), Failed> {
    let mut driver = start_with("", SHORT)?;
    let replies = run_both(&mut driver, what);
    let Reply::Garbled { how } = &replies[0][1] else {
        return Err(format!("seen {:?}", replies[0][1]).into());
    };
    for word in words {
        expect((how.contains(word), how), (true, how))?;
    }
    expect(&replies[0][..], &[value(1), garbled(how), Reply::NotMade])?;
    expect(&replies[1], &vec![value(1)])?;
    expect(driver.failure(), None)
}

fn nonsense() -> Result<(), Failed> {
    is_garbled("nonsense", &["\"Hello!\"", "in a call", "standard error"])
}

fn give_up() -> Result<(), Failed> {
    is_garbled("give up", &["the driver gave up: no more"])
}

fn unknown_field() -> Result<(), Failed> {
    is_garbled("unknown field", &["unknown field `valeu`", "expected one of"])
}

fn begun_for_reply() -> Result<(), Failed> {
    is_garbled("begun", &["`begun` instead of `reply`"])
}

fn endless_line() -> Result<(), Failed> {
    is_garbled("endless line", &["aaaa..."])
}

fn closes_stdout() -> Result<(), Failed> {
    is_garbled("close stdout", &["closed its standard output"])
}

/// Nothing more can be sent to it; what it has been sent it does not answer.
fn closes_stdin() -> Result<(), Failed> {
    let replies = run_both(&mut start_with("", SHORT)?, "close stdin");
    let first = vec![value(1), Reply::TimedOut { limit: 2000 }, Reply::NotMade];
    expect(replies, vec![first, vec![value(1)]])
}

const KILLED: &str = "signal 9 (SIGKILL), from outside or out of memory";

fn killed() -> Result<(), Failed> {
    let replies = run_both(&mut start("")?, "kill");
    expect(replies, vec![vec![value(1), crashed(KILLED), Reply::NotMade], vec![value(1)]])
}

fn kills_group() -> Result<(), Failed> {
    let replies = run_both(&mut start("")?, "kill the group");
    expect(replies, vec![vec![value(1), crashed(KILLED), Reply::NotMade], vec![value(1)]])
}

/// A grandchild holds the other end of a pipe, which ends when the grandchild does.
fn leaves_none() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let pipe = folder.path().join("pipe");
    expect(Command::new("mkfifo").arg(&pipe).status()?.success(), true)?;
    let what = format!("hang with {}", pipe.display());
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(fs::read(pipe)));
    let replies = run_both(&mut start_with("", SHORT)?, &what);
    expect(&replies[0][1], &Reply::TimedOut { limit: 2000 })?;
    expect(end.recv_timeout(LONG)??, vec![])
}

fn long() -> Result<(), Failed> {
    is_garbled("long exception", &["`exception` is longer than 1024"])?;
    is_garbled("long strides", &["`strides` is longer than 1024"])
}

fn says_crashed() -> Result<(), Failed> {
    for what in ["crashed", "timed_out", "garbled"] {
        is_garbled(what, &[&format!("`{what}` is not for a driver to say")])?;
    }
    Ok(())
}

/// Also if there are never as many cases at a time.
fn dies_behind_each() -> Result<(), Failed> {
    let mut driver = start("")?;
    let special = [told("die next")];
    let cases = [special.as_slice(); 64];
    let run = (0..20).map(|_| driver.run(&cases).len()).sum::<usize>();
    expect(run, 1000)?;
    let error = driver.failure().ok_or("it is not given up")?;
    expect((error.contains("has died 1000 times in a row"), &error), (true, &error))
}

fn changes() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut driver = start(&format!("rename={}", folder.path().join("starts").display()))?;
    let replies = run_both(&mut driver, "exit");
    expect(replies.len(), 1)?;
    let error = driver.failure().ok_or("it is not given up")?;
    expect((error.contains("first odd of"), &error), (true, &error))?;
    expect((error.contains("then odder of"), &error), (true, &error))
}

fn twice() -> Result<(), Failed> {
    expect(start("editions")?.editions(), &[Edition::V3_10, Edition::V3_12])
}

fn endless_lines() -> Result<(), Failed> {
    is_garbled("endless lines", &["\"Hello!\""])
}

/// One reply too many shifts those behind it, up to the next beginning of a case.
fn unasked() -> Result<(), Failed> {
    let mut driver = start("")?;
    let replies = run_both(&mut driver, "unasked");
    let how = |reply: &Reply| format!("{reply:?}").contains("`reply` instead of `begun`");
    expect(how(&replies[0][2]), true)?;
    expect(&replies[1], &vec![value(1)])?;
    expect(driver.failure(), None)
}

fn exits_well() -> Result<(), Failed> {
    let replies = run_both(&mut start("")?, "exit well");
    expect(replies, vec![vec![value(1), crashed("exit status 0"), Reply::NotMade], vec![value(1)]])
}

/// Another process keeps the pipes open: what happened is told without waiting for it.
fn grandchild() -> Result<(), Failed> {
    let replies = run_both(&mut start("")?, "leave a grandchild");
    let how = "exit status 4: error: orphaned";
    expect(replies, vec![vec![value(1), crashed(how), Reply::NotMade], vec![value(1)]])
}

fn stopped() -> Result<(), Failed> {
    let replies = run_both(&mut start_with("", SHORT)?, "stop");
    let first = vec![value(1), Reply::TimedOut { limit: 2000 }, Reply::NotMade];
    expect(replies, vec![first, vec![value(1)]])
}

fn ignores_stop() -> Result<(), Failed> {
    let mut driver = start("deaf")?;
    expect(run_both(&mut driver, "count").len(), 2)?;
    let started = Instant::now();
    drop(driver);
    expect(started.elapsed() < LONG, true)
}

/// After so many failures of a kind a driver is given up; the cases up to there have their replies.
fn hopeless(what: &str, most: usize, often: &str, limit: Duration) -> Result<(), Failed> {
    let mut driver = start_with("", limit)?;
    let special = [told(what)];
    let cases = vec![special.as_slice(); most + 10];
    let replies = driver.run(&cases);
    expect(replies.len(), most)?;
    let error = driver.failure().ok_or("it is not given up")?;
    expect((error.contains(often), &error), (true, &error))?;
    expect(driver.run(&cases), vec![])?;
    expect(driver.call(&told("count")), garbled(&error))
}

fn garbles_for_ever() -> Result<(), Failed> {
    hopeless("nonsense", 20, "has broken the protocol 20 times", LONG)
}

fn hangs_for_ever() -> Result<(), Failed> {
    hopeless("hang", 100, "has not answered 100 times", Duration::from_millis(100))
}

fn dies_for_ever() -> Result<(), Failed> {
    hopeless("exit well", 1000, "has died 1000 times in a row", LONG)
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
    expect(&replies.len(), &1)?;
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
