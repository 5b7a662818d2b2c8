//! Facts: which follow from which; and as JSON, where what was written is read again, whatever the text of
//! a value may mean elsewhere.

use pybuf_model::{Exception, Fact, Says};
use pybuf_protocol::Field;
use pybuf_protocol::reply::{Obj, Pointer};

fn again(fact: &Fact) -> Fact {
    let json = serde_json::to_string(fact).expect("a fact is JSON");
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

#[test]
fn a_format_may_be_the_name_of_an_address() {
    for text in ["null", "elsewhere", "exporter", "root", "other", "B", ""] {
        let fact = Field::Format.is(text.to_owned());
        assert_eq!(again(&fact), fact);
    }
}

#[test]
fn other_fields_are_read_as_they_were_written() {
    let facts = [
        Field::Obj.one_of([Obj::Null, Obj::Exporter, Obj::Root, Obj::Other]),
        Field::Buf.one_of([
            Pointer::Null,
            Pointer::Elsewhere,
            Pointer::At { block: 0, offset: -1 },
        ]),
        Field::Exception.one_of([None, Some(Exception::BufferError)]),
        Field::Bytes.is(vec![0_u8, 255]),
        Field::Return.is(-1),
    ];
    for fact in facts {
        assert_eq!(again(&fact), fact);
    }
}

#[test]
fn a_number_that_is_no_byte_is_an_error() {
    for number in ["256", "-1"] {
        let json = format!(r#"{{"field":"bytes","permits":{{"exactly":[0,{number}]}}}}"#);
        let error = serde_json::from_str::<Fact>(&json).expect_err("no byte").to_string();
        assert!(error.contains(&format!("{number} is no byte")), "{error}");
    }
}

#[test]
fn one_of_several_values_follows_from_each_part_of_them() {
    let returns = |values: &[i64]| Field::Return.one_of(values.iter().copied());
    assert!(returns(&[-1]).implies(&returns(&[0, -1])));
    assert!(!returns(&[0, -1]).implies(&returns(&[-1])));
    assert!(Field::Return.is(-1).implies(&returns(&[-1])));
    assert!(!Field::Return.is(-1).implies(&Field::Number.is(-1)));
    assert!(!Field::BytesFrom(2).is(vec![1u8]).implies(&Field::BytesFrom(3).is(vec![1u8])));
}

#[test]
fn an_exception_is_something_and_none_is_not() {
    let raised = |names: &[Option<Exception>]| Field::Exception.one_of(names.iter().copied());
    let (error, any) = (Some(Exception::ValueError), Field::Exception.something());
    assert!(raised(&[error]).implies(&any) && any.implies(&any));
    assert!(!raised(&[error, None]).implies(&any));
    assert_eq!(raised(&[error, None]).to_string(), "exception ValueError or none");
}
