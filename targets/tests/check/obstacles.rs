//! What comes between the questions, and what is proved there.

use std::time::Duration;

use libtest_mimic::Failed;
use pybuf_targets::check::{Asked, Obstacle};
use pybuf_targets::cpython::Interpreter;

use crate::Test;
use crate::hostile::class;
use crate::support::{WRITABLE, complete, evaluate, expect, request, transcript};

pub const TESTS: &[Test] = &[
    ("a signal handler that raises", (3, 12), handler),
    ("a trace function", (2, 7), trace),
    ("a request that spoils the interpreter", (3, 12), spoils),
    ("each request is slow", (3, 12), slow),
    ("exceptions by their real classes", (3, 12), exceptions),
    ("large and reversed memory of an immutable object", (2, 7), large),
    ("objects that have bytes for themselves", (3, 6), own_bytes),
    ("a proof that does not end", (3, 6), endless_proof),
];

fn handler(python: &Interpreter) -> Result<(), Failed> {
    let kill = class("os.kill(os.getpid(), 14)");
    let setup = format!("{kill}\nimport signal\nsignal.signal(14, lambda *_: 1 / 0)");
    let told = transcript(python, &setup, "Mine()")?;
    expect(request(&told, 0)?.value, Some(0))
}

fn trace(python: &Interpreter) -> Result<(), Failed> {
    transcript(python, "", "(sys.settrace(lambda *_: 1 / 0), b'')[1]")?;
    Ok(())
}

fn spoils(python: &Interpreter) -> Result<(), Failed> {
    let setup = class("if flags == 8: __import__('sys').settrace(lambda *_: 1 / 0)");
    let asked = evaluate(python, &setup, "Mine()", Duration::from_secs(30))?;
    let message = "ZeroDivisionError: division by zero".into();
    expect(asked, Asked::Unfinished { ended: vec![], why: Obstacle::Raised { message } })
}

fn slow(python: &Interpreter) -> Result<(), Failed> {
    let setup = class("__import__('time').sleep(0.05)");
    let limit = Duration::from_secs(1);
    let asked = evaluate(python, &setup, "Mine()", limit)?;
    let why = Obstacle::TooLong { limit: 6 * limit };
    expect(asked, Asked::Unfinished { ended: vec![], why })
}

fn exceptions(python: &Interpreter) -> Result<(), Failed> {
    for (raised, told) in [
        ("type('Mine', (BufferError,), {})", "BufferError"),
        ("type('BufferError', (Exception,), {})", "Exception"),
        ("__import__('binascii').Error", "ValueError"),
    ] {
        let setup = class(&format!("raise {raised}('no')"));
        let transcript = transcript(python, &setup, "Mine()")?;
        expect(request(&transcript, WRITABLE)?.exception.as_deref(), Some(told))?;
    }
    Ok(())
}

fn large(python: &Interpreter) -> Result<(), Failed> {
    let is_old = python.version.0 == 2;
    let setup = "import ctypes\nmine = b'abc' * 100000\nstart = id(mine) + bytes.__basicsize__ - 1";
    let whole = "(ctypes.c_char * 300000).from_address(start)";
    let told = transcript(python, setup, whole)?;
    expect(told.immutable.as_deref(), Some(if is_old { "str" } else { "bytes" }))?;
    if is_old {
        return Ok(());
    }
    let reversed = |start: &str| format!("memoryview({start}).cast('B')[::-3]");
    let told = transcript(python, setup, &reversed(whole))?;
    expect(told.immutable.as_deref(), Some("bytes"))?;
    let told = transcript(python, setup, &reversed(&whole.replace("start", "start - 3")))?;
    expect(&told.immutable, &None)
}

/// Bytes that nobody else has may be written to by who has them.
fn own_bytes(python: &Interpreter) -> Result<(), Failed> {
    let setup = "import ctypes, io, itertools\n\
                 class File(io.BytesIO): pass\n\
                 file = File(b'abcdef')\n\
                 class Mine: pass\n\
                 def made(): return bytes(bytearray(b'abcdef'))\n\
                 def start(it): return id(it) + bytes.__basicsize__ - 1\n\
                 def memory(start): return (ctypes.c_char * 6).from_address(start)";
    expect(&transcript(python, setup, "file.getbuffer()")?.immutable, &None)?;
    let repeated =
        format!("{setup}\nit = itertools.repeat(made())\nstart = start(it.__reduce__()[1][0])\n");
    expect(&transcript(python, &repeated, "memory(start)")?.immutable, &None)?;
    let taken = format!("{repeated}mine = [next(it)]");
    let told = transcript(python, &taken, "memory(start)")?;
    expect(told.immutable.as_deref(), Some("bytes"))?;
    let attribute = format!("{setup}\nmine = Mine()\nmine.it = made()\nstart = start(mine.it)");
    let told = transcript(python, &attribute, "memory(start)")?;
    expect(told.immutable.as_deref(), Some("bytes"))
}

/// What we do for ourselves is left out, and no question is to blame.
fn endless_proof(python: &Interpreter) -> Result<(), Failed> {
    let setup = "import ctypes\n\
                 class Mine(object):\n  \
                 __slots__ = ('it',)\n  \
                 @property\n  \
                 def __dict__(self):\n    \
                 while True: pass\n\
                 mine = Mine()\n\
                 mine.it = bytes(bytearray(b'abcdef'))\n\
                 start = id(mine.it) + bytes.__basicsize__ - 1";
    let memory = "(ctypes.c_char * 6).from_address(start)";
    let Asked::Answered(runs) = evaluate(python, setup, memory, Duration::from_secs(5))? else {
        return Err("it was not asked to the end".into());
    };
    let [run] = &runs[..] else { return Err(format!("{} runs", runs.len()).into()) };
    expect(&run.immutable, &None)?;
    complete(run)
}
