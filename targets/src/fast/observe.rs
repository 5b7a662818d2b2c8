//! What a reply tells of a call.

use pybuf_fast::Error;
use pybuf_harness::reply::Returned;

use super::made::Made;

/// Makes a call, and counts what it does to an object: its references and releases, and its end.
pub(super) fn observe<T>(made: Option<&Made>, call: impl FnOnce() -> T) -> (T, Returned) {
    let count = || made.map(Made::moment).unwrap_or_default();
    let before = count();
    let result = call();
    (result, count().since(before))
}

/// 0, or -1 and the exception.
pub(super) fn status<T>(result: &Result<T, Error>, seen: Returned) -> Returned {
    let value = Some(if result.is_ok() { 0 } else { -1 });
    let exception = result.as_ref().err().map(|error| error.exception().name().to_owned());
    Returned { value, exception, ..seen }
}
