//! What has happened in a case so far.

use pybuf_harness::call::About;
use pybuf_harness::model::Edition;
use pybuf_harness::object::Step;
use pybuf_harness::reply::SeenView;
use pybuf_harness::{Call, Object, Reply, Returned};

/// What a fault may depend on besides the call and the reply.
#[derive(Clone, Debug)]
pub struct Past {
    /// The edition that the implementation claims to be of.
    pub edition: Edition,
    /// The calls that the case has made.
    pub calls: Vec<Call>,
    /// The reply to each, as the fault changed it.
    pub replies: Vec<Reply>,
}

impl Past {
    /// The call that made an object, by the number of the object.
    pub(crate) fn maker(&self, object: usize) -> Option<&Call> {
        self.calls.iter().filter(|call| call.makes_object()).nth(object)
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

    /// The calls that fill views, with the replies to them: one for each view, by its number.
    pub(crate) fn fillers(&self) -> impl Iterator<Item = (&Call, &Reply)> {
        self.calls.iter().zip(&self.replies).filter(|(call, _)| call.fills_view())
    }

    /// The fields of a view that was granted, but for `obj`.
    pub(crate) fn view(&self, view: usize) -> Option<&SeenView> {
        match self.fillers().nth(view)?.1 {
            Reply::Returned(Returned { view, .. }) => view.as_deref(),
            _ => None,
        }
    }

    /// Whether a call is about an object or a view that could not be made, by what was replied.
    pub(crate) fn is_about_nothing(&self, call: &Call) -> bool {
        let mut objects =
            self.calls.iter().zip(&self.replies).filter(|(call, _)| call.makes_object());
        let made = match call.about() {
            About::Object(number) => objects.nth(number),
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
