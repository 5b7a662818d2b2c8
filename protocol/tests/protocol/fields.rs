//! Fields of replies that are set.

use pybuf_protocol::{Field, Returned, Told, Value};

fn reply() -> Returned {
    let exception = Some("ValueError".to_owned());
    Returned { value: Some(-1), references: Some(0), exception, ..Returned::default() }
}

#[test]
fn a_value_that_a_field_cannot_have_changes_nothing() {
    for field in [Field::Return, Field::References, Field::Bytes, Field::Readonly, Field::Owner] {
        for value in [Value::Null, Value::Text("text".into())] {
            let mut set = reply();
            field.set(&mut set, value.clone());
            assert_eq!(set, reply(), "{field} {value}");
        }
    }
}

#[test]
fn null_is_no_exception() {
    let mut set = reply();
    Field::Exception.set(&mut set, Value::Null);
    assert_eq!(Field::Exception.of(&set), Told::Is(Value::Null));
    assert_eq!(set, Returned { exception: None, ..reply() });
}

#[test]
fn a_distinct_field_is_each_place_of_a_reply_once() {
    let distinct: Vec<Field> = Field::distinct().collect();
    assert_eq!(distinct.len(), 20, "{distinct:?}");
    for (field, again) in [
        (Field::Buffer, Field::Pointer),
        (Field::Obj, Field::ObjLeft),
        (Field::References, Field::Owner),
        (Field::Bytes, Field::BytesFrom(0)),
    ] {
        assert!(distinct.contains(&field) && !distinct.contains(&again), "{field} {again}");
    }
}
