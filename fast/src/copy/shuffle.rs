//! Permutations of bytes within a few vectors, the same over and over: steps, reversals, pixels.

/// Items that lie close to each other, in *units* of a few items: item `i` of unit `u` is
/// `u * unit + i * item` bytes from the first one, on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shuffle {
    /// Bytes of an item.
    pub(super) run: usize,
    pub(super) units: usize,
    /// How many items there are in each unit.
    pub(super) items: usize,
    pub(super) to: Steps,
    pub(super) from: Steps,
}

/// How one side goes from unit to unit and from item to item, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) unit: isize,
    pub(super) item: isize,
    /// Whether the items of a unit are in rows far from each other, rather than close together.
    pub(super) rows: bool,
}

/// How much of a shuffle is done at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) units: usize,
    /// How many vectors of 64 bytes are read, and written.
    pub(super) reads: usize,
    pub(super) writes: usize,
}

/// The bytes of a vector.
pub(super) const VECTOR: usize = 64;
/// The most vectors that are read or written at a time.
pub(super) const MOST: usize = 4;

impl Shuffle {
    /// How much is done at a time: what is the denser side fills one vector, the other side may need more.
    /// `None` if items lie too far apart for it to be worth it.
    pub(super) fn chunk(&self) -> Option<Chunk> {
        let scatters = self.to.unit.unsigned_abs() > self.from.unit.unsigned_abs();
        let room = |steps: &Steps, dense: bool| match (steps.rows, dense) {
            (true, _) => VECTOR,
            (false, true) if self.to.rows == self.from.rows => VECTOR,
            (false, _) => MOST * VECTOR,
        };
        let most = |steps: &Steps, dense: bool| {
            let rest = room(steps, dense).checked_sub(self.span(steps, 1))?;
            Some(rest / steps.unit.unsigned_abs().max(1) + 1)
        };
        let units = most(&self.to, !scatters)?.min(most(&self.from, scatters)?);
        let vectors = |steps: &Steps| match steps.rows {
            true => self.items,
            false => self.span(steps, units).div_ceil(VECTOR),
        };
        let chunk = Chunk { units, reads: vectors(&self.from), writes: vectors(&self.to) };
        let worth = units * self.items * self.run >= VECTOR / 4 && units > 1;
        (worth && chunk.reads <= MOST && chunk.writes <= MOST).then_some(chunk)
    }

    /// Bytes from the first to the last one of so many units, of one row if there are rows.
    pub(super) fn span(&self, steps: &Steps, units: usize) -> usize {
        let items = if steps.rows { 0 } else { (self.items - 1) * steps.item.unsigned_abs() };
        (units - 1) * steps.unit.unsigned_abs() + items + self.run
    }
}

impl Steps {
    /// The lowest place of so many units, in bytes from the first item. Never more than 0.
    pub(super) fn lowest(&self, units: usize, items: usize) -> isize {
        let unit = self.unit.min(0) * (units as isize - 1);
        if self.rows { unit } else { unit + self.item.min(0) * (items as isize - 1) }
    }
}
