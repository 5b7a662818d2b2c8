//! The driver's side: an implementation that crashes, hangs and lies when it is told to.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::process::{self, Command};
use std::time::Duration;
use std::{ptr, thread};

use pybuf_harness::{Call, Capabilities, Implementation, Object, Reply};

use super::value;

/// An implementation that does as the name of an exception tells it. To anything else it answers with
/// the number of calls made in its process.
struct Odd {
    name: &'static str,
    calls: i64,
    dies_next: bool,
}

impl Implementation for Odd {
    fn capabilities(&self) -> Capabilities {
        Capabilities { name: self.name.into(), lacks: BTreeMap::new() }
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
                "unknown field" => println!(r#"{{"reply":{{"returned":{{"valeu":1}}}}}}"#),
                "begun" => println!(r#"{{"begun":{{}}}}"#),
                "unasked" => println!(r#"{{"reply":"not_made"}}"#),
                "endless line" => endless("a"),
                "endless lines" => endless("Hello!\n"),
                "exit well" => process::exit(0),
                "close stdout" => close(1),
                "close stdin" => close(0),
                "kill" => signal("KILL", &process::id().to_string()),
                "stop" => signal("STOP", &process::id().to_string()),
                // The group of that command, which is ours.
                "kill the group" => signal("KILL", "0"),
                "long exception" => {
                    let long = "a".repeat(1025);
                    println!(r#"{{"reply":{{"returned":{{"exception":"{long}"}}}}}}"#);
                }
                "long strides" => {
                    let long = "0,".repeat(1025);
                    println!(r#"{{"reply":{{"returned":{{"strides":[{long}0]}}}}}}"#);
                }
                "crashed" => println!(r#"{{"reply":{{"crashed":{{"how":"well"}}}}}}"#),
                "timed_out" => println!(r#"{{"reply":{{"timed_out":{{"limit":1}}}}}}"#),
                "garbled" => println!(r#"{{"reply":{{"garbled":{{"how":"well"}}}}}}"#),
                "leave a grandchild" => {
                    // Ours are its pipes, too.
                    let grandchild = Command::new("sleep").arg("5").spawn();
                    eprintln!("error: orphaned");
                    process::exit(if grandchild.is_ok() { 4 } else { 5 });
                }
                "flood" => (0..100_000).for_each(|n| eprintln!("message {n}")),
                "die next" => self.dies_next = true,
                other => {
                    if let Some(pipe) = other.strip_prefix("hang with ") {
                        hang_with_grandchild(pipe);
                    }
                }
            }
        }
        self.calls += 1;
        value(self.calls)
    }
}

fn endless(text: &str) {
    let mut out = io::stdout().lock();
    while out.write_all(text.repeat(1000).as_bytes()).is_ok() {}
}

/// Closes a pipe, and then neither answers nor ends.
#[cfg(unix)]
fn close(pipe: i32) {
    unsafe extern "C" {
        fn close(pipe: i32) -> i32;
    }
    // SAFETY: nobody uses it any more: this thread sleeps, and it is the only one.
    unsafe { close(pipe) };
    thread::sleep(Duration::from_secs(3600));
}

#[cfg(not(unix))]
fn close(_: i32) {}

/// It sleeps longer than any test waits, and holds the pipe meanwhile.
fn hang_with_grandchild(pipe: &str) {
    let pipe = OpenOptions::new().write(true).open(pipe).expect("the test reads");
    let grandchild = Command::new("sleep").arg("600").stdout(pipe).status();
    grandchild.expect("there is a command sleep");
}

fn signal(name: &str, to: &str) {
    let kill = Command::new("kill").arg(format!("-{name}")).arg(to).status();
    kill.expect("there is a command kill");
    thread::sleep(Duration::from_secs(3600));
}

pub fn drive(how: &str) {
    let mut odd = Odd { name: "odd", calls: 0, dies_next: false };
    if how == "deaf" {
        // It has its answers, and then never ends.
        let served = pybuf_targets::serve(&mut odd, io::stdin().lock(), io::stdout());
        assert!(served.is_ok());
        thread::sleep(Duration::from_secs(3600));
    }
    match how.split_once('=') {
        Some(("refuse", why)) => return println!(r#"{{"error":{{"message":"{why}"}}}}"#),
        Some(("once", log)) if started_before(log) => process::exit(7),
        Some(("rename", log)) if started_before(log) => odd.name = "odder",
        _ if how == "editions" => {
            let claims = r#"{"name":"odd","lacks":{},"editions":["3.12","3.10","3.12"]}"#;
            return println!(r#"{{"capabilities":{claims}}}"#);
        }
        _ => {}
    }
    let served = pybuf_targets::serve(&mut odd, io::stdin().lock(), io::stdout());
    process::exit(served.is_err().into());
}

/// Notes a start in a file, and tells whether there was one before.
fn started_before(log: &str) -> bool {
    let before = fs::read(log).unwrap_or_default();
    let file = OpenOptions::new().append(true).create(true).open(log);
    let noted = file.and_then(|mut file| file.write_all(b"start\n"));
    noted.is_err() || !before.is_empty()
}
