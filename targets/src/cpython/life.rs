//! What else happens to objects: an exception is pending, memory changes its size, references go.

use pybuf_harness::{Call, Reply, Returned};

use super::case::Block;
use super::embedded::Embedded;

impl Embedded {
    pub(super) fn life(&mut self, call: &Call) -> Reply {
        match call {
            Call::SetError { exception } => self.set_error(exception),
            Call::Resize { object, len } => self.resize(*object, *len),
            Call::Drop { object } => self.give_up(*object),
            _ => Reply::Unsupported,
        }
    }

    /// The one call that leaves the exception set, for the next one to find.
    fn set_error(&self, exception: &str) -> Reply {
        let api = self.python.api;
        api.raise(exception, "as told");
        Reply::Returned(Returned { exception: api.pending_exception(), ..Returned::default() })
    }

    fn resize(&mut self, object: usize, len: usize) -> Reply {
        let api = self.python.api;
        let (Some(function), Some(kind)) = (api.PyByteArray_Resize, api.PyByteArray_Type) else {
            return Reply::NotInEdition;
        };
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        let bytearray = made.object.as_ptr();
        // SAFETY: an object, whose type is only compared.
        if unsafe { (*bytearray).ob_type } != kind {
            return Reply::NotMade;
        }
        // SAFETY: a bytearray.
        let returned =
            self.observe(Some(made), || unsafe { Some(function(bytearray, len as isize).into()) });
        if let (Some(0), Some(Some(made))) = (returned.value, self.case.objects.get_mut(object)) {
            // SAFETY: a bytearray.
            let start = unsafe { (api.PyByteArray_AsString)(bytearray) };
            made.block = Some(Block { start: start.cast(), size: len });
        }
        Reply::Returned(returned)
    }

    fn give_up(&self, object: usize) -> Reply {
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        Reply::Returned(self.observe(Some(made), || {
            made.object.give_up();
            None
        }))
    }
}
