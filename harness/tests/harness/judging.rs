//! The judge, tried on replies that are made up: each kind of wrong reply is found, and no right one is.

use std::collections::BTreeMap;

use crate::check::object::{granted, with_references};
use pybuf_harness::call::AsBuffer;
use pybuf_harness::judge::judge;
use pybuf_harness::model::{Edition, Level};
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen, SeenView};
use pybuf_harness::verdict::{Judgement, Kind, Verdict};
use pybuf_harness::{Call, Capabilities, Case};

fn bytes_case(flags: i32) -> Case {
    let make = Call::Make { object: Object::Bytes { len: 5 } };
    let get = Call::GetBuffer { object: 0, flags };
    Case { calls: vec![make, get, Call::Release { view: 0 }] }
}

fn made() -> Reply {
    Reply::Returned(Returned::default())
}

/// What `bytes` answers to `SIMPLE`.
fn simple_view() -> SeenView {
    SeenView {
        buf: Seen::Is(Pointer::At { block: 0, offset: 0 }),
        len: Seen::Is(5),
        itemsize: Seen::Is(1),
        readonly: Seen::Is(1),
        ndim: Seen::Is(1),
        format: Seen::Is(None),
        shape: Seen::Is(None),
        strides: Seen::Is(None),
        suboffsets: Seen::Is(None),
    }
}

fn refused(exception: &str, obj: Seen<Obj>) -> Reply {
    Reply::Returned(Returned {
        value: Some(-1),
        exception: Some(exception.into()),
        obj: Some(obj),
        ..Returned::default()
    })
}

fn released() -> Reply {
    let obj = Some(Seen::Is(Obj::Null));
    Reply::Returned(Returned { obj, references: Some(-1), ..Returned::default() })
}

fn lacking(gaps: &[&str]) -> Capabilities {
    let lacks: BTreeMap<_, _> = gaps.iter().map(|gap| ((*gap).into(), "so".into())).collect();
    Capabilities { name: "made up".into(), lacks }
}

fn judged(flags: i32, replies: &[Reply]) -> Judgement {
    judge(&bytes_case(flags), replies, Edition::V3_12, &lacking(&[]))
}

/// The only divergence, as clause, level, kind.
fn only(judgement: &Judgement) -> (Option<&'static str>, Level, Kind) {
    let [divergence] = &judgement.divergences[..] else {
        panic!("{:#?}", judgement.divergences);
    };
    let was_exercised = |clause| judgement.exercised.contains(&(divergence.call, clause));
    assert!(divergence.clause.is_none_or(was_exercised), "what is broken was exercised");
    (divergence.clause.map(|clause| clause.id()), divergence.level, divergence.kind)
}

#[test]
fn permitted_replies_agree() {
    let judgement = judged(0, &[made(), granted(simple_view()), released()]);
    assert_eq!(judgement.verdict, Verdict::Agrees, "{:#?}", judgement.divergences);
    let exercised: Vec<_> = judgement.exercised.iter().map(|(_, clause)| clause.id()).collect();
    assert!(exercised.contains(&"request.format.null-unless-asked"), "{exercised:?}");
    let refusal = refused("BufferError", Seen::Is(Obj::Null));
    let judgement = judged(1, &[made(), refusal, Reply::NotMade]);
    assert_eq!(judgement.verdict, Verdict::Agrees, "{:#?}", judgement.divergences);
}

#[test]
fn what_a_reply_does_not_tell_was_not_exercised() {
    let exercised = |refusal: Reply| {
        let judgement = judged(1, &[made(), refusal, Reply::NotMade]);
        let each = judgement.exercised.into_iter().filter(|(call, _)| *call == 1);
        each.map(|(_, clause)| clause.id()).collect::<Vec<_>>()
    };
    let refusal = refused("BufferError", Seen::Is(Obj::Null));
    let untold = exercised(refusal.clone());
    assert!(untold.contains(&"request.refusal.raises"), "{untold:?}");
    assert!(!untold.contains(&"request.refusal.keeps-nothing"), "{untold:?}");
    let told = exercised(with_references(refusal, 0));
    assert!(told.contains(&"request.refusal.keeps-nothing"), "{told:?}");
}

