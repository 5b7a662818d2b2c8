//! What the world of a case knows of buffer objects: hashes that were told, memory that was written,
//! objects that were made although they should not have been.

use pybuf_harness::call::{END_OF_BUFFER, Part};
use pybuf_harness::judge::judge;
use pybuf_harness::model::Edition;
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Reply, Returned};
use pybuf_harness::{Call, Capabilities, Case};

fn make(object: Object) -> Call {
    Call::Make { object }
}

fn read_only_over(base: usize) -> Call {
    Call::BufferFromObject(Part { base, offset: 0, size: END_OF_BUFFER })
}

fn made() -> Reply {
    Reply::Returned(Returned::default())
}

fn done() -> Reply {
    Reply::Returned(Returned { value: Some(0), ..Returned::default() })
}

fn hashed(number: i64) -> Reply {
    Reply::Returned(Returned { value: Some(0), number: Some(number), ..Returned::default() })
}

fn string(bytes: &[u8]) -> Reply {
    let bytes = Some(bytes.to_vec());
    Reply::Returned(Returned { value: Some(0), bytes, ..Returned::default() })
}

fn raised(exception: &str) -> Reply {
    let exception = Some(exception.into());
    Reply::Returned(Returned { value: Some(-1), exception, ..Returned::default() })
}

/// The clauses that are broken, each with the call.
fn broken(steps: &[(Call, Reply)], edition: Edition) -> Vec<(usize, &'static str)> {
    let (calls, replies): (Vec<_>, Vec<_>) = steps.iter().cloned().unzip();
    let capabilities = Capabilities { name: "made up".into(), lacks: Default::default() };
    let judgement = judge(&Case { calls }, &replies, edition, &capabilities);
    let id = |clause: Option<pybuf_harness::model::Clause>| clause.map_or("none", |it| it.id());
    judgement.divergences.iter().map(|it| (it.call, id(it.clause))).collect()
}

#[test]
fn a_hash_that_was_told_holds_for_equal_bytes_until_something_is_assigned() {
    let hash = |object| Call::Hash { object };
    let set = Call::SetItem { object: 4, index: 0, value: 0 };
    let mut steps = vec![
        (make(Object::Bytes { len: 1 }), made()),
        (make(Object::Array { typecode: 'B', len: 1 }), made()),
        (read_only_over(0), done()),
        (read_only_over(1), done()),
        (Call::BufferFromReadWriteMemory { size: 1 }, done()),
        (hash(2), hashed(-385)),
        (hash(3), hashed(-385)),
        (hash(2), hashed(7)),
        (set, done()),
        (hash(3), hashed(8)),
    ];
    assert_eq!(broken(&steps, Edition::V2_7), [(7, "buffer-object.hash.equal-if-equal")]);
    steps[7].1 = hashed(-385);
    assert_eq!(broken(&steps, Edition::V2_7), []);
}

#[test]
fn what_is_assigned_is_known_from_then_on() {
    let whole = |object| {
        let (start, stop) = (0, 100);
        Call::GetSlice { object, start, stop }
    };
    let set = Call::SetSlice { object: 1, start: 0, stop: 2, value: 0 };
    let steps = [
        (make(Object::Bytes { len: 2 }), made()),
        (Call::BufferNew { size: 2 }, done()),
        (read_only_over(1), done()),
        (whole(2), string(&[8, 9])),
        (set.clone(), done()),
        (whole(1), string(&[0, 1])),
        (whole(2), string(&[8, 9])),
        (set, raised("TypeError")),
    ];
    let expected = [(6, "buffer-object.slice"), (7, "buffer-object.assign")];
    assert_eq!(broken(&steps, Edition::V2_7), expected);
}

#[test]
fn an_object_that_should_not_have_been_made_is_followed() {
    let two = Object::Slots {
        read: true,
        write: true,
        char: false,
        segments: Some(2),
        len: None,
        raises: None,
    };
    let size = Call::Size { object: 1 };
    let mut steps = vec![
        (make(two), made()),
        (read_only_over(0), done()),
        (size.clone(), raised("TypeError")),
        (size, done()),
    ];
    let first = (1, "buffer-object.from-object.single-segment");
    assert_eq!(broken(&steps, Edition::V2_7), [first, (3, "buffer-object.base-fails")]);
    // If it is not made, nothing can be done with it.
    steps[1].1 = raised("TypeError");
    steps[2].1 = Reply::NotMade;
    steps[3].1 = Reply::NotMade;
    assert_eq!(broken(&steps, Edition::V2_7), []);
}

#[test]
fn where_there_are_no_buffer_objects_nothing_is_done_with_them() {
    let size = Call::Size { object: 1 };
    for answer in [Reply::NotInEdition, Reply::NotMade] {
        let steps = [
            (make(Object::Bytes { len: 5 }), made()),
            (read_only_over(0), Reply::NotInEdition),
            (size.clone(), answer),
        ];
        assert_eq!(broken(&steps, Edition::V3_12), []);
    }
    let steps =
        [(make(Object::Bytes { len: 5 }), made()), (read_only_over(0), done()), (size, done())];
    assert_eq!(broken(&steps, Edition::V3_12)[0], (1, "buffer-object.until-2.7"));
}

#[test]
fn memory_that_cannot_be_had_is_not_looked_for() {
    let slice = Call::GetSlice { object: 0, start: 0, stop: 1 };
    let steps = [(Call::BufferNew { size: 1 << 62 }, done()), (slice, string(&[0]))];
    let judged = broken(&steps, Edition::V2_7);
    assert!(judged.iter().all(|(call, _)| *call == 0), "{judged:?}");
    let own = Call::BufferFromMemory { size: i64::MAX };
    assert_eq!(broken(&[(own, done())], Edition::V2_7), [(0, "none")]);
}
