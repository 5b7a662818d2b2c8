//! `pybuf vectors`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use pybuf_harness::model::Edition;
use pybuf_harness::model::clause::SPEC_NOTES;
use pybuf_harness::vectors::{self, Vectors};
use pybuf_harness::{Domain, Shard};

use crate::arguments;
use crate::error::{Error, Found, VECTORS, as_far_as_read};
use crate::progress::Bar;

pub fn vectors(arguments: &arguments::Vectors) -> Result<Found, Error> {
    let domains = match &arguments.suite {
        Some(name) => pybuf_suites::named(name).ok_or_else(|| Error::NoSuite(name.clone()))?,
        None => pybuf_suites::ALL.to_vec(),
    };
    let editions = arguments.edition.map_or(Edition::ALL.to_vec(), |edition| vec![edition]);
    begin(&arguments.out)?;
    let mut out = anstream::stdout();
    let bar = Bar::of_cases(&domains, Shard::WHOLE, editions.len());
    for edition in editions {
        let folder = arguments.out.join(edition.name());
        fs::create_dir_all(&folder).map_err(|source| unwritable(&folder, source))?;
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
fn begin(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
    let readme = folder.join("README.md");
    let is_ours =
        fs::read_to_string(&readme).is_ok_and(|text| text.lines().next() == Some(VECTORS));
    let mut entries = fs::read_dir(folder)
        .map_err(|source| Error::Unreadable { path: folder.to_owned(), source })?;
    if !is_ours && entries.next().is_some() {
        return Err(Error::Occupied(folder.to_owned()));
    }
    let schema = vectors::schema();
    let texts = [
        ("README.md", vectors::README),
        ("vectors.schema.json", &schema),
        ("SPEC_NOTES.md", SPEC_NOTES),
    ];
    for (name, text) in texts {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|source| unwritable(&path, source))?;
    }
    Ok(())
}

/// Writes a file, which has its name only after it was run again: the number of its cases, and its length
/// in bytes.
fn write(domain: &Domain, edition: Edition, folder: &Path) -> Result<(usize, u64), Error> {
    let path = folder.join(format!("{}.json", domain.name));
    let partial = Partial(folder.join(format!("{}.json.part", domain.name)));
    let failed = |source| unwritable(&path, source);
    let vectors = Vectors::of(domain, edition)?;
    let file = File::create(&partial.0).map_err(failed)?;
    let mut out = BufWriter::new(file);
    vectors.write(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    drop(vectors);

    let text = fs::read_to_string(&partial.0);
    let text = text.map_err(|source| Error::Unreadable { path: path.clone(), source })?;
    let vectors: Vectors = serde_json::from_str(&text)
        .map_err(|source| Error::MalformedVectors { path: path.clone(), source })?;
    vectors
        .rerun(domain, edition)
        .map_err(|source| Error::Disagrees { path: path.clone(), source })?;
    fs::rename(&partial.0, &path).map_err(failed)?;
    Ok((vectors.cases.len(), text.len() as u64))
}

fn unwritable(path: &Path, source: io::Error) -> Error {
    Error::Unwritable { path: path.to_owned(), source }
}

/// A file that is not complete, and is left to nobody.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        // There is none any more if it was completed.
        let _ = fs::remove_file(&self.0);
    }
}
