//! `pybuf smoke`: for authors of drivers.

use std::collections::BTreeSet;
use std::io::Write;

use anstyle::AnsiColor;
use pybuf_harness::{Call, Domain};
use pybuf_targets::smoke::{self, Found as Smoked, Limits};

use crate::arguments;
use crate::error::{Error, Found, as_far_as_read};

pub fn smoke(arguments: &arguments::Smoke) -> Result<Found, Error> {
    let smoked = smoke::smoke(
        &arguments.target,
        &samples(),
        Limits::of_answers(arguments.limit.call_limit),
    )?;
    as_far_as_read(show(&smoked, &arguments.target))?;
    Ok(if smoked.mistakes.is_empty() { Found::Conforms } else { Found::Diverges })
}

fn show(Smoked { name, mistakes }: &Smoked, target: &str) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    let red = AnsiColor::Red.on_default().bold();
    for mistake in mistakes {
        writeln!(out, "{red}mistake{red:#}: {mistake}")?;
    }
    let name = name.as_deref().unwrap_or(target);
    match mistakes.len() {
        0 => writeln!(out, "{name}: nothing is wrong with it; `pybuf run` judges what it replies")?,
        1 => writeln!(out, "{name}: 1 mistake")?,
        many => writeln!(out, "{name}: {many} mistakes")?,
    }
    Ok(())
}

/// The first case of each feature.
fn samples() -> Vec<Vec<Call>> {
    let mut seen = BTreeSet::new();
    let cases = pybuf_suites::ALL.iter().flat_map(Domain::cases).map(|(_, case)| case.calls);
    let new =
        cases.filter(|calls| calls.iter().filter(|call| seen.insert(call.feature())).count() > 0);
    new.collect()
}
