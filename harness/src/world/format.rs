//! Format strings.

use pybuf_model::format;

use super::{Expected, World};

impl World {
    pub(super) fn expect_size_from_format(&self, format: &str) -> Expected {
        if format.contains('\0') {
            return Expected::BadCase("a C string ends at its first NUL".into());
        }
        Expected::Reply(format::size_from_format(format, self.edition))
    }
}
