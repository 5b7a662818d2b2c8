//! The views of a case.

use pybuf_protocol::Flags;
use pybuf_protocol::reply::{Obj, Returned, Seen};

use super::view::{View, Viewed};
use super::{Expected, Machine};
use crate::expectation::Expectation;
use crate::lives::Loan;

impl Machine {
    /// What is expected of a call on a view, by its object and the request; or by nothing, if the view
    /// was not granted and it only matters whether there is such a call.
    pub(crate) fn expect_of_view(
        &self,
        view: usize,
        expect: impl Fn(Viewed<'_>) -> Result<Expectation, String>,
    ) -> Expected {
        match self.viewed(view).and_then(|viewed| Ok((viewed.is_some(), expect(viewed)?))) {
            Ok((true, expectation)) => Expected::Reply(expectation),
            Ok((false, otherwise)) => Expected::not_made(&otherwise),
            Err(problem) => Expected::BadCase(problem),
        }
    }

    /// The object of a view and the request that was granted; `None` if it was not.
    fn viewed(&self, view: usize) -> Result<Viewed<'_>, String> {
        let view = self.views.get(view).ok_or_else(|| format!("there is no view {view}"))?;
        let Some(view) = view else { return Ok(None) };
        if view.released {
            return Err("the view is released".into());
        }
        let object =
            view.object.and_then(|object| self.objects.get(object)?.as_ref()?.new.as_ref());
        let object = object.ok_or_else(|| "the view is of no object".to_owned())?;
        Ok(Some((object, view.flags)))
    }

    /// The next view of the case, if it was granted.
    pub(crate) fn learn_view(
        &mut self,
        object: Option<usize>,
        flags: i32,
        returned: Option<&Returned>,
    ) {
        let flags = Flags::from_bits_retain(flags);
        let granted = returned.filter(|returned| returned.value == Some(0));
        self.views.push(granted.map(|returned| {
            let owner = match returned.obj {
                Some(Seen::Is(obj)) => Some(obj).filter(|obj| *obj != Obj::Other),
                _ => None,
            };
            View { object, flags, owner, released: false, forgotten: false }
        }));
    }

    /// The views that are out.
    pub(crate) fn loans(&self) -> Vec<Loan> {
        self.loans_but(None)
    }

    pub(crate) fn loans_but(&self, released: Option<usize>) -> Vec<Loan> {
        let out = self.views.iter().enumerate().filter(|(number, _)| Some(*number) != released);
        let out = out.filter_map(|(_, view)| view.as_ref().filter(|view| !view.released));
        out.filter_map(|view| Some(Loan { object: view.object?, owner: view.owner })).collect()
    }
}
