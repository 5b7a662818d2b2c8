//! `pybuf vectors`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use pybuf_harness::model::Edition;
use pybuf_harness::model::clause::SPEC_NOTES;
use pybuf_harness::vectors::{self, Disagreement, NoCase, Vectors};
use pybuf_harness::{Domain, Shard};
use pybuf_targets::fast::Fast;
use thiserror::Error;

use crate::error::as_far_as_read;
use crate::{Error, Found, arguments, run};

/// What a folder of vectors is known by: the first line of its README.md.
const MARK: &str = "# pybuf vectors";

/// Why there are no vectors.
#[derive(Debug, Error)]
pub enum VectorsError {
    #[error(
        "{} has something else in it: a folder of vectors is empty at first, and has a README.md \
         that begins with `{MARK}`",
        .0.display()
    )]
    Occupied(PathBuf),
    #[error("{} cannot be written", .0.display())]
    Write(PathBuf, #[source] io::Error),
    #[error("{} cannot be read", .0.display())]
    Read(PathBuf, #[source] io::Error),
    #[error("{} is not as it was written", .0.display())]
    Malformed(PathBuf, #[source] serde_json::Error),
    #[error("{} does not say what the model says", .0.display())]
    Disagrees(PathBuf, #[source] Disagreement),
    #[error("there is a case too many")]
    NoCase(#[from] NoCase),
}

pub fn vectors(arguments: &arguments::Vectors) -> Result<Found, Error> {
    let domains = match &arguments.suite {
        Some(name) => pybuf_suites::named(name).ok_or_else(|| Error::NoSuite(name.clone()))?,
        None => pybuf_suites::ALL.to_vec(),
    };
    let editions = arguments.edition.map_or(Edition::ALL.to_vec(), |edition| vec![edition]);
    begin(&arguments.out)?;
    let mut out = anstream::stdout();
    let bar = run::bar(&domains, Shard::WHOLE, editions.len());
    for edition in editions {
        let folder = arguments.out.join(edition.name());
        fs::create_dir_all(&folder).map_err(|error| VectorsError::Write(folder.clone(), error))?;
        let (mut cases, mut bytes) = (0, 0);
        for domain in &domains {
            let (of_section, length) = write(domain, edition, &folder)?;
            cases += of_section;
            bytes += length;
            bar.advance(of_section);
        }
        let (files, megabytes) = (domains.len(), bytes as f64 / 1e6);
        let written = bar.suspend(|| {
            writeln!(out, "{edition:<10}{files:>3} files {cases:>7} cases {megabytes:>7.1} MB")
        });
        as_far_as_read(written.map_err(Error::from))?;
    }
    bar.clear();
    let written = writeln!(out, "each was run again after it was written: file and model agree");
    as_far_as_read(written.map_err(Error::from))?;
    Ok(Found::Conforms)
}

/// Makes the folder, with what is to be known of the files in it.
fn begin(folder: &Path) -> Result<(), VectorsError> {
    let failed = |path: &Path, error| VectorsError::Write(path.to_owned(), error);
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let readme = folder.join("README.md");
    let is_ours = fs::read_to_string(&readme).is_ok_and(|text| text.lines().next() == Some(MARK));
    let mut entries =
        fs::read_dir(folder).map_err(|error| VectorsError::Read(folder.to_owned(), error))?;
    if !is_ours && entries.next().is_some() {
        return Err(VectorsError::Occupied(folder.to_owned()));
    }
    let schema = vectors::schema();
    let texts = [
        ("README.md", vectors::README),
        ("vectors.schema.json", &schema),
        ("SPEC_NOTES.md", SPEC_NOTES),
    ];
    for (name, text) in texts {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Writes a file, which has its name only after it was run again: the number of its cases, and its length
/// in bytes.
fn write(domain: &Domain, edition: Edition, folder: &Path) -> Result<(usize, u64), VectorsError> {
    let path = folder.join(format!("{}.json", domain.name));
    let partial = Partial(folder.join(format!("{}.json.part", domain.name)));
    let failed = |error| VectorsError::Write(path.clone(), error);
    let vectors = Vectors::of(domain, edition, &mut Fast::of(edition))?;
    let file = File::create(&partial.0).map_err(failed)?;
    let mut out = BufWriter::new(file);
    vectors.write(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    drop(vectors);

    let text = fs::read_to_string(&partial.0);
    let text = text.map_err(|error| VectorsError::Read(path.clone(), error))?;
    let vectors: Vectors = serde_json::from_str(&text)
        .map_err(|error| VectorsError::Malformed(path.clone(), error))?;
    vectors
        .rerun(domain, edition, &mut Fast::of(edition))
        .map_err(|disagreement| VectorsError::Disagrees(path.clone(), disagreement))?;
    fs::rename(&partial.0, &path).map_err(failed)?;
    Ok((vectors.cases.len(), text.len() as u64))
}

/// A file that is not complete, and is left to nobody.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        // There is none any more if it was completed.
        let _ = fs::remove_file(&self.0);
    }
}
