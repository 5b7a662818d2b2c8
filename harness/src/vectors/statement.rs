//! Statements on replies, in the form that they have in files: a field, and what is permitted there.
//! Values are written as they stand in a reply.

use pybuf_model::expectation::Fact;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value::{read, written};
use crate::reply::{Obj, Pointer};

/// What is permitted in one field of a reply. Lengths and strides in bytes, extents in elements. But for
/// those where it says otherwise, a field that the reply does not tell, or that is `untouched`, is against
/// the statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum Statement {
    /// `value`: what the function returned.
    Value(Permitted<i64>),
    /// `exception`: the class of the exception that is set, without its module; null is none.
    Exception(Permitted<Option<String>>),
    /// `exception` is set, whichever.
    ExceptionSet(Permitted<bool>),
    /// `buffer` and `length` are as before the call. A reply with neither cannot tell.
    OutputsUntouched(Permitted<bool>),
    /// `buffer` is written, with whatever.
    BufferWritten(Permitted<bool>),
    /// `buffer`: the output of the old functions.
    Buffer(Permitted<Pointer>),
    /// `buffer`: the pointer that `PyBuffer_GetPointer` returned.
    Pointer(Permitted<Pointer>),
    /// `buffer`: where the memory begins that a new memoryview is of.
    Memory(Permitted<Pointer>),
    /// `length`: the other output of the old functions.
    Length(Permitted<i64>),
    /// `obj`.
    Obj(Permitted<Obj>),
    /// `references`: by how much the count of references has changed. A reply without it cannot tell.
    References(Permitted<i64>),
    /// `obj` and `references` together. A reply without one of them, or with an object that is `other`,
    /// cannot tell.
    ObjAndReferences(Permitted<Owner>),
    /// `releases`: how often the release function of the object ran. A reply without it cannot tell.
    Releases(Permitted<i64>),
    /// `view.buf` is written, with whatever.
    #[serde(rename = "view.buf_written")]
    BufWritten(Permitted<bool>),
    /// `view.buf`.
    #[serde(rename = "view.buf")]
    Buf(Permitted<Pointer>),
    /// `view.len`.
    #[serde(rename = "view.len")]
    Len(Permitted<i64>),
    /// `view.itemsize`.
    #[serde(rename = "view.itemsize")]
    Itemsize(Permitted<i64>),
    /// Whether `view.readonly` is anything but 0.
    #[serde(rename = "view.readonly")]
    Readonly(Permitted<bool>),
    /// `view.ndim`.
    #[serde(rename = "view.ndim")]
    Ndim(Permitted<i64>),
    /// `view.format`; null is NULL, here and below.
    #[serde(rename = "view.format")]
    Format(Permitted<Option<String>>),
    /// `view.shape`.
    #[serde(rename = "view.shape")]
    Shape(Permitted<Option<Vec<i64>>>),
    /// `view.strides`.
    #[serde(rename = "view.strides")]
    Strides(Permitted<Option<Vec<i64>>>),
    /// `view.suboffsets`.
    #[serde(rename = "view.suboffsets")]
    Suboffsets(Permitted<Option<Vec<i64>>>),
    /// `view.suboffsets` is NULL, or each of them is negative.
    #[serde(rename = "view.no_pointers_to_follow")]
    NoPointersToFollow(Permitted<bool>),
    /// `strides`: those that `PyBuffer_FillContiguousStrides` has written.
    #[serde(rename = "strides")]
    StridesWritten(Permitted<Vec<i64>>),
    /// How many entries `strides` has.
    StrideCount(Permitted<i64>),
    /// `bytes`: all of them.
    Bytes(Permitted<Vec<u8>>),
    /// `bytes`: the first ones, as many as are given.
    FirstBytes(Permitted<Vec<u8>>),
    /// `bytes`: those behind so many first ones, as many as are given.
    BytesBehind {
        /// How many bytes lie before them.
        first: usize,
        /// What they are.
        #[serde(flatten)]
        bytes: Permitted<Vec<u8>>,
    },
    /// `number`.
    Number(Permitted<i64>),
    /// `freed`: whether the call ended the life of the object. A reply without it cannot tell.
    Freed(Permitted<bool>),
}

/// A set of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permitted<T> {
    /// One value.
    Exactly(T),
    /// One of these.
    OneOf(Vec<T>),
}

/// Whom a view belongs to, and what that did to the count of references.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    /// `obj`.
    pub obj: Obj,
    /// `references`.
    pub references: i64,
}

