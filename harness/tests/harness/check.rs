//! Checking one object: what is wrong with it is found, under its own clause and with the smallest request, and
//! nothing else.

mod answers;
pub mod object;
mod tally;

use object::*;
use pybuf_harness::check::{Checked, Question, Transcript, check};
use pybuf_harness::finding::Finding;
use pybuf_harness::model::{Edition, Level};
use pybuf_harness::reply::{Obj, Pointer, Seen};
use pybuf_harness::severity::Severity;
use pybuf_harness::verdict::Kind;
use pybuf_harness::{Call, Reply, Returned};

fn checked(transcript: Transcript) -> Checked {
    check("x", &[transcript], Edition::V3_12)
}

/// Clauses and in how many answers they are broken, as failures and as notes.
fn clauses(checked: &Checked) -> Vec<(&str, usize, usize)> {
    let each = checked.findings.iter();
    each.map(|it| (it.clause.map_or("none", |clause| clause.id()), it.failures, it.notes)).collect()
}

fn only(checked: &Checked) -> &Finding {
    assert_eq!(checked.findings.len(), 1, "{:#?}", checked.findings);
    &checked.findings[0]
}

fn masks(finding: &Finding) -> Vec<i32> {
    let each = finding.steps.iter().filter_map(|step| match step {
        Question::Call(Call::GetBuffer { flags, .. }) => Some(*flags),
        _ => None,
    });
    each.collect()
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let checked = checked(transcript(|flags, _| matrix(flags)));
    assert_eq!(clauses(&checked), []);
    let exercised: Vec<&str> = checked.exercised.iter().map(|clause| clause.id()).collect();
    for id in [
        "request.contiguity.fortran",
        "request.refusal.obj-null",
        "request.strides.null-unless-asked",
        "release.drops-reference",
        "consistency.itemsize-of-format",
        "consistency.same-again",
        "consistency.memoryview-agrees",
    ] {
        assert!(exercised.contains(&id), "{id}: {exercised:?}");
    }
}

#[test]
fn a_wrong_exception_is_found_with_the_smallest_mask_that_has_it() {
    let reply = |flags| match matrix(flags) {
        Reply::Returned(returned) if returned.value == Some(-1) => {
            refused("ValueError", Seen::Untouched)
        }
        reply => reply,
    };
    let checked = checked(transcript(|flags, _| reply(flags)));
    // Half of the 72 unions contain F_CONTIGUOUS or not; of 256 masks those that have its four bits.
    let documented = (0..0x200).filter(|mask| is_documented(*mask) && mask & 0x58 == 0x58).count();
    assert_eq!(
        clauses(&checked),
        [
            ("request.refusal.buffer-error", 2 * documented, 2 * (32 - documented)),
            ("request.refusal.obj-null", 2 * documented, 2 * (32 - documented)),
        ]
    );
    let finding = &checked.findings[0];
    assert_eq!((finding.severity(), finding.level), (Severity::WrongError, Level::Must));
    assert_eq!(masks(finding), [F_CONTIGUOUS]);
    assert_eq!(finding.call, "PyObject_GetBuffer(obj, &view, PyBUF_F_CONTIGUOUS)");
    assert_eq!(finding.expected, "exception BufferError");
    assert_eq!(finding.observed, "exception ValueError");
}

#[test]
fn flags_that_are_ignored_are_found() {
    let full = || with(matrix(INDIRECT | FORMAT), |view| view.strides = Seen::Is(None));
    let checked = checked(transcript(|_, _| full()));
    let found: Vec<&str> = clauses(&checked).iter().map(|(id, ..)| *id).collect();
    assert_eq!(
        found,
        [
            "request.strides.given-if-asked",
            "request.contiguity.fortran",
            "request.format.null-unless-asked",
            "request.shape.null-unless-asked",
            "request.ndim.one-without-shape",
        ]
    );
    let severities: Vec<_> = checked.findings.iter().map(|it| it.severity()).collect();
    use Severity::*;
    assert_eq!(severities, [MemorySafety, MemorySafety, WrongData, WrongData, Note]);
}

