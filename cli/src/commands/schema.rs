//! `pybuf schema`.

use std::io::Write;

use pybuf_harness::{schema, vectors};
use pybuf_targets::protocol;
use schemars::JsonSchema;

use crate::arguments::{self, Files};
use crate::check;
use crate::error::{Error, Found};
use crate::run;

/// What `--format json` writes.
#[derive(JsonSchema)]
#[schemars(untagged, title = "pybuf report")]
#[expect(dead_code, reason = "it is only described")]
enum Report {
    Run(run::json::Written<'static>),
    Check(check::json::Written<'static>),
}

pub fn schema(arguments: &arguments::Schema) -> Result<Found, Error> {
    let text = match arguments.of {
        Files::Drivers => format!("{:#}\n", protocol::schema()),
        Files::Vectors => vectors::schema(),
        Files::Reports => format!("{:#}\n", schema::of::<Report>()),
    };
    anstream::stdout().lock().write_all(text.as_bytes())?;
    Ok(Found::Conforms)
}
