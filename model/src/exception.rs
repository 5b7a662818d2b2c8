//! # Exceptions
//!
//! Those that the documents or practice speak of.

use std::fmt;

/// The exceptions that the text or practice speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are Python's")]
pub enum Exception {
    BufferError,
    TypeError,
    ValueError,
    SystemError,
    MemoryError,
    IndexError,
    UnicodeEncodeError,
    /// `struct.error`.
    StructError,
}

impl Exception {
    /// All of them.
    pub const ALL: [Exception; 8] = [
        Exception::BufferError,
        Exception::TypeError,
        Exception::ValueError,
        Exception::SystemError,
        Exception::MemoryError,
        Exception::IndexError,
        Exception::UnicodeEncodeError,
        Exception::StructError,
    ];

    /// The name of the class, without its module.
    pub fn name(self) -> &'static str {
        match self {
            Exception::BufferError => "BufferError",
            Exception::TypeError => "TypeError",
            Exception::ValueError => "ValueError",
            Exception::SystemError => "SystemError",
            Exception::MemoryError => "MemoryError",
            Exception::IndexError => "IndexError",
            Exception::UnicodeEncodeError => "UnicodeEncodeError",
            Exception::StructError => "error",
        }
    }

    /// The exception of that name, if it is one of these.
    pub fn named(name: &str) -> Option<Exception> {
        Exception::ALL.into_iter().find(|exception| exception.name() == name)
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
