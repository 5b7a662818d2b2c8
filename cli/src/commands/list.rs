//! `pybuf list`.

use std::io::{self, BufWriter, Write};

use pybuf_harness::{certificate, render};

use crate::arguments;
use crate::error::{Error, Found};

pub fn list(arguments: &arguments::List) -> Result<Found, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let Some(name) = &arguments.suite else {
        for domain in pybuf_suites::ALL {
            let cases = domain.cases().count();
            writeln!(out, "{:<13}{cases:>7} cases  {}", domain.name, domain.bound)?;
            match domain.kept()?.len() {
                0 => {}
                kept => writeln!(out, "{:<13}{kept:>7} more that were kept: regressions", "")?,
            }
            for function in domain.functions() {
                writeln!(out, "    {function}")?;
            }
        }
        out.flush()?;
        return Ok(Found::Conforms);
    };
    let domains = pybuf_suites::named(name).ok_or_else(|| Error::NoSuite(name.clone()))?;
    for domain in &domains {
        // The digest is taken of what is enumerated, and regressions are not.
        if arguments.json {
            for (id, case) in domain.cases() {
                out.write_all(certificate::line(&id, &case).as_bytes())?;
            }
            continue;
        }
        let kept = domain.kept()?;
        for (id, case) in kept.into_iter().chain(domain.cases()) {
            writeln!(out, "{id}   {}", render::calls(&case, ..))?;
        }
    }
    out.flush()?;
    Ok(Found::Conforms)
}
