//! Functions answer as they are known to.

use libtest_mimic::Failed;
use pybuf_harness::call::{AsBuffer, BareView, FillInfo, Output};
use pybuf_harness::object::{OldSlot, Step};
use pybuf_harness::reply::{Obj, Pointer, Seen};
use pybuf_harness::{Call, Implementation, Object, Reply, Returned};
use pybuf_targets::Process;
use pybuf_targets::cpython::Interpreter;

use crate::helpers::*;

pub fn old_functions(_: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let calls = [
        make(Object::Bytes { len: 3 }),
        Call::AsCharBuffer(old(0)),
        Call::AsReadBuffer(old(0)),
        Call::AsWriteBuffer(old(0)),
        Call::CheckReadBuffer { object: 0 },
        Call::CheckBuffer { object: 0 },
        Call::AsReadBuffer(AsBuffer { object: None, null: None }),
        Call::AsReadBuffer(AsBuffer { object: Some(0), null: Some(Output::Length) }),
        make(Object::Plain),
        Call::CheckReadBuffer { object: 1 },
        Call::CheckBuffer { object: 1 },
    ];
    let replies = run(python, &calls);
    let value = |index: usize| returned(&replies[index]).map(|it| it.value);
    for read in [1, 2] {
        let read = returned(&replies[read])?;
        let start = Pointer::At { block: 0, offset: 0 };
        expect(read.value, Some(0))?;
        expect(&read.buffer, &Some(Seen::Is(start)))?;
        expect(&read.length, &Some(Seen::Is(3)))?;
        expect(read.references, Some(0))?;
    }
    let refused = Returned {
        value: Some(-1),
        exception: Some("TypeError".into()),
        buffer: Some(Seen::Untouched),
        length: Some(Seen::Untouched),
        references: Some(0),
        ..Returned::default()
    };
    expect(&replies[3], &Reply::Returned(refused.clone()))?;
    expect([value(4)?, value(5)?], [Some(1), Some(1)])?;
    let null =
        Returned { exception: Some("SystemError".into()), references: None, ..refused.clone() };
    expect(&replies[6], &Reply::Returned(null))?;
    let half_null = Returned { exception: Some("SystemError".into()), length: None, ..refused };
    expect(&replies[7], &Reply::Returned(half_null))?;
    expect([value(9)?, value(10)?], [Some(0), Some(0)])
}

pub fn pending(it: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let set = || Call::SetError { exception: "KeyError".into() };
    let calls = [
        make(Object::Bytes { len: 3 }),
        set(),
        Call::AsReadBuffer(old(0)),
        Call::AsReadBuffer(old(0)),
        set(),
        Call::AsReadBuffer(AsBuffer { object: None, null: None }),
        set(),
        Call::AsWriteBuffer(old(0)),
        make(Object::Plain),
        set(),
    ];
    let replies = run(python, &calls);
    let seen: Vec<_> = replies.iter().map(exception).collect();
    let key_error = Some("KeyError");
    expect(&seen[1..7], &[key_error, key_error, None, key_error, key_error, key_error])?;
    expect(seen[7], Some("TypeError"))?;
    // The case after one that ends like that finds nothing pending.
    expect(seen[9], key_error)?;
    let replies = run(python, &[make(Object::Bytes { len: 3 }), Call::AsReadBuffer(old(0))]);
    expect(exception(&replies[1]), None)?;
    if it.version.0 > 2 {
        return Ok(());
    }
    let counts = |raises| Object::Slots {
        read: true,
        write: true,
        char: true,
        segments: Some(1),
        len: Some(1 << 40),
        raises,
    };
    let calls = [
        make(counts(None)),
        Call::AsReadBuffer(old(0)),
        make(counts(Some(OldSlot::Segments))),
        Call::AsReadBuffer(old(1)),
        Call::CheckReadBuffer { object: 1 },
    ];
    let replies = run(python, &calls);
    expect(&returned(&replies[1])?.length, &Some(Seen::Is(1 << 40)))?;
    expect(exception(&replies[3]), Some("TypeError"))?;
    expect(exception(&replies[4]), Some("ValueError"))
}

pub fn stepped(it: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let every_other = Step::Slice { start: None, stop: None, step: 2 };
    let calls = [make(memoryview(vec![every_other])), Call::AsReadBuffer(old(0))];
    let replies = run(python, &calls);
    if it.version.0 == 2 {
        return expect(replies, vec![Reply::NotInEdition, Reply::NotMade]);
    }
    expect(exception(&replies[1]), Some("BufferError"))?;
    let refused = returned(&replies[1])?;
    expect(refused.value, Some(-1))?;
    expect(&refused.buffer, &Some(Seen::Untouched))
}

pub fn fill_info(it: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let fill = FillInfo {
        view_null: false,
        exporter: Some(0),
        buf_null: false,
        len: 7,
        readonly: 1,
        flags: 0x18,
    };
    let refused = FillInfo { flags: WRITABLE, ..fill.clone() };
    let without = FillInfo { view_null: true, ..fill.clone() };
    let calls = [
        make(Object::Plain),
        Call::FillInfo(fill),
        Call::Release { view: 0 },
        Call::FillInfo(refused),
        Call::Release { view: 1 },
        Call::FillInfo(without),
    ];
    let replies = run(python, &calls);
    let filled = returned(&replies[1])?;
    let view = filled.view.as_ref().ok_or("no view")?;
    expect(&view.buf, &Seen::Is(Pointer::At { block: 1, offset: 0 }))?;
    expect(&view.shape, &Seen::Is(Some(vec![7])))?;
    expect(&filled.obj, &Some(Seen::Is(Obj::Exporter)))?;
    expect(filled.references, Some(1))?;
    expect(returned(&replies[2])?.references, Some(-1))?;
    expect(exception(&replies[3]), Some("BufferError"))?;
    expect(&returned(&replies[3])?.obj, &Some(Seen::Untouched))?;
    expect(&replies[4], &Reply::NotMade)?;
    let obsolete = (it.version >= (3, 5, 0)).then_some("BufferError");
    expect(exception(&replies[5]), obsolete)
}

/// `PyBuffer_IsContiguous` reads a shape that is not there.
pub fn crash(it: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let is_contiguous = Call::IsContiguous {
        view: BareView {
            len: 6,
            itemsize: 1,
            ndim: 2,
            shape: None,
            strides: None,
            suboffsets: None,
        },
        order: 'F',
    };
    let check = || Call::CheckBuffer { object: 0 };
    let plain = || make(Object::Plain);
    let replies = python.run(&[&[plain(), is_contiguous, check()], &[plain(), check()]]);
    expect(exception(&replies[1][1]), None)?;
    if it.version < (3, 5, 0) {
        return expect(returned(&replies[0][1])?.value, Some(0));
    }
    let crashed = matches!(&replies[0][1], Reply::Crashed { how } if how.contains("SIG"));
    expect(crashed, true)?;
    expect(&replies[0][2], &Reply::NotMade)
}
