//! # pybuf-protocol
//!
//! The words of Python's C buffer protocols, as plain data: the [calls](call) that can be made, the
//! [objects](object) that they are about, the [replies](reply) that come back, and what of a reply a rule
//! can speak of, its [fields](field) and their [values](value). [Editions](edition) of the documentation,
//! [levels](level) of its clauses and [exceptions](exception) have [names](mod@words) here. Nothing in this crate
//! behaves: the model says what is permitted, implementations say what happens.

pub mod call;
pub mod edition;
pub mod exception;
pub mod field;
pub mod flags;
pub mod layout;
pub mod level;
pub mod object;
pub mod reply;
pub mod text;
pub mod value;
pub mod words;

pub use call::Call;
pub use edition::Edition;
pub use exception::Exception;
pub use field::Field;
pub use flags::Flags;
pub use layout::{Address, MAX_NDIM};
pub use level::Level;
pub use object::Object;
pub use reply::{Reply, Returned};
pub use value::{Told, Value};
pub use words::UnknownWord;