#[test]
fn strides_that_are_never_walked_may_be_any() {
    let reply = |flags: i32| {
        let has = |flag: i32| flags & flag == flag;
        with(matrix(flags & !0x40), |view| {
            view.len = Seen::Is(12);
            view.shape = Seen::Is(has(ND).then(|| vec![1, 3]));
            let first = if has(F_CONTIGUOUS) { 4 } else { 12 };
            view.strides = Seen::Is(has(STRIDES).then(|| vec![first, 4]));
        })
    };
    let mut transcript = transcript(|flags, _| reply(flags));
    transcript.answers.retain(|(question, _)| match question {
        Question::Call(call) => call.feature() != "PyMemoryView_FromObject",
        Question::Elements { .. } => false,
    });
    assert_eq!(clauses(&checked(transcript)), []);
}

#[test]
fn memory_that_is_made_anew_for_each_consumer_is_a_note() {
    let moved = |flags, requests: usize| {
        with(matrix(flags), |view| {
            view.buf = Seen::Is(Pointer::At { block: 0, offset: 64 * requests as i64 });
        })
    };
    // Told to be elsewhere: nothing else may follow from that.
    let checked = checked(transcript(moved));
    let finding = only(&checked);
    assert_eq!(finding.clause.map(|clause| clause.id()), Some("consistency.same-again"));
    assert_eq!(finding.severity(), Severity::Note);
}

#[test]
fn another_answer_to_the_same_request_is_a_note_with_all_that_led_to_it() {
    let reply = |flags, requests: usize| match (flags, requests) {
        (FORMAT, 256..) => refused("BufferError", Seen::Is(Obj::Null)),
        _ => matrix(flags),
    };
    let checked = checked(transcript(reply));
    let finding = only(&checked);
    assert_eq!(finding.clause.map(|clause| clause.id()), Some("consistency.same-again"));
    // Each of the 256 masks upwards, and downwards all but 0 and 1.
    assert_eq!((masks(finding).len(), masks(finding).last()), (256 + 254, Some(&FORMAT)));
    let begins = "PyObject_GetBuffer(obj, &view, PyBUF_FORMAT), after ";
    assert!(finding.call.starts_with(begins), "{}", finding.call);
    assert_eq!((finding.expected.as_str(), finding.failures), ("success", 0));
}

#[test]
fn readonly_that_changes_with_the_consumer_is_found_with_both_requests() {
    let reply = |flags, _| {
        with(matrix(flags), |view| {
            if flags & WRITABLE == 0 && flags & FORMAT == FORMAT {
                view.readonly = Seen::Is(1);
            }
        })
    };
    let checked = checked(transcript(reply));
    let found = checked
        .findings
        .iter()
        .find(|it| it.clause.is_some_and(|clause| clause.id() == "request.readonly.consistent"));
    let finding = found.expect("it is found");
    assert_eq!((masks(finding), finding.severity()), (vec![0, FORMAT], Severity::MemorySafety));
}

#[test]
fn the_itemsize_of_another_format_is_found() {
    let reply = |flags, _| {
        with(matrix(flags), |view| {
            if view.format != Seen::Is(None) {
                view.format = Seen::Is(Some("B".into()));
            }
        })
    };
    let mut transcript = transcript(reply);
    let (_, last) = transcript.answers.last_mut().expect("the memoryview");
    *last = with(last.clone(), |view| view.format = Seen::Is(Some("B".into())));
    let checked = checked(transcript);
    let finding = only(&checked);
    assert_eq!(finding.clause.map(|clause| clause.id()), Some("consistency.itemsize-of-format"));
    assert_eq!(
        (finding.expected.as_str(), finding.observed.as_str()),
        ("itemsize 1", "itemsize 4")
    );
    assert_eq!((masks(finding), finding.severity()), (vec![FORMAT], Severity::WrongData));
}