#[test]
fn each_field_is_checked_by_its_own_clause() {
    type Change = fn(&mut SeenView);
    let changes: [(Change, &str); 9] = [
        (|v| v.buf = Seen::Is(Pointer::Elsewhere), "request.buf.first-element"),
        (|v| v.len = Seen::Is(4), "request.len.of-all-elements"),
        (|v| v.itemsize = Seen::Untouched, "request.itemsize.always"),
        (|v| v.readonly = Seen::Is(0), "request.readonly.told"),
        (|v| v.ndim = Seen::Is(0), "request.ndim.one-without-shape"),
        (|v| v.format = Seen::Is(Some("B".into())), "request.format.null-unless-asked"),
        (|v| v.shape = Seen::Is(Some(vec![5])), "request.shape.null-unless-asked"),
        (|v| v.strides = Seen::Untouched, "request.strides.null-unless-asked"),
        (|v| v.suboffsets = Seen::Is(Some(vec![-1])), "request.suboffsets.null-unless-asked"),
    ];
    for (change, clause) in changes {
        let mut view = simple_view();
        change(&mut view);
        let judgement = judged(0, &[made(), granted(view), released()]);
        let (broken, level, kind) = only(&judgement);
        assert_eq!((broken, kind), (Some(clause), Kind::Diverges));
        let observed = clause == "request.ndim.one-without-shape";
        assert_eq!(level, if observed { Level::Observed } else { Level::Must });
    }
}

#[test]
fn the_class_of_an_exception_counts_and_so_does_obj() {
    let wrong_class =
        judged(1, &[made(), refused("ValueError", Seen::Is(Obj::Null)), Reply::NotMade]);
    let expected = (Some("request.refusal.buffer-error"), Level::Must, Kind::Diverges);
    assert_eq!(only(&wrong_class), expected);
    let unknown_class =
        judged(1, &[made(), refused("KeyError", Seen::Is(Obj::Null)), Reply::NotMade]);
    assert_eq!(only(&unknown_class), expected);
    let left = judged(1, &[made(), refused("BufferError", Seen::Untouched), Reply::NotMade]);
    assert_eq!(only(&left).0, Some("request.refusal.obj-null"));
}

#[test]
fn a_grant_where_a_refusal_is_due_is_one_divergence() {
    let judgement = judged(1, &[made(), granted(simple_view()), released()]);
    assert_eq!(only(&judgement).0, Some("request.writable.refused-on-readonly"));
}

#[test]
fn what_lies_beyond_the_text_is_a_note() {
    // 0x10 is part of a flag and none: CPython takes it for SIMPLE.
    let judgement =
        judged(0x10, &[made(), refused("BufferError", Seen::Is(Obj::Null)), Reply::NotMade]);
    assert_eq!(
        only(&judgement),
        (Some("request.flags.stray-bits"), Level::Observed, Kind::Diverges)
    );
}

#[test]
fn a_crash_and_a_time_out_are_never_permitted() {
    let ends = [
        (Reply::Crashed { how: "signal 11".into() }, Kind::Crashed),
        (Reply::TimedOut { limit: 10 }, Kind::TimedOut),
    ];
    for (end, kind) in ends {
        let judgement = judged(0x10, &[made(), end, Reply::NotMade]);
        assert_eq!(only(&judgement), (Some("request.flags.stray-bits"), Level::Must, kind));
    }
}

#[test]
fn what_is_no_reply_breaks_no_clause_and_is_never_permitted() {
    let garbled = Reply::Garbled { how: "it wrote \"Hello!\"".into() };
    let judgement = judged(0x10, &[made(), garbled.clone(), Reply::NotMade]);
    assert_eq!(only(&judgement), (None, Level::Must, Kind::OutOfProtocol));
    assert_eq!(judgement.divergences[0].observed, "it wrote \"Hello!\"");
    // The replies before it may be those to other calls.
    let judgement = judged(1, &[made(), granted(simple_view()), garbled]);
    assert_eq!(only(&judgement), (None, Level::Must, Kind::OutOfProtocol));
    assert_eq!(judgement.divergences[0].call, 2);
}

#[test]
fn a_crash_counts_where_no_call_was_due() {
    let refusal = refused("BufferError", Seen::Is(Obj::Null));
    let how = "signal 11, when the case was cleared up".to_owned();
    let judgement = judged(1, &[made(), refusal, Reply::Crashed { how }]);
    assert_eq!(only(&judgement), (None, Level::Must, Kind::Crashed));
}

#[test]
fn references_go_with_the_owner() {
    let leaks = |mut reply: Reply, count| {
        if let Reply::Returned(returned) = &mut reply {
            returned.references = Some(count);
        }
        reply
    };
    let borrowed = judged(0, &[made(), leaks(granted(simple_view()), 0), released()]);
    assert_eq!(only(&borrowed).0, Some("request.obj.new-reference"));
    let refusal = leaks(refused("BufferError", Seen::Is(Obj::Null)), 1);
    let leaked = judged(1, &[made(), refusal, Reply::NotMade]);
    let expected = (Some("request.refusal.keeps-nothing"), Level::Observed, Kind::Diverges);
    assert_eq!(only(&leaked), expected);
}

