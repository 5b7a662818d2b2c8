//! What the world of a case knows of lives: who is lent to whom, when memory may change its size, and
//! which call ends a life. The replies are made up; wrong ones are named with their clause.

use pybuf_harness::Call;
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Obj, Reply, Returned, Seen};

use crate::told::{self, broken};

/// A bytearray of three bytes.
fn make() -> (Call, Reply) {
    let make = Call::Make { object: Object::Bytearray { len: 3 } };
    (make, Reply::Returned(Returned::default()))
}

/// A view of all that a bytearray, or a memoryview of it, has. `owner` is what `obj` is.
fn get(object: usize, owner: Obj) -> (Call, Reply) {
    let (call, returned) = told::get(object, owner, 3, 1);
    (call, Reply::Returned(Returned { references: Some(1), ..returned }))
}

fn release(view: usize, freed: Option<bool>) -> (Call, Reply) {
    let obj = Some(Seen::Is(Obj::Null));
    (Call::Release { view }, Reply::Returned(Returned { obj, freed, ..Returned::default() }))
}

fn drop(object: usize, freed: bool) -> (Call, Reply) {
    let reply = Returned { freed: Some(freed), ..Returned::default() };
    (Call::Drop { object }, Reply::Returned(reply))
}

fn resize(value: i64) -> (Call, Reply) {
    let exception = (value < 0).then(|| "BufferError".to_owned());
    let reply = Returned { value: Some(value), exception, ..Returned::default() };
    (Call::Resize { object: 0, len: 70 }, Reply::Returned(reply))
}

fn memoryview() -> (Call, Reply) {
    let call = Call::MemoryviewFromObject { object: 0 };
    (call, Reply::Returned(Returned { value: Some(0), ..Returned::default() }))
}

fn release_memoryview(value: i64) -> (Call, Reply) {
    let exception = (value < 0).then(|| "BufferError".to_owned());
    let call = Call::MemoryviewRelease { object: 1 };
    (call, Reply::Returned(Returned { value: Some(value), exception, ..Returned::default() }))
}

#[test]
fn a_view_keeps_its_object_alive() {
    let case = |at_drop, at_release| {
        broken(&[make(), get(0, Obj::Exporter), drop(0, at_drop), release(0, Some(at_release))])
    };
    assert_eq!(case(false, true), []);
    assert_eq!(case(true, true), [(2, "lifecycle.view-keeps-alive")]);
    assert_eq!(case(false, false), [(3, "lifecycle.last-reference-frees")]);
}

#[test]
fn the_last_of_two_views_ends_a_life_and_a_second_release_does_not() {
    let case = |freed: [bool; 3]| {
        broken(&[
            make(),
            get(0, Obj::Exporter),
            get(0, Obj::Exporter),
            drop(0, false),
            release(0, Some(freed[0])),
            release(0, Some(freed[1])),
            release(1, Some(freed[2])),
        ])
    };
    assert_eq!(case([false, false, true]), []);
    assert_eq!(case([true, false, true]), [(4, "lifecycle.view-keeps-alive")]);
    assert_eq!(case([false, true, true]), [(5, "lifecycle.view-keeps-alive")]);
    assert_eq!(case([false, false, false]), [(6, "lifecycle.last-reference-frees")]);
}

#[test]
fn memory_that_is_lent_keeps_its_size() {
    let lent = |value| broken(&[make(), get(0, Obj::Exporter), resize(value)]);
    assert_eq!(lent(-1), []);
    assert_eq!(lent(0), [(2, "lifecycle.resize.refused-while-lent")]);
    let given_back =
        |value| broken(&[make(), get(0, Obj::Exporter), release(0, None), resize(value)]);
    assert_eq!(given_back(0), []);
    assert_eq!(given_back(-1).first().map(|it| it.0), Some(3));
    let behind_a_memoryview = |value| broken(&[make(), memoryview(), resize(value)]);
    assert_eq!(behind_a_memoryview(-1), []);
    assert_eq!(behind_a_memoryview(0), [(2, "lifecycle.resize.refused-while-lent")]);
}

#[test]
fn a_memoryview_is_not_released_under_its_views_and_gives_back_when_it_is() {
    let under_a_view =
        |value| broken(&[make(), memoryview(), get(1, Obj::Exporter), release_memoryview(value)]);
    assert_eq!(under_a_view(-1), []);
    let refused = "memoryview.release.refused-while-exported";
    assert_eq!(under_a_view(0), [(3, refused)]);
    let then = |value| broken(&[make(), memoryview(), release_memoryview(0), resize(value)]);
    assert_eq!(then(0), []);
    assert_eq!(then(-1).first().map(|it| it.0), Some(3));
}

#[test]
fn what_was_given_up_is_not_named_again() {
    assert_eq!(broken(&[make(), drop(0, true), get(0, Obj::Exporter)]), [(2, "none")]);
}
