//! Permutations of bytes within a few vectors, the same over and over: steps, reversals, pixels.

// On processors without vectors nothing of this is used, without masks not all.
#![cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]

use crate::copy::plan::Dimension;
use crate::copy::room::Room;
use crate::copy::stream::LARGE;

/// Items that lie close to each other, in *units* of a few items: item `i` of unit `u` is
/// `u * unit + i * item` bytes from the first one, on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::copy) struct Shuffle {
    /// Bytes of an item.
    pub(in crate::copy) run: usize,
    pub(in crate::copy) units: usize,
    /// How many items there are in each unit.
    pub(in crate::copy) items: usize,
    pub(in crate::copy) to: Steps,
    pub(in crate::copy) from: Steps,
}

/// How one side goes from unit to unit and from item to item, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::copy) struct Steps {
    pub(in crate::copy) unit: isize,
    pub(in crate::copy) item: isize,
    /// Whether the items of a unit are in rows far from each other, rather than close together.
    pub(in crate::copy) rows: bool,
}

/// How much of a shuffle is done at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::copy) struct Chunk {
    pub(in crate::copy) units: usize,
    /// How many vectors are read, and written.
    pub(in crate::copy) reads: usize,
    pub(in crate::copy) writes: usize,
}

/// The most vectors that are read or written at a time.
pub(in crate::copy) const MOST: usize = 4;