#[test]
fn consumers_are_told_the_same() {
    let make = Call::Make { object: Object::Bytearray { len: 5 } };
    let get = Call::GetBuffer { object: 0, flags: 0 };
    let case = Case { calls: vec![make, get.clone(), get] };
    let told = |readonly| {
        let mut view = simple_view();
        view.readonly = Seen::Is(readonly);
        granted(view)
    };
    let judged = |first, second| {
        judge(&case, &[made(), told(first), told(second)], Edition::V3_12, &lacking(&[]))
    };
    let broken = |judgement: Judgement| -> Vec<_> {
        let must = judgement.divergences.into_iter().filter(|d| d.level == Level::Must);
        must.filter_map(|divergence| divergence.clause).map(|clause| clause.id()).collect()
    };
    assert!(broken(judged(0, 0)).is_empty());
    assert!(broken(judged(1, 1)).is_empty(), "either is free");
    assert_eq!(broken(judged(0, 1)), ["request.readonly.consistent"]);
}

#[test]
fn a_pointer_to_nothing_is_still_set() {
    let mut case = bytes_case(0);
    case.calls[0] = Call::Make { object: Object::Bytes { len: 0 } };
    let with = |buf| {
        let mut view = simple_view();
        (view.len, view.buf) = (Seen::Is(0), buf);
        judge(&case, &[made(), granted(view), released()], Edition::V3_12, &lacking(&[]))
    };
    assert_eq!(with(Seen::Is(Pointer::Elsewhere)).verdict, Verdict::Agrees);
    assert_eq!(only(&with(Seen::Untouched)).0, Some("request.buf.given"));
}

#[test]
fn a_call_that_is_due_must_be_made_even_if_the_text_has_it_no_more() {
    let make = Call::Make { object: Object::Bytes { len: 5 } };
    let case = Case { calls: vec![make, Call::CheckReadBuffer { object: 0 }] };
    let judged = |reply| judge(&case, &[made(), reply], Edition::V3_13, &lacking(&[]));
    assert_eq!(judged(Reply::NotInEdition).verdict, Verdict::NotInEdition);
    assert_eq!(only(&judged(Reply::NotMade)).2, Kind::OutOfProtocol);
}

#[test]
fn a_case_that_cannot_be_is_told() {
    use pybuf_harness::call::BareView;
    let view = BareView {
        len: 1,
        itemsize: 1,
        ndim: 2,
        shape: Some(vec![1]),
        strides: None,
        suboffsets: None,
    };
    let case = Case { calls: vec![Call::IsContiguous { view, order: 'C' }] };
    let judgement = judge(&case, &[Reply::NotMade], Edition::V3_12, &lacking(&[]));
    assert_eq!(only(&judgement).2, Kind::OutOfProtocol);
}

#[test]
fn a_gap_must_be_declared() {
    let replies = [made(), Reply::Unsupported, Reply::NotMade];
    let undeclared = judged(0, &replies);
    assert_eq!(only(&undeclared), (None, Level::Must, Kind::OutOfProtocol));
    let declared =
        judge(&bytes_case(0), &replies, Edition::V3_12, &lacking(&["PyObject_GetBuffer"]));
    assert_eq!(declared.verdict, Verdict::Unsupported);
}

#[test]
fn what_the_edition_has_must_be_there_and_what_it_lacks_must_not() {
    let denied = judged(0, &[made(), Reply::NotInEdition, Reply::NotMade]);
    assert_eq!(only(&denied), (None, Level::Must, Kind::Denied));
    let old = |replies: &[Reply]| judge(&bytes_case(0), replies, Edition::V2_2, &lacking(&[]));
    let right = old(&[made(), Reply::NotInEdition, Reply::NotInEdition]);
    assert_eq!(right.verdict, Verdict::NotInEdition);
    let there = old(&[made(), granted(simple_view()), Reply::NotInEdition]);
    assert_eq!(only(&there).0, Some("request.since-2.7-draft"));
}

