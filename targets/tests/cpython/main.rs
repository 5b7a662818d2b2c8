//! Every interpreter of this machine answers calls whose replies are known.

mod functions;
mod helpers;
mod objects;

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_targets::Process;
use pybuf_targets::cpython::{Found, Interpreter, discover, find};

type Test = fn(&Interpreter, &mut Process) -> Result<(), Failed>;

const TESTS: [(&str, Test); 10] = [
    ("bytes are lent and given back", objects::bytes),
    ("releases are counted", objects::releases),
    ("memory is found in every object", objects::memory),
    ("a view is of its root, or of itself", objects::roots),
    ("what a version does not have", objects::not_in_edition),
    ("our own types do as they are told", objects::own_types),
    ("old functions", functions::old_functions),
    ("a stepped memoryview is refused to old readers", functions::stepped),
    ("information is filled in", functions::fill_info),
    ("a crash is found in its call", functions::crash),
];

fn main() {
    pybuf_targets::serve_if_worker();
    let found = discover();
    let mut trials = Vec::new();
    for Found { source, interpreter } in &found {
        match interpreter {
            Ok(interpreter) => {
                let library = interpreter.library.display();
                eprintln!("CPython {}: {library}", interpreter.version_text);
                trials.extend(TESTS.map(|test| trial(interpreter.clone(), test)));
            }
            Err(reason) => eprintln!("not tested: {}: {reason}", source.display()),
        }
    }
    if trials.is_empty() {
        eprintln!("no interpreter was found, so that nothing is tested: see PYBUF_PYTHONS");
    }
    trials.push(Trial::test("what is discovered can be found by name", || found_by_name(found)));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trial(interpreter: Interpreter, (name, test): (&str, Test)) -> Trial {
    let name = format!("CPython {}: {name}", interpreter.version_text);
    Trial::test(name, move || {
        let mut process = interpreter.open(Process::DEFAULT_LIMIT)?;
        test(&interpreter, &mut process)?;
        match process.error() {
            Some(failure) => Err(failure.into()),
            None => Ok(()),
        }
    })
}

fn found_by_name(found: Vec<Found>) -> Result<(), Failed> {
    let all: Vec<_> = found.into_iter().filter_map(|it| it.interpreter.ok()).collect();
    for interpreter in &all {
        let path = interpreter.executable.to_string_lossy();
        helpers::expect(&find(&path)?.library, &interpreter.library)?;
    }
    let Some(newest) = all.last() else { return Ok(()) };
    for which in [newest.version_text.clone(), newest.version.0.to_string()] {
        helpers::expect(&find(&which)?.version_text, &newest.version_text)?;
    }
    Ok(())
}
