//! Python 2's buffer objects.

use std::rc::Rc;

use pybuf_fast::{BufferObject, Error, Object, Segment, Segments, old_protocol::Access};
use pybuf_harness::call::{Call, END_OF_BUFFER, Part};
use pybuf_harness::reply::{Reply, Returned};

use super::made::Made;
use super::memory;
use super::observe::{observe, status};
use super::state::Fast;
use crate::block::Block;

/// Whether sizes are such that an `int` can hold them, as they were up to 2.2.
pub(super) fn has_ints(call: &Call) -> bool {
    let sizes = match *call {
        Call::BufferFromObject(part) | Call::BufferFromReadWriteObject(part) => {
            [part.offset, part.size]
        }
        Call::BufferNew { size } => [0, size],
        _ => [0, memory::size(call)],
    };
    sizes.iter().all(|size| i32::try_from(*size).is_ok())
}

/// One of the two ways to make a buffer object of a base, an offset and a size.
type Make = fn(Rc<dyn Segments>, isize, Option<isize>) -> Result<BufferObject, Error>;

impl Fast {
    pub(super) fn buffer_object(&mut self, call: &Call) -> Reply {
        let returned = if call.makes_object() {
            let (returned, made) = self.make_buffer_object(call).unzip();
            self.objects.push(made.flatten());
            returned
        } else {
            self.use_buffer_object(call)
        };
        returned.map_or(Reply::NotMade, Reply::Returned)
    }

    /// What came of it, and the object; `None` without a base.
    fn make_buffer_object(&mut self, call: &Call) -> Option<(Returned, Option<Made>)> {
        let (made, seen) = match *call {
            Call::BufferFromObject(part) => self.over_object(part, BufferObject::from_object)?,
            Call::BufferFromReadWriteObject(part) => {
                self.over_object(part, BufferObject::from_read_write_object)?
            }
            Call::BufferNew { size } => (self.with_memory(size), Returned::default()),
            _ => return self.over_memory(call),
        };
        Some((status(&made, seen), made.ok()))
    }

    fn over_object(
        &self,
        Part { base, offset, size }: Part,
        make: Make,
    ) -> Option<(Result<Made, Error>, Returned)> {
        let made = self.object(base)?;
        let size = (size != END_OF_BUFFER).then_some(size as isize);
        Some(observe(Some(made), || {
            let owner = made.counted().cloned();
            let base = Rc::new(Base { slots: Rc::clone(&made.old), _owner: owner });
            let object = make(base, offset as isize, size)?;
            let hollow = made.hollow;
            Ok(Made { hollow, ..Made::buffer_object(object, Block::NONE, self.edition) })
        }))
    }

    fn with_memory(&self, size: i64) -> Result<Made, Error> {
        let object = BufferObject::new(size as isize)?;
        let Segment { ptr, len } = object.segment()?;
        let block = Block { start: ptr, size: len as usize };
        Ok(Made::buffer_object(object, block, self.edition))
    }

    fn use_buffer_object(&self, call: &Call) -> Option<Returned> {
        let string = |object, act: &dyn Fn(&BufferObject) -> Result<Vec<u8>, Error>| {
            let (result, seen) = on(self.solid(object)?, act)?;
            Some(Returned { bytes: result.clone().ok(), ..status(&result, seen) })
        };
        let number = |object, act: &dyn Fn(&BufferObject) -> Result<isize, Error>| {
            let (result, seen) = on(self.solid(object)?, act)?;
            Some(Returned { number: result.ok().map(|it| it as i64), ..status(&result, seen) })
        };
        let nothing = |object, act: &dyn Fn(&BufferObject) -> Result<(), Error>| {
            let (result, seen) = on(self.solid(object)?, act)?;
            Some(status(&result, seen))
        };
        match *call {
            Call::BufferCheck { object } => {
                let is_one = self.object(object)?.buffer.is_some();
                Some(Returned { value: Some(is_one.into()), ..Returned::default() })
            }
            Call::Size { object } => {
                // The one use that does not look at the memory.
                let (size, seen) = on(self.object(object)?, BufferObject::size)?;
                let returned = status(&size, seen);
                Some(Returned {
                    value: size.map_or(returned.value, |it| Some(it as i64)),
                    ..returned
                })
            }
            Call::GetItem { object, index } => {
                string(object, &|it| it.item(index as isize).map(|byte| vec![byte]))
            }
            Call::GetSlice { object, start, stop } => {
                string(object, &|it| it.slice(start as isize, stop as isize))
            }
            Call::Concat { object, other } => {
                let other = &self.solid(other)?.old;
                string(object, &|it| it.concat(&**other))
            }
            Call::Repeat { object, count } => string(object, &|it| it.repeat(count as isize)),
            Call::Compare { object, other } => {
                let other = self.solid(other)?.buffer.as_ref()?;
                number(object, &|it| it.compare(other).map(|order| order as isize))
            }
            Call::Hash { object } => number(object, &BufferObject::hash),
            Call::SetItem { object, index, value } => {
                let value = &self.solid(value)?.old;
                nothing(object, &|it| it.set_item(index as isize, &**value))
            }
            Call::SetSlice { object, start, stop, value } => {
                let value = &self.solid(value)?.old;
                nothing(object, &|it| it.set_slice(start as isize, stop as isize, &**value))
            }
            _ => None,
        }
    }
}

/// Acts on a buffer object, and counts what it does to its references. `None` if it is another object.
fn on<T>(
    made: &Made,
    act: impl Fn(&BufferObject) -> Result<T, Error>,
) -> Option<(Result<T, Error>, Returned)> {
    let buffer = made.buffer.as_ref()?;
    Some(observe(Some(made), || act(buffer)))
}

/// The old slots of an object, with a reference to what owns its memory.
struct Base {
    slots: Rc<dyn Segments>,
    _owner: Option<Object>,
}

// SAFETY: the slots keep the promises while the owner is there.
unsafe impl Segments for Base {
    fn read(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.slots.read(segment)
    }

    fn write(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.slots.write(segment)
    }

    fn char(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.slots.char(segment)
    }

    fn segment_count(&self) -> Option<isize> {
        self.slots.segment_count()
    }

    fn only_segment(&self, access: Access) -> Result<Segment, Error> {
        self.slots.only_segment(access)
    }

    fn hold(&self) {
        self.slots.hold();
    }

    unsafe fn let_go(&self) {
        // SAFETY: left to the caller.
        unsafe { self.slots.let_go() };
    }
}
