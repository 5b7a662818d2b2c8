//! What else happens to objects: an exception is pending, memory changes its size, references go.

use pybuf_model::expectation::Exception;
use pybuf_model::lifecycle::{self, Kind, Loan};
use pybuf_model::old;

use super::{Expected, World};
use crate::call::{About, BufferObject, Call, Copy, FillInfo, Memoryview};
use crate::describe::describe;
use crate::object::Object;
use crate::reply::Returned;

/// What can happen to the object of a recipe.
pub(super) fn kind(recipe: &Object) -> Kind {
    match recipe {
        Object::Bytearray { .. } => Kind::Bytearray,
        Object::Memoryview { .. } => Kind::Memoryview,
        _ => Kind::Other,
    }
}

impl World {
    pub(super) fn expect_set_error(&self, exception: &str) -> Expected {
        match Exception::named(exception) {
            Some(exception) => Expected::Reply(old::set_error(exception)),
            None => Expected::BadCase(format!("{exception:?} is no exception of the suite")),
        }
    }

    /// Why a call may not be made while an exception is pending: what the others do then is nowhere
    /// said, and not in the model.
    pub(super) fn pending_problem(&self, call: &Call) -> Option<String> {
        let goes_on = matches!(
            call,
            Call::SetError { .. }
                | Call::AsCharBuffer(_)
                | Call::AsReadBuffer(_)
                | Call::AsWriteBuffer(_)
                | Call::CheckReadBuffer { .. }
        );
        let pending = self.pending.filter(|_| !goes_on)?;
        Some(format!("{pending} is pending when {} is called", call.feature()))
    }

    /// An exception is pending for one call, the next that is made.
    pub(super) fn learn_pending(&mut self, call: &Call, returned: Option<&Returned>) {
        if returned.is_some() {
            self.pending = match call {
                Call::SetError { exception } => Exception::named(exception),
                _ => None,
            };
        }
    }

    pub(super) fn expect_resize(&self, object: usize, len: usize) -> Expected {
        let exists = matches!(self.objects.get(object), Some(Some(_)));
        if exists && !self.lives.is(object, Kind::Bytearray) {
            return Expected::BadCase(format!("object {object} is no bytearray"));
        }
        let lent = self.lives.is_lent(object, &self.loans());
        self.expect_of(object, |exporter| {
            let now = exporter.new.as_ref().map(|new| new.layout.len());
            let same = now == i64::try_from(len).ok();
            lifecycle::resize(lent, same, self.edition)
        })
    }

    pub(super) fn expect_drop(&self, object: usize) -> Expected {
        self.expect_of(object, |_| lifecycle::drop(self.edition))
    }

    pub(super) fn learn_life(&mut self, call: &Call, returned: Option<&Returned>) {
        match call {
            Call::Resize { object, len } if returned.is_some_and(|it| it.value == Some(0)) => {
                self.learn_resize(*object, *len);
            }
            Call::Drop { object } if returned.is_some() => self.lives.drop(*object),
            _ => {}
        }
    }

    fn learn_resize(&mut self, object: usize, len: usize) {
        let resized = describe(&Object::Bytearray { len }, object, self.edition);
        let (Ok(Ok(mut resized)), Some(Some(was))) = (resized, self.objects.get_mut(object)) else {
            return;
        };
        if let (Some(new), Some(was)) = (&mut resized.new, &was.new) {
            new.told_readonly = was.told_readonly;
        }
        *was = resized;
        let mut block = self.memory.block(object).cloned().unwrap_or_default();
        block.bytes.resize(len, 0);
        self.memory.set(object, block);
        self.learn_bases();
    }

    /// The views that are out.
    pub(super) fn loans(&self) -> Vec<Loan> {
        self.loans_but(None)
    }

    fn loans_but(&self, released: Option<usize>) -> Vec<Loan> {
        let out = self.views.iter().enumerate().filter(|(number, _)| Some(*number) != released);
        let out = out.filter_map(|(_, view)| view.as_ref().filter(|view| !view.released));
        out.filter_map(|view| Some(Loan { object: view.object?, owner: view.owner })).collect()
    }

    /// The object that a call names although the case has given it up, if there is one.
    pub(super) fn gone(&self, call: &Call) -> Option<usize> {
        let about = match call.about() {
            About::Object(object) => Some(object),
            _ => None,
        };
        let mut named = about.into_iter().chain(also_named(call));
        named.find(|&object| {
            let exists = matches!(self.objects.get(object), Some(Some(_)));
            exists && !self.lives.is_held(object)
        })
    }

    /// Adds whether a call ends the life of an object that the case has given up, if it is one that
    /// gives something back.
    pub(super) fn with_end(&self, call: &Call, expected: Expected) -> Expected {
        let Expected::Reply(expectation) = expected else { return expected };
        Expected::Reply(match self.freed(call) {
            Some(freed) => lifecycle::with_end(expectation, freed, self.edition),
            None => expectation,
        })
    }

    fn freed(&self, call: &Call) -> Option<bool> {
        let (object, released) = match call {
            Call::Release { view } | Call::ReleaseCopy { view } => {
                (self.views.get(*view)?.as_ref()?.object?, Some(*view))
            }
            Call::Memoryview(Memoryview::Release { object }) | Call::Drop { object } => {
                (*object, None)
            }
            _ => return None,
        };
        let root = self.lives.root(object);
        let is_dropped = matches!(call, Call::Drop { object } if *object == root);
        if self.lives.is_held(root) && !is_dropped {
            return None;
        }
        let mut lives = self.lives.clone();
        match call {
            Call::Memoryview(_) => lives.release(object),
            Call::Drop { .. } => lives.drop(object),
            _ => {}
        }
        let was_alive = self.lives.is_alive(root, &self.loans());
        Some(was_alive && !lives.is_alive(root, &self.loans_but(released)))
    }
}

/// The object that a call takes besides the one that it is about.
fn also_named(call: &Call) -> Option<usize> {
    match *call {
        Call::FillInfo(FillInfo { exporter, .. }) => exporter,
        Call::Copy(Copy::CopyData { src, .. }) => Some(src),
        Call::BufferObject(
            BufferObject::Concat { other, .. } | BufferObject::Compare { other, .. },
        ) => Some(other),
        Call::BufferObject(
            BufferObject::SetItem { value, .. } | BufferObject::SetSlice { value, .. },
        ) => Some(value),
        _ => None,
    }
}
