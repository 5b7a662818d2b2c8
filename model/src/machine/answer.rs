//! # Answers
//!
//! The model as an implementation: of the replies that it permits, it gives the first.

use pybuf_protocol::call::{About, poisoned};
use pybuf_protocol::reply::{Pointer, Seen, SeenView};
use pybuf_protocol::{Address, Call, Exception, Field, Reply, Returned, Value};

use super::{Expected, Machine};
use crate::expectation::{Answer, Expectation, Outcome, Rule};
use crate::fact::Fact;
use crate::memory::Block;

impl Machine {
    /// One of the replies that are permitted to the next call: success if it may succeed, and of each
    /// field the first value that all rules permit.
    pub fn answer(&self, call: &Call) -> Reply {
        match self.expect(call) {
            Expected::Made => Reply::Returned(Returned::default()),
            Expected::Reply(Expectation::Answer(answer)) => self.reply(call, &answer),
            // A function that is in no text any more need not be there. One that was in a text and never
            // was there is answered, or nothing could be said of it.
            Expected::Reply(Expectation::NotInEdition { clause, otherwise: Some(answer) })
                if clause.holds(self.edition) =>
            {
                self.reply(call, &answer)
            }
            Expected::Reply(Expectation::NotInEdition { .. })
            | Expected::NotMade { absent: Some(_) } => Reply::NotInEdition,
            Expected::NotMade { absent: None } | Expected::BadCase(_) => Reply::NotMade,
        }
    }

    fn reply(&self, call: &Call, answer: &Answer) -> Reply {
        let fails = answer.outcomes.iter().any(|rule| rule.says == Outcome::Failure);
        let rules = if fails { &answer.failure } else { &answer.success };
        let mut returned = self.before_rules(call, fails);
        let mut fields: Vec<Field> = rules.iter().map(|rule| rule.says.field).collect();
        // All bytes are told before some of them, and the parts of an owner before what they are together.
        fields.sort_by_key(|field| {
            matches!(field, Field::BytesFrom(_) | Field::StrideCount | Field::Owner)
        });
        fields.dedup();
        for field in fields {
            if let Some(value) = self.choose(call, field, rules) {
                field.set(&mut returned, value);
            }
        }
        Reply::Returned(returned)
    }

    /// What is told where no rule says what.
    fn before_rules(&self, call: &Call, fails: bool) -> Returned {
        let value = match call {
            _ if fails => Some(-1),
            Call::Make { .. }
            | Call::SetError { .. }
            | Call::Release { .. }
            | Call::ReleaseCopy { .. }
            | Call::Drop { .. } => None,
            _ => Some(0),
        };
        let mut returned = Returned { value, ..Returned::default() };
        if fails {
            return returned;
        }
        returned.view = call.fills_view().then(|| Box::new(nothing_seen()));
        let written = self.written(call).and_then(|block| self.memory.block(block));
        returned.bytes = match call {
            Call::ToContiguous { len, .. } => poisoned(*len),
            _ => written.map(|block| Block::contents(block).to_vec()),
        };
        match call {
            Call::Hash { .. } => returned.number = Some(0),
            Call::GetContiguous { .. } => Field::Memory.set(&mut returned, self.start(call)),
            _ => {}
        }
        returned
    }

    /// The first value of a field that all rules permit; where they contradict each other, that of the
    /// last.
    fn choose(&self, call: &Call, field: Field, rules: &[Rule<Fact>]) -> Option<Value<'static>> {
        let facts = || rules.iter().map(|rule| &rule.says).filter(|fact| fact.field == field);
        let listed: Vec<&Value> =
            facts().filter_map(|fact| fact.permits.values()).flatten().collect();
        let by_all = |value: &&&Value| facts().all(|fact| fact.permits.allows(value));
        let listed = listed.iter().find(by_all).or(listed.last()).map(|value| (*value).clone());
        listed.or_else(|| match field {
            Field::Exception => Some(Exception::BufferError.into()),
            Field::Suboffsets => Some(Value::Null),
            Field::Buf | Field::Buffer => Some(self.start(call)),
            _ => None,
        })
    }

    /// Where the memory begins of the object that a call is about.
    fn start(&self, call: &Call) -> Value<'static> {
        let block = match call.about() {
            About::Object(object) => object,
            _ => self.objects.len(),
        };
        let exporter = self.objects.get(block).and_then(Option::as_ref);
        let new = exporter.and_then(|exporter| Some(exporter.new.as_ref()?.layout.start));
        let old = exporter.and_then(|exporter| Some(exporter.old.as_ref()?.start));
        let start = if self.edition.has_old_slots() { old.or(new) } else { new };
        start.unwrap_or(Address { block, offset: 0 }).into()
    }
}

fn nothing_seen() -> SeenView {
    SeenView {
        buf: Seen::Is(Pointer::Null),
        len: Seen::Is(0),
        itemsize: Seen::Is(1),
        readonly: Seen::Is(0),
        ndim: Seen::Is(0),
        format: Seen::Is(None),
        shape: Seen::Is(None),
        strides: Seen::Is(None),
        suboffsets: Seen::Is(None),
    }
}
