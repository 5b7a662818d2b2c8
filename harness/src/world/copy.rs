//! Copies, and where elements are.

use pybuf_model::copy::{View, from_contiguous, to_contiguous};
use pybuf_model::exporter::NewProtocol;
use pybuf_model::layout::Order;
use pybuf_model::structure::{self, Structure};
use pybuf_model::{Expectation, Exporter, Flags, Layout, copy_data, pointer, strides};

use super::{Expected, World};
use crate::call::copy::{self, Copy};
use crate::reply::Returned;

/// The object of a view that was granted, and the request.
type Viewed<'a> = Option<(&'a NewProtocol, Flags)>;

impl World {
    pub(super) fn expect_copy(&self, call: &Copy) -> Expected {
        let edition = self.edition;
        match call {
            Copy::GetPointer { view, indices } => self.expect_get_pointer(*view, indices),
            Copy::FillContiguousStrides { shape, itemsize, order } => {
                let itemsize = i64::from(*itemsize);
                Expected::Reply(strides::fill_contiguous_strides(shape, itemsize, *order, edition))
            }
            Copy::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset } => {
                let entries = [shape, strides].map(|array| array.len() as i64);
                if *ndim > 0 && entries != [*ndim; 2] {
                    return Expected::BadCase("an array has not ndim entries".into());
                }
                let structure = Structure {
                    memlen: *memlen,
                    itemsize: *itemsize,
                    ndim: *ndim,
                    shape: shape.clone(),
                    strides: strides.clone(),
                    offset: *offset,
                };
                Expected::Reply(structure::verify(&structure, edition))
            }
            Copy::ToContiguous { view, len, order } => {
                let Some(buf) = copy::poisoned(*len) else {
                    return Expected::BadCase("a negative length".into());
                };
                self.expect_of_view(*view, |viewed| {
                    let view = self.seen(viewed)?;
                    Ok(to_contiguous(&view, &self.memory, *len, &buf, *order, edition))
                })
            }
            Copy::FromContiguous { view, len, order } => {
                let Some(bytes) = copy::source(*len) else {
                    return Expected::BadCase("a negative length".into());
                };
                self.expect_of_view(*view, |viewed| {
                    let view = self.seen(viewed)?;
                    Ok(from_contiguous(&view, &self.memory, &bytes, *order, edition))
                })
            }
            Copy::CopyData { dest, src } => self.expect_copy_data(*dest, *src),
            Copy::CopyToObject { object, len, order } => match copy::source(*len) {
                Some(bytes) => self.expect_of(*object, |exporter| {
                    copy_data::copy_to_object(exporter, &self.memory, &bytes, *order, edition)
                }),
                None => Expected::BadCase("a negative length".into()),
            },
        }
    }

    /// What a copy has left of the memory it writes to. That is judged with the copy itself; where it is
    /// free, what comes after must go by it.
    pub(super) fn learn_copy(&mut self, call: &Copy, returned: Option<&Returned>) {
        let written = match call {
            Copy::FromContiguous { view, .. } => {
                self.views.get(*view).and_then(|view| view.as_ref()?.object)
            }
            Copy::CopyData { dest: object, .. } | Copy::CopyToObject { object, .. } => {
                Some(*object)
            }
            _ => None,
        };
        let bytes = returned.and_then(|returned| returned.bytes.as_ref());
        if let (Some(object), Some(bytes)) = (written, bytes) {
            let written = self.objects.get(object).and_then(|it| it.as_ref()?.new.as_ref());
            let block = written.map_or(object, |new| new.layout.start.block);
            self.memory.set_contents(block, bytes);
        }
    }

    fn expect_copy_data(&self, dest: usize, src: usize) -> Expected {
        let (Some(to), Some(from)) = (self.objects.get(dest), self.objects.get(src)) else {
            return Expected::BadCase("one of the objects is not there".into());
        };
        let expect = |to: &Exporter, from: &Exporter| {
            copy_data::copy_data(to, from, &self.memory, self.edition)
        };
        match (to, from) {
            (Some(to), Some(from)) => Expected::Reply(expect(to, from)),
            _ => Expected::not_made(&expect(&Exporter::none(), &Exporter::none())),
        }
    }

    /// A view as copies see it, if its elements are in memory that is known.
    fn seen(&self, viewed: Viewed<'_>) -> Result<View, String> {
        let Some((object, asked)) = viewed else {
            return Ok(View::of(&Layout::bytes(0), false, Flags::empty()));
        };
        let view = View::of(&object.layout, object.readonly, asked);
        match self.memory.gather(&view.layout, Order::C) {
            Some(_) => Ok(view),
            None => Err("the elements are not in memory".into()),
        }
    }

    fn expect_get_pointer(&self, view: usize, indices: &[i64]) -> Expected {
        self.expect_of_view(view, |viewed| {
            let Some((object, asked)) = viewed else {
                let scalar = Layout { shape: vec![], strides: vec![], ..Layout::bytes(0) };
                return Ok(pointer::get_pointer(&scalar, &[], self.edition));
            };
            let layout = &object.layout;
            let inside = |(index, extent): (&i64, &i64)| (0..*extent).contains(index);
            if layout.ndim() > 0 && !asked.whole().contains(Flags::STRIDES) {
                return Err("the view has no strides".into());
            }
            if layout.ndim() != indices.len() as i64
                || !indices.iter().zip(&layout.shape).all(inside)
            {
                return Err("there is no such element".into());
            }
            Ok(pointer::get_pointer(layout, indices, self.edition))
        })
    }

    /// What is expected of a call on a view, by its object and the request; or by nothing, if the view
    /// was not granted and it only matters whether there is such a call.
    fn expect_of_view(
        &self,
        view: usize,
        expect: impl Fn(Viewed<'_>) -> Result<Expectation, String>,
    ) -> Expected {
        match self.viewed(view).and_then(|viewed| Ok((viewed.is_some(), expect(viewed)?))) {
            Ok((true, expectation)) => Expected::Reply(expectation),
            Ok((false, otherwise)) => Expected::not_made(&otherwise),
            Err(problem) => Expected::BadCase(problem),
        }
    }

    /// The object of a view and the request that was granted; `None` if it was not.
    fn viewed(&self, view: usize) -> Result<Viewed<'_>, String> {
        let view = self.views.get(view).ok_or_else(|| format!("there is no view {view}"))?;
        let Some(view) = view else { return Ok(None) };
        if view.released {
            return Err("the view is released".into());
        }
        let object =
            view.object.and_then(|object| self.objects.get(object)?.as_ref()?.new.as_ref());
        let object = object.ok_or_else(|| "the view is of no object".to_owned())?;
        Ok(Some((object, view.flags)))
    }
}
