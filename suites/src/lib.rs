//! # pybuf-suites
//!
//! Which cases: a domain for each section of the documentation, named after the family of the clauses
//! it is about. To test an implementation of one's own:
//!
//! ```
//! use pybuf_harness::{Call, Capabilities, Implementation, Reply, Run};
//! use pybuf_harness::model::Edition;
//!
//! struct Mine;
//!
//! impl Implementation for Mine {
//!     fn capabilities(&self) -> Capabilities {
//!         Capabilities { name: "mine".into(), lacks: Default::default() }
//!     }
//!     fn begin_case(&mut self) {}
//!     fn call(&mut self, call: &Call) -> Reply {
//!         // Make the call, and tell what happened.
//!         Reply::NotInEdition
//!     }
//! }
//!
//! let domains = pybuf_suites::named("check").unwrap();
//! let mut run = Run::new(&domains, pybuf_suites::ALL);
//! run.judge(&mut Mine, Edition::V3_12, &mut |_| {}).unwrap();
//! let report = run.report();
//! assert!(!report.conforms(false), "everything is in 3.12, and this says that nothing is");
//! ```

pub mod check;
pub mod contiguity;
pub mod fill;
pub mod masks;
pub mod objects;
pub mod old;
pub mod release;
pub mod request;

use pybuf_harness::Domain;

/// All domains, in the order of the documentation.
pub const ALL: &[Domain] = &[
    old::DOMAIN,
    check::DOMAIN,
    request::DOMAIN,
    release::DOMAIN,
    fill::DOMAIN,
    contiguity::DOMAIN,
];

/// The domain of that name, alone; `None` if there is none.
pub fn named(name: &str) -> Option<Vec<Domain>> {
    ALL.iter().find(|domain| domain.name == name).map(|domain| vec![*domain])
}
