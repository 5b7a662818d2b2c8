//! # Statements
//!
//! A statement of the model as a part of a reply and the values it permits there, in words: so
//! statements of several rules can be put together, and two editions be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pybuf_model::expectation::{Fact, Permits};

use crate::show::Show;

/// What a statement is about, and what it permits; `None` is any value, as long as there is one.
pub(crate) type Stated = (Part, Option<BTreeSet<String>>);

/// A part of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    /// From which byte on, where it is bytes behind others.
    pub(crate) behind: Option<usize>,
}

/// A statement in words.
pub(crate) fn stated(fact: &Fact) -> Stated {
    let (name, values) = match fact {
        Fact::Returns(permits) => ("return value", values(permits)),
        Fact::Raises(permits) => ("exception", values(permits)),
        Fact::RaisesSomething => ("exception", None),
        Fact::OutputsUntouched => ("outputs", Some(BTreeSet::from(["not written".into()]))),
        Fact::BufferGiven => ("*buffer", None),
        Fact::Buffer(permits) => ("*buffer", values(permits)),
        Fact::MemoryBegins(permits) => ("where memory begins", values(permits)),
        Fact::Element(permits) => ("pointer", values(permits)),
        Fact::BufferLength(permits) => ("*buffer_len", values(permits)),
        Fact::Obj(permits) => ("obj", values(permits)),
        Fact::Owner(permits) => ("obj and references", values(permits)),
        Fact::References(permits) => ("references", values(permits)),
        Fact::Releases(permits) => ("calls of the release function", values(permits)),
        Fact::BufGiven => ("buf", None),
        Fact::Buf(permits) => ("buf", values(permits)),
        Fact::Len(permits) => ("len", values(permits)),
        Fact::Itemsize(permits) => ("itemsize", values(permits)),
        Fact::Ndim(permits) => ("ndim", values(permits)),
        Fact::Readonly(permits) => ("readonly", values(permits)),
        Fact::Format(permits) => ("format", values(permits)),
        Fact::Shape(permits) => ("shape", values(permits)),
        Fact::Strides(permits) => ("strides", values(permits)),
        Fact::Suboffsets(permits) => ("suboffsets", values(permits)),
        Fact::NoPointersToFollow => ("pointers", Some(BTreeSet::from(["none to follow".into()]))),
        Fact::StridesWritten(permits) => ("strides written", values(permits)),
        Fact::StrideCount(permits) => ("number of strides written", values(permits)),
        Fact::Bytes(permits) => ("bytes", values(permits)),
        Fact::Number(permits) => ("number", values(permits)),
        Fact::FirstBytes(permits) => ("first bytes", values(permits)),
        Fact::BytesBehind(_, permits) => ("bytes behind", values(permits)),
        Fact::Freed(permits) => ("freed", values(permits)),
    };
    let behind = match fact {
        Fact::BytesBehind(first, _) => Some(*first),
        _ => None,
    };
    (Part { name, behind }, values)
}

impl From<&'static str> for Part {
    fn from(name: &'static str) -> Part {
        Part { name, behind: None }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.behind {
            Some(first) => write!(f, "{} {first}", self.name),
            None => f.write_str(self.name),
        }
    }
}

/// The values of a statement, as a reader would put it.
pub(crate) fn permitted(values: Option<&BTreeSet<String>>) -> String {
    match values {
        Some(values) => values.iter().map(String::as_str).collect::<Vec<_>>().join(" or "),
        None => "any".into(),
    }
}

/// What several statements permit together, part by part of the reply.
pub(crate) fn together<'a>(
    facts: impl Iterator<Item = &'a Fact>,
) -> BTreeMap<Part, Option<BTreeSet<String>>> {
    let mut parts = BTreeMap::new();
    for (part, values) in facts.map(stated) {
        let so_far: &mut Option<BTreeSet<String>> = parts.entry(part).or_default();
        *so_far = match (so_far.take(), values) {
            (Some(one), Some(other)) => Some(&one & &other),
            (one, other) => one.or(other),
        };
    }
    parts
}

fn values<T: Show>(permits: &Permits<T>) -> Option<BTreeSet<String>> {
    Some(match permits {
        Permits::Exactly(value) => BTreeSet::from([value.show()]),
        Permits::OneOf(values) => values.iter().map(Show::show).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rules_permit_together_is_what_each_of_them_permits() {
        let facts = [
            Fact::Returns(Permits::OneOf(vec![0, 1])),
            Fact::Returns(Permits::Exactly(1)),
            Fact::RaisesSomething,
            Fact::BufGiven,
        ];
        let parts = together(facts.iter());
        let one = Some(BTreeSet::from(["1".to_owned()]));
        let expected = [("buf", None), ("exception", None), ("return value", one)];
        assert_eq!(parts, expected.map(|(part, values)| (Part::from(part), values)).into());
        assert_eq!(permitted(parts[&Part::from("buf")].as_ref()), "any");
    }

    #[test]
    fn bytes_behind_others_are_a_part_of_their_own() {
        let behind = |first| Fact::BytesBehind(first, Permits::Exactly(vec![1]));
        assert_eq!(together([behind(2), behind(3)].iter()).len(), 2);
        assert_ne!(stated(&behind(2)), stated(&behind(3)));
    }
}
