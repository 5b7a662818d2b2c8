//! Format strings.

use std::ffi::CString;

use pybuf_harness::call::Call;
use pybuf_harness::reply::{Reply, Returned};

use super::observe::status;
use super::state::Fast;

impl Fast {
    pub(super) fn format(&self, call: &Call) -> Reply {
        let Call::SizeFromFormat { format } = call else { return Reply::NotMade };
        // A C string ends at its first NUL; there is no calling with another one.
        let Ok(format) = CString::new(format.as_str()) else { return Reply::NotMade };
        let size = pybuf_fast::size_from_format(&format);
        let returned = status(&size, Returned::default());
        Reply::Returned(match size {
            Ok(size) => Returned { value: Some(size as i64), ..returned },
            Err(_) => returned,
        })
    }
}
