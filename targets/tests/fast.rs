//! The fast implementation answers what the suite would never ask.

use pybuf_harness::call::BufferObject;
use pybuf_harness::model::Edition;
use pybuf_harness::{Call, Implementation, Object, Reply};
use pybuf_targets::fast::Fast;

#[test]
fn what_nobody_makes_room_for_is_not_made() {
    let mut fast = Fast::of(Edition::V2_7);
    let calls = [
        Call::Make { object: Object::Bytearray { len: usize::MAX } },
        Call::Make { object: Object::Array { typecode: 'd', len: usize::MAX / 2 } },
        Call::BufferObject(BufferObject::FromMemory { size: i64::MAX }),
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
