//! Cases with made-up replies, and what judging them comes to.

use pybuf_harness::judge::judge;
use pybuf_harness::model::{Clause, Edition};
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen, SeenView};
use pybuf_harness::{Call, Capabilities, Case};

/// A view in full of bytes of object 0, which begin at its block: so many, so far apart. `obj` is what
/// that is to `object`, which is asked.
pub fn get(object: usize, obj: Obj, count: i64, stride: i64) -> (Call, Returned) {
    let view = SeenView {
        buf: Seen::Is(Pointer::At { block: 0, offset: 0 }),
        len: Seen::Is(count),
        itemsize: Seen::Is(1),
        readonly: Seen::Is(0),
        ndim: Seen::Is(1),
        format: Seen::Is(Some("B".into())),
        shape: Seen::Is(Some(vec![count])),
        strides: Seen::Is(Some(vec![stride])),
        suboffsets: Seen::Is(None),
    };
    let (obj, view) = (Some(Seen::Is(obj)), Some(Box::new(view)));
    let returned = Returned { value: Some(0), obj, view, ..Returned::default() };
    // 0x11c: `PyBUF_FULL_RO`.
    (Call::GetBuffer { object, flags: 0x11c }, returned)
}

/// The clauses that are broken, each with the call.
pub fn broken(steps: &[(Call, Reply)]) -> Vec<(usize, &'static str)> {
    let (calls, replies): (Vec<_>, Vec<_>) = steps.iter().cloned().unzip();
    let capabilities = Capabilities { name: "made up".into(), lacks: Default::default() };
    let judgement = judge(&Case { calls }, &replies, Edition::V3_12, &capabilities);
    let id = |clause: Option<Clause>| clause.map_or("none", |it| it.id());
    judgement.divergences.iter().map(|it| (it.call, id(it.clause))).collect()
}
