//! # The world of a case
//!
//! Follows a case through the model: which objects and views exist, what memory holds, and what is
//! expected of the next call. It learns from replies only what they decide: whether an object was made
//! and a view granted. Sections with many functions have a file each.

mod buffer_object;
mod copy;
mod expected;
mod format;
mod life;
mod memoryview;

use pybuf_model::expectation::{Exception, Obj};
use pybuf_model::layout::Address;
use pybuf_model::lifecycle::{Kind, Lives};
use pybuf_model::memory::Block;
use pybuf_model::{Edition, Expectation, Exporter, Flags, Layout, Memory};
use pybuf_model::{check, contiguity, fill, old, release, request};

use crate::call::{AsBuffer, BareView, Call, FillInfo, LARGEST};
use crate::describe::describe;
use crate::object::Object;
use crate::reply::{Reply, Returned, Seen};
use buffer_object::BufferObjects;

pub use expected::Expected;

/// Objects and views of a case, as far as it has come.
pub struct World {
    edition: Edition,
    objects: Vec<Option<Exporter>>,
    views: Vec<Option<View>>,
    memory: Memory,
    buffer_objects: BufferObjects,
    /// What the object offers that is being made.
    in_the_making: Option<Exporter>,
    lives: Lives,
    /// The exception that the next call finds pending.
    pending: Option<Exception>,
}

/// A view that was granted.
struct View {
    /// The object that was asked; `None` for a view that was filled for none.
    object: Option<usize>,
    /// The request that was met.
    flags: Flags,
    owner: Option<Obj>,
    released: bool,
    /// Whether its struct may not be used any more, for a copy of it was released.
    forgotten: bool,
}

impl World {
    /// Before the first call.
    pub fn new(edition: Edition) -> World {
        World {
            edition,
            objects: vec![],
            views: vec![],
            memory: Memory::default(),
            buffer_objects: BufferObjects::default(),
            in_the_making: None,
            lives: Lives::default(),
            pending: None,
        }
    }

    /// Before the first call, with an object that nobody has a recipe of: number 0.
    pub(crate) fn of(object: Exporter, edition: Edition) -> World {
        let mut world = World::new(edition);
        world.lives.make(0, Kind::Other);
        world.objects.push(Some(object));
        world
    }

    /// What is expected of the next call. Then takes notice of what it brought about, unless it is one
    /// that cannot be.
    pub fn follow(&mut self, call: &Call, reply: &Reply) -> Expected {
        let expected = self.expect(call);
        if !matches!(expected, Expected::BadCase(_)) {
            self.learn(call, reply);
        }
        expected
    }

    fn expect(&mut self, call: &Call) -> Expected {
        if call.is_too_large() {
            return Expected::BadCase(format!("no block has more than {LARGEST} bytes"));
        }
        if let Some(object) = self.gone(call) {
            return Expected::BadCase(format!("object {object} was given up"));
        }
        let expected = self.expect_alone(call);
        self.with_end(call, expected)
    }

    fn expect_alone(&mut self, call: &Call) -> Expected {
        let edition = self.edition;
        if let Some(problem) = self.pending_problem(call) {
            return Expected::BadCase(problem);
        }
        match call {
            Call::Make { object } => match describe(object, self.objects.len(), edition) {
                Ok(Ok(exporter)) => {
                    self.in_the_making = Some(exporter);
                    Expected::Made
                }
                Ok(Err(clause)) => Expected::Reply(Expectation::not_in_edition(clause)),
                Err(problem) => Expected::BadCase(problem),
            },
            Call::AsCharBuffer(arguments) => self.expect_as_buffer(old::Access::Char, arguments),
            Call::AsReadBuffer(arguments) => self.expect_as_buffer(old::Access::Read, arguments),
            Call::AsWriteBuffer(arguments) => self.expect_as_buffer(old::Access::Write, arguments),
            Call::CheckReadBuffer { object } => self.expect_of(*object, |exporter| {
                old::check_read_buffer(exporter, self.pending, edition)
            }),
            Call::CheckBuffer { object } => {
                let expected =
                    self.expect_of(*object, |exporter| check::check_buffer(exporter, edition));
                self.under_new_protocol(*object, expected)
            }
            Call::GetBuffer { object, flags } => {
                let flags = Flags::from_bits_retain(*flags);
                let expected = self
                    .expect_of(*object, |exporter| request::get_buffer(exporter, flags, edition));
                self.under_new_protocol(*object, expected)
            }
            Call::Release { view } => self.expect_release(*view, false),
            Call::ReleaseCopy { view } => self.expect_release(*view, true),
            Call::FillInfo(arguments) => self.expect_fill_info(arguments),
            Call::IsContiguous { view, order } => match bare(view) {
                Some(view) => Expected::Reply(contiguity::is_contiguous(&view, *order, edition)),
                None => Expected::BadCase("an array has not ndim entries, or ndim is odd".into()),
            },
            Call::SizeFromFormat { format } => self.expect_size_from_format(format),
            Call::Copy(call) => self.expect_copy(call),
            Call::Memoryview(call) => self.expect_memoryview(call),
            Call::BufferObject(call) => self.expect_buffer_object(call),
            Call::SetError { exception } => self.expect_set_error(exception),
            Call::Resize { object, len } => self.expect_resize(*object, *len),
            Call::Drop { object } => self.expect_drop(*object),
        }
    }

