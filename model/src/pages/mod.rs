//! # Pages
//!
//! A page for each section of the documentation, or several where there is much to say.

pub mod arguments;
pub mod buffer_object;
pub mod buffer_string;
pub mod check;
pub mod consistency;
pub mod contiguity;
pub mod copy;
pub mod copy_data;
pub mod fill;
pub mod format;
pub mod get_contiguous;
pub mod lifecycle;
pub mod memoryview;
pub mod memoryview_of_memory;
pub mod old;
pub mod pointer;
pub mod release;
pub mod request;
pub mod strides;
pub mod structure;
