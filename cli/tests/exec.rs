//! Drivers of anyone's, from the command line: those of `examples/`, and bad ones, which are this very
//! program.

mod pybuf;

use std::path::Path;
use std::process::{self, Command, Output};
use std::time::Duration;
use std::{env, fs, io, thread};

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_harness::model::Edition;
use pybuf_harness::reply::Returned;
use pybuf_harness::{Call, Capabilities, Implementation, Object, Reply};
use pybuf_targets::cpython::{self, Interpreter};
use pybuf_targets::fast::Fast;
use pybuf_targets::protocol::{Answer, Claims};
use serde_json::Value;

const DRIVER: &str = "--driver";

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, first, how, detail] = &arguments[..]
        && first == DRIVER
    {
        return drive(how, detail);
    }
    let mut trials = vec![
        trial("a driver is judged by the edition that it claims", editions),
        trial("its path may have spaces", spaces),
        trial("what is no reply is one divergence, and the run goes on", garbled),
        trial("so is a death, with its last words", dies),
        trial("so is a call that takes too long", hangs),
        trial("a driver that does not come back loses nothing", does_not_come_back),
        trial("a hopeless driver is given up", hopeless),
        trial("every format tells of walks and random runs, diverging and stopped", formats),
        trial("a case can be replayed", replayed),
        trial("smoke says what is wrong", smoke),
        trial("what cannot be started is an error", errors),
    ];
    match cpython::default_interpreter() {
        Ok(python) if python.version >= (3, 6, 0) => {
            let is_same = move || python_driver(&python);
            trials.push(Trial::test(
                "the driver in Python is as the interpreter that runs it",
                is_same,
            ));
        }
        found => {
            let why = found.map_or_else(
                |e| e.to_string(),
                |it| format!("Python {} is too old", it.version_text),
            );
            trials.push(ignored("the driver in Python", &why));
        }
    }
    match Command::new("cc").arg("--version").output() {
        Ok(_) => trials.push(trial("the skeleton in C compiles and conforms", c_driver)),
        Err(error) => trials.push(ignored("the skeleton in C", &format!("cc: {error}"))),
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trial(name: &str, test: fn() -> Result<(), Failed>) -> Trial {
    Trial::test(name, test)
}

fn ignored(name: &str, why: &str) -> Trial {
    Trial::test(format!("{name} (not tested: {why})"), || Ok(())).with_ignored_flag(true)
}

/// The fast implementation, but for one thing.
struct Bad<'a> {
    fast: Fast,
    how: &'a str,
    made: bool,
}

impl Implementation for Bad<'_> {
    fn capabilities(&self) -> Capabilities {
        self.fast.capabilities()
    }

    fn begin_case(&mut self) {
        self.fast.begin_case();
    }

    fn call(&mut self, call: &Call) -> Reply {
        if let Call::Make { object } = call {
            self.made = matches!(object, Object::Plain);
        }
        let is_special = self.made && matches!(call, Call::CheckBuffer { .. });
        match self.how {
            "garbles" if is_special => println!("Hello!"),
            "garbles all" => println!("Hello!"),
            "lies" if matches!(call, Call::CheckBuffer { .. }) => {
                return Reply::Returned(Returned { value: Some(0), ..Returned::default() });
            }
            "dies" | "dies for good" if is_special => {
                eprintln!("loading ...\nerror: lost my memory at 0x7f01");
                process::exit(3);
            }
            "hangs" if is_special => thread::sleep(Duration::from_secs(3600)),
            _ => {}
        }
        self.fast.call(call)
    }
}

fn drive(how: &str, detail: &str) {
    let mut edition = Edition::V3_13;
    match how {
        // With what it claims instead of what it is.
        "claims" => {
            let mut line = String::new();
            io::stdin().read_line(&mut line).expect("the parent writes text");
            let Capabilities { name, lacks } = Fast::of(edition).capabilities();
            let editions: Vec<String> = detail.split(' ').map(str::to_owned).collect();
            edition = editions[0].parse().unwrap_or(edition);
            let claims = Answer::Capabilities(Claims { name, lacks, editions });
            println!("{}", serde_json::to_string(&claims).expect("answers are plain data"));
        }
        // `detail` is a file that tells whether it has died before.
        "dies for good" => {
            if fs::read_to_string(detail).is_ok_and(|starts| starts.len() >= 2) {
                process::exit(7);
            }
            let starts = fs::read_to_string(detail).unwrap_or_default() + ".";
            fs::write(detail, starts).expect("it can be written to");
        }
        _ => {}
    }
    let mut bad = Bad { fast: Fast::of(edition), how, made: false };
    let served = pybuf_targets::serve(&mut bad, io::stdin().lock(), io::stdout());
    process::exit(served.is_err().into());
}

