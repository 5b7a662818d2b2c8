//! Format strings.

use super::{Expected, World};

impl World {
    pub(super) fn expect_size_from_format(&self, _format: &str) -> Expected {
        Expected::BadCase("PyBuffer_SizeFromFormat is not in the model".into())
    }
}
