//! Objects in good health, and what is told of them.

use libtest_mimic::Failed;
use pybuf_harness::check::{OldType, Question};
use pybuf_harness::reply::{Obj, Pointer, Seen};
use pybuf_targets::check::{Asked, Part};
use pybuf_targets::cpython::Interpreter;

use crate::Test;
use crate::support::{
    FULL_RO, LIMIT, WRITABLE, elements, evaluate, expect, function, request, sizes, transcript,
    view,
};

pub const TESTS: &[Test] = &[
    ("bytes", (2, 7), bytes),
    ("a bytearray", (2, 7), bytearray),
    ("an array", (2, 7), array),
    ("a stepped memoryview", (3, 3), stepped),
    ("a buffer of Python 2", (2, 7), buffer),
    ("an exporter that is written in Python", (3, 12), python_class),
    ("a view of another object", (3, 8), pickle_buffer),
    ("old functions", (3, 0), old_functions),
    ("old slots", (2, 7), old_slots),
    ("modules are imported", (2, 7), modules),
    ("modules of the current folder", (2, 7), local_modules),
    ("what cannot be evaluated", (2, 7), not_evaluated),
    ("what is long", (3, 6), long),
    ("a format that is no text", (2, 7), no_text),
    ("no elements in rows without end", (3, 6), endless_rows),
    ("memory of an immutable object", (2, 7), immutable),
    ("memory of nothing immutable", (2, 7), not_immutable),
];

fn bytes(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", r#"b"abc""#)?;
    let name = if is_old(python) { "str" } else { "bytes" };
    expect(told.about.type_name.as_str(), name)?;
    expect(told.about.exports, true)?;
    expect(&told.immutable, &None)?;

    let refused = request(&told, WRITABLE)?;
    expect(refused.exception.as_deref(), Some("BufferError"))?;
    expect(&refused.obj, &Some(Seen::Untouched))?;
    expect(&refused.view, &None)?;

    let simple = request(&told, 0)?;
    expect(simple.value, Some(0))?;
    expect(&simple.obj, &Some(Seen::Is(Obj::Exporter)))?;
    expect(&view(simple)?.shape, &Seen::Is(None))?;

    let full = view(request(&told, FULL_RO)?)?;
    expect(&full.buf, &Seen::Is(Pointer::At { block: 0, offset: 0 }))?;
    expect(&full.len, &Seen::Is(3))?;
    expect(&full.readonly, &Seen::Is(1))?;
    expect(&full.format, &Seen::Is(Some("B".into())))?;
    expect(&full.shape, &sizes(&[3]))?;
    expect(&full.strides, &sizes(&[1]))?;
    expect(&full.suboffsets, &Seen::Is(None))?;

    expect(elements(&told)?, Some(&b"abc"[..]))?;
    expect(function(&told, "PyObject_CheckBuffer")?.value, Some(1))?;
    let made = function(&told, "PyMemoryView_FromObject")?;
    expect(made.bytes.as_deref(), Some(&b"abc"[..]))?;
    expect(&view(made)?.shape, &sizes(&[3]))
}

fn bytearray(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", r#"bytearray(b"abc")"#)?;
    let lent = request(&told, WRITABLE)?;
    expect(&view(lent)?.readonly, &Seen::Is(0))?;
    expect(lent.references, Some(1))?;
    let released = function(&told, "PyBuffer_Release")?;
    expect(&released.obj, &Some(Seen::Is(Obj::Null)))?;
    expect(released.references, Some(-1))?;
    expect(released.value, None)
}

fn array(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", "array.array('h', [1, -2])")?;
    expect(told.about.type_name.as_str(), "array.array")?;
    if is_old(python) {
        expect(told.about.exports, false)?;
        expect(function(&told, "PyObject_CheckBuffer")?.value, Some(0))?;
        return expect(request(&told, FULL_RO)?.exception.as_deref(), Some("TypeError"));
    }
    let full = view(request(&told, FULL_RO)?)?;
    expect(&full.itemsize, &Seen::Is(2))?;
    expect(&full.format, &Seen::Is(Some("h".into())))?;
    expect(elements(&told)?, Some(&[1, 0, 254, 255][..]))
}

fn stepped(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", "memoryview(b'abcdef')[::-2]")?;
    let full = view(request(&told, FULL_RO)?)?;
    expect(&full.strides, &sizes(&[-2]))?;
    expect(request(&told, 0)?.exception.as_deref(), Some("BufferError"))?;
    expect(elements(&told)?, Some(&b"fdb"[..]))?;
    // A consumer of all else is shown a row of them.
    let shape = "memoryview(bytearray(range(6))).cast('B', [2, 3])";
    expect(elements(&transcript(python, "", shape)?)?, Some(&[0, 1, 2, 3, 4, 5][..]))
}

