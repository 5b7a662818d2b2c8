//! Copies, and where elements are.

use pybuf_model::structure::{self, Structure};
use pybuf_model::{Expectation, Flags, Layout, pointer, strides};

use super::{Expected, World};
use crate::call::Copy;
use crate::reply::Returned;

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
            _ => Expected::BadCase(format!("{} is not in the model", call.feature())),
        }
    }

    pub(super) fn learn_copy(&mut self, _call: &Copy, _returned: Option<&Returned>) {}

    fn expect_get_pointer(&self, view: usize, indices: &[i64]) -> Expected {
        let expect = |layout: &Layout| pointer::get_pointer(layout, indices, self.edition);
        self.expect_of_view(view, &|layout, flags| {
            let inside = |(index, extent): (&i64, &i64)| (0..*extent).contains(index);
            if layout.ndim() > 0 && !flags.whole().contains(Flags::STRIDES) {
                return Err("the view has no strides".into());
            }
            if layout.ndim() != indices.len() as i64
                || !indices.iter().zip(&layout.shape).all(inside)
            {
                return Err("there is no such element".into());
            }
            Ok(expect(layout))
        })
    }

    /// What is expected of a call on a view, by the layout of its object and the request.
    fn expect_of_view(
        &self,
        view: usize,
        expect: &dyn Fn(&Layout, Flags) -> Result<Expectation, String>,
    ) -> Expected {
        let expected = |result: Result<Expectation, String>| match result {
            Ok(expectation) => Expected::Reply(expectation),
            Err(problem) => Expected::BadCase(problem),
        };
        let Some(view) = self.views.get(view) else {
            return Expected::BadCase(format!("there is no view {view}"));
        };
        let Some(view) = view else {
            // Of a scalar there is always an element; only whether the function is there matters.
            let scalar = Layout { shape: vec![], strides: vec![], ..Layout::bytes(0) };
            return Expected::not_made(&pointer::get_pointer(&scalar, &[], self.edition));
        };
        if view.released {
            return Expected::BadCase("the view is released".into());
        }
        let object = view.object.and_then(|object| self.objects.get(object)?.as_ref());
        match object.and_then(|object| object.new.as_ref()) {
            Some(object) => expected(expect(&object.layout, view.flags)),
            None => Expected::BadCase("the view is of no object".into()),
        }
    }
}