fn pybuf(arguments: &[&str]) -> Result<Output, Failed> {
    Ok(pybuf::command().args(arguments).output()?)
}

/// This program, as a driver.
fn target(how: &str, detail: &str) -> Result<String, Failed> {
    let program = env::current_exe()?;
    Ok(format!("exec:'{}' {DRIVER} '{how}' '{detail}'", program.display()))
}

fn run_check(target: &str, more: &[&str]) -> Result<Output, Failed> {
    pybuf(&[&["run", "--suite", "check", "--target", target], more].concat())
}

/// What it wrote, if its exit status is this one.
fn text(output: &Output, status: i32) -> Result<String, Failed> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    match output.status.code() == Some(status) {
        true => Ok(text + &error),
        false => Err(format!("exit status {:?}: {text}{error}", output.status.code()).into()),
    }
}

fn json(output: &Output, status: i32) -> Result<Value, Failed> {
    text(output, status)?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn has(text: &str, words: &[&str]) -> Result<(), Failed> {
    match words.iter().find(|word| !text.contains(**word)) {
        None => Ok(()),
        Some(word) => Err(format!("there is no {word:?} in {text}").into()),
    }
}

fn editions() -> Result<(), Failed> {
    let of = |target: &str, more: &[&str]| -> Result<Vec<String>, Failed> {
        let more = [more, &["--format", "json"]].concat();
        let report = json(&run_check(target, &more)?, 0)?;
        let sections = report["sections"].as_array().cloned().unwrap_or_default();
        let editions = sections.iter().map(|it| it["edition"].as_str().unwrap_or("").to_owned());
        Ok(editions.collect())
    };
    let expected = [
        (target("", "")?, &[][..], vec!["3.13"]),
        (target("claims", "2.7")?, &[], vec!["2.7"]),
        (target("claims", "3.10 3.12")?, &[], vec!["3.10", "3.12"]),
        (target("claims", "3.10 3.12")?, &["--edition", "3.3"], vec!["3.3"]),
    ];
    for (target, more, editions) in expected {
        let found = of(&target, more)?;
        if found != editions {
            return Err(format!("{target}: {found:?}").into());
        }
    }
    let unknown = text(&run_check(&target("claims", "3.14")?, &[])?, 2)?;
    has(&unknown, &["3.14", "2.7-draft, 2.7, 3.2"])
}

fn spaces() -> Result<(), Failed> {
    let folder = tempfile::Builder::new().prefix("a folder ").tempdir()?;
    let program = folder.path().join("my driver");
    fs::copy(env::current_exe()?, &program)?;
    let program = program.display();
    for target in [
        format!("exec:'{program}' {DRIVER} '' ''"),
        format!("exec:\"{program}\" {DRIVER} \"\" \"\""),
        format!("exec:{} {DRIVER} '' ''", program.to_string().replace(' ', "\\ ")),
    ] {
        has(&text(&run_check(&target, &[])?, 0)?, &["conforms: no divergence"])?;
    }
    Ok(())
}

fn garbled() -> Result<(), Failed> {
    let target = target("garbles", "")?;
    let found = text(&run_check(&target, &[])?, 1)?;
    let words = [
        "divergence: the reply cannot be judged\n",
        "  target    plain on pybuf-fast",
        "  observed  the driver wrote \"Hello!\" in a call",
        "does not conform: 1 cause of divergence\n",
    ];
    has(&found, &words)?;
    let report = json(&run_check(&target, &["--format", "json"])?, 1)?;
    let whole = json(&run_check("fast", &["--edition", "3.13", "--format", "json"])?, 0)?;
    // All that is not garbled is judged as ever.
    let [found, whole] = [&report, &whole].map(|report| report["sections"][0].clone());
    let sum = |report: &Value| report["agree"].as_u64().zip(report["diverge"].as_u64());
    let sums = sum(&found).zip(sum(&whole));
    match sums {
        Some(((agree, garbled @ 1..), (all, 0))) if agree + garbled == all => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

fn dies() -> Result<(), Failed> {
    let found = text(&run_check(&target("dies", "")?, &[])?, 1)?;
    let observed = "  observed  exit status 3: error: lost my memory at 0x...\n";
    has(&found, &["divergence: the process died\n", observed])
}

fn hangs() -> Result<(), Failed> {
    let found = text(&run_check(&target("hangs", "")?, &["--call-limit", "2s"])?, 1)?;
    let observed = "  observed  no reply within 2000 ms\n";
    has(&found, &["divergence: the call did not come back\n", observed])
}

/// It starts twice: to be asked for its editions, and to be judged.
fn does_not_come_back() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let log = |name: &str| folder.path().join(name).display().to_string();
    let found = text(&run_check(&target("dies for good", &log("one"))?, &[])?, 2)?;
    let words = [
        "divergence: the process died\n",
        "error: stopped early: the driver died when it was started (exit status 7)",
        " cases not run\n",
        "stopped early: see the errors above\n",
    ];
    has(&found, &words)?;
    let output = run_check(&target("dies for good", &log("two"))?, &["--format", "json"])?;
    let report = json(&output, 2)?;
    let ran = report["sections"][0]["cases"].as_u64();
    let not_run = report["stopped"]["not_run"].as_u64();
    let all = report["certificates"][0]["cases"].as_u64();
    match (ran, not_run, all) {
        (Some(ran @ 1..), Some(not_run @ 1..), Some(all)) if ran + not_run == all => {}
        other => return Err(format!("{other:?}").into()),
    }
    if report["findings"][0]["kind"] != "crash" || report["conforms"] != false {
        return Err(report.to_string().into());
    }
    Ok(())
}

fn hopeless() -> Result<(), Failed> {
    let found = text(&run_check(&target("garbles all", "")?, &[])?, 2)?;
    has(&found, &["stopped early: the driver has broken the protocol 20 times"])
}

/// What diverges is told with the seed and what to keep if it was drawn, what stopped with what was not run; and
/// a baseline of it can be drafted and compared with it.
fn formats() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    for (how, status) in [("lies", 1), ("garbles all", 2)] {
        let target = target(how, "")?;
        for random in [false, true] {
            let drawn: &[&str] = if random { &["--cases", "60", "--seed", "7"] } else { &[] };
            let report = folder.path().join(format!("{how} {random}.json"));
            fs::write(
                &report,
                run_check(&target, &[drawn, &["--format", "json"]].concat())?.stdout,
            )?;
            for format in ["human", "json", "junit", "markdown"] {
                let by = ["--format", format];
                let ran = text(&run_check(&target, &[drawn, &by].concat())?, status)?;
                let merged = pybuf(&["merge", &report.display().to_string(), by[0], by[1]])?;
                let merged = text(&merged, status)?;
                for text in [&ran, &merged] {
                    // A case as simple as that is an exhaustive one.
                    let keep = ["  covered   by the exhaustive case check/", "\"as\": \"check/"];
                    let seed = ["  seed      7", "\"seed\": 7"];
                    let is_kept = keep.iter().any(|it| text.contains(it));
                    if seed.iter().any(|it| text.contains(it)) != random {
                        return Err(format!("{how}, {random}: the seed: {text}").into());
                    }
                    if is_kept != (random && how == "lies") {
                        return Err(format!("{how}, {random}: what to keep: {text}").into());
                    }
                    if how == "garbles all" {
                        has(
                            text,
                            &[if format == "json" { "not_run\": " } else { " cases not run" }],
                        )?;
                    }
                }
            }
            let draft = folder.path().join(format!("{how} {random}.toml")).display().to_string();
            text(&run_check(&target, &[drawn, &["--write-baseline", &draft]].concat())?, status)?;
            let filled = fs::read_to_string(&draft)?.replace("reason = \"\"", "reason = \"so\"");
            has(&filled, &["# Of an incomplete run", "[[known]]"])?;
            fs::write(&draft, filled)?;
            let known = run_check(&target, &[drawn, &["--baseline", &draft]].concat())?;
            let known = text(&known, if status == 2 { 2 } else { 0 })?;
            has(&known, &["cause of divergence known, by"])
                .or_else(|_| has(&known, &["causes of divergence known, by"]))?;
        }
    }
    Ok(())
}

fn replayed() -> Result<(), Failed> {
    let target = target("dies", "")?;
    let report = json(&run_check(&target, &["--format", "json"])?, 1)?;
    let case = report["findings"][0]["case"].as_str().ok_or("there is a case")?;
    let found = text(&pybuf(&["replay", case, "--target", &target])?, 1)?;
    has(&found, &["PyObject_CheckBuffer(object())", "exit status 3: error: lost my memory"])
}

fn smoke() -> Result<(), Failed> {
    let smoke = |how| pybuf(&["smoke", "--target", &target(how, "")?]);
    has(&text(&smoke("")?, 0)?, &["nothing is wrong with it"])?;
    let found = text(&smoke("garbles all")?, 1)?;
    has(
        &found,
        &["mistake: the answer to the call of make plain is not JSON", "Hello!", ": 1 mistake"],
    )?;
    // Also if nobody reads it.
    let (reader, writer) = io::pipe()?;
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_pybuf"));
    command.args(["smoke", "--target", &target("garbles all", "")?]).stdout(writer);
    match command.status()?.code() {
        Some(1) => Ok(()),
        other => Err(format!("exit status {other:?}").into()),
    }
}

fn errors() -> Result<(), Failed> {
    for command in ["run", "smoke"] {
        for (target, words) in [
            ("exec:", "error: exec: names no command"),
            ("exec: ", "error: exec: names no command"),
            ("exec:''", "error: exec: names no command"),
            ("exec:./driver 'of mine", "a quote is not closed"),
            ("exec:no-such-driver", "cannot start the driver `no-such-driver`"),
        ] {
            has(&text(&pybuf(&[command, "--target", target])?, 2)?, &[words])?;
        }
    }
    let limit = pybuf(&["run", "--call-limit", "10"])?;
    has(&text(&limit, 2)?, &["it looks like 10s, 250ms or 5m"])
}

/// The causes of divergence in some suites, but for objects that only one of two targets can make.
fn causes(target: &str) -> Result<Vec<String>, Failed> {
    let mut causes = Vec::new();
    for suite in ["old", "check", "release", "pointer", "copy", "memoryview"] {
        let output = pybuf(&["run", "--suite", suite, "--target", target, "--format", "json"])?;
        let report: Value = serde_json::from_slice(&output.stdout)?;
        if !report["stopped"].is_null() {
            return Err(report["stopped"].to_string().into());
        }
        for group in report["findings"].as_array().into_iter().flatten() {
            let part = |name: &str| group[name].as_str().unwrap_or("none").to_owned();
            if !["exporter", "raising"].contains(&part("objects").as_str()) {
                let (clause, kind, objects) = (part("clause"), part("kind"), part("objects"));
                causes.push(format!("{suite}: {clause} {kind} {objects}"));
            }
        }
    }
    causes.sort();
    Ok(causes)
}

fn examples() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples"))
}

