//! # Exceptions
//!
//! Those that the documents or practice speak of.

use crate::words;

words! { "exception", "exceptions":
    /// The exceptions that the text or practice speak of. Their names are those of the classes, without
    /// the module.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[allow(missing_docs, reason = "the names are Python's")]
    pub enum Exception {
        BufferError "BufferError",
        TypeError "TypeError",
        ValueError "ValueError",
        SystemError "SystemError",
        MemoryError "MemoryError",
        IndexError "IndexError",
        UnicodeEncodeError "UnicodeEncodeError",
        /// `struct.error`.
        StructError "error",
    }
}
