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

/// What a budget is of: a function of an edition, and a kind of object if it is of one only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Of {
    pub edition: Edition,
    pub function: &'static str,
    pub objects: Option<&'static str>,
}

/// What has been spent.
#[derive(Default)]
pub(crate) struct Budgets(BTreeMap<Of, usize>);

impl Budgets {
    /// The budget that is used up, of those that the calls of a case need, if one is.
    pub fn used_up(&self, case: &Case, edition: Edition) -> Option<Of> {
        if self.0.is_empty() {
            return None;
        }
        let is_used_up = |of: &Of| self.0.get(of).is_some_and(|spent| *spent >= of.all());
        (0..case.calls.len()).flat_map(|call| needed(case, call, edition)).find(is_used_up)
    }

    /// Takes account of the replies to a case. A call that returns fills a budget up, unless a later call
    /// of the case spends from it.
    pub fn count(&mut self, case: &Case, replies: &[Reply], edition: Edition) {
        let cost = |reply: &Reply| match reply {
            Reply::Crashed { .. } => Some(1),
            Reply::TimedOut { .. } => Some(TIME_OUT),
            Reply::Returned(_) => Some(0),
            _ => None,
        };
        let dies = replies.iter().any(|reply| cost(reply).is_some_and(|cost| cost > 0));
        // The usual case: there is nothing to keep account of.
        if self.0.is_empty() && !dies {
            return;
        }
        let mut costs = BTreeMap::new();
        for (call, reply) in replies.iter().enumerate().take(case.calls.len()) {
            let Some(cost) = cost(reply) else { continue };
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

impl Of {
    fn all(&self) -> usize {
        if self.objects.is_some() { ON_A_KIND } else { ON_ALL }
    }
}

/// The budgets that a call needs.
fn needed(case: &Case, call: usize, edition: Edition) -> [Of; 2] {
    let function = case.calls[call].feature();
    let on = |objects| Of { edition, function, objects };
    [on(None), on(Some(case.subject(call)))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::Returned;
    use crate::{Call, Object};

    const EDITION: Edition = Edition::V3_12;

    fn case(object: Object) -> Case {
        Case { calls: vec![Call::Make { object }, Call::CheckBuffer { object: 0 }] }
    }

    fn bytes() -> Case {
        case(Object::Bytes { len: 1 })
    }

    fn run(budgets: &mut Budgets, case: &Case, times: usize, reply: &Reply) {
        for _ in 0..times {
            let made = Reply::Returned(Returned::default());
            budgets.count(case, &[made, reply.clone()], EDITION);
        }
    }

    fn crash() -> Reply {
        Reply::Crashed { how: "so".into() }
    }

    #[test]
    fn a_budget_is_of_a_function_on_a_kind_of_object() {
        let mut budgets = Budgets::default();
        run(&mut budgets, &bytes(), ON_A_KIND - 1, &crash());
        assert_eq!(budgets.used_up(&bytes(), EDITION), None);
        run(&mut budgets, &bytes(), 1, &crash());
        let objects = Some("bytes");
        let of = Of { edition: EDITION, function: "PyObject_CheckBuffer", objects };
        assert_eq!(budgets.used_up(&bytes(), EDITION), Some(of));
        // Neither another kind, nor another function, nor another edition.
        assert_eq!(budgets.used_up(&case(Object::Plain), EDITION), None);
        let made = Case { calls: bytes().calls[..1].to_vec() };
        assert_eq!(budgets.used_up(&made, EDITION), None);
        assert_eq!(budgets.used_up(&bytes(), Edition::V3_13), None);
    }

    #[test]
    fn a_function_that_dies_on_all_kinds_is_not_tried_on_each() {
        let mut budgets = Budgets::default();
        run(&mut budgets, &bytes(), ON_A_KIND, &crash());
        run(&mut budgets, &case(Object::Plain), ON_ALL - ON_A_KIND, &crash());
        let array = case(Object::Array { typecode: 'i', len: 1 });
        let of = Of { edition: EDITION, function: "PyObject_CheckBuffer", objects: None };
        assert_eq!(budgets.used_up(&array, EDITION), Some(of));
    }

    #[test]
    fn what_returns_in_between_fills_it_up() {
        let mut budgets = Budgets::default();
        run(&mut budgets, &bytes(), ON_A_KIND - 1, &crash());
        run(&mut budgets, &bytes(), 1, &Reply::Returned(Returned::default()));
        run(&mut budgets, &bytes(), ON_A_KIND - 1, &crash());
        assert_eq!(budgets.used_up(&bytes(), EDITION), None);
    }

    #[test]
    fn a_time_out_costs_more() {
        let mut budgets = Budgets::default();
        let hang = Reply::TimedOut { limit: 10_000 };
        run(&mut budgets, &bytes(), ON_A_KIND / TIME_OUT - 1, &hang);
        assert_eq!(budgets.used_up(&bytes(), EDITION), None);
        run(&mut budgets, &bytes(), 1, &hang);
        assert!(budgets.used_up(&bytes(), EDITION).is_some());
    }
}
