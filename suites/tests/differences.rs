//! What is different between editions, compared with what the documents say of each step.

use pybuf_harness::editions::{Difference, Function, Presence, Unlike, difference};
use pybuf_harness::model::{Edition, Level};
use pybuf_suites::{ALL, named};

fn step(from: Edition, to: Edition) -> Difference {
    difference(ALL, [from, to])
}

/// The same of suites with few cases, for what does not depend on the cases.
fn small_step(from: Edition, to: Edition) -> Difference {
    let small: Vec<_> =
        ["old", "check", "release"].into_iter().filter_map(named).flatten().collect();
    difference(&small, [from, to])
}

/// The functions that come or go, objects left aside.
fn functions(difference: &Difference) -> Vec<(&str, Presence)> {
    let functions = difference.features.iter().filter(|(name, _)| !name.starts_with("make "));
    functions.map(|(name, [_, new])| (*name, *new)).collect()
}

#[test]
fn functions_come_and_go_as_the_version_notes_have_it() {
    let has = |difference: &Difference, name| functions(difference).contains(&name);
    let first = step(Edition::V1_6, Edition::V2_2);
    assert_eq!(functions(&first), [("PyObject_CheckReadBuffer", Presence::There)]);
    let draft = step(Edition::V2_5, Edition::V2_7Draft);
    assert!(has(&draft, ("PyObject_GetBuffer", Presence::There)), "{draft:?}");
    assert!(has(&draft, ("PyBuffer_Release", Presence::There)), "{draft:?}");
    let last = step(Edition::V3_12, Edition::V3_13);
    assert!(has(&last, ("PyObject_AsReadBuffer", Presence::Undocumented)), "{last:?}");
    assert_eq!(functions(&last).len(), 4, "the old functions, and no others: {last:?}");
    let slots = step(Edition::V2_7, Edition::V3_2);
    let went = |name| (name, [Presence::There, Presence::Absent]);
    let of_python_2 = [
        went("PyBuffer_Check"),
        went("PyBuffer_FromMemory"),
        went("PyBuffer_FromObject"),
        went("PyBuffer_FromReadWriteMemory"),
        went("PyBuffer_FromReadWriteObject"),
        went("PyBuffer_New"),
        ("PyObject_CopyToObject", [Presence::Undocumented, Presence::Absent]),
        went("make buffer object"),
        went("make slots"),
        ("memoryview.release", [Presence::Absent, Presence::There]),
    ];
    assert_eq!(slots.features, of_python_2);
}

#[test]
fn clauses_change_as_the_notes_have_it() {
    let rewrite = step(Edition::V3_2, Edition::V3_3);
    let levels = |id: &str| {
        let found = rewrite.clauses.iter().find(|(clause, _)| clause.id() == id);
        found.map(|(_, levels)| *levels)
    };
    let (should, must) = (Some(Level::Should), Some(Level::Must));
    assert_eq!(levels("request.granted-if-representable"), Some([should, must]));
    assert_eq!(levels("request.refusal.obj-null"), Some([None, must]));
    assert_eq!(levels("request.writable.refused-on-readonly"), None, "it is as it was");
}

#[test]
fn the_smallest_case_is_what_the_change_is_about() {
    let last = step(Edition::V3_12, Edition::V3_13);
    let of = |name: &str| last.functions.iter().find(|function| function.name == name);
    // 0x100 is PyBUF_READ, which 3.13 does not take for a request.
    let request = of("PyObject_GetBuffer").expect("requests differ");
    assert!(request.call.contains("0x100"), "{request:?}");
    assert!(request.unlike.permits[0].contains("TypeError"), "{request:?}");
    assert!(request.unlike.permits[1].contains("SystemError"), "{request:?}");
    let fill = of("PyBuffer_FillInfo").expect("filling differs");
    assert!(fill.unlike.outcome && fill.unlike.permits[0].starts_with("success"), "{fill:?}");
    assert!(fill.unlike.permits[1].starts_with("failure"), "{fill:?}");
    let indices: Vec<usize> = last.functions.iter().map(|function| function.index).collect();
    assert!(indices.is_sorted(), "the smallest case comes first: {indices:?}");
}

#[test]
fn what_came_one_way_went_the_other_way() {
    fn turned<T>([one, other]: [T; 2]) -> [T; 2] {
        [other, one]
    }
    for (from, to) in Edition::ALL.into_iter().zip(Edition::ALL.into_iter().skip(1)) {
        let (there, back) = (small_step(from, to), small_step(to, from));
        let features = there.features.iter().map(|(name, each)| (*name, turned(*each)));
        assert_eq!(features.collect::<Vec<_>>(), back.features, "{from} {to}");
        let clauses = there.clauses.iter().map(|(clause, levels)| (*clause, turned(*levels)));
        assert_eq!(clauses.collect::<Vec<_>>(), back.clauses, "{from} {to}");
        let functions = there.functions.into_iter().map(|function| {
            let Unlike { outcome, permits } = function.unlike;
            Function { unlike: Unlike { outcome, permits: turned(permits) }, ..function }
        });
        assert_eq!(functions.collect::<Vec<_>>(), back.functions, "{from} {to}");
    }
}

#[test]
fn an_edition_is_not_different_from_itself() {
    for edition in Edition::ALL {
        assert!(small_step(edition, edition).is_empty(), "{edition}");
    }
}