#[test]
fn elements_outside_of_the_memory_are_found() {
    let reply = |flags, _| {
        with(matrix(flags), |view| {
            if flags & 0xf8 == STRIDES {
                view.strides = Seen::Is(Some(vec![-12, 4]));
            }
        })
    };
    let checked = checked(transcript(reply));
    let clause =
        |it: &&Finding| it.clause.is_some_and(|it| it.id() == "consistency.elements-inside");
    let finding = checked.findings.iter().find(clause).expect("it is found");
    assert_eq!(finding.expected, "elements in bytes 0 to 24");
    assert_eq!(finding.observed, "elements in bytes -12 to 12");
    assert_eq!((masks(finding), finding.severity()), (vec![0, STRIDES], Severity::MemorySafety));
}

#[test]
fn immutable_memory_that_is_handed_out_to_write_to_is_found() {
    let mut transcript = transcript(|flags, _| matrix(flags));
    transcript.immutable = Some("bytes".into());
    let checked = checked(transcript);
    let finding = only(&checked);
    assert_eq!(finding.clause.map(|clause| clause.id()), Some("consistency.immutable-memory"));
    assert_eq!(finding.severity(), Severity::MemorySafety);
    assert_eq!(finding.expected, "readonly set");
}

#[test]
fn a_memoryview_that_shows_something_else_is_a_note() {
    for change in [
        |returned: &mut Returned| returned.bytes = Some(vec![0; 24]),
        |returned: &mut Returned| {
            if let Some(view) = &mut returned.view {
                view.shape = Seen::Is(Some(vec![3, 2]));
            }
        },
    ] {
        let mut transcript = transcript(|flags, _| matrix(flags));
        let (_, last) = transcript.answers.last_mut().expect("the memoryview");
        if let Reply::Returned(returned) = last {
            change(returned);
        }
        let checked = checked(transcript);
        let finding = only(&checked);
        assert_eq!(finding.clause.map(|it| it.id()), Some("consistency.memoryview-agrees"));
        assert!(finding.call.ends_with("PyMemoryView_FromObject(obj)"), "{}", finding.call);
    }
}

#[test]
fn a_death_is_found_beside_what_the_next_run_tells() {
    let mut died = transcript(|flags, _| matrix(flags));
    died.answers.truncate(9);
    died.answers.pop();
    let died_in = Question::Call(Call::GetBuffer { object: 0, flags: ND });
    died.answers.push((died_in, Reply::Crashed { how: "signal 11 (SIGSEGV)".into() }));
    let rest = transcript(|flags, _| matrix(flags));
    let checked = check("x", &[died, rest], Edition::V3_12);
    let finding = only(&checked);
    assert_eq!((finding.kind, finding.severity()), (Kind::Crashed, Severity::Crash));
    assert_eq!((finding.clause, finding.function.as_deref()), (None, Some("PyObject_GetBuffer")));
    assert_eq!(finding.observed, "signal 11 (SIGSEGV)");
    assert!(checked.to_the_end);
    assert_eq!(masks(finding).last(), Some(&ND));
}

#[test]
fn of_an_object_that_was_not_asked_to_the_end_only_deaths_are_told() {
    let mut died = transcript(|flags, _| with(matrix(flags), |view| view.len = Seen::Untouched));
    died.answers.truncate(20);
    let died_in = Question::Call(Call::GetBuffer { object: 0, flags: FORMAT });
    died.answers.push((died_in, Reply::TimedOut { limit: 10 }));
    let checked = check("x", &[died.clone(), died], Edition::V3_12);
    let finding = only(&checked);
    assert_eq!((finding.kind, finding.failures), (Kind::TimedOut, 2));
    assert!(!checked.to_the_end);
}

