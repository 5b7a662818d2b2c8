//! Exporters that are written to test with: one that is counted, one that raises, one with old slots.

use std::rc::Rc;

use pybuf_fast::{Error, Exporter, Memory, Segment, Segments};

use crate::counts::Counts;

/// Counts what happens to an exporter.
pub(super) struct Counted<E> {
    pub exporter: E,
    pub counts: Rc<Counts>,
}

impl<E> Drop for Counted<E> {
    fn drop(&mut self) {
        self.counts.freed.set(true);
    }
}

// SAFETY: the exporter inside keeps the promises.
unsafe impl<E: Exporter> Exporter for Counted<E> {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        self.exporter.memory()
    }

    fn released(&self) {
        self.counts.releases.set(self.counts.releases.get() + 1);
        self.exporter.released();
    }
}

/// Answers each request with an exception.
pub(super) struct Raising(pub Error);

// SAFETY: it lends nothing.
unsafe impl Exporter for Raising {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        Err(self.0)
    }
}

/// Old slots over memory that is somebody else's.
pub(super) struct Slots {
    pub read: Option<Result<Segment, Error>>,
    pub write: Option<Result<Segment, Error>>,
    pub char: Option<Result<Segment, Error>>,
    pub segments: Option<isize>,
}

impl Slots {
    pub fn none() -> Slots {
        Slots { read: None, write: None, char: None, segments: None }
    }
}

// SAFETY: the memory is that of the object that has these slots, lives as long as it and stays. Where a
// case makes them tell another length, nothing reads it.
unsafe impl Segments for Slots {
    fn read(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        self.read
    }

    fn write(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        self.write
    }

    fn char(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        self.char
    }

    fn segment_count(&self) -> Option<isize> {
        self.segments
    }
}