    fn expect_release(&self, view: usize, copy: bool) -> Expected {
        let expect = |released, owner| match copy {
            true => release::release_copy(owner, self.edition),
            false => release::release(released, owner, self.edition),
        };
        match self.views.get(view) {
            Some(Some(it)) if it.forgotten || copy && it.released => {
                Expected::BadCase(format!("view {view} is not there any more"))
            }
            Some(Some(view)) => Expected::Reply(expect(view.released, view.owner)),
            Some(None) => Expected::not_made(&expect(false, None)),
            None => Expected::BadCase(format!("there is no view {view}")),
        }
    }

    fn learn(&mut self, call: &Call, reply: &Reply) {
        let returned = match reply {
            Reply::Returned(returned) => Some(returned),
            _ => None,
        };
        self.learn_pending(call, returned);
        match call {
            Call::Make { object } => {
                let there = returned.is_some_and(|returned| returned.exception.is_none());
                let made = self.in_the_making.take().filter(|_| there);
                self.learn_memory(object, made.as_ref());
                self.lives.make(self.objects.len(), life::kind(object));
                self.objects.push(made);
            }
            Call::GetBuffer { object, flags } => {
                self.learn_readonly(*object, Flags::from_bits_retain(*flags), returned);
                self.learn_view(Some(*object), *flags, returned);
            }
            Call::FillInfo(FillInfo { view_null, exporter, flags, .. }) => {
                self.learn_view(*exporter, *flags, returned.filter(|_| !view_null));
            }
            Call::Release { view } | Call::ReleaseCopy { view } => {
                if let (Some(Some(view)), Some(_)) = (self.views.get_mut(*view), returned) {
                    view.released = true;
                    view.forgotten = matches!(call, Call::ReleaseCopy { .. });
                }
            }
            Call::Copy(call) => self.learn_copy(call, returned),
            Call::Memoryview(call) => self.learn_memoryview(call, returned),
            Call::BufferObject(call) => self.learn_buffer_object(call, returned),
            Call::Resize { .. } | Call::Drop { .. } => {
                self.learn_life(call, returned);
            }
            _ => {}
        }
    }

    /// What the first consumer that did not ask to write is told holds for all that follow.
    fn learn_readonly(&mut self, object: usize, asked: Flags, returned: Option<&Returned>) {
        let granted = returned.filter(|returned| returned.value == Some(0));
        let told = granted.and_then(|returned| match returned.view.as_deref()?.readonly {
            Seen::Is(readonly) => Some(readonly != 0),
            Seen::Untouched => None,
        });
        let new = self.objects.get_mut(object).and_then(|it| it.as_mut()?.new.as_mut());
        if let Some(new) = new.filter(|_| !asked.contains(Flags::WRITABLE)) {
            new.told_readonly = new.told_readonly.or(told);
        }
    }

    /// The block of an object that was made, by its number.
    fn learn_memory(&mut self, recipe: &Object, made: Option<&Exporter>) {
        let layout = match made {
            Some(Exporter { new: Some(new), .. }) => &new.layout,
            Some(Exporter { old: Some(old), .. }) => &Layout::bytes(old.len),
            _ => return,
        };
        let size = match recipe {
            Object::Memoryview { len, .. } => *len,
            Object::Exporter { layout, .. } | Object::Ndarray { layout, .. } => layout.size,
            // It only says that it has memory.
            Object::Slots { len: Some(_), .. } => return,
            _ => usize::try_from(layout.len()).unwrap_or(0),
        };
        self.memory.set(self.objects.len(), Block::counting(size, layout));
    }

    fn learn_view(&mut self, object: Option<usize>, flags: i32, returned: Option<&Returned>) {
        let flags = Flags::from_bits_retain(flags);
        let granted = returned.filter(|returned| returned.value == Some(0));
        self.views.push(granted.map(|returned| {
            let owner = match returned.obj {
                Some(Seen::Is(obj)) => obj.known(),
                _ => None,
            };
            View { object, flags, owner, released: false, forgotten: false }
        }));
    }

    fn expect_of(&self, object: usize, expect: impl Fn(&Exporter) -> Expectation) -> Expected {
        match self.objects.get(object) {
            Some(Some(exporter)) => Expected::Reply(expect(exporter)),
            Some(None) => Expected::not_made(&expect(&Exporter::none())),
            None => Expected::BadCase(format!("there is no object {object}")),
        }
    }

    fn expect_as_buffer(&self, access: old::Access, arguments: &AsBuffer) -> Expected {
        let null = arguments.object.is_none() || arguments.null.is_some();
        let entry = old::Entry { null, pending: self.pending };
        let expect = |exporter: &Exporter| old::as_buffer(access, exporter, entry, self.edition);
        match arguments.object {
            Some(object) => self.expect_of(object, expect),
            None => Expected::Reply(expect(&Exporter::none())),
        }
    }

    fn expect_fill_info(&self, arguments: &FillInfo) -> Expected {
        let block = self.objects.len();
        let bytes = fill::Bytes {
            view_null: arguments.view_null,
            exporter: arguments.exporter.is_some(),
            buf: (!arguments.buf_null).then_some(Address { block, offset: 0 }),
            len: arguments.len,
            readonly: arguments.readonly.into(),
        };
        let flags = Flags::from_bits_retain(arguments.flags);
        let expect = || fill::fill_info(&bytes, flags, self.edition);
        match arguments.exporter {
            Some(object) => self.expect_of(object, |_| expect()),
            None => Expected::Reply(expect()),
        }
    }
}

/// `None` if it is no view that a request could return.
fn bare(view: &BareView) -> Option<contiguity::View> {
    view.is_well_formed().then(|| contiguity::View {
        itemsize: view.itemsize,
        ndim: view.ndim.into(),
        shape: view.shape.clone(),
        strides: view.strides.clone(),
        suboffsets: view.suboffsets.clone(),
    })
}
