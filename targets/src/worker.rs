//! # The driver's side
//!
//! [`serve`] turns any [`Implementation`] into a driver. [`serve_if_worker`] lets a program be its
//! own driver: run again with `--pybuf-worker`, it serves instead of doing its usual work. So one
//! executable is enough to test interpreters that may crash.

mod served;

use std::ffi::OsString;
use std::io::{self, BufRead, BufWriter, Write};
use std::process;
use std::{env, fs::File};

use pybuf_harness::Implementation;

use crate::cpython::Embedded;
use crate::protocol::{Answer, Request, VERSION};
use served::FLAG;

pub use served::Served;
pub(crate) use served::command;

/// Why a driver stopped serving.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The parent cannot be read from, or written to.
    #[error("the pipe to the parent broke: {0}")]
    Io(#[from] io::Error),
    /// What the parent says is not the driver protocol, or not this version of it.
    #[error("not a request of driver protocol {VERSION}: {0}")]
    Request(String),
    /// What was to be served cannot be.
    #[error("{0}")]
    Implementation(String),
}

/// To be called first thing in `main`: serves if the program was started as a worker, and then never
/// returns. Otherwise does nothing.
///
/// ```no_run
/// pybuf_targets::serve_if_worker();
/// let python = pybuf_targets::cpython::default_interpreter()?;
/// let process = python.open(pybuf_targets::Process::DEFAULT_LIMIT)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn serve_if_worker() {
    let mut arguments = env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != FLAG) {
        return;
    }
    exit_with_parent();
    let status = match work(arguments.next()) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("{error}");
            2
        }
    };
    process::exit(status);
}

/// Lets the worker end with its parent, also while a call of its own hangs. (Where the parent ends in
/// good order, or no call hangs, the end of the input is enough.)
#[cfg(unix)]
fn exit_with_parent() {
    use std::os::unix::process::parent_id;
    use std::thread;
    use std::time::Duration;
    let parent = parent_id();
    let watch = move || {
        while parent_id() == parent {
            thread::sleep(Duration::from_secs(1));
        }
        process::abort();
    };
    // Without the thread, an orphan that hangs is the user's to end.
    let _ = thread::Builder::new().name("watch of the parent".into()).spawn(watch);
}

#[cfg(not(unix))]
fn exit_with_parent() {}

/// Reads requests and answers them, until told to stop or the input ends.
///
/// # Errors
///
/// If a pipe breaks, or a line is no request.
pub fn serve(
    implementation: &mut dyn Implementation,
    requests: impl BufRead,
    mut answers: impl Write,
) -> Result<(), ServeError> {
    for line in requests.lines() {
        let line = line?;
        let answer = match serde_json::from_str(&line) {
            Ok(Request::Start { protocol: VERSION }) => {
                Answer::Capabilities(implementation.capabilities().into())
            }
            Ok(Request::Begin {}) => {
                implementation.begin_case();
                Answer::Begun {}
            }
            Ok(Request::Call(call)) => Answer::Reply(implementation.call(&call)),
            Ok(Request::Stop {}) => return Ok(()),
            Ok(Request::Start { .. }) | Err(_) => {
                return give_up(ServeError::Request(line), answers);
            }
        };
        write(&answer, &mut answers)?;
    }
    Ok(())
}

fn work(what: Option<OsString>) -> Result<(), ServeError> {
    let answers = BufWriter::new(take_stdout()?);
    match open(what) {
        Ok(mut implementation) => serve(implementation.as_mut(), io::stdin().lock(), answers),
        Err(error) => give_up(error, answers),
    }
}

fn open(what: Option<OsString>) -> Result<Box<dyn Implementation>, ServeError> {
    let what = what.unwrap_or_default();
    let what = serde_json::from_str(&what.to_string_lossy())
        .map_err(|e| ServeError::Implementation(format!("{FLAG} {}: {e}", what.display())))?;
    match what {
        Served::Cpython(interpreter) => match Embedded::open(&interpreter) {
            Ok(embedded) => Ok(Box::new(embedded)),
            Err(e) => Err(ServeError::Implementation(e.to_string())),
        },
    }
}

fn give_up(error: ServeError, mut answers: impl Write) -> Result<(), ServeError> {
    let message = error.to_string();
    write(&Answer::Error { message }, &mut answers)?;
    Err(error)
}

fn write(answer: &Answer, answers: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *answers, answer)?;
    answers.write_all(b"\n")?;
    answers.flush()
}

/// Takes the standard output for ourselves: what anybody else prints goes to the standard error from
/// now on, be it Rust, C or Python.
#[cfg(unix)]
fn take_stdout() -> io::Result<File> {
    use std::ffi::c_int;
    use std::os::fd::{AsFd, AsRawFd};

    unsafe extern "C" {
        fn dup2(from: c_int, to: c_int) -> c_int;
    }

    let (stdout, stderr) = (io::stdout(), io::stderr());
    let ours = stdout.as_fd().try_clone_to_owned()?;
    // SAFETY: the C library's own function; both descriptors are open, and nobody owns the one replaced.
    if unsafe { dup2(stderr.as_raw_fd(), stdout.as_raw_fd()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(ours.into())
}

/// Elsewhere the standard output stays shared: a line that Python prints would be taken for an answer,
/// and end the worker. Nothing that we have Python do prints.
#[cfg(windows)]
fn take_stdout() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}
