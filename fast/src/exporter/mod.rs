//! Exporters, and the reference-counted objects that they are to Python.

pub(crate) mod answer;
mod contract;
mod lender;
mod object;

pub use contract::Exporter;
pub use object::Object;
