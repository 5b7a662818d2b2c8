//! Expressions and objects that do their worst.

use std::time::Duration;

use libtest_mimic::Failed;
use pybuf_harness::Reply;
use pybuf_harness::check::Question;
use pybuf_harness::reply::Seen;
use pybuf_targets::check::{Asked, Obstacle, Part};
use pybuf_targets::cpython::Interpreter;

use crate::Test;
use crate::support::{LIMIT, complete, evaluate, expect, get, request, runs, transcript};

pub const TESTS: &[Test] = &[
    ("evaluating kills", (2, 7), kills),
    ("evaluating hangs", (2, 7), hangs),
    ("pipes are used and closed", (2, 7), pipes),
    ("processes are forked", (2, 7), forks),
    ("what a script relies on is replaced", (2, 7), replaces),
    ("threads run on", (2, 7), threads),
    ("reading elements kills", (2, 7), elements_kill),
    ("a request raises", (3, 12), raises),
    ("a request kills", (3, 12), one_kills),
    ("a request hangs", (3, 13), one_hangs),
    ("each request kills", (3, 12), all_kill),
    ("a request forks", (3, 12), request_forks),
];

const SEGFAULT: &str = "signal 11 (SIGSEGV)";

fn kills(python: &Interpreter) -> Result<(), Failed> {
    let died = |part, how: &str| Asked::Died { part, how: how.into() };
    let asked = evaluate(python, "", "ctypes.string_at(0)", LIMIT)?;
    expect(asked, died(Part::Expression, SEGFAULT))?;
    let asked = evaluate(python, "import ctypes\nctypes.string_at(0)", "1", LIMIT)?;
    expect(asked, died(Part::Setup, SEGFAULT))?;
    let asked = evaluate(python, "", "os._exit(0)", LIMIT)?;
    expect(asked, died(Part::Expression, "exit status 0"))
}

fn hangs(python: &Interpreter) -> Result<(), Failed> {
    let limit = Duration::from_millis(500);
    let asked = evaluate(python, "", "any(False for _ in iter(int, 1))", limit)?;
    expect(asked, Asked::Hung { part: Part::Expression, limit })
}

fn pipes(python: &Interpreter) -> Result<(), Failed> {
    let flood = "import sys\nfor _ in range(100000): sys.stdout.write('{}' * 50 + '\\n')";
    transcript(python, flood, "b''")?;
    transcript(python, "", "(sys.stdin.read(), b'')[1]")?;
    for descriptor in ["0", "1", "2"] {
        transcript(python, "", &format!("(os.close({descriptor}), b'')[1]"))?;
    }
    transcript(python, "", "(os.closerange(0, 100), b'')[1]")?;
    // Ours is not among those.
    for expression in ["os.closerange(0, 300)", "[os.dup2(2, copy) for copy in range(3, 300)]"] {
        let asked = evaluate(python, "", &format!("({expression}, b'')[1]"), LIMIT)?;
        expect(asked, Asked::Unfinished { ended: vec![], why: Obstacle::LostPipe })?;
    }
    Ok(())
}

fn forks(python: &Interpreter) -> Result<(), Failed> {
    transcript(python, "import os\nos.fork()", "b''")?;
    transcript(python, "", "(os.fork(), b'')[1]")?;
    transcript(python, "import os, time\nif not os.fork(): time.sleep(1000)", "b''")?;
    Ok(())
}

fn replaces(python: &Interpreter) -> Result<(), Failed> {
    let setup = "import ctypes, gc, json, os, sys\n\
                 def spoil():\n  \
                 os.chdir('/')\n  \
                 sys.stdout = sys.stderr = sys.stdin = None\n  \
                 json.dumps = json.encoder = os.write = os._exit = os.getpid = None\n  \
                 ctypes.PYFUNCTYPE = ctypes.string_at = ctypes.memset = ctypes.cast = None\n  \
                 gc.get_referents = sys.getsizeof = sys.modules['__main__'] = None\n  \
                 for name in ('len', 'isinstance', 'getattr', 'range', 'map', 'zip', 'list', 'type'):\n   \
                 delattr(__builtins__, name)";
    transcript(python, setup, "(spoil(), bytearray(b'abc'))[1]")?;
    Ok(())
}

