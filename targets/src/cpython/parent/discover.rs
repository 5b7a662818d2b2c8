//! The interpreters on this machine.

use std::collections::HashSet;
use std::env;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::interpreter::{Interpreter, Probe, Reason};

/// A place where an interpreter was looked for, and what was there.
#[derive(Debug)]
pub struct Found {
    /// The path, or the command on `PATH`.
    pub source: PathBuf,
    /// What it is, or why it cannot be used.
    pub interpreter: Result<Interpreter, Reason>,
}

/// Why the interpreter that was asked for cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing goes by that name.
    #[error(
        "there is no Python {which:?}: give a path, a command or the beginning of a version. Found: {found}. \
         PYBUF_PYTHONS can name others"
    )]
    NotFound {
        /// What was asked for.
        which: String,
        /// What there is.
        found: Listing,
    },
    /// There is something, but it will not do.
    #[error("the Python {which:?} cannot be tested: {reason}")]
    Unusable {
        /// What was asked for.
        which: String,
        /// Why not.
        reason: Reason,
    },
    /// Nor will that of the active virtual environment, and no other can take its place.
    #[error(
        "the active virtual environment {}, which VIRTUAL_ENV names, has no working Python: {reason}",
        folder.display()
    )]
    Environment {
        /// Where the environment is.
        folder: PathBuf,
        /// Why not.
        reason: Reason,
    },
}

/// All that was found; shown as the versions that can be used.
#[derive(Debug)]
pub struct Listing(pub Vec<Found>);

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usable = self.0.iter().filter_map(|it| it.interpreter.as_ref().ok());
        let versions = usable.map(|it| it.version_text.as_str()).collect::<Vec<_>>().join(", ");
        f.write_str(if versions.is_empty() { "none" } else { &versions })
    }
}

/// Looks at the paths in `PYBUF_PYTHONS`, at the versions of pyenv, and at the commands `python3` and
/// `python`, for interpreters that can be opened.
///
/// Each installation comes once, sorted by version; after them comes what cannot be used, and why.
pub fn discover() -> Vec<Found> {
    look_around(can_be_opened)
}

fn look_around(fits: Fits) -> Vec<Found> {
    // All are started before the first is waited for.
    let probes: Vec<_> =
        candidates().into_iter().map(|source| (Probe::start(&source), source)).collect();
    let mut installations = HashSet::new();
    let mut found = Vec::new();
    for (probe, source) in probes {
        let interpreter = probe.finish().and_then(fits);
        let keep = match &interpreter {
            Ok(it) => {
                let file = it.library.as_ref().unwrap_or(&it.executable);
                installations.insert(fs::canonicalize(file).unwrap_or_else(|_| file.clone()))
            }
            Err(reason) => !(is_command(&source) && is_absent(reason)),
        };
        if keep {
            found.push(Found { source, interpreter });
        }
    }
    found.sort_by_key(|it| match &it.interpreter {
        Ok(interpreter) => (false, interpreter.version),
        Err(_) => (true, (0, 0, 0)),
    });
    found
}

/// The interpreter that the user means by `which`: a path, be it of a program or of a virtual environment, a
/// command on `PATH`, or the beginning of a version, like `3.12` or `2.7.18`, of which the newest is taken; `python3.12` means that, too, where the
/// command is missing or fails. It can be opened.
///
/// # Errors
///
/// If there is none, or it cannot be used.
pub fn find(which: &str) -> Result<Interpreter, Error> {
    search(which, can_be_opened)
}

/// As [`find`], but it need not have a shared library: it is only to be run.
///
/// # Errors
///
/// If there is none, or it cannot be used.
pub fn find_any(which: &str) -> Result<Interpreter, Error> {
    search(which, Ok)
}

fn search(which: &str, fits: Fits) -> Result<Interpreter, Error> {
    let reason = match Interpreter::ask(which).and_then(fits) {
        Ok(interpreter) => return Ok(interpreter),
        Err(reason) => reason,
    };
    let (which, folder) = (which.to_owned(), Path::new(which));
    if folder.is_dir() && program_in(folder).exists() {
        let asked = Interpreter::ask(program_in(folder)).and_then(fits);
        return asked.map_err(|reason| Error::Unusable { which, reason });
    }
    // pyenv has a command `python3.12` that fails while another version is the active one.
    let of_command = which.strip_prefix("python").filter(|version| version.contains('.'));
    if of_command.is_none() && !is_absent(&reason) && !folder.is_dir() {
        return Err(Error::Unusable { which, reason });
    }
    let version = of_command.unwrap_or(&which);
    let found = look_around(fits);
    let mut usable = found.iter().filter_map(|it| it.interpreter.as_ref().ok());
    let newest = usable.rfind(|it| is_version(version, &it.version_text));
    if let Some(newest) = newest {
        return Ok(newest.clone());
    }
    let is_version = version.starts_with(|c: char| c.is_ascii_digit());
    if is_version && let Ok(it) = Interpreter::ask(format!("python{version}")).and_then(fits) {
        return Ok(it);
    }
    if folder.is_dir() {
        let reason = Reason::Folder { program: program_in(folder) };
        return Err(Error::Unusable { which, reason });
    }
    Err(match is_absent(&reason) {
        true => Error::NotFound { which, found: Listing(found) },
        false => Error::Unusable { which, reason },
    })
}

