//! # pybuf-suites
//!
//! Which cases: a domain for each section of the documentation, named after the family of the clauses
//! it is about. `examples/own-implementation` shows how to test an implementation with them; here is one
//! that claims a single edition to have nothing in it:
//!
//! ```
//! use pybuf_harness::{Call, Capabilities, Implementation, Reply, conforms, model::Edition};
//!
//! struct Nothing;
//!
//! impl Implementation for Nothing {
//!     fn capabilities(&self) -> Capabilities {
//!         Capabilities { name: "nothing".into(), lacks: Default::default() }
//!     }
//!     fn begin_case(&mut self) {}
//!     fn call(&mut self, _: &Call) -> Reply {
//!         Reply::NotInEdition
//!     }
//! }
//!
//! let divergences = conforms(pybuf_suites::check::DOMAIN, Edition::V3_12, &mut Nothing);
//! assert!(divergences.is_err_and(|text| text.contains("observed  not in the edition")));
//!
//! // What an implementation lacks it may say beforehand; but something must be left to be judged.
//! struct Less;
//! # impl Implementation for Less {
//! #     fn begin_case(&mut self) {}
//! fn capabilities(&self) -> Capabilities {
//!     Capabilities::only("less", &[], "not written yet")
//! }
//! #     fn call(&mut self, _: &Call) -> Reply { Reply::Unsupported }
//! # }
//! let nothing = conforms(pybuf_suites::fill::DOMAIN, Edition::V3_12, &mut Less);
//! assert_eq!(nothing, Err("error: nothing was judged\n".into()));
//! ```

/// Declares the domain of a section: its name, which is that of its file of regressions; what makes the
/// calls of a case; and what is enumerated.
macro_rules! domain {
    ($name:literal, $calls:path, $bound:literal) => {
        #[doc = $bound]
        pub const DOMAIN: pybuf_harness::Domain = pybuf_harness::Domain {
            name: $name,
            bound: $bound,
            build: |chooser| pybuf_harness::Case { calls: $calls(chooser) },
            regressions: include_str!(concat!("../regressions/", $name, ".jsonl")),
        };
    };
}

mod any;
pub mod arguments;
pub mod buffer_object;
pub mod check;
mod choose;
pub mod contiguity;
pub mod copy;
pub mod fill;
pub mod format;
pub mod lifecycle;
pub mod masks;
pub mod memoryview;
pub mod objects;
pub mod old;
pub mod pointer;
pub mod release;
pub mod request;
pub mod strides;
pub mod structure;
mod views;

use pybuf_harness::Domain;

/// All domains, in the order of the documentation.
pub const ALL: &[Domain] = &[
    old::DOMAIN,
    check::DOMAIN,
    request::DOMAIN,
    release::DOMAIN,
    fill::DOMAIN,
    contiguity::DOMAIN,
    strides::DOMAIN,
    pointer::DOMAIN,
    structure::DOMAIN,
    copy::DOMAIN,
    format::DOMAIN,
    memoryview::DOMAIN,
    lifecycle::DOMAIN,
    buffer_object::DOMAIN,
    arguments::DOMAIN,
];

/// The domain of that name, alone; `None` if there is none.
pub fn named(name: &str) -> Option<Vec<Domain>> {
    ALL.iter().find(|domain| domain.name == name).map(|domain| vec![*domain])
}

/// The example of the README is a test, too.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
