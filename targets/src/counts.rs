//! What is counted of the objects of a case.

use std::cell::Cell;

use pybuf_harness::reply::Returned;

/// What is counted of an exporter, which may be gone.
#[derive(Default)]
pub struct Counts {
    /// How often its release function was called.
    pub releases: Cell<i64>,
    /// Whether it is gone.
    pub freed: Cell<bool>,
}

/// What was counted of an object up to a moment, as far as it is counted.
#[derive(Clone, Copy, Default)]
pub struct Moment {
    pub references: Option<i64>,
    pub releases: Option<i64>,
    pub freed: Option<bool>,
}

impl Moment {
    /// What has changed since an earlier one, as a reply has it.
    pub fn since(self, before: Moment) -> Returned {
        let change = |after: Option<i64>, before: Option<i64>| Some(after? - before?);
        Returned {
            references: change(self.references, before.references),
            releases: change(self.releases, before.releases),
            freed: self.freed.zip(before.freed).map(|(now, before)| now && !before),
            ..Returned::default()
        }
    }
}
