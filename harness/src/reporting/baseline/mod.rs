//! # Baselines
//!
//! The divergences of a target that are known, each with its reason, in a file of TOML:
//!
//! ```
//! use pybuf_harness::baseline::Baseline;
//!
//! let baseline = Baseline::read(r#"
//! [[known]]
//! clause = "contiguity.always-answers"
//! objects = ["PyBuffer_IsContiguous"] # kinds of objects, or the function where there is none
//! verdict = "crash"                   # a plain divergence if it is not said
//! versions = "3.6..3.13"              # all versions of the target if it is not said
//! reason = "CPython reads the shape of a view through NULL"
//! issue = "where it is discussed, if it is"
//! "#)?;
//! assert!(baseline.problems.is_empty());
//! assert_eq!(baseline.entries[0].line, 2);
//! # Ok::<(), pybuf_harness::baseline::SyntaxErrors>(())
//! ```
//!
//! Where no clause is broken, as when a function is denied, `function = "PyObject_CheckBuffer"` takes the place of
//! the clause. An entry is not only an excuse. It is compared with the run: one that is not needed any more, or that never
//! was, is a [`Problem`], and so is one without a reason.

mod compare;
mod draft;
mod entry;
mod read;
mod versions;

pub use compare::Comparison;
pub use draft::draft;
pub use entry::{Baseline, Entry, Problem};
pub use read::SyntaxErrors;
pub use versions::{NoVersions, Version, Versions};
