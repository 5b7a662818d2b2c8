//! # The machine
//!
//! The model as a program with the state of a case: which objects and views there are, what memory holds,
//! which exception is pending. It says what is permitted ([`Machine::expect`]), takes notice of what a
//! reply decided ([`Machine::learn`]), and can reply itself ([`Machine::answer`]). What is expected of a
//! call, and what its reply decides, is said on the page of its section.

mod answer;
mod expected;
mod view;
mod views;

use pybuf_protocol::call::{LARGEST, Section};
use pybuf_protocol::{Call, Edition, Exception, Object, Reply, Returned};

use crate::buffers::BufferObjects;
use crate::expectation::Expectation;
use crate::exporter::Exporter;
use crate::layout::Layout;
use crate::lives::{Kind, Lives};
use crate::memory::{Block, Memory};
use crate::objects::describe;
use crate::presence;
use view::View;

pub(crate) use view::Viewed;

pub use expected::Expected;

/// Objects and views of a case, as far as it has come.
pub struct Machine {
    pub(crate) edition: Edition,
    pub(crate) objects: Vec<Option<Exporter>>,
    pub(crate) views: Vec<Option<View>>,
    pub(crate) memory: Memory,
    pub(crate) buffer_objects: BufferObjects,
    pub(crate) lives: Lives,
    /// The exception that the next call finds pending.
    pub(crate) pending: Option<Exception>,
}

impl Machine {
    /// Before the first call.
    pub fn new(edition: Edition) -> Machine {
        Machine {
            edition,
            objects: vec![],
            views: vec![],
            memory: Memory::default(),
            buffer_objects: BufferObjects::default(),
            lives: Lives::default(),
            pending: None,
        }
    }

    /// Before the first call, with an object that nobody has a recipe of: number 0.
    pub fn of(object: Exporter, edition: Edition) -> Machine {
        let mut machine = Machine::new(edition);
        machine.lives.make(0, Kind::Other);
        machine.objects.push(Some(object));
        machine
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

    /// What is permitted as the reply to the next call.
    pub fn expect(&self, call: &Call) -> Expected {
        if call.is_too_large() {
            return Expected::BadCase(format!("no block has more than {LARGEST} bytes"));
        }
        if let Some(object) = self.gone(call) {
            return Expected::BadCase(format!("object {object} was given up"));
        }
        if let Some(problem) = self.pending_problem(call) {
            return Expected::BadCase(problem);
        }
        let expected = match call.section() {
            Section::Object => self.expect_object(call),
            Section::Old => self.expect_old(call),
            Section::Check => self.expect_check(call),
            Section::Request => self.expect_request(call),
            Section::Release => self.expect_release(call),
            Section::Fill => self.expect_fill(call),
            Section::Contiguity => self.expect_contiguity(call),
            Section::Strides => self.expect_strides(call),
            Section::Pointer => self.expect_pointer(call),
            Section::Structure => self.expect_structure(call),
            Section::Copy => self.expect_copy(call),
            Section::Format => self.expect_format(call),
            Section::Memoryview => self.expect_memoryview(call),
            Section::Lifecycle => self.expect_lifecycle(call),
            Section::BufferObject => self.expect_buffer_object(call),
            Section::Arguments => self.expect_arguments(call),
        };
        let no_page = || Expected::BadCase(format!("the model knows no {}", call.feature()));
        let expected = self.with_end(call, expected.unwrap_or_else(no_page));
        match presence::absent(call, self.edition) {
            Some(clause) => expected.unless_absent(clause),
            None => expected,
        }
    }

    /// Takes notice of what a call brought about, as far as the text leaves that to the reply.
    pub fn learn(&mut self, call: &Call, reply: &Reply) {
        let returned = match reply {
            Reply::Returned(returned) => Some(returned),
            _ => None,
        };
        self.learn_pending(call, returned);
        match call.section() {
            Section::Object => self.learn_object(call, returned),
            Section::Request => self.learn_request(call, returned),
            Section::Release => self.learn_release(call, returned),
            Section::Fill => self.learn_fill(call, returned),
            Section::Copy => self.learn_copy(call, returned),
            Section::Memoryview => self.learn_memoryview(call, returned),
            Section::Lifecycle => self.learn_lifecycle(call, returned),
            Section::BufferObject => self.learn_buffer_object(call, returned),
            Section::Arguments => self.learn_arguments(call, returned),
            _ => {}
        }
    }

    fn expect_object(&self, call: &Call) -> Option<Expected> {
        let Call::Make { object } = call else { return None };
        Some(match describe(object, self.objects.len(), self.edition) {
            Ok(Ok(_)) => Expected::Made,
            Ok(Err(clause)) => Expectation::not_in_edition(clause).into(),
            Err(problem) => Expected::BadCase(problem),
        })
    }

    fn learn_object(&mut self, call: &Call, returned: Option<&Returned>) {
        let Call::Make { object } = call else { return };
        let there = returned.is_some_and(|returned| returned.exception.is_none());
        let described = describe(object, self.objects.len(), self.edition);
        let made = described.ok().and_then(Result::ok).filter(|_| there);
        self.learn_memory(object, made.as_ref());
        self.lives.make(self.objects.len(), Kind::of(object));
        self.objects.push(made);
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

    /// What is expected of a call on an object, by what that offers.
    pub(crate) fn expect_of(
        &self,
        object: usize,
        expect: impl Fn(&Exporter) -> Expectation,
    ) -> Expected {
        match self.objects.get(object) {
            Some(Some(exporter)) => expect(exporter).into(),
            Some(None) => Expected::not_made(&expect(&Exporter::none())),
            None => Expected::BadCase(format!("there is no object {object}")),
        }
    }
}
