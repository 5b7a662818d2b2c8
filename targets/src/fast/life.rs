//! What else happens to objects: memory changes its size, references go.

use pybuf_harness::call::Call;
use pybuf_harness::reply::{Reply, Returned};

use super::made::Also;
use super::observe::{observe, status};
use super::state::Fast;
use crate::block::Block;

impl Fast {
    pub(super) fn life(&mut self, call: &Call) -> Reply {
        let returned = match call {
            Call::Resize { object, len } => self.resize(*object, *len),
            Call::Drop { object } => self.give_up(*object),
            _ => None,
        };
        returned.map_or(Reply::NotMade, Reply::Returned)
    }

    fn resize(&mut self, object: usize, len: usize) -> Option<Returned> {
        let made = self.objects.get_mut(object)?.as_mut().filter(|made| made.held)?;
        let Also::Bytearray(array) = &made.also else {
            return None;
        };
        let (result, seen) = observe(Some(made), || array.resize(len));
        made.block = Block { start: array.start().cast_const(), size: array.len() };
        Some(status(&result, seen))
    }

    fn give_up(&mut self, object: usize) -> Option<Returned> {
        let made = self.objects.get_mut(object)?.as_mut().filter(|made| made.held)?;
        let before = made.moment();
        made.give_up();
        let Returned { freed, .. } = made.moment().since(before);
        Some(Returned { freed, ..Returned::default() })
    }
}
