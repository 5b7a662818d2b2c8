//! One installed interpreter.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use pybuf_model::Edition;
use serde::{Deserialize, Serialize};

use crate::child::{Child, Silence, excerpt};

/// What a candidate runs to tell what it is.
const PROBE: &str = include_str!("probe.py");

/// How long that may take: on a cold disk an interpreter may need seconds.
const PROBE_LIMIT: Duration = Duration::from_secs(10);

/// What its line begins with: others come before it where something is printed whenever Python starts.
const PROBE_MARK: &[u8] = b"pybuf:";

/// Nobody prints so many.
const MOST_LINES: usize = 1000;

/// An installed CPython. Its own program can be run; to be opened, it must have a shared library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpreter {
    /// The program, or the command on `PATH`, that was asked what it is. It may be a wrapper, that sets up an
    /// environment for another one.
    pub program: PathBuf,
    /// The program, as it calls itself.
    pub executable: PathBuf,
    /// Major, minor, micro.
    pub version: (u8, u8, u8),
    /// Such as `3.12.1`, or `3.14.0rc2`.
    pub version_text: String,
    /// The shared library, if it has one.
    pub library: Option<PathBuf>,
    /// The folder that its standard library is found through.
    pub home: PathBuf,
    /// Whether it is a debug build, which checks itself and may end where others go on.
    pub debug: bool,
}

/// Why a program is no [`Interpreter`] for us.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// It is not there, or not executable.
    #[error("it cannot be run: {0}")]
    CannotRun(io::Error),
    /// It ran, and failed.
    #[error("it does not work ({how})")]
    Failed {
        /// How it ended.
        how: String,
    },
    /// It did not answer.
    #[error("it did not answer within {limit:?}")]
    TooSlow {
        /// How long it was waited for.
        limit: Duration,
    },
    /// It is no program.
    #[error("it is a folder, with no program {} in it", program.display())]
    Folder {
        /// Where one was looked for.
        program: PathBuf,
    },
    /// It answered something else than was asked.
    #[error("it answers {line:?}, which is not what Python would answer")]
    Nonsense {
        /// What it wrote, cut short.
        line: String,
    },
    /// It is another implementation of Python.
    #[error("it is {implementation}, not CPython")]
    NotCPython {
        /// As it calls itself.
        implementation: String,
    },
    /// Its objects cannot be read from this process.
    #[error(
        "it is {what}, whose objects have another layout: use an ordinary build for this machine"
    )]
    OddLayout {
        /// The kind of build.
        what: String,
    },
    /// It is linked statically, or its library is not installed.
    #[error(
        "it has no shared library: install the package with libpython{major}.{minor}, or build it with \
         --enable-shared"
    )]
    NoLibrary {
        /// Its version.
        major: u8,
        /// Its version.
        minor: u8,
    },
}

/// A candidate that has been asked what it is, and has not answered yet.
pub(super) struct Probe {
    program: PathBuf,
    child: Result<Child, Reason>,
}

/// What `probe.py` tells.
#[derive(Deserialize)]
struct Told {
    implementation: String,
    executable: PathBuf,
    version: (u8, u8, u8),
    version_text: String,
    home: PathBuf,
    libraries: Vec<PathBuf>,
    pointer_bits: u32,
    odd_layout: Option<String>,
    debug: bool,
}

impl Interpreter {
    /// Asks a program, a path or a command on `PATH`, what it is.
    ///
    /// # Errors
    ///
    /// If it is nothing that can be run, or no CPython whose objects are laid out as usual.
    pub fn ask(program: impl AsRef<OsStr>) -> Result<Self, Reason> {
        Probe::start(program).finish()
    }

    /// The edition of the documentation that it is judged by.
    pub fn edition(&self) -> Option<Edition> {
        let (major, minor, _) = self.version;
        Edition::of_interpreter(major.into(), minor.into())
    }

    /// The shared library.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn library(&self) -> Result<&Path, Reason> {
        let (major, minor, _) = self.version;
        self.library.as_deref().ok_or(Reason::NoLibrary { major, minor })
    }
}

impl Probe {
    pub(super) fn start(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(&program);
        command.args(["-E", "-s", "-B", "-c", PROBE]);
        let child = Child::spawn(&mut command).map_err(Reason::CannotRun);
        Self { program: program.as_ref().into(), child }
    }

    pub(super) fn finish(self) -> Result<Interpreter, Reason> {
        let mut child = self.child?;
        let begun = Instant::now();
        let mut first = None;
        for _ in 0..MOST_LINES {
            let left = PROBE_LIMIT.saturating_sub(begun.elapsed());
            let line = child.line(left).map_err(|silence| is_no_python(silence, &first))?;
            if let Some(told) = line.strip_prefix(PROBE_MARK) {
                let told: Told = serde_json::from_slice(told)
                    .map_err(|_| Reason::Nonsense { line: excerpt(&line) })?;
                return told.interpreter(self.program);
            }
            first = first.or(Some(excerpt(&line)));
        }
        Err(Reason::Nonsense { line: first.unwrap_or_default() })
    }
}

/// Why there is no line of the probe; `first` is what it has said instead.
fn is_no_python(silence: Silence, first: &Option<String>) -> Reason {
    match (silence, first) {
        (Silence::Died { code: Some(0), .. }, Some(line)) => {
            Reason::Nonsense { line: line.clone() }
        }
        (Silence::Died { how, .. }, _) => Reason::Failed { how },
        (Silence::Closed { pipe }, _) => Reason::Failed { how: format!("it closed its {pipe}") },
        (Silence::TimedOut, _) => Reason::TooSlow { limit: PROBE_LIMIT },
    }
}

impl Told {
    fn interpreter(self, program: PathBuf) -> Result<Interpreter, Reason> {
        if self.implementation != "CPython" {
            return Err(Reason::NotCPython { implementation: self.implementation });
        }
        let odd_layout = match self.pointer_bits {
            usize::BITS => self.odd_layout,
            bits => Some(format!("a {bits}-bit build")),
        };
        if let Some(what) = odd_layout {
            return Err(Reason::OddLayout { what });
        }
        Ok(Interpreter {
            program,
            executable: self.executable,
            version: self.version,
            version_text: self.version_text,
            library: self.libraries.into_iter().find(|path| path.is_file()),
            home: self.home,
            debug: self.debug,
        })
    }
}