fn python_driver(python: &Interpreter) -> Result<(), Failed> {
    let driver = examples().join("python-driver/driver.py");
    let exec = format!("exec:'{}' '{}'", python.executable.display(), driver.display());
    has(
        &text(&pybuf(&["smoke", "--target", &exec])?, 0)?,
        &["by ctypes: nothing is wrong with it"],
    )?;
    let by_ctypes = causes(&exec)?;
    let embedded = causes(&format!("cpython:{}", python.executable.display()))?;
    match by_ctypes == embedded && !by_ctypes.is_empty() {
        true => Ok(()),
        false => Err(format!("{by_ctypes:#?} are not {embedded:#?}").into()),
    }
}

/// With the command that its first comment gives.
fn c_driver() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let (source, driver) = (examples().join("c-driver/driver.c"), folder.path().join("driver"));
    let comment = fs::read_to_string(&source)?;
    let command =
        comment.lines().find_map(|line| line.trim_start_matches(" *").trim().strip_prefix("cc "));
    let command = command.ok_or("the first comment has no command")?;
    let options = command.split(' ').filter(|word| word.starts_with('-') && *word != "-o");
    let built = Command::new("cc")
        .args(options)
        .args(["-Werror", "-o"])
        .arg(&driver)
        .arg(&source)
        .output()?;
    text(&built, 0)?;
    let target = format!("exec:'{}'", driver.display());
    has(&text(&pybuf(&["smoke", "--target", &target])?, 0)?, &["nothing is wrong with it"])?;
    let run = pybuf(&["run", "--target", &target, "--strict"])?;
    has(&text(&run, 0)?, &["conforms: no divergence"])
}
