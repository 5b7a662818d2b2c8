//! A matrix that answers requests, and a transcript of that.

use pybuf_harness::check::{About, Question, Transcript};
use pybuf_harness::reply::{Obj, Pointer, Seen, SeenView};
use pybuf_harness::{Call, Reply, Returned};

pub const WRITABLE: i32 = 0x1;
pub const FORMAT: i32 = 0x4;
pub const ND: i32 = 0x8;
pub const STRIDES: i32 = 0x18;
pub const F_CONTIGUOUS: i32 = 0x58;
pub const INDIRECT: i32 = 0x118;
const C_CONTIGUOUS: i32 = 0x38;

/// Two rows of three ints in C order, as they should be: written down by hand, from the tables of the
/// documentation.
pub fn matrix(flags: i32) -> Reply {
    let has = |flag: i32| flags & flag == flag;
    if has(F_CONTIGUOUS) {
        return refused("BufferError", Seen::Is(Obj::Null));
    }
    granted(SeenView {
        buf: Seen::Is(Pointer::At { block: 0, offset: 0 }),
        len: Seen::Is(24),
        itemsize: Seen::Is(4),
        readonly: Seen::Is(0),
        ndim: Seen::Is(if has(ND) { 2 } else { 1 }),
        format: Seen::Is(has(FORMAT).then(|| "<i".into())),
        shape: Seen::Is(has(ND).then(|| vec![2, 3])),
        strides: Seen::Is(has(STRIDES).then(|| vec![12, 4])),
        suboffsets: Seen::Is(None),
    })
}

pub fn granted(view: SeenView) -> Reply {
    Reply::Returned(Returned {
        value: Some(0),
        obj: Some(Seen::Is(Obj::Exporter)),
        view: Some(Box::new(view)),
        references: Some(1),
        ..Returned::default()
    })
}

pub fn refused(exception: &str, obj: Seen<Obj>) -> Reply {
    Reply::Returned(Returned {
        value: Some(-1),
        exception: Some(exception.into()),
        obj: Some(obj),
        references: Some(0),
        ..Returned::default()
    })
}

/// A granted reply with another view.
pub fn with(reply: Reply, change: impl FnOnce(&mut SeenView)) -> Reply {
    let Reply::Returned(mut returned) = reply else { return reply };
    if let Some(view) = &mut returned.view {
        change(view);
    }
    Reply::Returned(returned)
}

/// All masks upwards and downwards, with releases; then the elements, and a memoryview. `answer` is told how many
/// requests there were before.
pub fn transcript(mut answer: impl FnMut(i32, usize) -> Reply) -> Transcript {
    let bits = [0x1, 0x4, 0x8, 0x10, 0x20, 0x40, 0x80, 0x100];
    let mask = |set: i32| (0..8).filter(|bit| set >> bit & 1 == 1).map(|bit| bits[bit]).sum();
    let upwards = (0..256).map(mask);
    let masks: Vec<i32> = upwards.clone().chain(upwards.rev()).chain([INDIRECT | FORMAT]).collect();
    let mut answers = vec![];
    for (view, &flags) in masks.iter().enumerate() {
        let reply = answer(flags, view);
        let is_granted = matches!(&reply, Reply::Returned(returned) if returned.value == Some(0));
        let request = Call::GetBuffer { object: 0, flags };
        answers.push((Question::Call(request), reply));
        if view + 1 == masks.len() && is_granted {
            answers.push((Question::Elements { view }, bytes((0..24).collect())));
        }
        if is_granted {
            answers.push((Question::Call(Call::Release { view }), released()));
        }
    }
    answers.push((Question::Call(Call::MemoryviewFromObject { object: 0 }), memoryview()));
    let about = About {
        type_name: "matrix".into(),
        package: None,
        exports: true,
        old: None,
        modules: vec![],
    };
    Transcript { about, answers, immutable: None }
}

/// What is asked at the end of a check: two views at once, the first released first, and then once more. The masks and
/// what they are answered.
pub fn lifecycle(transcript: &mut Transcript, two: [(i32, Reply); 2]) {
    let is_request =
        |question: &Question| matches!(question, Question::Call(Call::GetBuffer { .. }));
    let first = transcript.answers.iter().filter(|(question, _)| is_request(question)).count();
    let mut views = vec![];
    for (view, (flags, reply)) in (first..).zip(two) {
        let is_granted = matches!(&reply, Reply::Returned(returned) if returned.value == Some(0));
        let request = Call::GetBuffer { object: 0, flags };
        transcript.answers.push((Question::Call(request), reply));
        views.extend(is_granted.then_some(view));
    }
    for &view in &views {
        transcript.answers.push((Question::Call(Call::Release { view }), released()));
    }
    if let Some(&view) = views.first() {
        let again = with_references(released(), 0);
        transcript.answers.push((Question::Call(Call::Release { view }), again));
    }
}

/// A reply with another change of the reference count.
pub fn with_references(reply: Reply, references: i64) -> Reply {
    let Reply::Returned(mut returned) = reply else { return reply };
    returned.references = Some(references);
    Reply::Returned(returned)
}

pub fn released() -> Reply {
    Reply::Returned(Returned {
        obj: Some(Seen::Is(Obj::Null)),
        references: Some(-1),
        ..Returned::default()
    })
}

fn bytes(bytes: Vec<u8>) -> Reply {
    Reply::Returned(Returned { bytes: Some(bytes), ..Returned::default() })
}

/// What a memoryview of the matrix shows.
pub fn memoryview() -> Reply {
    let full = with(matrix(INDIRECT | FORMAT), |view| {
        view.buf = Seen::Is(Pointer::Elsewhere);
        view.suboffsets = Seen::Is(Some(vec![]));
    });
    let Reply::Returned(mut returned) = full else { return full };
    (returned.bytes, returned.obj) = (Some((0..24).collect()), None);
    Reply::Returned(returned)
}

/// The requests of the tables: which of the 72 unions a mask is, is told by the masks alone.
pub fn is_documented(flags: i32) -> bool {
    let each = [0x1, 0x4, 0x8, STRIDES, C_CONTIGUOUS, F_CONTIGUOUS, 0x98, INDIRECT];
    let whole = each.into_iter().filter(|flag| flags & flag == *flag);
    whole.fold(0, |all, flag| all | flag) == flags
}
