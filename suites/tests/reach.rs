//! What a gap of an implementation excuses: clauses that no case without the gap puts to it.

use pybuf_harness::model::{Clause, Edition};
use pybuf_harness::reach::in_the_way;

#[test]
fn a_gap_excuses_only_what_no_other_case_can_exercise() {
    let excused_in = |suite, gap: &'static str| {
        let domain = pybuf_suites::named(suite).expect("there is such a domain");
        let clauses = Clause::all();
        let excused = clauses.filter(|clause| {
            in_the_way(*clause, &domain, &[Edition::V3_12], |call| call.feature() == gap).is_some()
        });
        excused.map(|clause| clause.id().to_owned()).collect::<Vec<_>>()
    };
    let excused = |gap| excused_in("old", gap);
    let pending = [
        "old.check-read.pending-open",
        "old.null-argument.keeps-pending",
        "old.pending",
        "old.success.keeps-pending",
    ];
    assert_eq!(excused("PyErr_SetString"), pending);
    assert_eq!(
        excused("PyObject_AsWriteBuffer"),
        ["old.wrapper.writable-request", "old.write.type-error"]
    );
    assert_eq!(excused("make exporter"), [""; 0]);
    // Calls that come behind those that a clause is about take nothing away from it.
    assert_eq!(excused_in("request", "PyBuffer_Release"), [""; 0]);
    let to_contiguous = excused_in("copy", "PyBuffer_ToContiguous");
    assert!(to_contiguous.iter().any(|id| id.starts_with("copy.to.")), "{to_contiguous:?}");
    let others = ["copy.from.", "copy.data.", "copy.to-object."];
    let is_other = |id: &&String| others.iter().any(|other| id.starts_with(other));
    assert_eq!(to_contiguous.iter().find(is_other), None);
}