#[test]
fn who_was_never_asked_for_writing_is_what_readers_are_told() {
    // A writer would end the process, so the masks with WRITABLE are left out.
    let mut transcript = transcript(|flags, _| matrix(flags));
    let is_writer = |question: &Question| match question {
        Question::Call(Call::GetBuffer { flags, .. }) => flags & WRITABLE == WRITABLE,
        _ => false,
    };
    transcript.answers.retain(|(question, _)| {
        !is_writer(question) && !matches!(question, Question::Call(Call::Release { .. }))
    });
    assert_eq!(clauses(&checked(transcript)), []);
}

#[test]
fn what_grants_nothing_is_judged_as_having_nothing_to_offer() {
    let reply = |_, _| refused("ValueError", Seen::Untouched);
    let checked = checked(transcript(reply));
    let found = clauses(&checked);
    let musts: Vec<&str> = found.iter().filter(|it| it.1 > 0).map(|it| it.0).collect();
    assert!(musts.contains(&"request.refusal.buffer-error"), "{found:?}");
    assert!(musts.contains(&"request.refusal.obj-null"), "{found:?}");
}

#[test]
fn what_exports_nothing_is_right_to_say_so() {
    let mut transcript = transcript(|_, _| refused("TypeError", Seen::Untouched));
    transcript.answers.pop();
    transcript.about.exports = false;
    assert_eq!(clauses(&checked(transcript)), []);
}

#[test]
fn memory_that_may_be_written_to_although_it_is_marked_is_told_apart() {
    // Refuses writers, and does not say to readers that it would.
    let reply = |flags: i32, _| match flags & WRITABLE {
        0 => matrix(flags),
        _ => refused("BufferError", Seen::Is(Obj::Null)),
    };
    let checked = checked(transcript(reply));
    assert_eq!(only(&checked).clause.map(|it| it.id()), Some("request.readonly.told"));
}

#[test]
fn an_object_without_a_format_may_refuse_those_who_ask_for_it() {
    let reply = |flags: i32, _| match flags & FORMAT {
        0 => matrix(flags),
        _ => refused("BufferError", Seen::Is(Obj::Null)),
    };
    let mut transcript = transcript(reply);
    let (_, memoryview) = transcript.answers.last_mut().expect("the memoryview");
    *memoryview = refused("BufferError", Seen::Untouched);
    assert_eq!(clauses(&checked(transcript)), []);
}

#[test]
fn what_an_object_does_wrong_is_not_told_again_of_the_functions_that_ask_it() {
    let refuses = |flags: i32| flags & ND == 0;
    let reply = |flags: i32, _| match refuses(flags) {
        true => refused("BufferError", Seen::Is(Obj::Null)),
        false => matrix(flags),
    };
    let read = Call::CheckReadBuffer { object: 0 };
    let answer = Reply::Returned(Returned { value: Some(0), ..Returned::default() });
    let with_answer = |mut transcript: Transcript| {
        transcript.answers.push((Question::Call(read.clone()), answer.clone()));
        transcript
    };
    let found = checked(with_answer(transcript(reply)));
    let found: Vec<&str> = clauses(&found).iter().map(|(id, ..)| *id).collect();
    assert_eq!(found, ["request.granted-if-representable"]);
    // Where the object is right, the function is wrong.
    let found = checked(with_answer(transcript(|flags, _| matrix(flags))));
    assert_eq!(only(&found).clause.map(|it| it.id()), Some("old.check-read.one-if-readable"));
}

#[test]
fn what_is_granted_to_writers_and_marked_read_only_is_read_only() {
    let reply = |flags: i32, _| with(matrix(flags), |view| view.readonly = Seen::Is(1));
    let mut transcript = transcript(reply);
    transcript.answers.pop();
    let found = checked(transcript);
    let finding = only(&found);
    assert_eq!(finding.clause.map(|it| it.id()), Some("request.writable.refused-on-readonly"));
    assert_eq!((masks(finding), finding.severity()), (vec![WRITABLE], Severity::MemorySafety));
}
