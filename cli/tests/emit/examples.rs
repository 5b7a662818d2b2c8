//! Findings, true or not, of objects that are known.

use pybuf_harness::Call;
use pybuf_harness::call::AsBuffer;
use pybuf_harness::check::Question;

use crate::findings::{Example, Truth};
use crate::written;

pub const SIMPLE: i32 = 0;
const WRITABLE: i32 = 0x1;
const STRIDES: i32 = 0x18;
const FULL_RO: i32 = 0x11c;

/// All that are true of such a version.
pub fn examples(version: (u8, u8, u8)) -> Vec<Example> {
    let python3 = version >= (3, 0, 0);
    let mut all = vec![refusal(), made_up(), modules(), quotes(), no_object(), leaves(), broken()];
    all.extend([twice(), released(), elements(), check_buffer(), memoryview_of(python3)]);
    all.push(same_contents());
    all.extend(immutable(python3));
    if python3 {
        all.extend([owner(), length(), reach(), reach_from_the_first(), never_out()]);
    } else {
        all.push(old_view());
    }
    all.extend(old_functions());
    all.push(ctypes_array());
    if version >= (3, 12, 0) {
        all.push(other_contents());
        all.extend(written::examples());
    }
    all
}

pub fn request(flags: i32) -> Question {
    Question::Call(Call::GetBuffer { object: 0, flags })
}

pub fn release(view: usize) -> Question {
    Question::Call(Call::Release { view })
}

/// Shows, with a request that is refused.
pub fn refusal() -> Example {
    Example {
        name: "a refusal leaves obj alone",
        expression: "b'ab'",
        setup: String::new(),
        modules: &[],
        steps: vec![request(WRITABLE)],
        expected: "obj NULL",
        observed: "obj not written",
        truth: Truth::Shows,
        in_c: true,
    }
}

/// The same request and another exception than there is.
fn made_up() -> Example {
    Example {
        name: "what is not so is not seen",
        expression: "bytearray(b'ab')",
        steps: vec![request(SIMPLE)],
        expected: "len 2",
        observed: "len 3",
        truth: Truth::NotSeen,
        ..refusal()
    }
}

pub fn granted(name: &'static str, observed: &'static str) -> Example {
    Example {
        name,
        expression: "memoryview(bytearray(b'abcd'))",
        steps: vec![request(FULL_RO)],
        expected: "something else",
        observed,
        ..refusal()
    }
}

fn ctypes_array() -> Example {
    Example {
        expression: "(ctypes.c_int32 * 3)(1, 2, 3)",
        modules: &["ctypes"],
        steps: vec![request(SIMPLE)],
        ..granted("ctypes tells the format unasked", "format \"<i\"")
    }
}

fn modules() -> Example {
    Example {
        expression: "os.path.join('a', 'b').encode('ascii') + xml.dom.__name__.encode('ascii')",
        setup: "import os # without a line behind it".into(),
        modules: &["xml.dom"],
        steps: vec![request(SIMPLE)],
        ..granted("modules are imported behind the setup", "len 10")
    }
}

/// As many bytes as there are characters in the literals: 10 in the setup, 15 and 2 in the expression.
fn quotes() -> Example {
    Example {
        expression: "\tbytearray(len(text) + len('''%s\\n\"?? /*/ //\\\\\n''' + u'\u{e9}\u{2028}'))\n",
        setup: "# coding \u{1f40d} ??/ */ %n {{steps}}\ntext = '''\\''\"\"\"\n\\t??='''\n\nif text:\n    pass\n".into(),
        steps: vec![request(0x8)],
        ..granted("quotes, backslashes and the like", "shape [27]")
    }
}

fn no_object() -> Example {
    Example {
        name: "an expression that fails is no finding",
        expression: "no_such_name",
        truth: Truth::Fails("NameError"),
        ..refusal()
    }
}

/// The status that it asks for would be that of a finding that shows.
fn leaves() -> Example {
    Example {
        name: "an expression that leaves is no finding",
        expression: "sys.exit(1)",
        modules: &["sys"],
        truth: Truth::Fails("SystemExit"),
        ..refusal()
    }
}

/// What the program itself needs is gone.
fn broken() -> Example {
    Example {
        name: "a program that fails shows nothing",
        setup: "import sys\ndel sys.getrefcount".into(),
        truth: Truth::Fails("AttributeError"),
        in_c: false,
        ..refusal()
    }
}

/// Only what is seen in the last step counts.
fn twice() -> Example {
    Example {
        expression: "bytearray(b'ab')",
        steps: vec![request(FULL_RO), request(SIMPLE)],
        observed: "format NULL",
        ..granted("two requests", "")
    }
}

fn released() -> Example {
    Example {
        expression: "bytearray(b'ab')",
        steps: vec![request(FULL_RO), request(SIMPLE), release(0), release(1), release(0)],
        ..granted("a view that is released twice", "references 0")
    }
}

fn elements() -> Example {
    Example {
        steps: vec![request(SIMPLE), release(0), request(FULL_RO), Question::Elements { view: 1 }],
        ..granted("elements", "bytes 61 62 63 64")
    }
}

fn check_buffer() -> Example {
    Example {
        steps: vec![Question::Call(Call::CheckBuffer { object: 0 })],
        ..granted("PyObject_CheckBuffer", "return value 1")
    }
}