impl From<&Fact> for Statement {
    fn from(fact: &Fact) -> Statement {
        match fact {
            Fact::Returns(it) => Statement::Value(written(it)),
            Fact::Raises(it) => Statement::Exception(written(it)),
            Fact::RaisesSomething => Statement::ExceptionSet(HOLDS),
            Fact::OutputsUntouched => Statement::OutputsUntouched(HOLDS),
            Fact::BufferGiven => Statement::BufferWritten(HOLDS),
            Fact::Buffer(it) => Statement::Buffer(written(it)),
            Fact::Element(it) => Statement::Pointer(written(it)),
            Fact::MemoryBegins(it) => Statement::Memory(written(it)),
            Fact::BufferLength(it) => Statement::Length(written(it)),
            Fact::Obj(it) => Statement::Obj(written(it)),
            Fact::References(it) => Statement::References(written(it)),
            Fact::Owner(it) => Statement::ObjAndReferences(written(it)),
            Fact::Releases(it) => Statement::Releases(written(it)),
            Fact::BufGiven => Statement::BufWritten(HOLDS),
            Fact::Buf(it) => Statement::Buf(written(it)),
            Fact::Len(it) => Statement::Len(written(it)),
            Fact::Itemsize(it) => Statement::Itemsize(written(it)),
            Fact::Readonly(it) => Statement::Readonly(written(it)),
            Fact::Ndim(it) => Statement::Ndim(written(it)),
            Fact::Format(it) => Statement::Format(written(it)),
            Fact::Shape(it) => Statement::Shape(written(it)),
            Fact::Strides(it) => Statement::Strides(written(it)),
            Fact::Suboffsets(it) => Statement::Suboffsets(written(it)),
            Fact::NoPointersToFollow => Statement::NoPointersToFollow(HOLDS),
            Fact::StridesWritten(it) => Statement::StridesWritten(written(it)),
            Fact::StrideCount(it) => Statement::StrideCount(written(it)),
            Fact::Bytes(it) => Statement::Bytes(written(it)),
            Fact::FirstBytes(it) => Statement::FirstBytes(written(it)),
            Fact::BytesBehind(first, it) => {
                Statement::BytesBehind { first: *first, bytes: written(it) }
            }
            Fact::Number(it) => Statement::Number(written(it)),
            Fact::Freed(it) => Statement::Freed(written(it)),
        }
    }
}

impl TryFrom<&Statement> for Fact {
    type Error = String;

    fn try_from(statement: &Statement) -> Result<Fact, String> {
        Ok(match statement {
            Statement::Value(it) => Fact::Returns(read(it)?),
            Statement::Exception(it) => Fact::Raises(read(it)?),
            Statement::ExceptionSet(it) => holds(it, Fact::RaisesSomething)?,
            Statement::OutputsUntouched(it) => holds(it, Fact::OutputsUntouched)?,
            Statement::BufferWritten(it) => holds(it, Fact::BufferGiven)?,
            Statement::Buffer(it) => Fact::Buffer(read(it)?),
            Statement::Pointer(it) => Fact::Element(read(it)?),
            Statement::Memory(it) => Fact::MemoryBegins(read(it)?),
            Statement::Length(it) => Fact::BufferLength(read(it)?),
            Statement::Obj(it) => Fact::Obj(read(it)?),
            Statement::References(it) => Fact::References(read(it)?),
            Statement::ObjAndReferences(it) => Fact::Owner(read(it)?),
            Statement::Releases(it) => Fact::Releases(read(it)?),
            Statement::BufWritten(it) => holds(it, Fact::BufGiven)?,
            Statement::Buf(it) => Fact::Buf(read(it)?),
            Statement::Len(it) => Fact::Len(read(it)?),
            Statement::Itemsize(it) => Fact::Itemsize(read(it)?),
            Statement::Readonly(it) => Fact::Readonly(read(it)?),
            Statement::Ndim(it) => Fact::Ndim(read(it)?),
            Statement::Format(it) => Fact::Format(read(it)?),
            Statement::Shape(it) => Fact::Shape(read(it)?),
            Statement::Strides(it) => Fact::Strides(read(it)?),
            Statement::Suboffsets(it) => Fact::Suboffsets(read(it)?),
            Statement::NoPointersToFollow(it) => holds(it, Fact::NoPointersToFollow)?,
            Statement::StridesWritten(it) => Fact::StridesWritten(read(it)?),
            Statement::StrideCount(it) => Fact::StrideCount(read(it)?),
            Statement::Bytes(it) => Fact::Bytes(read(it)?),
            Statement::FirstBytes(it) => Fact::FirstBytes(read(it)?),
            Statement::BytesBehind { first, bytes } => Fact::BytesBehind(*first, read(bytes)?),
            Statement::Number(it) => Fact::Number(read(it)?),
            Statement::Freed(it) => Fact::Freed(read(it)?),
        })
    }
}

/// For what is stated without a value.
const HOLDS: Permitted<bool> = Permitted::Exactly(true);