impl Shuffle {
    /// The shuffle that the innermost dimensions are, and the dimensions outside of it.
    #[inline(always)]
    pub(in crate::copy) fn of<'a>(
        run: usize,
        inner: &Dimension,
        outer: &'a [Dimension],
        rest: &'a mut Room<Dimension>,
    ) -> (Shuffle, &'a [Dimension]) {
        let of = |units: &Dimension, [count, to, from]: [isize; 3], rows| Shuffle {
            run,
            units: units.extent,
            items: count.unsigned_abs(),
            to: Steps { unit: units.to, item: to, rows },
            from: Steps { unit: units.from, item: from, rows: false },
        };
        let items = |it: &Dimension| [it.extent as isize, it.to, it.from];
        // A few items in each unit, and the units close to each other, too.
        if let Some((units, outer)) = outer.split_last() {
            let close = inner.extent.saturating_mul(run) <= 16;
            if close && units.to >= inner.to.saturating_mul(inner.extent as isize) {
                return (of(units, items(inner), false), outer);
            }
        }
        // Items next to each other that go to rows of their own: the channels of a picture.
        let is_channel = |it: &Dimension| {
            let all = it.from.unsigned_abs().saturating_mul(it.extent);
            it.extent <= MOST && it.from != 0 && all <= inner.from.unsigned_abs()
        };
        if inner.to == run as isize
            && let Some(at) = outer.iter().position(is_channel)
        {
            outer[..at].iter().chain(&outer[at + 1..]).for_each(|&it| rest.push(it));
            return (of(inner, items(&outer[at]), true), rest);
        }
        (of(inner, [1, 0, 0], false), outer)
    }

    /// How much is done at a time with vectors of so many bytes: what fills one vector of the denser side, if
    /// the vectors of the other suffice for it. `None` if items lie too far apart for it to be worth it.
    #[inline(always)]
    pub(in crate::copy) fn chunk(&self, vector: usize) -> Option<Chunk> {
        if let Some(chunk) = self.even(vector) {
            return Some(chunk);
        }
        let scatters = self.to.unit.unsigned_abs() > self.from.unit.unsigned_abs();
        let (dense, other) = if scatters { (&self.from, &self.to) } else { (&self.to, &self.from) };
        let room = |steps: &Steps| if steps.rows { vector } else { MOST * vector };
        let whole = self.items * self.run;
        let apart = dense.rows != other.rows;
        let mut units = self.fit(dense, if apart { room(dense) } else { vector })?;
        if vector.saturating_sub(units * whole) > vector / 8 && !apart {
            // They would leave much of a vector empty: more are taken together.
            units = self.fit(dense, room(dense))?;
        }
        // Of much that is written, whole lines of memory.
        let unit = self.to.unit.unsigned_abs();
        if !self.to.rows && !self.from.rows && self.units.saturating_mul(unit) >= LARGE {
            let lines = vector >> unit.trailing_zeros().min(vector.trailing_zeros());
            let fits = |steps: &Steps| self.span(steps, lines) <= room(steps);
            if fits(&self.to) && fits(&self.from) {
                units = lines.max(units / lines * lines);
            }
        }
        if self.span(other, units) > room(other) {
            units = units.min(self.fit(other, room(other))?);
        }
        let vectors = |steps: &Steps| match steps.rows {
            true => self.items,
            false => self.span(steps, units).div_ceil(vector),
        };
        let chunk = Chunk { units, reads: vectors(&self.from), writes: vectors(&self.to) };
        // Items that are copied as such are copied faster where few of them fit.
        let least = if self.run < 4 { vector / 4 } else { vector * 3 / 4 };
        let worth = units * whole >= least && units > 1;
        (worth && chunk.reads <= MOST && chunk.writes <= MOST).then_some(chunk)
    }

    /// The same where that needs no thought: single items that fill vectors, in a row on one side, and on the other
    /// one each so many items further on.
    #[inline(always)]
    fn even(&self, vector: usize) -> Option<Chunk> {
        let shift = self.run.trailing_zeros();
        let units = vector >> shift;
        let [to, from] = [self.to.unit, self.from.unit].map(|unit| unit.unsigned_abs() >> shift);
        let [to_rest, from_rest] =
            [self.to.unit, self.from.unit].map(|unit| unit as usize & (self.run - 1));
        let even = self.run.is_power_of_two() && to_rest | from_rest == 0;
        let in_a_row = to.min(from) == 1 && to.max(from) <= MOST;
        (self.items == 1 && even && in_a_row && units > 1 && vector > 16).then_some(Chunk {
            units,
            reads: from,
            writes: to,
        })
    }

    /// How many whole chunks there are, and how many units are left over.
    #[inline(always)]
    pub(in crate::copy) fn split(&self, chunk: usize) -> (usize, usize) {
        // A division takes long, one of fewer bits less.
        if chunk.is_power_of_two() {
            return (self.units >> chunk.trailing_zeros(), self.units & (chunk - 1));
        }
        match u32::try_from(self.units) {
            Ok(units) => ((units / chunk as u32) as usize, (units % chunk as u32) as usize),
            Err(_) => (self.units / chunk, self.units % chunk),
        }
    }

    /// How many units fit in so many bytes, if one does.
    #[inline(always)]
    fn fit(&self, steps: &Steps, room: usize) -> Option<usize> {
        // Not more than 256, of which an item has one at least.
        let rest = room.checked_sub(self.span(steps, 1))? as u16;
        let (units, _) = Divisor::new(steps.unit.saturating_abs()).divide(rest);
        Some(usize::from(units) + 1)
    }

    /// Bytes from the first to the last one of so many units, of one row if there are rows.
    #[inline(always)]
    pub(in crate::copy) fn span(&self, steps: &Steps, units: usize) -> usize {
        // Of fewer units than are asked for here, which are there, the last may be anywhere.
        let span = |count: usize, step: isize| (count - 1).saturating_mul(step.unsigned_abs());
        let items = if steps.rows { 0 } else { span(self.items, steps.item) };
        span(units, steps.unit).saturating_add(items).saturating_add(self.run)
    }
}

impl Shuffle {
    /// The same for no more units than a chunk has.
    #[inline(always)]
    pub(in crate::copy) fn near_span(&self, steps: &Steps, units: usize) -> usize {
        let items = if steps.rows { 0 } else { (self.items - 1) * steps.item.unsigned_abs() };
        (units - 1) * steps.unit.unsigned_abs() + items + self.run
    }
}

impl Steps {
    /// The lowest place of so many units, in bytes from the first item. Never more than 0.
    pub(in crate::copy) fn lowest(&self, units: usize, items: usize) -> isize {
        let unit = self.unit.min(0) * (units as isize - 1);
        if self.rows { unit } else { unit + self.item.min(0) * (items as isize - 1) }
    }
}

/// Where each vector of one side begins.
#[inline(always)]
pub(in crate::copy) fn places<const VECTOR: usize, const VECTORS: usize>(
    steps: &Steps,
    lowest: isize,
) -> [isize; VECTORS] {
    let mut places = [0; VECTORS];
    for (vector, place) in places.iter_mut().enumerate() {
        let step = if steps.rows { steps.item } else { VECTOR as isize };
        *place = lowest + vector as isize * step;
    }
    places
}

