//! # Lifecycles
//!
//! Sequences of calls: views are asked for and given back in any order, memoryviews made and released,
//! memory resized, references given up. All sequences up to a length are enumerated, the shortest
//! first; longer ones are drawn.

use pybuf_harness::Call;
use pybuf_harness::call::{AsBuffer, END_OF_BUFFER, Part, Section};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::Object;

use crate::masks::FULL_RO;
use crate::objects::{direct, exporter, slice, writable};

domain! { "lifecycle", calls,
    "bytearray, exporter: all sequences of 1 to 5 calls; bytes, array, a slice of a memoryview: \
    of 1 to 4. At most 2 views and 4 objects; a view is released at most twice. bytes, \
    and bytearray resized 0 to 2 times, then one use of it by an old function, or by a buffer \
    object over it or over such a buffer object; read-only ones, a view refused, 1 or 2 granted"
}

/// The lengths that a bytearray has in turn, in bytes.
const LENGTHS: [usize; 3] = [5, 70, 0];
/// `PyBUF_WRITABLE`.
const WRITABLE: i32 = 1;
/// See [`sequence`].
const LIMITS: [usize; 3] = [2, 4, 2];
const BEYOND: [usize; 3] = [5, 6, 2];

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let (kind, steps, limits) = match chooser.choose_beyond(7, 8) {
        // Two of them are what most can be seen of.
        kind @ 0..2 => (kind, 1 + chooser.choose(5), LIMITS),
        kind @ 2..5 => (kind, 1 + chooser.choose(4), LIMITS),
        5 => return resized(chooser),
        6 => return refused(chooser),
        _ => (chooser.choose(5), 6 + chooser.choose(25), BEYOND),
    };
    sequence(chooser, object(kind), steps, limits)
}

/// How the old functions and buffer objects see a bytearray whose memory has moved since it was made,
/// and perhaps since a buffer object was. Before there are bytearrays there are bytes.
fn resized(chooser: &mut dyn Chooser) -> Vec<Call> {
    // Of the bytes that are new after it was empty, nothing is promised.
    let (base, resizes) = match chooser.choose(4) {
        3 => (Object::Bytes { len: LENGTHS[0] }, 0),
        times => (Object::Bytearray { len: LENGTHS[0] }, times),
    };
    let is_bytearray = matches!(base, Object::Bytearray { .. });
    let resize = |time: usize| Call::Resize { object: 0, len: LENGTHS[time % LENGTHS.len()] };
    let over = |base| Call::BufferFromObject(Part { base, offset: 1, size: END_OF_BUFFER });
    // What is used is the last of so many: the base, a buffer object over it, one over that.
    let object = chooser.choose(3);
    let mut calls = vec![Call::Make { object: base }];
    calls.extend((0..object).map(over));
    calls.extend((1..=resizes).map(resize));
    let read = AsBuffer { object: Some(object), null: None };
    let functions = [Call::AsReadBuffer, Call::AsWriteBuffer, Call::AsCharBuffer];
    let mut uses = functions.map(|function| vec![function(read.clone())]).to_vec();
    // Requests of the bytearray itself are among the sequences already.
    if is_bytearray && object > 0 {
        // What is lent twice may have another length the second time.
        let request = Call::GetBuffer { object, flags: FULL_RO };
        let release = Call::Release { view: 0 };
        uses.push(vec![request.clone(), release, resize(resizes + 1), request]);
    }
    if object > 0 {
        let slice = Call::GetSlice { object, start: 0, stop: 3 };
        uses.extend([slice, Call::Size { object }].map(|call| vec![call]));
    }
    calls.extend(pick(chooser, &uses).iter().cloned());
    calls
}

/// Views that are refused to who wants to write take nothing away from those that are granted, whichever
/// was asked for first: these keep the memory when the object is given up.
fn refused(chooser: &mut dyn Chooser) -> Vec<Call> {
    let object = match chooser.choose(2) {
        0 => Object::Exporter { layout: direct(5, &[5], &[1]), readonly: true },
        _ => Object::Bytes { len: 5 },
    };
    let (wanted, granted) = (chooser.choose(2), 1 + chooser.choose(2));
    let mut flags = vec![FULL_RO; granted];
    flags.insert(wanted, WRITABLE);
    let mut calls = vec![Call::Make { object }];
    calls.extend(flags.into_iter().map(|flags| Call::GetBuffer { object: 0, flags }));
    calls.push(Call::Drop { object: 0 });
    calls.extend((0..=granted).filter(|it| *it != wanted).map(|view| Call::Release { view }));
    calls
}