fn buffer(python: &Interpreter) -> Result<(), Failed> {
    if !is_old(python) {
        let asked = evaluate(python, "", r#"buffer(b"ab")"#, LIMIT)?;
        let message = "NameError: name 'buffer' is not defined".into();
        return expect(asked, Asked::NotEvaluated { part: Part::Expression, message });
    }
    let told = transcript(python, "", r#"buffer(b"ab")"#)?;
    expect(&view(request(&told, FULL_RO)?)?.len, &Seen::Is(2))?;
    // It is refused, and has written all the same.
    let told = transcript(python, "", r#"memoryview(b"ab")"#)?;
    let refused = request(&told, WRITABLE)?;
    expect(refused.exception.as_deref(), Some("BufferError"))?;
    expect(&refused.obj, &Some(Seen::Is(Obj::Other)))
}

fn python_class(python: &Interpreter) -> Result<(), Failed> {
    let setup = "class Mine:\n def __buffer__(self, flags): return memoryview(b'abc')";
    let told = transcript(python, setup, "Mine()")?;
    expect(told.about.type_name.as_str(), "Mine")?;
    let full = request(&told, FULL_RO)?;
    expect(&full.obj, &Some(Seen::Is(Obj::Exporter)))?;
    expect(full.references, Some(1))
}

fn pickle_buffer(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", "pickle.PickleBuffer(b'abc')")?;
    expect(&request(&told, FULL_RO)?.obj, &Some(Seen::Is(Obj::Root)))
}

fn old_functions(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", "bytearray(5)")?;
    let read = function(&told, "PyObject_AsReadBuffer")?;
    expect(&read.buffer, &Some(Seen::Is(Pointer::At { block: 0, offset: 0 })))?;
    expect(&read.length, &Some(Seen::Is(5)))?;
    expect(function(&told, "PyObject_CheckReadBuffer")?.value, Some(1))?;
    let told = transcript(python, "", "b'abc'")?;
    let write = function(&told, "PyObject_AsWriteBuffer")?;
    expect(write.exception.as_deref(), Some("TypeError"))?;
    expect(&write.length, &Some(Seen::Untouched))
}

fn old_slots(python: &Interpreter) -> Result<(), Failed> {
    if !is_old(python) {
        return expect(transcript(python, "", "b'abc'")?.about.old, None);
    }
    let old = |char| Some(OldType { read: true, write: true, char, segments: Some(1) });
    let told = transcript(python, "", "array.array('b', b'abc')")?;
    expect((told.about.exports, told.about.old), (false, old(false)))?;
    let read = function(&told, "PyObject_AsReadBuffer")?;
    expect(&read.buffer, &Some(Seen::Is(Pointer::At { block: 0, offset: 0 })))?;
    expect(&read.length, &Some(Seen::Is(3)))?;
    expect(function(&told, "PyObject_AsWriteBuffer")?.value, Some(0))?;
    expect(function(&told, "PyObject_CheckReadBuffer")?.value, Some(1))?;
    let told = transcript(python, "", "mmap.mmap(-1, 10)")?;
    expect(told.about.old, old(true))?;
    let told = transcript(python, "", "memoryview(b'abc')")?;
    expect((told.about.exports, told.about.old), (true, Some(OldType::default())))?;
    let told = transcript(python, "", "5")?;
    expect((told.about.exports, told.about.old), (false, Some(OldType::default())))?;
    let char = function(&told, "PyObject_AsCharBuffer")?;
    expect(char.exception.as_deref(), Some("TypeError"))
}

/// A name of the expression or of the setup is no module.
fn modules(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", "xml.dom.minidom.Document()")?;
    expect(
        told.about.type_name.as_str(),
        if is_old(python) { "instance" } else { "xml.dom.minidom.Document" },
    )?;
    expect(told.about.modules.join(" ").as_str(), "xml xml.dom xml.dom.minidom")?;
    let told = transcript(python, "", "[json for json in [bytearray(1)]][0]")?;
    expect(told.about.type_name.as_str(), "bytearray")?;
    let told = transcript(python, "json = b''", "json")?;
    expect(told.about.modules.len(), 0)?;
    expect(told.about.exports, true)?;
    let told = transcript(python, "", "(lambda calendar: calendar)(3)")?;
    expect(told.about.type_name.as_str(), "int")?;
    let told = transcript(python, "", "ctypes.c_int(3)")?;
    let package = told.about.package.unwrap_or_default();
    expect(package.split(' ').next(), Some("ctypes"))
}

/// `main` has put some there.
fn local_modules(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", "local_module.memory")?;
    expect(elements(&told)?, Some(&b"local"[..]))?;
    let told = transcript(python, "import local_module as it", "it.memory")?;
    expect(elements(&told)?, Some(&b"local"[..]))
}

fn not_evaluated(python: &Interpreter) -> Result<(), Failed> {
    let message = |setup: &str, expression: &str| match evaluate(python, setup, expression, LIMIT)?
    {
        Asked::NotEvaluated { part, message } => Ok((part, message)),
        other => Err(Failed::from(format!("{expression}: {other:?}"))),
    };
    let expression = |said: &str| (Part::Expression, said.to_owned());
    let undefined = "NameError: name 'no_such' is not defined";
    expect(message("", "no_such.thing")?, expression(undefined))?;
    let setup = "def f():\n raise ValueError('one\\ntwo')";
    expect(message(setup, "f()")?, expression("ValueError: one\\ntwo"))?;
    expect(message("raise KeyError(3)", "1")?, (Part::Setup, "KeyError: 3".into()))?;
    expect(message("", "sys.exit(3)")?, expression("SystemExit: 3"))?;
    let (part, said) = message("", "1 +")?;
    expect((part, said.split(':').next()), (Part::Expression, Some("SyntaxError")))?;
    // It is a module, which another one that it needs keeps from being imported.
    let (_, said) = message("", "local_broken.x")?;
    expect(said.contains("no_such_module"), true)?;
    let odd = "def f():\n raise ValueError(u'\\ud800 \\xe4')";
    expect(message(odd, "f()")?, expression("ValueError: ? \u{e4}"))?;
    let mute = "class Mute(Exception):\n def __str__(self): return 1 / 0\ndef f(): raise Mute";
    expect(message(mute, "f()")?, expression("Mute"))
}

/// Memory is not read, formats are cut.
fn long(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", "bytearray(65537)")?;
    expect(&function(&told, "PyMemoryView_FromObject")?.bytes, &None)?;
    let reads = |(question, _): &(Question, _)| matches!(question, Question::Elements { .. });
    expect(told.answers.iter().any(reads), false)?;

    let setup =
        "import ctypes\nclass Long(ctypes.Structure): _fields_ = [('a' * 20000, ctypes.c_int)]";
    let told = transcript(python, setup, "Long(3)")?;
    let cut = Seen::Is(Some(format!("T{{<i:{}...", "a".repeat(9995))));
    expect(&view(request(&told, FULL_RO)?)?.format, &cut)?;
    expect(&view(function(&told, "PyMemoryView_FromObject")?)?.format, &cut)
}

fn no_text(python: &Interpreter) -> Result<(), Failed> {
    let setup = "import ctypes\n\
                 class Odd(ctypes.Structure): _fields_ = [('a', ctypes.c_int)]\n\
                 odd, fields = Odd(3), (ctypes.c_void_p * 20)()\n\
                 ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(odd), fields, 0x11c)\n\
                 ctypes.memset(fields[5], 0xff, 1)";
    let told = transcript(python, setup, "odd")?;
    let Seen::Is(Some(format)) = &view(request(&told, FULL_RO)?)?.format else {
        return Err("there is no format".into());
    };
    expect(format.starts_with('\u{fffd}'), true)?;
    let shown = &view(function(&told, "PyMemoryView_FromObject")?)?.format;
    let expected = if is_old(python) { Seen::Is(Some(format.clone())) } else { Seen::Untouched };
    expect(shown, &expected)
}

fn endless_rows(python: &Interpreter) -> Result<(), Failed> {
    let told = transcript(python, "", "((ctypes.c_int * 0) * (1 << 40))()")?;
    expect(&view(request(&told, FULL_RO)?)?.shape, &sizes(&[1 << 40, 0]))?;
    expect(elements(&told)?, Some(&[][..]))
}

fn immutable(python: &Interpreter) -> Result<(), Failed> {
    let setup = "import ctypes\nmine = b'abcdef'\nstart = id(mine) + bytes.__basicsize__ - 1";
    let told = transcript(python, setup, "(ctypes.c_char * 6).from_address(start)")?;
    let bytes = if is_old(python) { "str" } else { "bytes" };
    expect(told.immutable.as_deref(), Some(bytes))?;
    // One byte more is not all its own.
    let told = transcript(python, setup, "(ctypes.c_char * 7).from_address(start)")?;
    expect(&told.immutable, &None)?;
    let number = "import ctypes\nnumber = 1.5";
    let told = transcript(python, number, "ctypes.c_double.from_address(id(number) + 16)")?;
    expect(told.immutable.as_deref(), Some("float"))
}

fn not_immutable(python: &Interpreter) -> Result<(), Failed> {
    for expression in [
        "bytearray(b'abcdef')",
        "array.array('b', b'abcdef')",
        "ctypes.create_string_buffer(b'abcdef')",
        "memoryview(bytearray(b'abcdef'))",
        "mmap.mmap(-1, 100)",
    ] {
        expect(&transcript(python, "", expression)?.immutable, &None)?;
    }
    if is_old(python) {
        return Ok(());
    }
    let setup = "import io\nfile = io.BytesIO(b'abcdef')";
    expect(&transcript(python, setup, "file.getbuffer()")?.immutable, &None)
}

fn is_old(python: &Interpreter) -> bool {
    python.version.0 == 2
}
