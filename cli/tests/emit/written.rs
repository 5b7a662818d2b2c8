//! Findings of exporters that are written in Python, as can be since 3.12.

use crate::examples::{SIMPLE, granted, refusal, release, request};
use crate::findings::{Example, Truth};

/// All of them.
pub fn examples() -> Vec<Example> {
    let raised = [crash(), raising(), nameless(), wrapped()];
    let places = [elsewhere(), elsewhere_again(), one_place(), writers_place(), copy()];
    raised.into_iter().chain(places).collect()
}

const CLASS: &str = "import ctypes\nclass Bad:\n    def __buffer__(self, flags):\n        ";

fn crash() -> Example {
    Example {
        name: "a crash",
        expression: "Bad()",
        setup: format!("{CLASS}ctypes.string_at(0)"),
        expected: "an answer",
        observed: "signal 11 (SIGSEGV)",
        truth: Truth::Dies,
        ..refusal()
    }
}

fn raising() -> Example {
    Example {
        expression: "Bad()",
        setup: format!("{CLASS}raise ZeroDivisionError(self)"),
        ..granted("an exception that holds the object", "failure with ZeroDivisionError")
    }
}

/// An exception is of the first class of Python's own that it comes from, whatever its metaclass says.
fn nameless() -> Example {
    Example {
        name: "an exception of a class of its own",
        expression: "Bad()",
        setup: "class Meta(type):\n    __name__ = property(lambda self: 1 / 0)\n\
                class Error(ValueError, metaclass=Meta):\n    pass\n\
                class Bad:\n    def __buffer__(self, flags):\n        raise Error()\n"
            .into(),
        ..granted("", "failure with ValueError")
    }
}

fn wrapped() -> Example {
    Example {
        expression: "Bad()",
        setup: format!("{CLASS}return memoryview(b'ab')"),
        steps: vec![request(SIMPLE)],
        ..granted("an exporter written in Python", "obj the exporter")
    }
}

/// Views of one block, each two bytes behind the one before.
fn elsewhere() -> Example {
    Example {
        expression: "Bad()",
        setup: "class Bad:\n    at = 0\n    memory = bytearray(99)\n\
                \x20   def __buffer__(self, flags):\n        self.at += 2\n\
                \x20       return memoryview(self.memory)[self.at:]\n"
            .into(),
        steps: vec![request(SIMPLE), release(0), request(SIMPLE)],
        expected: "buf block 0 + 6",
        ..granted("memory that moves", "buf block 0 + 8")
    }
}

/// Where it moves to is not the same in each process.
fn elsewhere_again() -> Example {
    Example {
        name: "memory that moves somewhere",
        observed: "buf block 0 + 4242",
        truth: Truth::ShowsAs("buf block 0 + 8"),
        ..elsewhere()
    }
}

/// A consumer of contiguous memory is lent other memory.
fn copy() -> Example {
    Example {
        expression: "Bad()",
        setup: "class Bad:\n    memory = bytearray(8)\n    other = bytearray(4)\n\
                \x20   def __buffer__(self, flags):\n\
                \x20       return memoryview(self.memory)[::2] if flags & 16 else memoryview(self.other)\n"
            .into(),
        steps: vec![request(SIMPLE)],
        expected: "the memory of the object",
        ..granted("a copy", "a copy of it")
    }
}

/// Who writes is lent the memory of the fullest view.
fn writers_place() -> Example {
    Example {
        setup: "class Bad:\n    memory = bytearray(8)\n\
                \x20   def __buffer__(self, flags):\n\
                \x20       return memoryview(self.memory)[4 if flags & 1 else 0:]\n"
            .into(),
        name: "a place that only writers are told",
        ..one_place()
    }
}

/// What one request is told is compared with what the fullest is told, which is 4 bytes further on.
fn one_place() -> Example {
    Example {
        expression: "Bad()",
        setup: "class Bad:\n    memory = bytearray(8)\n\
                \x20   def __buffer__(self, flags):\n\
                \x20       return memoryview(self.memory)[4 if flags & 4 else 0:]\n"
            .into(),
        steps: vec![request(SIMPLE)],
        expected: "buf block 0 + 10",
        ..granted("a place in one answer", "buf block 0 + 6")
    }
}