fn memoryview_of(python3: bool) -> Example {
    let mut steps = vec![request(FULL_RO), release(0), from_object()];
    let mut example = granted("PyMemoryView_FromObject", "bytes 61 62 63 64");
    if python3 {
        steps.push(Question::Call(Call::Drop { object: 1 }));
        example.expression = "bytearray(b'ab')";
        example.observed = "references -1";
    }
    Example { steps, ..example }
}

fn from_object() -> Question {
    Question::Call(Call::MemoryviewFromObject { object: 0 })
}

/// There are more bytes than can be had.
fn length() -> Example {
    Example {
        expression: "(ctypes.c_char * (1 << 60)).from_address(16)",
        modules: &["ctypes"],
        steps: vec![from_object()],
        ..granted("the length of a memoryview", "len 1152921504606846976")
    }
}

fn same_contents() -> Example {
    Example {
        steps: vec![from_object()],
        expected: "bytes 61 62",
        truth: Truth::NotSeen,
        ..granted("contents that are the same", "bytes 63 64")
    }
}

/// Each consumer sees one more.
fn other_contents() -> Example {
    Example {
        name: "contents that change",
        expression: "Bad()",
        setup: "class Bad:\n    memory = bytearray(2)\n\
                \x20   def __buffer__(self, flags):\n        self.memory[0] += 1\n\
                \x20       return memoryview(self.memory)\n"
            .into(),
        truth: Truth::OtherContents,
        ..same_contents()
    }
}

/// A function of the C API can make any memory writable: here, that of constants, of values, and of what the object holds.
fn immutable(python3: bool) -> Vec<Example> {
    let bytes =
        if python3 { "readonly 0 on memory of bytes" } else { "readonly 0 on memory of str" };
    let text =
        if python3 { "readonly 0 on memory of str" } else { "readonly 0 on memory of unicode" };
    let number = "readonly 0 on memory of float";
    let at = |name, expression, setup: &str, observed| Example {
        expression,
        setup: format!("import ctypes\nrow = (ctypes.c_char * 4).from_address\n{setup}"),
        steps: vec![request(WRITABLE)],
        expected: "readonly set",
        ..granted(name, observed)
    };
    let place = "id(data) + type(data).__basicsize__";
    let value = format!("data = b'abcd'\nplace = {place} - 1");
    let constant = format!("def f():\n    data = b'abcd'\n    return {place} - 1");
    let beyond = format!("data = b'abcd'\nplace = {place} + 2");
    // Where the characters are is compared with what is there.
    let letters = if python3 {
        "import sys\ndata = 'abcd'\nplace = id(data) + sys.getsizeof('') - 1\n\
         assert ctypes.string_at(place, 4) == b'abcd'"
    } else {
        "data = u'abcd'\nplace = ctypes.c_void_p.from_address(id(data) + 24).value\n\
         assert ctypes.wstring_at(place, 4) == data"
    };
    let mut beyond = at("memory that only begins in it", "row(place)", &beyond, bytes);
    beyond.truth = Truth::NotSeen;
    vec![
        at("memory of a value", "row(place)", &value, bytes),
        at("memory of a constant of a function", "row(f())", &constant, bytes),
        at("memory of a constant", "row((lambda data: id(data) + 16)(1.5))", "", number),
        at("memory of text", "row(place)", letters, text),
        beyond,
    ]
}

fn owner() -> Example {
    Example {
        steps: vec![request(FULL_RO)],
        ..granted("obj and references", "obj and references the exporter and +1")
    }
}

/// The memoryview of Python 2 hands the request on.
fn old_view() -> Example {
    Example {
        expression: "memoryview(b'ab')",
        ..granted("obj of a memoryview", "obj the object it is a view of")
    }
}

/// They are in the library, if not in the headers, of all versions.
fn old_functions() -> Vec<Example> {
    let of = AsBuffer { object: Some(0), null: None };
    let call = |name, expression, call, observed| Example {
        expression,
        steps: vec![Question::Call(call)],
        ..granted(name, observed)
    };
    let bytes = "bytearray(b'abc')";
    let written = "*buffer block 0 + 0, *buffer_len 3";
    vec![
        call("PyObject_AsCharBuffer", bytes, Call::AsCharBuffer(of.clone()), "*buffer_len 3"),
        call("PyObject_AsReadBuffer", bytes, Call::AsReadBuffer(of.clone()), written),
        call("PyObject_AsWriteBuffer", "b'a'", Call::AsWriteBuffer(of), "exception TypeError"),
        call("PyObject_CheckReadBuffer", bytes, Call::CheckReadBuffer { object: 0 }, "success"),
    ]
}

/// Bytes 7, 5, 3 and 1, told from the first of them on, which the report is taken to have as 10.
fn reach() -> Example {
    Example {
        expression: "memoryview(bytearray(8))[::-2]",
        steps: vec![request(SIMPLE), request(STRIDES)],
        expected: "elements in bytes 10 to 12",
        ..granted("where elements are", "elements in bytes 4 to 11")
    }
}

fn reach_from_the_first() -> Example {
    Example {
        name: "where elements are, told from the first address on",
        expected: "elements in bytes 0 to 2",
        observed: "elements in bytes -6 to 1",
        ..reach()
    }
}

fn never_out() -> Example {
    Example {
        name: "what depends on a view that is refused",
        expression: "memoryview(bytearray(8))[::-2]",
        steps: vec![request(SIMPLE), Question::Elements { view: 0 }, release(0)],
        observed: "obj NULL",
        ..made_up()
    }
}
