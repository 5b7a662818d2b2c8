//! What a fault is, and the form in which faults are listed.

use pybuf_harness::model::{Clause, Edition, Level};
use pybuf_harness::reply::SeenView;
use pybuf_harness::{Call, Reply, Returned};

use crate::past::Past;

/// A way to be wrong.
#[derive(Clone, Copy)]
pub struct Fault {
    /// What it does.
    pub name: &'static str,
    /// The clause that it breaks.
    pub clause: Clause,
    /// Where it was seen in the wild, or else who would make the mistake.
    pub seen_in: &'static str,
    /// What is wrong, applied in this order.
    pub changes: &'static [Change],
}

/// Changes its last argument, by what happened in the case before and by the call as the case makes it.
pub type How<T> = fn(&Past, &Call, &mut T);

/// What a fault changes.
#[derive(Clone, Copy)]
pub enum Change {
    /// The call, before it is made.
    Call(How<Call>),
    /// The reply, whatever it is.
    Reply(How<Reply>),
    /// What a call that came back left behind.
    Return(How<Returned>),
    /// The same, unless it failed.
    Success(How<Returned>),
    /// The same, if it failed.
    Failure(How<Returned>),
    /// The view that a call filled.
    View(How<SeenView>),
}

impl Change {
    /// Changes the call that is made in place of one of the case.
    pub(crate) fn before(self, past: &Past, call: &Call, made: &mut Call) {
        if let Change::Call(how) = self {
            how(past, call, made);
        }
    }

    /// Changes the reply to a call.
    pub(crate) fn after(self, past: &Past, call: &Call, reply: &mut Reply) {
        match (self, reply) {
            (Change::Reply(how), reply) => how(past, call, reply),
            (Change::Return(how), Reply::Returned(it)) => how(past, call, it),
            (Change::Success(how), Reply::Returned(it)) if !it.failed() => how(past, call, it),
            (Change::Failure(how), Reply::Returned(it)) if it.failed() => how(past, call, it),
            (Change::View(how), Reply::Returned(Returned { view: Some(it), .. })) => {
                how(past, call, it);
            }
            _ => {}
        }
    }
}

impl Fault {
    /// The newest edition in which the clause is a must; `None` if there is none, and then the fault is no
    /// fault.
    pub fn edition(&self) -> Option<Edition> {
        let is_must = |edition: &Edition| self.clause.level(*edition) == Some(Level::Must);
        Edition::ALL.into_iter().rev().find(is_must)
    }
}

/// Lists faults. Each is a name, the clause that it breaks, where it was seen, and the [`Change`]s that make
/// it: of which [`Call`], by a pattern, on which object if not on all, and how. The three names are those of
/// the arguments of [`How`], the last one for what is changed.
macro_rules! faults {
    (|$past:ident, $call:ident, $it:ident| $(
        $name:literal breaks $clause:literal, $seen_in:literal:
            $($kind:ident of $($function:ident $arguments:tt)|+ $(on $object:pat)? => $how:expr),+;
    )*) => {
        #[allow(unused_variables, reason = "few faults depend on all of them")]
        pub(crate) const FAULTS: &[$crate::fault::Fault] = &[$($crate::fault::Fault {
            name: $name,
            clause: pybuf_harness::model::clause!($clause),
            seen_in: $seen_in,
            changes: &[$($crate::fault::Change::$kind(|$past, $call, $it| {
                $crate::fault::faults!(
                    @ $kind $call $it, $(pybuf_harness::Call::$function $arguments)|+ => {
                        $(let Some($object) = $past.object($call) else { return };)?
                        $how
                    }
                )
            })),+],
        }),*];
    };
    (@ Call $call:ident $it:ident, $pattern:pat => $how:expr) => {
        if let $pattern = $it { $how }
    };
    (@ $kind:ident $call:ident $it:ident, $pattern:pat => $how:expr) => {
        if let $pattern = $call { $how }
    };
}
pub(crate) use faults;
