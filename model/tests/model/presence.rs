//! Which editions have which function: by hand, from the documents, beside what the table and the notes make
//! of it. The fast implementation asks the notes, too, so that it could not tell a mistake in them.

use pybuf_model::{Clause, Edition};
use pybuf_protocol::call::FUNCTIONS;

use Edition::*;

/// The first edition with a function, and the last.
fn written_by_hand(name: &str) -> (Edition, Edition) {
    match name {
        "make" | "PyErr_SetString" | "Py_DecRef" => (V1_6, V3_13),
        "PyObject_AsCharBuffer" | "PyObject_AsReadBuffer" | "PyObject_AsWriteBuffer" => {
            (V1_6, V3_12)
        }
        "PyObject_CheckReadBuffer" => (V2_2, V3_12),
        "PyObject_CopyToObject" => (V2_7Draft, V2_7),
        "PyMemoryView_FromBuffer" | "PyMemoryView_GetContiguous" | "PyMemoryView_Check" => {
            (V2_7, V3_13)
        }
        "memoryview.release" => (V3_2, V3_13),
        "PyMemoryView_FromMemory" | "verify_structure" => (V3_3, V3_13),
        "PyBuffer_Check"
        | "PyBuffer_FromObject"
        | "PyBuffer_FromReadWriteObject"
        | "PyBuffer_FromMemory"
        | "PyBuffer_FromReadWriteMemory"
        | "PyBuffer_New"
        | "PySequence_Size"
        | "PySequence_GetItem"
        | "PySequence_GetSlice"
        | "PySequence_Concat"
        | "PySequence_Repeat"
        | "PyObject_Compare"
        | "PyObject_Hash"
        | "PySequence_SetItem"
        | "PySequence_SetSlice" => (V1_6, V2_7),
        _ => (V2_7Draft, V3_13),
    }
}

#[test]
fn functions_are_there_in_the_editions_written_by_hand() {
    // Of the codes of PyArg_ParseTuple each came in its own time.
    for function in FUNCTIONS.iter().filter(|it| it.name != "PyArg_ParseTuple") {
        let (first, last) = written_by_hand(function.name);
        for edition in Edition::ALL {
            let holds = |id: &&str| Clause::find(id).is_some_and(|it| it.holds(edition));
            let is_there = function.within.iter().all(holds);
            let (name, expected) = (function.name, (first..=last).contains(&edition));
            assert_eq!(is_there, expected, "{name} in {edition}");
        }
    }
}

/// The codes of `PyArg_ParseTuple` that came later than `s#`.
#[test]
fn codes_are_there_from_the_editions_written_by_hand() {
    let first = |id| {
        let clause = Clause::find(id).expect("a clause of that id");
        let there: Vec<_> = Edition::ALL.into_iter().filter(|it| clause.holds(*it)).collect();
        assert_eq!(there.last(), Some(&V3_13), "{id}");
        there[0]
    };
    assert_eq!(first("arguments.views.since-2.7-draft"), V2_7Draft);
    assert_eq!(first("arguments.y.since-3.2"), V3_2);
}
