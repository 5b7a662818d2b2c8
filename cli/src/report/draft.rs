//! The file that a baseline is drafted to.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use pybuf_harness::Tally;
use pybuf_harness::baseline;
use pybuf_harness::finding::Finding;

use crate::error::Error;

/// A file that is there, and empty, from before the run on: so a run is not lost for a name that is none. It
/// goes again if nothing comes of the run.
pub struct Draft<'a> {
    path: &'a Path,
    file: File,
    written: bool,
}

impl Draft<'_> {
    pub fn create(path: &Path) -> Result<Draft<'_>, Error> {
        match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(file) => Ok(Draft { path, file, written: false }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Error::DraftExists(path.to_owned()))
            }
            Err(source) => Err(Error::Draft { path: path.to_owned(), source }),
        }
    }

    pub fn write(mut self, tally: &Tally, findings: &[&Finding]) -> Result<(), Error> {
        let written = self.file.write_all(baseline::draft(tally, findings).as_bytes());
        self.written = written.is_ok();
        written.map_err(|source| Error::Draft { path: self.path.to_owned(), source })
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.written {
            // Whoever runs the command again is told if it could not be removed.
            let _ = fs::remove_file(self.path);
        }
    }
}
