//! `pybuf targets`.

use std::io::Write;

use pybuf_harness::model::Edition;
use pybuf_targets::Process;
use pybuf_targets::cpython;

use crate::error::{Error, Found};

pub fn targets() -> Result<Found, Error> {
    let mut out = anstream::stdout().lock();
    let newest = Edition::LATEST;
    writeln!(out, "fast                 the embedded implementation, editions 1.6 to {newest}")?;
    writeln!(out, "model                the reference model, editions 1.6 to {newest}")?;
    let found = cpython::discover();
    for cpython::Found { source, interpreter } in &found {
        let opened = interpreter.as_ref().map_err(ToString::to_string).and_then(|interpreter| {
            let opened = interpreter.open(Process::DEFAULT_LIMIT);
            opened.map(|_| interpreter).map_err(|error| error.to_string())
        });
        match opened {
            Ok(interpreter) => {
                let name = format!("cpython:{}", interpreter.version_text);
                let edition = interpreter.edition().map_or("none".into(), |e| e.to_string());
                let executable = interpreter.executable.display();
                writeln!(out, "{name:<20} edition {edition:<6} {executable}")?;
            }
            Err(reason) => writeln!(out, "{:<20} {}: {reason}", "not usable", source.display())?,
        }
    }
    if found.is_empty() {
        writeln!(
            out,
            "no Python interpreter was found; PYBUF_PYTHONS takes paths of interpreters"
        )?;
    }
    Ok(Found::Conforms)
}
