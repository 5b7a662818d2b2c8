//! What the world of a case knows of memory: what copies have left of it, and whose memory a memoryview
//! is of. The replies are made up; wrong ones are named with their clause.

use pybuf_harness::Call;
use pybuf_harness::object::{Layout, Object};
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen};

use crate::told::{self, broken};

/// Two elements of one byte in a block of four, with a gap between them; or without.
fn make(gap: bool) -> (Call, Reply) {
    let layout = Layout {
        size: 4,
        offset: 0,
        itemsize: 1,
        format: "B".into(),
        shape: vec![2],
        strides: vec![if gap { 2 } else { 1 }],
        suboffsets: None,
    };
    let make = Call::Make { object: Object::Exporter { layout, readonly: false } };
    (make, Reply::Returned(Returned::default()))
}

/// A view of the elements with a gap.
fn get() -> (Call, Reply) {
    let (call, returned) = told::get(0, Obj::Exporter, 2, 2);
    (call, Reply::Returned(returned))
}

fn done(bytes: &[u8]) -> Reply {
    let bytes = Some(bytes.to_vec());
    Reply::Returned(Returned { value: Some(0), bytes, ..Returned::default() })
}

fn to_contiguous(bytes: &[u8]) -> (Call, Reply) {
    (Call::ToContiguous { view: 0, len: 2, order: 'C' }, done(bytes))
}

fn from_contiguous(bytes: &[u8]) -> (Call, Reply) {
    (Call::FromContiguous { view: 0, len: 2, order: 'C' }, done(bytes))
}

/// A memoryview of contiguous memory, which begins in `block`.
fn contiguous(block: usize, bytes: &[u8]) -> (Call, Reply) {
    let call = Call::GetContiguous { object: 0, buffertype: 0x100, order: 'C' };
    let Reply::Returned(mut returned) = done(bytes) else { unreachable!("it is done") };
    returned.buffer = Some(Seen::Is(Pointer::At { block, offset: 0 }));
    (call, Reply::Returned(returned))
}

/// What is behind the two bytes of a copy.
const BEHIND: [u8; 8] = [0xA5; 8];

#[test]
fn the_bytes_behind_a_copy_stay_as_they_were() {
    let judged = |copied: [u8; 2], behind: [u8; 8]| {
        broken(&[make(true), get(), to_contiguous(&[&copied[..], &behind].concat())])
    };
    assert_eq!(judged([0, 2], BEHIND), []);
    let [mut first, mut last] = [BEHIND; 2];
    (first[0], last[7]) = (0, 0);
    let (of_elements, of_behind) = (judged([0, 1], BEHIND), judged([0, 2], first));
    assert_eq!(of_behind, judged([0, 2], last));
    assert_eq!((of_elements.len(), of_behind.len()), (1, 1));
    assert!(of_elements[0].1.starts_with("copy.to."), "{of_elements:?}");
    assert_ne!(of_elements, of_behind);
}

#[test]
fn what_was_written_is_read_again() {
    let judged = |left: [u8; 4], read: [u8; 2]| {
        let read = [&read[..], &BEHIND].concat();
        broken(&[make(true), get(), from_contiguous(&left), to_contiguous(&read)])
    };
    // What is written is 200 and 201; the gaps stay as they were.
    assert_eq!(judged([200, 1, 201, 3], [200, 201]), []);
    let stale = judged([200, 1, 201, 3], [0, 2]);
    assert!(stale.len() == 1 && stale[0].0 == 3 && stale[0].1.starts_with("copy.to."), "{stale:?}");
    // One that is told of is not told of again.
    let wrong = judged([200, 1, 7, 3], [200, 7]);
    assert!(!wrong.is_empty() && wrong.iter().all(|(call, _)| *call == 2), "{wrong:?}");
    let gap = judged([200, 0, 201, 3], [200, 201]);
    assert!(!gap.is_empty() && gap.iter().all(|(call, _)| *call == 2), "{gap:?}");
}

#[test]
fn only_what_is_not_contiguous_is_copied() {
    let of = |gap, block, bytes: &[u8]| broken(&[make(gap), contiguous(block, bytes)]);
    assert_eq!(of(false, 0, &[0, 1]), []);
    assert_eq!(of(true, 1, &[0, 2]), []);
    let copied = of(false, 1, &[0, 1]);
    assert!(copied.len() == 1 && copied[0].1.starts_with("memoryview.contiguous."), "{copied:?}");
    assert_eq!(of(true, 0, &[0, 2]), [(1, "memoryview.contiguous.copy")]);
    assert_eq!(of(true, 1, &[0, 1]), [(1, "memoryview.contiguous.contents")]);
}
