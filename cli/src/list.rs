//! `pybuf list`.

use std::io::{self, BufWriter, Write};

use pybuf_harness::{certificate, render};

use crate::{Error, Found, arguments};

pub fn list(arguments: &arguments::List) -> Result<Found, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let Some(name) = &arguments.suite else {
        for domain in pybuf_suites::ALL {
            let cases = domain.cases().count();
            writeln!(out, "{:<13}{cases:>7} cases  {}", domain.name, domain.bound)?;
            for function in domain.functions {
                writeln!(out, "    {function}")?;
            }
        }
        out.flush()?;
        return Ok(Found::Conforms);
    };
    let domains = pybuf_suites::named(name).ok_or_else(|| Error::NoSuite(name.clone()))?;
    for (id, case) in domains.iter().flat_map(|domain| domain.cases()) {
        if arguments.json {
            out.write_all(certificate::line(&id, &case).as_bytes())?;
            continue;
        }
        writeln!(out, "{id}   {}", render::calls(&case, ..))?;
    }
    out.flush()?;
    Ok(Found::Conforms)
}
