//! Makes the calls, and tells what happened.

use own_implementation::{Bytes, View};
use pybuf_harness::Call;
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen::Is, SeenView};

/// The objects and the views of a case, by their numbers. `None` stands where there is none: it is not
/// supported, or the request was refused.
#[derive(Default)]
pub struct Mine {
    objects: Vec<Option<Bytes>>,
    views: Vec<Option<View>>,
}

impl Mine {
    /// Bytes as the suite wants them.
    pub fn make(&mut self, len: usize) -> Reply {
        self.objects.push(Some(Bytes((0..len).map(|at| (at % 251) as u8).collect())));
        Reply::Returned(Returned::default())
    }

    /// What is not supported takes its number all the same.
    pub fn lacks(&mut self, call: &Call) -> Reply {
        if call.makes_object() {
            self.objects.push(None);
        }
        if call.fills_view() {
            self.views.push(None);
        }
        Reply::Unsupported
    }

    pub fn get(&mut self, object: usize, request: i32) -> Reply {
        let Some(Some(bytes)) = self.objects.get(object) else {
            self.views.push(None);
            return Reply::NotMade;
        };
        let view = bytes.get(request);
        let reply = match &view {
            Ok(view) => Returned {
                value: Some(0),
                obj: Some(Is(Obj::Exporter)),
                view: Some(Box::new(seen(view, object))),
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

/// Every field. The memory of an object is the block of its number.
fn seen(View { len, format, shape, strides }: &View, block: usize) -> SeenView {
    SeenView {
        buf: Is(Pointer::At { block, offset: 0 }),
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
