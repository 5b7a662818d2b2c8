//! The driver's side: the fast implementation, with one mistake in what is said of it.

use std::io::{self, BufRead, Write};
use std::time::Duration;
use std::{process, thread};

use pybuf_harness::model::Edition;
use pybuf_harness::reply::{Pointer, Seen};
use pybuf_harness::{Call, Implementation, Reply, call};
use pybuf_targets::fast::Fast;
use pybuf_targets::protocol::{Answer, Claims, Request};
use serde_json::{Value, json};

/// How long the driver takes to start that is slow in that.
pub const SLOW_START: Duration = Duration::from_secs(3);

pub fn drive(mistake: &str) {
    match mistake {
        "banner" => say("Welcome!\n"),
        "dies" => {
            eprintln!("error: no such thing");
            process::exit(3);
        }
        "slow start" => thread::sleep(SLOW_START),
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
            "supports" => supports(&claims, json!({})),
            "unknown support" => {
                let names = ["make bytes", "PyBuffer_Fill"];
                supports(&claims, json!({ "supports": names }))
            }
            "support without reason" => supports(&claims, json!({ "reason": null })),
            "support and gaps" => supports(&claims, json!({ "lacks": {} })),
            other => {
                match other {
                    "unknown gap" => drop(claims.lacks.insert("PyBuffer_Fill".into(), "so".into())),
                    "edition twice" => claims.editions = vec!["3.13".into(); 2],
                    "unknown edition" => claims.editions.push("3.14".into()),
                    _ => {}
                }
                text(&Answer::Capabilities(claims))
            }
        };
        self.write(&line);
    }

    fn call(&mut self, call: &Call) {
        if self.mistake == "silent later" {
            thread::sleep(Duration::from_secs(3600));
        }
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
            ("undeclared gaps", Call::Make { .. } | Call::GetBuffer { .. }, reply) => reply,
            ("undeclared gaps", _, _) => Reply::Unsupported,
            ("says crashed", Call::GetBuffer { .. }, _) => Reply::Crashed { how: "well".into() },
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

/// What it claims, said by what it supports, with a few fields that are other ones.
fn supports(claims: &Claims, other: Value) -> String {
    let names = call::features().filter(|name| !claims.lacks.contains_key(*name));
    let names: Vec<&str> = names.collect();
    let mut said = json!({ "name": claims.name, "supports": names, "reason": "errors are values" });
    for (field, value) in other.as_object().into_iter().flatten() {
        said[field] = value.clone();
    }
    json!({ "capabilities": said }).to_string() + "\n"
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