/// One of the five objects that sequences are about.
fn object(kind: usize) -> Object {
    match kind {
        0 => Object::Bytearray { len: LENGTHS[0] },
        1 => exporter(direct(5, &[5], &[1])),
        2 => Object::Bytes { len: 5 },
        3 => Object::Array { typecode: 'i', len: 3 },
        _ => writable(6, vec![slice(Some(1), Some(4), 1)]),
    }
}

/// A sequence of `steps` calls on an object. `limits`: how many views there are, how many objects, and
/// how often a view is released, at most.
fn sequence(
    chooser: &mut dyn Chooser,
    object: Object,
    steps: usize,
    limits: [usize; 3],
) -> Vec<Call> {
    let mut state = State::of(&object, limits);
    let mut calls = vec![Call::Make { object }];
    for left in (0..steps).rev() {
        // One that ends too soon would be a shorter sequence again.
        let mut possible = state.possible();
        possible.retain(|call| state.after(call).can_go_on_for(left));
        let call = pick(chooser, &possible).clone();
        state = state.after(&call);
        calls.push(call);
    }
    calls
}

/// What the calls so far have made, if each of them succeeds.
#[derive(Clone)]
struct State {
    /// The objects, and whether the case has not given them up.
    held: Vec<bool>,
    /// How often each view was released.
    released: Vec<usize>,
    /// How often the bytearray was resized; `None` if there is none.
    resized: Option<usize>,
    /// The number of the first memoryview; all objects behind it are such.
    memoryviews: usize,
    limits: [usize; 3],
}

impl State {
    fn of(object: &Object, limits: [usize; 3]) -> State {
        let resized = matches!(object, Object::Bytearray { .. }).then_some(0);
        let memoryviews = if matches!(object, Object::Memoryview { .. }) { 0 } else { 1 };
        State { held: vec![true], released: vec![], resized, memoryviews, limits }
    }

    /// The calls that make sense now: nothing is done to an object that was given up, but through its
    /// views.
    fn possible(&self) -> Vec<Call> {
        let [views, objects, releases] = self.limits;
        let held = (0..self.held.len()).filter(|&object| self.held[object]);
        let mut calls = Vec::new();
        if self.released.len() < views {
            calls.extend(held.clone().map(|object| Call::GetBuffer { object, flags: FULL_RO }));
        }
        let out = (0..self.released.len()).filter(|&view| self.released[view] < releases);
        calls.extend(out.map(|view| Call::Release { view }));
        if self.held.len() < objects {
            let of = |object| Call::MemoryviewFromObject { object };
            calls.extend(held.clone().map(of));
        }
        let memoryviews = held.clone().filter(|&object| object >= self.memoryviews);
        calls.extend(memoryviews.map(|object| Call::MemoryviewRelease { object }));
        if let (Some(times), true) = (self.resized, self.held[0]) {
            let len = LENGTHS[(times + 1) % LENGTHS.len()];
            calls.push(Call::Resize { object: 0, len });
        }
        calls.extend(held.map(|object| Call::Drop { object }));
        calls
    }

    fn after(&self, call: &Call) -> State {
        let mut state = self.clone();
        match call {
            Call::GetBuffer { .. } => state.released.push(0),
            Call::Release { view } => state.released[*view] += 1,
            call if call.section() == Section::Memoryview && call.makes_object() => {
                state.held.push(true);
            }
            Call::Resize { .. } => state.resized = state.resized.map(|times| times + 1),
            Call::Drop { object } => state.held[*object] = false,
            _ => {}
        }
        state
    }

    /// Whether there is a sequence of so many calls more.
    fn can_go_on_for(&self, steps: usize) -> bool {
        let [views, objects, releases] = self.limits;
        let held = self.held.iter().filter(|held| **held).count();
        let memoryview = self.held.iter().skip(self.memoryviews).any(|held| *held);
        let resizable = self.resized.is_some() && self.held[0];
        // Those can be released and resized for ever, and any object makes a memoryview.
        if memoryview || resizable || held > 0 && self.held.len() < objects {
            return true;
        }
        let new = if held > 0 { views - self.released.len() } else { 0 };
        let out: usize = self.released.iter().map(|released| releases - released).sum();
        held + new * (1 + releases) + out >= steps
    }
}
