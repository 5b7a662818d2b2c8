//! # Editions
//!
//! An edition is a state of the documentation, named after the first version of Python that it is
//! true of. Ten are told apart; what changed from one to the next is in `SPEC_NOTES.md`.

use crate::words;

words! { "edition", "editions":
    /// A state of the documentation. The oldest comes first.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Edition {
        /// The old protocol's first three functions, known from the version notes of S0.
        V1_6 "1.6",
        /// `PyObject_CheckReadBuffer` joins them (version notes of S0).
        V2_2 "2.2",
        /// Lengths become `Py_ssize_t` (version notes of S0).
        V2_5 "2.5",
        /// S4: the 2.x trunk of 2009-05-31, the first text on the new protocol.
        V2_7Draft "2.7-draft",
        /// S0, and S4 with its signatures corrected.
        V2_7 "2.7",
        /// S1: the old functions are wrappers around the new protocol.
        V3_2 "3.2",
        /// The rewrite with its tables and its MUSTs (B).
        V3_3 "3.3",
        /// S3: `PyObject_CheckReadBuffer` "always succeeds".
        V3_10 "3.10",
        /// S2: the same text, for interpreters with `__buffer__`.
        V3_12 "3.12",
        /// The old functions are gone from the documentation.
        V3_13 "3.13",
    }
}

impl Edition {
    /// The newest.
    pub const LATEST: Edition = Edition::ALL[Edition::ALL.len() - 1];

    /// The edition that an interpreter is judged by: the newest that is not newer than itself.
    /// `None` for a Python older than any edition.
    ///
    /// ```
    /// use pybuf_protocol::Edition;
    /// assert_eq!(Edition::of_interpreter(3, 11), Some(Edition::V3_10));
    /// assert_eq!(Edition::of_interpreter(2, 7), Some(Edition::V2_7));
    /// assert_eq!(Edition::of_interpreter(1, 5), None);
    /// ```
    pub fn of_interpreter(major: u32, minor: u32) -> Option<Edition> {
        let version = |edition: &Edition| {
            let (major, minor) = edition.name().trim_end_matches("-draft").split_once('.')?;
            Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
        };
        let is_not_newer =
            |edition: &Edition| version(edition).is_some_and(|it| it <= (major, minor));
        Edition::ALL.into_iter().rev().find(is_not_newer)
    }

    /// Whether objects have Python 2's slots (`bf_getreadbuffer` and its like), and the old functions
    /// call them.
    pub fn has_old_slots(self) -> bool {
        self <= Edition::V2_7
    }

    /// Whether the new protocol is documented.
    pub fn has_new_protocol(self) -> bool {
        self >= Edition::V2_7Draft
    }
}
