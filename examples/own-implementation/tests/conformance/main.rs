//! A trial for each section of the documentation that is implemented, and each edition of it.

mod mine;

use libtest_mimic::{Arguments, Trial, run};
use mine::Mine;
use pybuf_harness::{Call, Capabilities, Implementation, Object, Reply, conforms, model::Edition};

impl Implementation for Mine {
    fn capabilities(&self) -> Capabilities {
        Capabilities::only(
            "mine",
            &["make bytes", "PyObject_GetBuffer", "PyBuffer_Release"],
            "to do",
        )
    }
    fn begin_case(&mut self) {
        *self = Mine::default();
    }
    fn call(&mut self, call: &Call) -> Reply {
        match call {
            Call::Make { object: Object::Bytes { len } } => self.make(*len),
            Call::GetBuffer { object, flags } => self.get(*object, *flags),
            Call::Release { view } | Call::ReleaseCopy { view } => self.release(*view),
            _ => self.lacks(call),
        }
    }
}

fn main() {
    let [old, new] = [Edition::V3_12, Edition::V3_13];
    let sections = [pybuf_suites::request::DOMAIN, pybuf_suites::release::DOMAIN];
    let both = sections.into_iter().flat_map(|section| [(section, old), (section, new)]);
    let trials = both.map(|(section, edition)| {
        let test = move || Ok(conforms(section, edition, &mut Mine::default())?);
        Trial::test(format!("{}::{edition}", section.name), test)
    });
    run(&Arguments::from_args(), trials.collect()).exit();
}
