//! # Budgets
//!
//! How often a function may end the target, or hang, before a run skips it. Each time costs a start of the target, or
//! a wait, and says nothing new. What else the target does is of interest all the same.
//!
//! A budget is of a function on a kind of object, and of a function on all of them. It is not of a clause: which
//! clause a call concerns, only the replies before it tell. One call that returns fills it up again.

use std::collections::BTreeMap;

use pybuf_model::Edition;

use crate::case::Case;
use crate::reply::Reply;

/// How many cases in a row a function may end on one kind of object.
const ON_A_KIND: usize = 50;

/// How many on any.
const ON_ALL: usize = 100;

/// As how many ends a time-out counts: nobody waits ten seconds fifty times.
const TIME_OUT: usize = 10;

/// What there is a budget of: a function of an edition, on a kind of object if it is of one only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Budget {
    pub edition: Edition,
    pub function: &'static str,
    pub objects: Option<&'static str>,
}

/// What has been spent.
#[derive(Default)]
pub(crate) struct Budgets(BTreeMap<Budget, usize>);

impl Budgets {
    /// The budget that is used up, of those that the calls of a case need, if one is.
    pub fn used_up(&self, case: &Case, edition: Edition) -> Option<Budget> {
        if self.0.is_empty() {
            return None;
        }
        let is_used_up = |of: &Budget| {
            let all = if of.objects.is_some() { ON_A_KIND } else { ON_ALL };
            self.0.get(of).is_some_and(|spent| *spent >= all)
        };
        (0..case.calls.len()).flat_map(|call| needed(case, call, edition)).find(is_used_up)
    }

    /// Takes account of the replies to a case. A call that returns fills a budget up, unless a later call
    /// of the case spends from it.
    pub fn count(&mut self, case: &Case, replies: &[Reply], edition: Edition) {
        let is_end = |it: &Reply| matches!(it, Reply::Crashed { .. } | Reply::TimedOut { .. });
        // The usual case: there is nothing to keep account of.
        if self.0.is_empty() && !replies.iter().any(is_end) {
            return;
        }
        let mut costs = BTreeMap::new();
        for (call, reply) in replies.iter().enumerate().take(case.calls.len()) {
            let cost = match reply {
                Reply::Crashed { .. } => 1,
                Reply::TimedOut { .. } => TIME_OUT,
                Reply::Returned(_) => 0,
                _ => continue,
            };
            for of in needed(case, call, edition) {
                *costs.entry(of).or_insert(0) += cost;
            }
        }
        for (of, cost) in costs {
            match cost {
                0 => drop(self.0.remove(&of)),
                cost => *self.0.entry(of).or_default() += cost,
            }
        }
    }
}

/// The budgets that a call needs.
fn needed(case: &Case, call: usize, edition: Edition) -> [Budget; 2] {
    let function = case.calls[call].feature();
    let on = |objects| Budget { edition, function, objects };
    [on(None), on(Some(case.subject(call)))]
}
