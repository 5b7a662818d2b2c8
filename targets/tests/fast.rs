//! The embedded fast implementation on cases that would lead outside of memory: it answers all of them,
//! and looks at no memory that is not there. Under Miri this is the test of its own care.

use pybuf_harness::call::{AsBuffer, Call, FillInfo};
use pybuf_harness::call::{END_OF_BUFFER, Part};
use pybuf_harness::object::{Object, Step};
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen};
use pybuf_harness::{Implementation, model::Edition};
use pybuf_targets::fast::Fast;

const FULL_RO: i32 = 0x11c;
const BYTEARRAY: Call = Call::Make { object: Object::Bytearray { len: 5 } };
const GET: Call = Call::GetBuffer { object: 0, flags: FULL_RO };
const RESIZE: Call = Call::Resize { object: 0, len: 70 };
const PACK: Call = Call::ToContiguous { view: 0, len: 5, order: 'C' };
const UNPACK: Call = Call::FromContiguous { view: 0, len: 5, order: 'C' };

/// Makes the calls; the last reply.
fn last(edition: Edition, calls: impl IntoIterator<Item = Call>) -> Reply {
    let mut fast = Fast::of(edition);
    fast.begin_case();
    calls.into_iter().map(|call| fast.call(&call)).last().unwrap_or(Reply::NotMade)
}

fn returned(reply: Reply) -> Returned {
    match reply {
        Reply::Returned(returned) => returned,
        other => panic!("{other:?}"),
    }
}

fn pointer(indices: &[i64]) -> Call {
    Call::GetPointer { view: 0, indices: indices.to_vec() }
}

fn over(base: usize) -> Call {
    Call::BufferFromObject(Part { base, offset: 0, size: END_OF_BUFFER })
}

fn fill(exporter: usize, len: i64) -> Call {
    let exporter = Some(exporter);
    let (view_null, buf_null) = (false, false);
    Call::FillInfo(FillInfo { exporter, view_null, buf_null, len, readonly: 0, flags: FULL_RO })
}

#[test]
fn released_views_are_not_looked_at() {
    let release = Call::Release { view: 0 };
    for using in [PACK, UNPACK, pointer(&[0])] {
        let calls = [BYTEARRAY, GET, release.clone(), RESIZE, using];
        assert_eq!(last(Edition::V3_13, calls), Reply::NotMade);
    }
    let again = returned(last(Edition::V3_13, [BYTEARRAY, GET, release.clone(), release]));
    assert_eq!(again.obj, Some(Seen::Is(Obj::Null)));
}

#[test]
fn indices_are_inside_the_shape() {
    for indices in [&[][..], &[0, 0], &[5], &[-1]] {
        assert_eq!(last(Edition::V3_13, [BYTEARRAY, GET, pointer(indices)]), Reply::NotMade);
    }
    let inside = returned(last(Edition::V3_13, [BYTEARRAY, GET, pointer(&[4])]));
    assert_eq!(inside.buffer, Some(Seen::Is(Pointer::At { block: 0, offset: 4 })));
}

#[test]
fn memory_that_is_only_told_of_is_not_looked_at() {
    for using in [PACK, UNPACK] {
        assert_eq!(last(Edition::V3_13, [BYTEARRAY, fill(0, 1000), using]), Reply::NotMade);
    }
    let (segments, len, raises) = (Some(1), Some(1 << 31), None);
    let slots = Object::Slots { read: true, write: true, char: true, segments, len, raises };
    let made = [Call::Make { object: slots }, over(0), over(1)];
    for object in [1, 2] {
        let slice = Call::GetSlice { object, start: 0, stop: 1 << 31 };
        let calls = made.clone().into_iter().chain([slice]);
        assert_eq!(last(Edition::V2_7, calls), Reply::NotMade);
        let size = Call::Size { object };
        let size = returned(last(Edition::V2_7, made.clone().into_iter().chain([size])));
        assert_eq!(size.value, Some(1 << 31));
    }
}

#[test]
fn objects_that_were_given_up_are_not_looked_at() {
    let drop = Call::Drop { object: 0 };
    let object = 0;
    let uses = [
        Call::CopyData { dest: 0, src: 0 },
        Call::CopyToObject { object, len: 1, order: 'C' },
        Call::MemoryviewFromObject { object },
        over(0),
        fill(0, 8),
        RESIZE,
        drop.clone(),
        GET,
    ];
    for using in uses {
        assert_eq!(last(Edition::V2_7, [BYTEARRAY, drop.clone(), using]), Reply::NotMade);
    }
    let packed = returned(last(Edition::V3_13, [BYTEARRAY, GET, drop, PACK]));
    assert_eq!(packed.bytes.map(|bytes| bytes[..5].to_vec()), Some(vec![0, 1, 2, 3, 4]));
}

#[test]
fn of_released_memoryviews_only_memory_that_is_there_is_looked_at() {
    let copy = |object| Call::CopyData { dest: object, src: object };
    let steps = vec![Step::Release];
    let released = Call::Make { object: Object::Memoryview { len: 3, readonly: false, steps } };
    let refused = returned(last(Edition::V3_13, [released, copy(0)]));
    assert_eq!((refused.value, refused.bytes), (Some(-1), Some(vec![0, 1, 2])));
    let view = Call::MemoryviewFromObject { object: 0 };
    let release = Call::MemoryviewRelease { object: 1 };
    let calls = [BYTEARRAY, view, release, Call::Drop { object: 0 }, copy(1)];
    let refused = returned(last(Edition::V3_13, calls));
    assert_eq!((refused.value, refused.bytes), (Some(-1), Some(vec![])));
}

#[test]
fn resized_memory_is_found_where_it_is() {
    let read = Call::AsReadBuffer(AsBuffer { object: Some(0), null: None });
    let read = returned(last(Edition::V2_7, [BYTEARRAY, RESIZE, read]));
    assert_eq!(read.buffer, Some(Seen::Is(Pointer::At { block: 0, offset: 0 })));
    assert_eq!(read.length, Some(Seen::Is(70)));
    let slice = Call::GetSlice { object: 1, start: 0, stop: 3 };
    let slice = last(Edition::V2_7, [BYTEARRAY, over(0), RESIZE, slice]);
    assert_eq!(returned(slice).bytes, Some(vec![0, 1, 2]));
}

#[test]
fn any_object_may_be_called_the_exporter() {
    let plain = Call::Make { object: Object::Plain };
    let filled = returned(last(Edition::V3_13, [plain, fill(0, 8)]));
    assert_eq!((filled.obj, filled.references), (Some(Seen::Is(Obj::Exporter)), Some(1)));
}

#[test]
fn what_nobody_makes_room_for_is_not_made() {
    let mut fast = Fast::of(Edition::V2_7);
    let calls = [
        Call::Make { object: Object::Bytearray { len: usize::MAX } },
        Call::Make { object: Object::Array { typecode: 'd', len: usize::MAX / 2 } },
        Call::BufferFromReadWriteMemory { size: i64::MAX },
        // None of the three is there.
        Call::GetBuffer { object: 2, flags: 0 },
        Call::Make { object: Object::Bytearray { len: 5 } },
        Call::Resize { object: 3, len: usize::MAX / 2 },
    ];
    let replies = fast.run(&[&calls]).remove(0);
    for (index, reply) in replies.iter().enumerate() {
        assert_eq!(*reply != Reply::NotMade, index == 4, "{:?}: {reply:?}", calls[index]);
    }
}