/// The interpreter that a user works with who names none: that of the active virtual environment, or else
/// the command `python3`, or else `python`. It need not have a shared library.
///
/// # Errors
///
/// If there is none, or it cannot be used. That of an active environment is the only one that will do.
pub fn active_interpreter() -> Result<Interpreter, Error> {
    if let Some(folder) = env::var_os("VIRTUAL_ENV").filter(|folder| !folder.is_empty()) {
        return of_environment(folder.into());
    }
    match Interpreter::ask("python3") {
        Err(reason) if is_absent(&reason) => find_any("python"),
        asked => asked.map_err(|reason| Error::Unusable { which: "python3".into(), reason }),
    }
}

fn of_environment(folder: PathBuf) -> Result<Interpreter, Error> {
    Interpreter::ask(program_in(&folder)).map_err(|reason| Error::Environment { folder, reason })
}

/// Where the program of a virtual environment is.
fn program_in(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// The command `python3`.
///
/// # Errors
///
/// If there is none, or it cannot be used.
pub fn default_interpreter() -> Result<Interpreter, Error> {
    find("python3")
}

/// What an interpreter must be able to do, besides being run.
type Fits = fn(Interpreter) -> Result<Interpreter, Reason>;

fn can_be_opened(interpreter: Interpreter) -> Result<Interpreter, Reason> {
    interpreter.library()?;
    Ok(interpreter)
}

fn candidates() -> Vec<PathBuf> {
    let mut candidates = Vec::new();
    if let Some(paths) = env::var_os("PYBUF_PYTHONS") {
        candidates.extend(env::split_paths(&paths).filter(|it| !it.as_os_str().is_empty()));
    }
    candidates.extend(of_pyenv());
    candidates.extend(["python3", "python"].map(PathBuf::from));
    candidates
}

fn of_pyenv() -> Vec<PathBuf> {
    let root = env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".pyenv")));
    // Most machines have no pyenv.
    let Some(Ok(versions)) = root.map(|root| fs::read_dir(root.join("versions"))) else {
        return Vec::new();
    };
    let mut pythons: Vec<_> = versions
        .flatten()
        .map(|version| version.path().join("bin/python"))
        .filter(|python| python.exists())
        .collect();
    pythons.sort();
    pythons
}

/// Whether the system would look for it on `PATH`.
fn is_command(source: &Path) -> bool {
    source.components().count() == 1 && source.is_relative()
}

fn is_absent(reason: &Reason) -> bool {
    matches!(reason, Reason::CannotRun(e) if e.kind() == io::ErrorKind::NotFound)
}

/// Whether `version` is `which`, or begins with it and a dot: 3.12.1 is a 3.12, but no 3.1.
fn is_version(which: &str, version: &str) -> bool {
    match version.strip_prefix(which) {
        Some(rest) => !which.is_empty() && (rest.is_empty() || rest.starts_with('.')),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_part_by_part() {
        for which in ["3", "3.12", "3.12.1"] {
            assert!(is_version(which, "3.12.1"), "{which}");
        }
        for which in ["", "2", "3.1", "3.12.1.0", "12", "3."] {
            assert!(!is_version(which, "3.12.1"), "{which}");
        }
    }

    #[test]
    fn an_environment_without_a_program_is_told() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let message = || {
            let asked = of_environment(folder.path().into());
            asked.map_err(|error| error.to_string()).expect_err("it does not work")
        };
        let begins = format!(
            "the active virtual environment {}, which VIRTUAL_ENV names",
            folder.path().display()
        );
        assert!(message().starts_with(&begins), "{}", message());
        assert!(message().contains("it cannot be run"), "{}", message());
        let program = program_in(folder.path());
        fs::create_dir_all(program.parent().expect("it has one")).expect("it can be made");
        fs::write(&program, "").expect("it can be written");
        assert!(message().contains("it cannot be run"), "{}", message());
    }

    #[test]
    fn a_folder_is_an_environment_or_nothing() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let which = folder.path().display().to_string();
        let error = find_any(&which).expect_err("it is empty");
        assert!(error.to_string().contains("it is a folder, with no program"), "{error}");
    }

    #[test]
    fn a_wrong_name_lists_what_there_is() {
        let error = find("no-such-python").expect_err("there is none");
        let message = error.to_string();
        assert!(message.starts_with("there is no Python \"no-such-python\""));
        assert!(message.contains("PYBUF_PYTHONS"));
    }
}
