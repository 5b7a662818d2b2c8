//! Which questions are named as those that show a finding; and what is found over several answers.

use pybuf_harness::call::AsBuffer;
use pybuf_harness::check::{About, OldType, Question, Transcript, check};
use pybuf_harness::model::Edition;
use pybuf_harness::reply::{Obj, Pointer, Seen};
use pybuf_harness::severity::Severity;
use pybuf_harness::verdict::Kind;
use pybuf_harness::{Call, Reply, Returned};

use super::object::*;
use super::{checked, clauses, only};

const FULL_RO: i32 = INDIRECT | FORMAT;

fn request(flags: i32) -> Question {
    Question::Call(Call::GetBuffer { object: 0, flags })
}

fn release(view: usize) -> Question {
    Question::Call(Call::Release { view })
}

/// The numbers of the questions that are a certain one.
fn position(transcript: &Transcript, which: impl Fn(&Question) -> bool) -> usize {
    let found = transcript.answers.iter().position(|(question, _)| which(question));
    found.expect("it was asked")
}

#[test]
fn a_release_is_shown_behind_its_own_request() {
    let mut transcript = transcript(|flags, _| matrix(flags));
    let third = transcript.answers.iter().position(|(question, _)| *question == release(2));
    transcript.answers[third.expect("it was granted")].1 = with_references(released(), 0);
    // The same request is answered as it should be the second time: so it is the release that is wrong.
    let last = transcript.answers.iter().rposition(|(question, _)| *question == request(FORMAT));
    let last = last.expect("it is asked twice");
    transcript.answers[last + 1].1 = with_references(released(), 0);
    let checked = checked(transcript);
    let finding = only(&checked);
    assert_eq!(finding.clause.map(|it| it.id()), Some("release.drops-reference"));
    assert_eq!(finding.steps, [request(FORMAT), release(0)]);
    assert_eq!(
        finding.call,
        "PyObject_GetBuffer(obj, &view, PyBUF_FORMAT); PyBuffer_Release(&view)"
    );
}

#[test]
fn a_second_release_is_shown_behind_the_first() {
    let mut transcript = transcript(|flags, _| matrix(flags));
    lifecycle(&mut transcript, [FULL_RO, 0].map(|flags| (flags, matrix(flags))));
    assert_eq!(clauses(&checked(transcript.clone())), []);
    let (_, again) = transcript.answers.last_mut().expect("the second release");
    *again = with_references(released(), -1);
    let checked = checked(transcript);
    let finding = only(&checked);
    assert_eq!(finding.clause.map(|it| it.id()), Some("release.again.nothing"));
    assert_eq!(finding.steps, [request(FULL_RO), release(0), release(0)]);
}

#[test]
fn a_second_view_that_is_refused_while_one_is_out_is_a_note() {
    let mut transcript = transcript(|flags, _| matrix(flags));
    let refused = refused("BufferError", Seen::Is(Obj::Null));
    lifecycle(&mut transcript, [(FULL_RO, matrix(FULL_RO)), (0, refused)]);
    let checked = checked(transcript);
    let finding = only(&checked);
    assert_eq!(finding.severity(), Severity::Note);
    assert_eq!(finding.clause.map(|it| it.id()), Some("request.granted-if-representable"));
    assert_eq!(finding.steps, [request(FULL_RO), request(0)]);
    let text = "PyObject_GetBuffer(obj, &view0, PyBUF_FORMAT|PyBUF_INDIRECT); \
                PyObject_GetBuffer(obj, &view1, PyBUF_SIMPLE)";
    assert_eq!(finding.call, text);
}

#[test]
fn an_earlier_answer_is_shown_with_its_release() {
    let mut transcript = transcript(|flags, _| matrix(flags));
    transcript.answers.retain(|(question, _)| *question != Question::Elements { view: 512 });
    for (question, reply) in &mut transcript.answers {
        if *question == request(STRIDES) {
            let strides = Seen::Is(Some(vec![12, 8]));
            *reply = with(reply.clone(), |view| view.strides = strides);
        }
    }
    let checked = checked(transcript);
    let outside = |id: &str| {
        let of = |it: &&pybuf_harness::finding::Finding| it.clause.is_some_and(|it| it.id() == id);
        checked.findings.iter().find(of).expect("it is found")
    };
    // The last element ends 4 bytes behind the memory.
    let finding = outside("consistency.elements-inside");
    assert_eq!(finding.observed, "elements in bytes 0 to 32");
    assert_eq!(finding.steps, [request(0), release(0), request(STRIDES)]);
}