fn threads(python: &Interpreter) -> Result<(), Failed> {
    let setup = "import threading\n\
                 def spin():\n  while True: pass\n\
                 for _ in range(2): threading.Thread(target=spin).start()";
    transcript(python, setup, "b''")?;
    Ok(())
}

/// Memory that is not there; all is well until somebody looks.
fn elements_kill(python: &Interpreter) -> Result<(), Failed> {
    let runs = runs(python, "", "(ctypes.c_char * 4).from_address(16)")?;
    let [elements, memoryview, rest] = &runs[..] else {
        return Err(format!("{} runs", runs.len()).into());
    };
    let crashed = Reply::Crashed { how: SEGFAULT.into() };
    for (run, is_it) in [
        (elements, (|it| matches!(it, Question::Elements { .. })) as fn(&Question) -> bool),
        (
            memoryview,
            |it| matches!(it, Question::Call(call) if call.feature() == "PyMemoryView_FromObject"),
        ),
    ] {
        let last = run.answers.last();
        expect(last.map(|(question, reply)| (is_it(question), reply)), Some((true, &crashed)))?;
    }
    expect(rest.answers.iter().any(|(_, reply)| *reply == crashed), false)?;
    expect(request(rest, 0)?.value, Some(0))
}

fn raises(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, &class("raise SystemExit(flags)"), "Mine()")?;
    let refused = request(&told, 0)?;
    expect(refused.exception.as_deref(), Some("SystemExit"))?;
    expect(&refused.obj, &Some(Seen::Untouched))?;
    expect(refused.references, Some(0))
}

fn one_kills(python: &Interpreter) -> Result<(), Failed> {
    let setup = class("if flags == 0x98: ctypes.string_at(0)");
    left_out(runs(python, &setup, "Mine()")?, Reply::Crashed { how: SEGFAULT.into() })
}

fn one_hangs(python: &Interpreter) -> Result<(), Failed> {
    let setup = class("while flags == 0x98: pass");
    match evaluate(python, &setup, "Mine()", Duration::from_secs(5))? {
        Asked::Answered(runs) => left_out(runs, Reply::TimedOut { limit: 5000 }),
        other => Err(format!("{other:?}").into()),
    }
}

/// The first run ends with a request for 0x98, the second one leaves it out.
fn left_out(runs: Vec<pybuf_harness::check::Transcript>, reply: Reply) -> Result<(), Failed> {
    let [first, second] = &runs[..] else { return Err(format!("{} runs", runs.len()).into()) };
    let asked = Question::Call(get(0x98));
    expect(first.answers.last(), Some(&(asked.clone(), reply)))?;
    expect(second.answers.iter().any(|(question, _)| *question == asked), false)?;
    // But for that one it is complete.
    let mut whole = second.clone();
    let simple = whole.answers[0].clone();
    whole.answers.splice(0..0, [(asked.clone(), simple.1.clone()), (asked, simple.1)]);
    complete(&whole)
}

fn all_kill(python: &Interpreter) -> Result<(), Failed> {
    let runs = runs(python, &class("ctypes.string_at(0)"), "Mine()")?;
    let masks: Vec<_> = runs.iter().filter_map(|run| run.answers.last()).map(|it| &it.0).collect();
    let expected = [0, 1, 4, 5, 8].map(|flags| Question::Call(get(flags)));
    expect(masks, expected.iter().collect())
}

fn request_forks(python: &Interpreter) -> Result<(), Failed> {
    transcript(python, &class("if flags < 8: os.fork()"), "Mine()")?;
    Ok(())
}

/// A class whose `__buffer__` begins like that.
pub fn class(begins: &str) -> String {
    format!(
        "import ctypes, os\n\
         class Mine:\n  \
         def __buffer__(self, flags):\n    \
         {begins}\n    \
         return memoryview(bytearray(b'abc'))"
    )
}
