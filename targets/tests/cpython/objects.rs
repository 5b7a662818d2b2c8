//! Objects are made as told, and their memory is found.

use libtest_mimic::Failed;
use pybuf_harness::object::{Layout, Step};
use pybuf_harness::reply::{Obj, Pointer, Seen};
use pybuf_harness::{Call, Object, Reply, Returned};
use pybuf_targets::Process;
use pybuf_targets::cpython::Interpreter;

use crate::helpers::*;

pub fn bytes(_: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let replies =
        run(python, &[make(Object::Bytes { len: 5 }), get(0, FULL_RO), Call::Release { view: 0 }]);
    expect(&replies[0], &Reply::Returned(Returned::default()))?;
    let granted = returned(&replies[1])?;
    expect(granted.value, Some(0))?;
    expect(&granted.obj, &Some(Seen::Is(Obj::Exporter)))?;
    expect(granted.references, Some(1))?;
    expect(granted.releases, None)?;
    let view = granted.view.as_ref().ok_or("no view")?;
    let start = Pointer::At { block: 0, offset: 0 };
    expect(&view.buf, &Seen::Is(start))?;
    expect(&view.len, &Seen::Is(5))?;
    expect(&view.itemsize, &Seen::Is(1))?;
    expect(&view.readonly, &Seen::Is(1))?;
    expect(&view.ndim, &Seen::Is(1))?;
    expect(&view.format, &Seen::Is(Some("B".into())))?;
    expect(&view.shape, &Seen::Is(Some(vec![5])))?;
    expect(&view.strides, &Seen::Is(Some(vec![1])))?;
    expect(&view.suboffsets, &Seen::Is(None))?;
    let released =
        Returned { obj: Some(Seen::Is(Obj::Null)), references: Some(-1), ..Returned::default() };
    expect(&replies[2], &Reply::Returned(released))
}

pub fn releases(it: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let replies = run(
        python,
        &[
            make(exporter(vec![2, 3], vec![3, 1])),
            get(0, FULL_RO),
            Call::Release { view: 0 },
            Call::Release { view: 0 },
            Call::AsReadBuffer(old(0)),
        ],
    );
    let counts: Vec<_> = replies[1..]
        .iter()
        .map(|reply| returned(reply).map(|it| (it.releases, it.references)))
        .collect::<Result<_, _>>()?;
    let by_reader = i64::from(it.version.0 > 2);
    let expected = [(0, 1), (1, -1), (0, 0), (by_reader, 0)];
    expect(counts, expected.map(|(a, b)| (Some(a), Some(b))).to_vec())
}

/// Each object with the offset and the shape that a request for everything is answered with.
pub fn memory(it: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let reversed = Step::Slice { start: None, stop: None, step: -2 };
    let indirect = Layout {
        size: 16,
        itemsize: 2,
        format: "H".into(),
        shape: vec![2, 3],
        strides: vec![8, 2],
        suboffsets: Some(vec![0, -1]),
        ..layout(vec![], vec![])
    };
    let ndarray = |layout| Object::Ndarray { layout, readonly: false };
    let python2 = it.version.0 == 2;
    let objects = [
        (Object::Bytes { len: 0 }, 0, vec![0]),
        (Object::Bytes { len: 1 }, 0, vec![1]),
        (Object::Bytearray { len: 0 }, 0, vec![0]),
        (Object::Bytearray { len: 300 }, 0, vec![300]),
        (memoryview(vec![]), 0, vec![9]),
        (exporter(vec![3], vec![-2]), 4, vec![3]),
    ];
    let new_objects = [
        (Object::Array { typecode: 'i', len: 4 }, 0, vec![4]),
        (Object::Array { typecode: 'u', len: 2 }, 0, vec![2]),
        (memoryview(vec![reversed]), 8, vec![5]),
        (ndarray(layout(vec![3], vec![-2])), 4, vec![3]),
        (ndarray(Layout { size: 1, ..layout(vec![], vec![]) }), 0, vec![]),
        (ndarray(indirect.clone()), 0, vec![2, 3]),
        (Object::Exporter { layout: indirect, readonly: true }, 0, vec![2, 3]),
    ];
    let new_objects = new_objects.into_iter().filter(|_| !python2);
    for (object, offset, shape) in objects.into_iter().chain(new_objects) {
        let what = format!("{object:?}");
        // Another empty one before it, which may be the same.
        let calls = [make(Object::Bytes { len: 0 }), make(object), get(1, FULL_RO)];
        let replies = run(python, &calls);
        let granted = returned(&replies[2])?;
        let view = granted.view.as_ref().ok_or(format!("{what}: {granted:?}"))?;
        let place = Pointer::At { block: 1, offset };
        expect((&what, &view.buf), (&what, &Seen::Is(place)))?;
        let shape = (!shape.is_empty()).then_some(shape);
        expect((&what, &view.shape), (&what, &Seen::Is(shape)))?;
    }
    // In Python 2 an array has old slots only.
    let array = Object::Array { typecode: 'h', len: 3 };
    let replies = run(python, &[make(array), Call::AsReadBuffer(old(0))]);
    let read = returned(&replies[1])?;
    expect(&read.buffer, &Some(Seen::Is(Pointer::At { block: 0, offset: 0 })))?;
    expect(&read.length, &Some(Seen::Is(6)))
}