#[test]
fn elements_that_cannot_be_read_are_found() {
    let mut died = transcript(|flags, _| matrix(flags));
    let at = position(&died, |question| matches!(question, Question::Elements { .. }));
    died.answers.truncate(at + 1);
    died.answers[at].1 = Reply::Crashed { how: "signal 11 (SIGSEGV)".into() };
    let rest = transcript(|flags, _| matrix(flags));
    let checked = check("x", &[died, rest], Edition::V3_12);
    let finding = only(&checked);
    assert_eq!((finding.kind, finding.severity()), (Kind::Crashed, Severity::Crash));
    assert_eq!(finding.function.as_deref(), Some("reading the elements"));
    assert_eq!(finding.steps, [request(FULL_RO), Question::Elements { view: 0 }]);
}

#[test]
fn each_fact_that_changes_is_another_answer() {
    let changes: [fn(&mut pybuf_harness::reply::SeenView); 4] = [
        |view| view.len = Seen::Is(23),
        |view| view.ndim = Seen::Is(0),
        |view| view.itemsize = Seen::Is(2),
        |view| view.suboffsets = Seen::Is(Some(vec![0, -1])),
    ];
    for change in changes {
        let reply = |flags, requests: usize| match (flags, requests) {
            (0, 300..) => with(matrix(flags), change),
            _ => matrix(flags),
        };
        let found = checked(transcript(reply));
        let again = clauses(&found).into_iter().find(|it| it.0 == "consistency.same-again");
        assert_eq!(again, Some(("consistency.same-again", 0, 1)));
        // What is answered in another way may be right each time.
        assert!(found.findings.iter().all(|it| it.severity() == Severity::Note), "{found:?}");
    }
}

#[test]
fn each_thing_that_a_memoryview_shows_is_compared_with_the_object() {
    let changes: [fn(&mut pybuf_harness::reply::SeenView); 6] = [
        |view| view.len = Seen::Is(23),
        |view| view.itemsize = Seen::Is(8),
        |view| view.ndim = Seen::Is(1),
        |view| view.readonly = Seen::Is(1),
        |view| view.format = Seen::Is(Some("f".into())),
        |view| view.strides = Seen::Is(Some(vec![4, 8])),
    ];
    for change in changes {
        let mut transcript = transcript(|flags, _| matrix(flags));
        let (_, shown) = transcript.answers.last_mut().expect("the memoryview");
        *shown = with(shown.clone(), change);
        let found = checked(transcript);
        let finding = only(&found);
        assert_eq!(finding.clause.map(|it| it.id()), Some("consistency.memoryview-agrees"));
        let made = Call::MemoryviewFromObject { object: 0 };
        assert_eq!(finding.steps, [Question::Call(made)]);
    }
}

#[test]
fn an_object_may_take_more_references_than_the_view_has_if_it_gives_them_back() {
    let two = |reply| match reply {
        Reply::Returned(Returned { value: Some(0), .. }) => with_references(reply, 2),
        reply => reply,
    };
    let with_releases = |given_back: i64| {
        let mut transcript = transcript(|flags, _| two(matrix(flags)));
        for (question, reply) in &mut transcript.answers {
            if matches!(question, Question::Call(Call::Release { .. })) {
                *reply = with_references(reply.clone(), given_back);
            }
        }
        checked(transcript)
    };
    assert_eq!(clauses(&with_releases(-2)), []);
    let leaks = with_releases(-1);
    let finding = only(&leaks);
    assert_eq!(finding.clause.map(|it| it.id()), Some("release.drops-reference"));
    assert_eq!(
        (finding.expected.as_str(), finding.observed.as_str()),
        ("references -1", "references 0")
    );
}

