//! Schemas: what is written about types is for readers who have no links to follow.

use pybuf_harness::schema;
use schemars::JsonSchema;

#[test]
fn links_are_names() {
    #[derive(JsonSchema)]
    #[schemars(description = "As [`A::b`], or [`C`](crate::D).")]
    #[allow(dead_code, reason = "only its schema matters")]
    struct Linked {
        #[schemars(description = "`x` at \\[0\\] (y)")]
        field: u8,
    }
    let schema = schema::of::<Linked>();
    assert_eq!(schema["description"], "As `A::b`, or `C`.");
    assert_eq!(schema["properties"]["field"]["description"], "`x` at [0] (y)");
}
