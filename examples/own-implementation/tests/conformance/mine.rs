//! Makes the calls, and tells what happened.

use own_implementation::{Bytes, View};
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen::Is, SeenView};

/// The object of a case, if there is one, and the views of it: `None` where a request was refused.
#[derive(Default)]
pub struct Mine {
    object: Option<Bytes>,
    views: Vec<Option<View>>,
}

impl Mine {
    /// Bytes as the suite wants them.
    pub fn make(&mut self, len: usize) -> Reply {
        self.object = Some(Bytes((0..len).map(|at| (at % 251) as u8).collect()));
        Reply::Returned(Returned::default())
    }

    pub fn get(&mut self, request: i32) -> Reply {
        let Some(bytes) = &self.object else { return Reply::NotMade };
        let view = bytes.get(request);
        let reply = match &view {
            Ok(view) => Returned {
                value: Some(0),
                obj: Some(Is(Obj::Exporter)),
                view: Some(Box::new(seen(view))),
                ..Returned::default()
            },
            Err(_) => Returned {
                value: Some(-1),
                exception: Some("BufferError".into()),
                obj: Some(Is(Obj::Null)),
                ..Returned::default()
            },
        };
        self.views.push(view.ok());
        Reply::Returned(reply)
    }

    pub fn release(&mut self, view: usize) -> Reply {
        let Some(Some(_)) = self.views.get(view) else { return Reply::NotMade };
        Reply::Returned(Returned { obj: Some(Is(Obj::Null)), ..Returned::default() })
    }
}

/// Every field. The first object of a case owns block 0 of its memory.
fn seen(View { len, format, shape, strides }: &View) -> SeenView {
    SeenView {
        buf: Is(Pointer::At { block: 0, offset: 0 }),
        len: Is(*len as i64),
        itemsize: Is(1),
        readonly: Is(1),
        ndim: Is(1),
        format: Is(format.clone()),
        shape: Is(shape.clone()),
        strides: Is(strides.clone()),
        suboffsets: Is(None),
    }
}