#[test]
fn what_an_object_keeps_once_is_no_leak() {
    let first = |flags, requests: usize| match requests {
        0 => with_references(matrix(flags), 2),
        _ => matrix(flags),
    };
    assert_eq!(clauses(&checked(transcript(first))), []);
    // Every second time is no once: of the two times that a mask is asked, one is always such.
    let mut asked = 0;
    let second = |flags, _| {
        let reply = matrix(flags);
        let is_granted = matches!(&reply, Reply::Returned(it) if it.value == Some(0));
        asked += usize::from(is_granted);
        if is_granted && asked % 2 == 0 { with_references(reply, 2) } else { reply }
    };
    let found = checked(transcript(second));
    let ids: Vec<&str> = clauses(&found).iter().map(|it| it.0).collect();
    assert_eq!(ids, ["release.drops-reference"]);
}

#[test]
fn new_memory_may_by_chance_be_where_the_old_was() {
    // Only one of all requests is granted memory in another place.
    let reply = |flags, requests: usize| {
        with(matrix(flags), |view| {
            if requests == 3 || flags == WRITABLE {
                let offset = if requests == 3 { 64 } else { 128 };
                view.buf = Seen::Is(Pointer::At { block: 0, offset });
            }
        })
    };
    let found = checked(transcript(reply));
    assert_eq!(only(&found).clause.map(|it| it.id()), Some("consistency.same-again"));
}

#[test]
fn the_exception_that_a_function_hands_on_is_a_note() {
    // Every second column of a wider matrix, for those who take strides.
    let reply = |flags: i32, _| match flags & STRIDES == STRIDES && flags & 0xe0 == 0 {
        true => with(matrix(flags), |view| view.strides = Seen::Is(Some(vec![24, 8]))),
        false => refused("BufferError", Seen::Is(Obj::Null)),
    };
    let mut transcript = transcript(reply);
    transcript.answers.pop();
    let read = Call::AsReadBuffer(AsBuffer { object: Some(0), null: None });
    let answer = Reply::Returned(Returned {
        value: Some(-1),
        exception: Some("BufferError".into()),
        buffer: Some(Seen::Untouched),
        length: Some(Seen::Untouched),
        ..Returned::default()
    });
    transcript.answers.push((Question::Call(read), answer));
    let found = checked(transcript);
    let finding = only(&found);
    assert_eq!(finding.clause.map(|it| it.id()), Some("old.read.type-error"));
    assert_eq!(finding.severity(), Severity::Note);
}

#[test]
fn an_object_of_the_old_protocol_is_described_by_its_old_answers() {
    let ends = |value: i64, exception: Option<&str>| Returned {
        value: Some(value),
        exception: exception.map(str::to_owned),
        references: Some(0),
        ..Returned::default()
    };
    let told = |length| Returned {
        buffer: Some(Seen::Is(Pointer::At { block: 0, offset: 0 })),
        length: Some(Seen::Is(length)),
        ..ends(0, None)
    };
    let untouched = Returned {
        buffer: Some(Seen::Untouched),
        length: Some(Seen::Untouched),
        ..ends(-1, Some("TypeError"))
    };
    let arguments = || AsBuffer { object: Some(0), null: None };
    let transcript = |written: i64, readable: i64| {
        let answers = [
            (Call::AsCharBuffer(arguments()), untouched.clone()),
            (Call::AsReadBuffer(arguments()), told(8)),
            (Call::AsWriteBuffer(arguments()), told(written)),
            (Call::CheckReadBuffer { object: 0 }, ends(readable, None)),
        ];
        let answers = answers.map(|(call, it)| (Question::Call(call), Reply::Returned(it)));
        let old = OldType { read: true, write: true, char: false, segments: Some(1) };
        let about = About { type_name: "array.array".into(), old: Some(old), ..About::default() };
        Transcript { about, answers: answers.into(), immutable: None }
    };
    let found = |transcript| {
        let checked = check("x", &[transcript], Edition::V2_7);
        let ids = clauses(&checked).into_iter().map(|it| it.0.to_owned());
        ids.collect::<Vec<String>>()
    };
    assert_eq!(found(transcript(8, 1)), [""; 0]);
    assert_eq!(found(transcript(4, 1)), ["old.success.length"]);
    assert_eq!(found(transcript(8, 0)), ["old.check-read.one-if-readable"]);
}

