//! Format strings.

use std::ffi::CString;

use pybuf_harness::Reply;

use super::embedded::Embedded;

impl Embedded {
    pub(super) fn size_from_format(&self, format: &str) -> Reply {
        let Some(function) = self.python.api.PyBuffer_SizeFromFormat else {
            return Reply::NotInEdition;
        };
        // A C string ends at its first NUL; there is no calling with another one.
        let Ok(format) = CString::new(format) else {
            return Reply::NotMade;
        };
        // SAFETY: a C string.
        Reply::Returned(self.observe(None, || unsafe { Some(function(format.as_ptr()) as i64) }))
    }
}