pub fn roots(it: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let replies = run(python, &[make(memoryview(vec![])), get(0, 0)]);
    let granted = returned(&replies[1])?;
    let (obj, references) = match it.version.0 {
        2 => (Obj::Root, 0),
        _ => (Obj::Exporter, 1),
    };
    expect(&granted.obj, &Some(Seen::Is(obj)))?;
    expect(granted.references, Some(references))
}

pub fn not_in_edition(it: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let slots = Object::Slots {
        read: true,
        write: false,
        char: true,
        segments: Some(1),
        len: None,
        raises: None,
    };
    let ndarray = Object::Ndarray { layout: layout(vec![2], vec![1]), readonly: true };
    let released = memoryview(vec![Step::Release]);
    let objects = [slots, ndarray, released];
    let replies = run(python, &objects.map(make));
    let absent: Vec<_> = replies.iter().map(|it| *it == Reply::NotInEdition).collect();
    let python2 = it.version.0 == 2;
    expect(absent, vec![!python2, python2, python2])?;
    let calls = [make(memoryview(vec![Step::Release])), get(0, 0), Call::Release { view: 0 }];
    let replies = run(python, &calls);
    if python2 {
        return expect(&replies[1], &Reply::NotMade);
    }
    expect(exception(&replies[1]), Some("ValueError"))?;
    expect(&replies[2], &Reply::NotMade)
}

pub fn own_types(it: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let raising = Object::Raising { exception: "KeyError".into() };
    let calls = [
        make(raising),
        get(0, 0),
        Call::AsReadBuffer(old(0)),
        Call::CheckReadBuffer { object: 0 },
        make(exporter(vec![2, 3], vec![1, 2])),
        get(1, 0),
        get(1, WRITABLE | 0x58),
        get(1, 0x100),
    ];
    let replies = run(python, &calls);
    expect(exception(&replies[1]), Some("KeyError"))?;
    expect(&returned(&replies[1])?.obj, &Some(Seen::Is(Obj::Null)))?;
    expect(exception(&replies[2]), Some("KeyError"))?;
    let python2 = it.version.0 == 2;
    expect(returned(&replies[3])?.value, Some(python2.into()))?;
    expect(exception(&replies[5]), Some("BufferError"))?;
    expect(exception(&replies[6]), None)?;
    let no_request = if it.version >= (3, 13, 0) { "SystemError" } else { "BufferError" };
    expect(exception(&replies[7]), Some(no_request))?;
    if !python2 {
        return Ok(());
    }
    let slots = |read, write, segments| Object::Slots {
        read,
        write,
        char: false,
        segments,
        len: None,
        raises: None,
    };
    let calls = [
        make(slots(true, false, Some(1))),
        Call::AsReadBuffer(old(0)),
        Call::AsWriteBuffer(old(0)),
        make(slots(true, true, Some(2))),
        Call::AsReadBuffer(old(1)),
        make(slots(true, true, None)),
        Call::AsWriteBuffer(old(2)),
    ];
    let replies = run(python, &calls);
    let read = returned(&replies[1])?;
    expect(&read.buffer, &Some(Seen::Is(Pointer::At { block: 0, offset: 0 })))?;
    expect(&read.length, &Some(Seen::Is(5)))?;
    for refused in [2, 4, 6] {
        expect(exception(&replies[refused]), Some("TypeError"))?;
    }
    Ok(())
}

pub fn too_large(_: &Interpreter, python: &mut Process) -> Result<(), Failed> {
    let calls = [
        make(Object::Bytearray { len: usize::MAX }),
        make(Object::Array { typecode: 'd', len: usize::MAX / 2 }),
        // Neither is there.
        get(1, FULL_RO),
        make(Object::Bytearray { len: 5 }),
        Call::Resize { object: 2, len: usize::MAX / 2 },
    ];
    let replies = run(python, &calls);
    for (index, reply) in replies.iter().enumerate() {
        expect(*reply == Reply::NotMade, index != 3)?;
    }
    Ok(())
}