#[test]
fn a_view_without_a_reference_of_its_own_is_found() {
    let reply = |flags, _| with_references(matrix(flags), 0);
    let found = checked(transcript(reply));
    let ids: Vec<&str> = clauses(&found).iter().map(|it| it.0).collect();
    assert!(ids.contains(&"request.obj.new-reference"), "{ids:?}");
}

#[test]
fn the_writer_is_shown_whose_coming_changes_what_readers_are_told() {
    let mut written = false;
    let found = checked(transcript(|flags, _| {
        written |= flags & WRITABLE == WRITABLE;
        let told = i64::from(!written);
        with(matrix(flags), |view| view.readonly = Seen::Is(told))
    }));
    let id = "request.readonly.consistent";
    let finding = found.findings.iter().find(|it| it.clause.is_some_and(|it| it.id() == id));
    let reader = |flags| [request(flags), release(usize::from(flags != 0))];
    let [first, released] = reader(0);
    let [writer, let_go] = reader(WRITABLE);
    // The same request, before and after a writer.
    let steps = [first, released, writer, let_go, request(0)];
    assert_eq!(finding.map(|it| it.steps.as_slice()), Some(steps.as_slice()));
}

#[test]
fn memory_that_is_shown_from_both_ends_is_no_copy() {
    let reply = |flags: i32, _| match flags & STRIDES == STRIDES && flags & 0xe0 == 0 {
        true => with(matrix(flags), |view| {
            view.strides = Seen::Is(Some(vec![-12, -4]));
            view.buf = Seen::Is(Pointer::At { block: 0, offset: 20 });
        }),
        false => matrix(flags & !0x40),
    };
    let mut transcript = transcript(reply);
    transcript.answers.pop();
    let found = checked(transcript);
    let ids: Vec<&str> = clauses(&found).iter().map(|it| it.0).collect();
    assert!(!ids.contains(&"consistency.same-memory"), "{ids:?}");
    assert!(ids.contains(&"request.simple.contiguous-bytes"), "{ids:?}");
}

#[test]
fn a_packed_copy_is_told_as_such_and_nothing_else_is_said_of_it() {
    // Every second column of a wider matrix; a consumer that needs a row gets a copy.
    let reply = |flags: i32, _| {
        let contiguous = flags & STRIDES != STRIDES || flags & 0xe0 != 0;
        with(matrix(flags & !0x40), |view| {
            let strides = if contiguous { vec![12, 4] } else { vec![24, 8] };
            view.strides = Seen::Is((flags & STRIDES == STRIDES).then_some(strides));
            if contiguous {
                view.buf = Seen::Is(Pointer::At { block: 0, offset: 640 });
            }
        })
    };
    let mut transcript = transcript(reply);
    transcript.answers.pop();
    let found = checked(transcript);
    let finding = only(&found);
    assert_eq!(finding.clause.map(|it| it.id()), Some("consistency.same-memory"));
    assert_eq!(finding.severity(), Severity::Note);
}

#[test]
fn numbers_that_nothing_can_have_are_all_that_is_told() {
    let reply = |flags, _| {
        with(matrix(flags), |view| {
            if let Seen::Is(Some(shape)) = &mut view.shape {
                shape[0] = -2;
            }
            view.len = Seen::Is(-24);
        })
    };
    let found = checked(transcript(reply));
    let finding = only(&found);
    assert_eq!(finding.clause.map(|it| it.id()), Some("consistency.no-negatives"));
    assert_eq!(finding.observed, "len -24");
    let many = |flags, _| with(matrix(flags), |view| view.ndim = Seen::Is(100));
    let found = checked(transcript(many));
    assert_eq!(only(&found).clause.map(|it| it.id()), Some("request.ndim.at-most-64"));
}

#[test]
fn a_return_value_that_is_none_is_found_as_such() {
    let one = |reply| match reply {
        Reply::Returned(Returned { value: Some(0), .. }) => {
            let Reply::Returned(mut returned) = reply else { return reply };
            returned.value = Some(1);
            Reply::Returned(returned)
        }
        reply => reply,
    };
    let mut transcript = transcript(|flags, _| one(matrix(flags)));
    transcript.answers.pop();
    let found = checked(transcript);
    let ids: Vec<&str> = clauses(&found).iter().map(|it| it.0).collect();
    assert_eq!(ids, ["request.success.returns-0"]);
}
