//! What is known of the memory and the items of an object by its answers only.

use pybuf_model::consistency::{itemsize, reach};
use pybuf_model::{Address, Edition, Layout, Says};
use pybuf_protocol::Field;

#[test]
fn elements_reach_both_ways() {
    let bytes = Layout::bytes(6);
    assert_eq!(reach(&bytes), Some((0, 6)));
    let start = Address { block: 0, offset: 8 };
    let both = Layout { start, itemsize: 2, shape: vec![3, 2], strides: vec![-4, 2], ..bytes };
    assert_eq!(reach(&both), Some((0, 12)));
    assert_eq!(reach(&Layout { shape: vec![0, 2], ..both.clone() }), None);
    let suboffsets = Some(vec![0, -1]);
    assert_eq!(reach(&Layout { suboffsets, ..both.clone() }), None);
    assert_eq!(reach(&Layout { strides: vec![i64::MAX, 2], ..both }), None);
}

#[test]
fn formats_and_records_have_a_size_by_clauses_of_their_own() {
    let size = |format| itemsize(format, Edition::V3_12);
    let told = |format| size(format).map(|rule| (rule.clause.id(), rule.says));
    let four = Field::Itemsize.is(4);
    assert_eq!(told("<i"), Some(("consistency.itemsize-of-format", four.clone())));
    assert_eq!(told("T{<i:a:}"), Some(("consistency.itemsize-of-record", four)));
    assert_eq!(size("Zd"), None);
}

/// Whether a format is a record of that size; if `None`, whether it is a record of none.
fn is_sized(format: &str, size: Option<i64>) -> bool {
    let rule = itemsize(format, Edition::V3_12);
    let rule = rule.filter(|rule| rule.clause.id() == "consistency.itemsize-of-record");
    rule.map(|rule| rule.says) == size.map(|size| Field::Itemsize.is(size))
}

#[test]
fn fields_add_up() {
    assert!(is_sized("T{}", Some(0)));
    assert!(is_sized("T{<i:x:<d:y:}", Some(12)));
    assert!(is_sized("T{<c:a:3x<i:b:}", Some(8)));
    assert!(is_sized("T{(2)T{<i:x:<i:y:}:points:<h:s:2x}", Some(20)));
    assert!(is_sized("T{>(2,3)h:a:}", None), "extents come first");
    assert!(is_sized("T{(2,3)>h:a:}", Some(12)));
    assert!(is_sized("T{=5s:a:}", Some(5)));
}

#[test]
fn what_is_not_the_same_to_all_has_no_size() {
    for format in ["T{i:a:}", "T{<i:a:@i:b:}", "T{<g:a:}", "T{&<i:p:}", "T{<i:a:", "T{<i}}"] {
        assert!(is_sized(format, None), "{format}");
    }
    assert!(is_sized(&"T{".repeat(100_000), None));
    assert!(is_sized("T{<9223372036854775807i:a:}", None));
    assert!(is_sized("T{<99999999999999999999i:a:}", None));
}
