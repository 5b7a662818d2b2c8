//! Format strings.

use std::ffi::CString;

use pybuf_harness::reply::{Reply, Returned};
use pybuf_model::Edition;

use super::Fast;
use super::calls::status;

/// Whether the edition has the function.
pub(super) fn in_edition(edition: Edition) -> bool {
    edition >= Edition::V2_7Draft
}

impl Fast {
    pub(super) fn size_from_format(&self, format: &str) -> Reply {
        // A C string ends at its first NUL; there is no calling with another one.
        let Ok(format) = CString::new(format) else { return Reply::NotMade };
        let size = pybuf_fast::size_from_format(&format);
        let returned = status(&size, Returned::default());
        Reply::Returned(match size {
            Ok(size) => Returned { value: Some(size as i64), ..returned },
            Err(_) => returned,
        })
    }
}
