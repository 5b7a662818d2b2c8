//! # Levels
//!
//! How much it matters whether a clause is kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words;

words! { "level", "levels":
    /// How binding a clause is: the most binding first, but the less binding is the lesser one.
    #[derive(
        Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
    )]
    #[serde(rename_all = "lowercase")]
    pub enum Level {
        /// Required by the text.
        Must "must" = 4,
        /// Recommended by the text.
        Should "should" = 3,
        /// What CPython has always done where the text is silent.
        Observed "observed" = 2,
        /// A freedom: the text leaves open what happens.
        May "may" = 1,
        /// A sentence that was wrong when it was written. Never judged by.
        Erratum "erratum" = 0,
    }
}
