//! # Schemas
//!
//! JSON Schemas (draft 2020-12), made from types and what is written about them.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// The schema of a type.
pub fn of<T: JsonSchema>() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    RecursiveTransform(without_links).transform(&mut schema);
    schema.to_value()
}

/// Descriptions are the types' own documentation, where names are links.
fn without_links(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = plain(text);
    }
}

/// "[`Name`]" and "[`Name`](path)" become "`Name`".
fn plain(text: &str) -> String {
    let mut pieces = text.split("`]");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let path = piece.strip_prefix('(').and_then(|piece| piece.split_once(')'));
        plain += "`";
        plain += path.map_or(piece, |(_, rest)| rest);
    }
    plain.replace("`None`", "`null`").replace("[`", "`").replace("\\[", "[").replace("\\]", "]")
}