#[test]
fn replies_that_are_missing_or_out_of_turn_are_told() {
    assert_eq!(only(&judged(0, &[made()])).2, Kind::OutOfProtocol, "no reply to the request");
    let refusal = refused("BufferError", Seen::Is(Obj::Null));
    let denied = judged(1, &[made(), refusal.clone(), Reply::NotInEdition]);
    assert_eq!(only(&denied).2, Kind::OutOfProtocol, "a function that the edition has");
    let out_of_turn = judged(1, &[made(), refusal, released()]);
    assert_eq!(only(&out_of_turn).2, Kind::OutOfProtocol, "a view that was not granted released");
}

#[test]
fn a_second_release_does_nothing() {
    let mut case = bytes_case(0);
    case.calls.push(Call::Release { view: 0 });
    let again = |references| {
        let obj = Some(Seen::Is(Obj::Null));
        Reply::Returned(Returned { obj, references: Some(references), ..Returned::default() })
    };
    let judged = |second| {
        let replies = [made(), granted(simple_view()), released(), second];
        judge(&case, &replies, Edition::V3_12, &lacking(&[]))
    };
    assert_eq!(judged(again(0)).verdict, Verdict::Agrees);
    assert_eq!(only(&judged(again(-1))).0, Some("release.again.nothing"));
}

#[test]
fn a_pending_exception_is_followed_into_one_call() {
    let read = Call::AsReadBuffer(AsBuffer { object: Some(0), null: None });
    let set_error = Call::SetError { exception: "ValueError".into() };
    let make = Call::Make { object: Object::Bytes { len: 5 } };
    let case = Case { calls: vec![make, set_error, read.clone(), read] };
    let set =
        Reply::Returned(Returned { exception: Some("ValueError".into()), ..Returned::default() });
    let bytes = |exception: Option<&str>| {
        Reply::Returned(Returned {
            value: Some(0),
            exception: exception.map(Into::into),
            buffer: Some(Seen::Is(Pointer::At { block: 0, offset: 0 })),
            length: Some(Seen::Is(5)),
            ..Returned::default()
        })
    };
    let judged = |first, second| {
        let replies = [made(), set.clone(), bytes(first), bytes(second)];
        judge(&case, &replies, Edition::V3_12, &lacking(&[]))
    };
    let kept = judged(Some("ValueError"), None);
    assert_eq!(kept.verdict, Verdict::Agrees, "{:#?}", kept.divergences);
    assert_eq!(only(&judged(None, None)).0, Some("old.success.keeps-pending"));
    let still_there = judged(Some("ValueError"), Some("ValueError"));
    assert_eq!(only(&still_there).0, Some("old.success.no-exception"));
    let mut request = case.clone();
    request.calls[2] = Call::GetBuffer { object: 0, flags: 0 };
    let replies = [made(), set.clone(), granted(simple_view()), bytes(None)];
    let not_in_the_model = judge(&request, &replies, Edition::V3_12, &lacking(&[]));
    assert_eq!(only(&not_in_the_model).2, Kind::OutOfProtocol);
}

#[test]
fn what_an_unexpected_success_has_made_is_not_judged() {
    // There is no view of an object that exports nothing, and so no element in one.
    let element = Call::GetPointer { view: 0, indices: vec![0] };
    let make = Call::Make { object: Object::Plain };
    let get = Call::GetBuffer { object: 0, flags: 0 };
    let case = Case { calls: vec![make, get, element] };
    let somewhere = Reply::Returned(Returned {
        buffer: Some(Seen::Is(Pointer::Elsewhere)),
        ..Returned::default()
    });
    let judged =
        |second| judge(&case, &[made(), second, somewhere.clone()], Edition::V3_12, &lacking(&[]));
    assert_eq!(only(&judged(granted(simple_view()))).0, Some("request.without-protocol.fails"));
    // The case is right: after a refusal it can be judged.
    let refused = judged(refused("TypeError", Seen::Is(Obj::Null)));
    assert_eq!(only(&refused).2, Kind::OutOfProtocol, "a view that was not granted is used");
}

#[test]
fn what_is_too_large_is_no_case() {
    let calls = [
        Call::Make { object: Object::Bytearray { len: usize::MAX } },
        Call::Make { object: Object::Array { typecode: 'd', len: usize::MAX / 2 } },
        Call::Resize { object: 0, len: usize::MAX / 2 },
    ];
    for call in calls {
        for reply in [Reply::NotMade, released()] {
            let make = Call::Make { object: Object::Bytearray { len: 1 } };
            let case = Case { calls: vec![make, call.clone()] };
            let judgement = judge(&case, &[made(), reply], Edition::V3_12, &lacking(&[]));
            assert_eq!(only(&judgement).2, Kind::OutOfProtocol, "{call:?}");
        }
    }
}
