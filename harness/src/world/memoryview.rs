//! The C functions of memoryviews.

use pybuf_model::flags::{READ, WRITE};
use pybuf_model::get_contiguous::{self, Wanted};
use pybuf_model::layout::{Address, Contiguity, Layout};
use pybuf_model::lifecycle::Kind;
use pybuf_model::memory::Block;
use pybuf_model::memoryview::{self, Info};
use pybuf_model::{Expectation, Exporter, State, contiguity};

use super::{Expected, World};
use crate::call::memoryview::OF_BUFFER;
use crate::call::{BareView, Memoryview};
use crate::reply::{Pointer, Returned, Seen};

impl World {
    pub(super) fn expect_memoryview(&self, call: &Memoryview) -> Expected {
        let edition = self.edition;
        match call {
            Memoryview::FromObject { object } => {
                self.expect_of(*object, |it| memoryview::from_object(it, edition))
            }
            Memoryview::FromBuffer { view, buf_null, format, readonly } => {
                match self.info(view, *buf_null, format.as_ref(), *readonly) {
                    Some(info) => Expected::Reply(memoryview::from_buffer(&info, edition)),
                    None => Expected::BadCase("an array has not ndim entries".into()),
                }
            }
            Memoryview::FromMemory { size, flags } => {
                Expected::Reply(memoryview::from_memory(*size, *flags, edition))
            }
            Memoryview::GetContiguous { object, buffertype, order } => {
                let (Some(wanted), READ | WRITE) = (Wanted::of_letter(*order), *buffertype) else {
                    return Expected::BadCase("no arguments of PyMemoryView_GetContiguous".into());
                };
                let (write, memory) = (*buffertype == WRITE, (&self.memory, self.objects.len()));
                self.expect_of(*object, |it| {
                    get_contiguous::get_contiguous(it, write, wanted, memory, edition)
                })
            }
            Memoryview::Check { object } => {
                let is_memoryview = self.lives.is(*object, Kind::Memoryview);
                self.expect_of(*object, |_| memoryview::check(is_memoryview, edition))
            }
            Memoryview::Release { object } => self.expect_release_of(*object),
        }
    }

    fn expect_release_of(&self, object: usize) -> Expected {
        let uses = self.lives.uses(object, &self.loans());
        let expect = |_: &Exporter| -> Expectation { memoryview::release(uses, self.edition) };
        match self.objects.get(object) {
            Some(Some(_)) if !self.lives.is(object, Kind::Memoryview) => {
                Expected::BadCase(format!("object {object} is no memoryview"))
            }
            _ => self.expect_of(object, expect),
        }
    }

    pub(super) fn learn_memoryview(&mut self, call: &Memoryview, returned: Option<&Returned>) {
        let returned = returned.filter(|returned| returned.value == Some(0));
        if let (Memoryview::Release { object }, Some(_)) = (call, returned) {
            self.lives.release(*object);
            if let Some(Some(Exporter { new: Some(new), .. })) = self.objects.get_mut(*object) {
                new.state = State::Released;
            }
        }
        if call.makes_object() {
            let made = returned.and_then(|returned| self.made_by(call, returned));
            self.objects.push(made);
        }
    }

    /// What the memoryview exports that a call has made. It gets the next number.
    fn made_by(&mut self, call: &Memoryview, returned: &Returned) -> Option<Exporter> {
        let number = self.objects.len();
        match call {
            Memoryview::FromObject { object } => {
                self.lives.make_of(number, *object);
                Some(memoryview::of(self.objects.get(*object)?.as_ref()?))
            }
            Memoryview::FromBuffer { view, buf_null, format, readonly } => {
                let info = self.info(view, *buf_null, format.as_ref(), *readonly)?;
                self.own_block(number, OF_BUFFER);
                Some(info.exported())
            }
            Memoryview::FromMemory { size, flags } => {
                self.own_block(number, usize::try_from(*size).unwrap_or(0));
                Some(memoryview::of_memory(number, *size, *flags))
            }
            Memoryview::GetContiguous { object, order, .. } => {
                let base = self.objects.get(*object)?.as_ref()?.clone();
                let wanted = Wanted::of_letter(*order)?;
                match is_copy(&base, wanted, returned, number) {
                    true => Some(self.copy(&base, wanted, returned, number)),
                    false => {
                        self.lives.make_of(number, *object);
                        Some(memoryview::of(&base))
                    }
                }
            }
            Memoryview::Check { .. } | Memoryview::Release { .. } => None,
        }
    }

    fn copy(
        &mut self,
        base: &Exporter,
        wanted: Wanted,
        returned: &Returned,
        number: usize,
    ) -> Exporter {
        let bytes = returned.bytes.clone().unwrap_or_default();
        let copy = get_contiguous::copied(base, wanted, (&self.memory, &bytes), number);
        self.lives.make(number, Kind::Memoryview);
        self.memory.set(number, Block { bytes, rows: vec![] });
        copy
    }

    /// A memoryview of a block of its own was made.
    fn own_block(&mut self, number: usize, size: usize) {
        self.lives.make(number, Kind::Memoryview);
        self.memory.set(number, Block::counting(size, &Layout::bytes(0)));
    }

    /// What `PyMemoryView_FromBuffer` is given; `None` if it cannot be given that.
    fn info(
        &self,
        view: &BareView,
        buf_null: bool,
        format: Option<&String>,
        readonly: i32,
    ) -> Option<Info> {
        let start = Address { block: self.objects.len(), offset: 0 };
        view.has_whole_arrays().then(|| Info {
            buf: (!buf_null).then_some(start),
            len: view.len,
            readonly: readonly.into(),
            format: format.cloned(),
            view: contiguity::View {
                itemsize: view.itemsize,
                ndim: view.ndim.into(),
                shape: view.shape.clone(),
                strides: view.strides.clone(),
                suboffsets: view.suboffsets.clone(),
            },
        })
    }
}

/// Whether the memory is a copy: where the text leaves that open, the reply tells.
fn is_copy(base: &Exporter, wanted: Wanted, returned: &Returned, own: usize) -> bool {
    let layout = base.new.as_ref().map(|new| &new.layout);
    match layout.map(|layout| wanted.contiguity(layout)) {
        Some(Contiguity::Yes) | None => false,
        Some(Contiguity::No) => true,
        Some(Contiguity::Open(_)) => {
            matches!(returned.buffer, Some(Seen::Is(Pointer::At { block, .. })) if block == own)
        }
    }
}