fn holds(permitted: &Permitted<bool>, fact: Fact) -> Result<Fact, String> {
    match permitted {
        Permitted::Exactly(true) => Ok(fact),
        _ => Err(format!("nothing is said by the contrary of {fact:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pybuf_model::expectation::{self, Exception, Permits::Exactly, Permits::OneOf};
    use pybuf_model::layout::Address;
    use pybuf_model::pointer::Place;

    /// One of each fact, and the JSON of its statement.
    fn each() -> Vec<(Fact, &'static str)> {
        let address = Address { block: 1, offset: -2 };
        vec![
            (Fact::Returns(OneOf(vec![0, 1])), r#"{"field":"value","one_of":[0,1]}"#),
            (Fact::Raises(Exactly(None)), r#"{"field":"exception","exactly":null}"#),
            (
                Fact::Raises(OneOf(vec![Some(Exception::StructError), None])),
                r#"{"field":"exception","one_of":["error",null]}"#,
            ),
            (Fact::RaisesSomething, r#"{"field":"exception_set","exactly":true}"#),
            (Fact::OutputsUntouched, r#"{"field":"outputs_untouched","exactly":true}"#),
            (Fact::BufferGiven, r#"{"field":"buffer_written","exactly":true}"#),
            (Fact::Buffer(Exactly(None)), r#"{"field":"buffer","exactly":"null"}"#),
            (
                Fact::Element(Exactly(Place { address, in_rows: true })),
                r#"{"field":"pointer","exactly":{"in_rows":{"block":1,"offset":-2}}}"#,
            ),
            (
                Fact::Element(Exactly(Place { address, in_rows: false })),
                r#"{"field":"pointer","exactly":{"at":{"block":1,"offset":-2}}}"#,
            ),
            (
                Fact::MemoryBegins(Exactly(Some(address))),
                r#"{"field":"memory","exactly":{"at":{"block":1,"offset":-2}}}"#,
            ),
            (Fact::BufferLength(Exactly(5)), r#"{"field":"length","exactly":5}"#),
            (Fact::Obj(Exactly(expectation::Obj::Root)), r#"{"field":"obj","exactly":"root"}"#),
            (Fact::References(Exactly(-1)), r#"{"field":"references","exactly":-1}"#),
            (
                Fact::Owner(OneOf(vec![
                    (expectation::Obj::Null, 0),
                    (expectation::Obj::Exporter, 1),
                ])),
                r#"{"field":"obj_and_references","one_of":[{"obj":"null","references":0},{"obj":"exporter","references":1}]}"#,
            ),
            (Fact::Releases(Exactly(1)), r#"{"field":"releases","exactly":1}"#),
            (Fact::BufGiven, r#"{"field":"view.buf_written","exactly":true}"#),
            (Fact::Buf(Exactly(None)), r#"{"field":"view.buf","exactly":"null"}"#),
            (Fact::Len(Exactly(5)), r#"{"field":"view.len","exactly":5}"#),
            (Fact::Itemsize(Exactly(1)), r#"{"field":"view.itemsize","exactly":1}"#),
            (Fact::Readonly(Exactly(true)), r#"{"field":"view.readonly","exactly":true}"#),
            (Fact::Ndim(Exactly(0)), r#"{"field":"view.ndim","exactly":0}"#),
            (Fact::Format(Exactly(Some("<i".into()))), r#"{"field":"view.format","exactly":"<i"}"#),
            (
                Fact::Shape(OneOf(vec![None, Some(vec![2, 3])])),
                r#"{"field":"view.shape","one_of":[null,[2,3]]}"#,
            ),
            (Fact::Strides(Exactly(None)), r#"{"field":"view.strides","exactly":null}"#),
            (Fact::Suboffsets(Exactly(None)), r#"{"field":"view.suboffsets","exactly":null}"#),
            (Fact::NoPointersToFollow, r#"{"field":"view.no_pointers_to_follow","exactly":true}"#),
            (Fact::StridesWritten(Exactly(vec![3, 1])), r#"{"field":"strides","exactly":[3,1]}"#),
            (Fact::StrideCount(Exactly(2)), r#"{"field":"stride_count","exactly":2}"#),
            (Fact::Bytes(Exactly(vec![7])), r#"{"field":"bytes","exactly":[7]}"#),
            (Fact::FirstBytes(Exactly(vec![])), r#"{"field":"first_bytes","exactly":[]}"#),
            (
                Fact::BytesBehind(4, Exactly(vec![165])),
                r#"{"field":"bytes_behind","first":4,"exactly":[165]}"#,
            ),
            (Fact::Number(Exactly(-1)), r#"{"field":"number","exactly":-1}"#),
            (Fact::Freed(Exactly(false)), r#"{"field":"freed","exactly":false}"#),
        ]
    }

    #[test]
    fn a_fact_is_the_same_after_it_was_written_and_read() {
        for (fact, json) in each() {
            let written = serde_json::to_string(&Statement::from(&fact)).expect("plain data");
            assert_eq!(written, json);
            let read: Statement = serde_json::from_str(json).expect("a statement");
            assert_eq!(Fact::try_from(&read), Ok(fact), "{json}");
        }
    }

    #[test]
    fn what_no_fact_says_is_an_error() {
        for json in [
            r#"{"field":"view.buf_written","exactly":false}"#,
            r#"{"field":"exception","exactly":"UnicornError"}"#,
            r#"{"field":"view.buf","exactly":"elsewhere"}"#,
            r#"{"field":"pointer","one_of":["null"]}"#,
            r#"{"field":"obj","exactly":"other"}"#,
        ] {
            let read: Statement = serde_json::from_str(json).expect("a statement");
            assert!(Fact::try_from(&read).is_err(), "{json}");
        }
        for json in [r#"{"field":"view.unicorn","exactly":1}"#, r#"{"field":"view.len"}"#] {
            assert!(serde_json::from_str::<Statement>(json).is_err(), "{json}");
        }
    }
}
