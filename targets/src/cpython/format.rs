//! Format strings.

use std::ffi::{CString, c_char};

use pybuf_harness::{Call, Reply};

use super::api::tested;
use super::embedded::Embedded;

impl Embedded {
    pub(super) fn format(&self, call: &Call) -> Reply {
        let Call::SizeFromFormat { format } = call else { return Reply::NotMade };
        let function = tested!(
            self.python.api,
            PyBuffer_SizeFromFormat: unsafe extern "C" fn(*const c_char) -> isize
        );
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        // A C string ends at its first NUL; there is no calling with another one.
        let Ok(format) = CString::new(format.as_str()) else {
            return Reply::NotMade;
        };
        // SAFETY: a C string.
        Reply::Returned(self.observe(None, || unsafe { Some(function(format.as_ptr()) as i64) }))
    }
}