/// A division of small numbers that the compiler can make of all bytes of a vector at once.
#[derive(Clone, Copy)]
struct Divisor {
    by: u16,
    /// 65536 divided by it, and 1 more; not for 1, for which `one` is 1, and 0 for others.
    inverse: u16,
    one: u16,
}

/// The inverses of all divisors: to divide takes longer than all else here.
const INVERSES: [u16; 257] = {
    let mut inverses = [0; 257];
    let mut by = 2;
    while by < inverses.len() {
        inverses[by] = (65536 / by + 1) as u16;
        by += 1;
    }
    inverses
};

impl Divisor {
    #[inline(always)]
    fn new(by: isize) -> Divisor {
        // More than any number that is divided, where it is more than that.
        let by = by.clamp(1, 256) as u16;
        Divisor { by, inverse: INVERSES[usize::from(by)], one: u16::from(by == 1) }
    }

    /// Quotient and rest. The number is less than 256: then the inverse is exact enough.
    #[inline(always)]
    fn divide(self, number: u16) -> (u16, u16) {
        let quotient = ((u32::from(number) * u32::from(self.inverse)) >> 16) as u16;
        let quotient = quotient.wrapping_add(number.wrapping_mul(self.one));
        (quotient, number.wrapping_sub(quotient.wrapping_mul(self.by)))
    }
}

impl Shuffle {
    /// For each byte of a vector that is written: its unit, the item in that, and the byte of the item. These
    /// are less than there are, or than an item has, only for bytes that are written.
    #[inline(always)]
    fn written_from<const VECTOR: usize>(
        &self,
        vector: usize,
        mut act: impl FnMut(usize, [u16; 3]),
    ) {
        let (unit, item) = (Divisor::new(self.to.unit), Divisor::new(self.to.item));
        let alone = self.items == 1 || self.to.rows;
        let row = if self.to.rows { vector as u16 } else { 0 };
        let first = if self.to.rows { 0 } else { (VECTOR * vector) as u16 };
        // Two loops, so that each does no more than it must.
        if alone {
            for byte in 0..VECTOR {
                let (unit, rest) = unit.divide(first + byte as u16);
                act(byte, [unit, row, rest]);
            }
        } else {
            for byte in 0..VECTOR {
                let (unit, rest) = unit.divide(first + byte as u16);
                let (item, rest) = item.divide(rest);
                act(byte, [unit, item, rest]);
            }
        }
    }
}

/// For each byte of a vector that is written: where it is among the vectors that are read, one behind the
/// other. For a byte that is not written anything.
#[inline(always)]
pub(in crate::copy) fn sources<const VECTOR: usize>(
    it: &Shuffle,
    chunk: usize,
    vector: usize,
) -> [u8; VECTOR] {
    // Only the lowest bits count of what is less than 256 in the end.
    let lowest = it.from.lowest(chunk, it.items) as u16;
    let from_unit = it.from.unit as u16;
    let from_item = if it.from.rows { VECTOR as u16 } else { it.from.item as u16 };
    let mut sources = [0; VECTOR];
    it.written_from::<VECTOR>(vector, |byte, [unit, item, rest]| {
        let place = unit.wrapping_mul(from_unit).wrapping_add(item.wrapping_mul(from_item));
        sources[byte] = place.wrapping_add(rest).wrapping_sub(lowest) as u8;
    });
    sources
}

/// For each byte of a vector that is written: its highest bit tells whether it is of an item.
#[inline(always)]
pub(in crate::copy) fn written<const VECTOR: usize>(it: &Shuffle, vector: usize) -> [u8; VECTOR] {
    let (items, run) = (it.items as u16, it.run as u16);
    let mut written = [0; VECTOR];
    it.written_from::<VECTOR>(vector, |byte, [_, item, rest]| {
        written[byte] = if item < items && rest < run { 0x80 } else { 0 };
    });
    written
}

/// Whether there is something between what is written.
pub(in crate::copy) fn gaps(it: &Shuffle) -> bool {
    let run = it.run as isize;
    let in_a_unit = if it.items == 1 || it.to.rows { run } else { it.items as isize * it.to.item };
    it.to.unit != in_a_unit || (it.items > 1 && !it.to.rows && it.to.item != run)
}
