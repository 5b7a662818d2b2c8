//! How to report.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

use pybuf_harness::baseline::Baseline;
use serde::Serialize;

use super::draft::Draft;
use super::page::Page;
use super::{github, human, junit, markdown};
use crate::arguments::{self, Format};
use crate::error::{Error, as_far_as_read};

/// How to report, with the files for it looked at before anything is run.
pub struct Reporting<'a> {
    pub arguments: &'a arguments::Reporting,
    pub baseline: Option<(&'a Path, Baseline)>,
    pub draft: Option<Draft<'a>>,
}

impl<'a> Reporting<'a> {
    /// Fails if there is a file that cannot be read, or that cannot be made or would be overwritten.
    pub fn prepare(arguments: &'a arguments::Reporting) -> Result<Reporting<'a>, Error> {
        let baseline = arguments.baseline.as_deref().map(read_baseline).transpose()?;
        let draft = arguments.write_baseline.as_deref().map(Draft::create).transpose()?;
        Ok(Reporting { arguments, baseline, draft })
    }

    /// Writes a report in the format that is wanted.
    pub fn write(&self, page: &Page, json: &impl Serialize) -> Result<(), Error> {
        github::annotate(page);
        let mut out = BufWriter::new(anstream::stdout().lock());
        let written = match self.arguments.format {
            Format::Human => human::write(page, &mut out),
            Format::Json => serde_json::to_writer_pretty(&mut out, json)
                .map_err(Error::from)
                .and_then(|()| Ok(writeln!(out)?)),
            Format::Junit => junit::write(page, &mut out),
            Format::Markdown => markdown::write(page, &mut out),
        };
        as_far_as_read(written.and_then(|()| Ok(out.flush()?)))
    }
}

fn read_baseline(file: &Path) -> Result<(&Path, Baseline), Error> {
    let unreadable = |source| Error::Unreadable { path: file.to_owned(), source };
    let text = fs::read_to_string(file).map_err(unreadable)?;
    let not_toml = |errors| Error::NotToml { file: file.to_owned(), errors };
    Ok((file, Baseline::read(&text).map_err(not_toml)?))
}
