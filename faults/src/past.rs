//! What has happened in a case so far.

use pybuf_harness::call::About;
use pybuf_harness::object::Step;
use pybuf_harness::reply::SeenView;
use pybuf_harness::{Call, Object, Reply, Returned};

/// What a fault may depend on besides the call and the reply.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// The calls that the case has made, each with the reply to it, as the fault changed it.
    pub calls: Vec<(Call, Reply)>,
}

impl Past {
    /// The calls that make objects: one for each object, by its number.
    fn makers(&self) -> impl Iterator<Item = &(Call, Reply)> {
        self.calls.iter().filter(|(call, _)| call.makes_object())
    }

    /// The calls that fill views: one for each view, by its number.
    pub(crate) fn fillers(&self) -> impl Iterator<Item = &(Call, Reply)> {
        self.calls.iter().filter(|(call, _)| call.fills_view())
    }

    /// The call that made an object, by the number of the object.
    pub(crate) fn maker(&self, object: usize) -> Option<&Call> {
        self.makers().nth(object).map(|(call, _)| call)
    }

    /// How an object was made that was not made of another one.
    pub(crate) fn recipe(&self, object: usize) -> Option<&Object> {
        match self.maker(object)? {
            Call::Make { object } => Some(object),
            _ => None,
        }
    }

    /// The same, of the object that a call is about.
    pub(crate) fn object(&self, call: &Call) -> Option<&Object> {
        match call.about() {
            About::Object(object) => self.recipe(object),
            _ => None,
        }
    }

    /// Whether a call is about a memoryview that was released.
    pub(crate) fn is_released(&self, call: &Call) -> bool {
        let object = self.object(call);
        matches!(object, Some(Object::Memoryview { steps, .. }) if steps.ends_with(&[Step::Release]))
    }

    /// The fields of a view that was granted, but for `obj`.
    pub(crate) fn view(&self, view: usize) -> Option<&SeenView> {
        match self.fillers().nth(view)? {
            (_, Reply::Returned(Returned { view, .. })) => view.as_deref(),
            _ => None,
        }
    }

    /// Whether a call is about an object or a view that could not be made, by what was replied.
    pub(crate) fn is_about_nothing(&self, call: &Call) -> bool {
        let made = match call.about() {
            About::Object(number) => self.makers().nth(number),
            About::View(number) => self.fillers().nth(number),
            About::Nothing => return false,
        };
        match made {
            Some((_, Reply::Returned(returned))) => {
                returned.value.map_or(returned.exception.is_some(), |value| value != 0)
            }
            Some((_, Reply::NotMade)) => true,
            _ => false,
        }
    }
}
