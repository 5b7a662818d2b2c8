//! # Child processes
//!
//! A child that is written to and read from line by line, with a thread at each of its three pipes:
//! so neither side ever waits for the other to empty a pipe, and each wait has a limit.

mod ending;

pub(crate) use ending::was_killed;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// How long an ending process may take, be it told to stop or dying by itself.
const GRACE: Duration = Duration::from_secs(1);

/// No line is nearly as long as this; a child that never ends one shall not fill the memory.
const LONGEST_LINE: u64 = 1 << 20;

/// How much of the standard error is kept.
const LAST_WORDS: usize = 4096;

/// A running child; killed when dropped.
pub(crate) struct Child {
    process: process::Child,
    to_stdin: Sender<Vec<u8>>,
    lines: Receiver<Vec<u8>>,
    /// The end of its standard error, which comes when it has closed it.
    last_words: Receiver<String>,
}

/// Why a line did not come. The child is of no use any more.
pub(crate) enum Silence {
    /// In the words of a reply.
    Died {
        how: String,
    },
    TimedOut,
}

impl Child {
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (to_stdin, written) = mpsc::channel();
        let (read, lines) = mpsc::channel();
        let (heard, last_words) = mpsc::channel();
        let (stdin, stdout, stderr) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let child = Self { process, to_stdin, lines, last_words };
        // Nobody joins these threads: they end with the pipes, which a grandchild may keep open.
        attend("stdin", stdin, |pipe| write_all(pipe, written))?;
        attend("stdout", stdout, |pipe| read_lines(pipe, read))?;
        attend("stderr", stderr, |pipe| keep_last_words(pipe, heard))?;
        Ok(child)
    }

    /// Sends to its standard input, without waiting for it to read.
    pub(crate) fn send(&self, bytes: Vec<u8>) {
        // If nobody takes it the child is dead, which the next line will tell, by not coming.
        let _ = self.to_stdin.send(bytes);
    }

    /// The next line of its standard output.
    pub(crate) fn line(&mut self, limit: Duration) -> Result<Vec<u8>, Silence> {
        self.lines.recv_timeout(limit).map_err(|e| match e {
            RecvTimeoutError::Timeout => Silence::TimedOut,
            RecvTimeoutError::Disconnected => Silence::Died { how: self.how_it_died() },
        })
    }

    /// Waits a moment for it to exit by itself.
    pub(crate) fn wait(&mut self) -> Option<ExitStatus> {
        let started = Instant::now();
        while started.elapsed() < GRACE {
            match self.process.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(1)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
        None
    }

    fn how_it_died(&mut self) -> String {
        match self.wait() {
            Some(status) => {
                let words = self.last_words.recv_timeout(GRACE).unwrap_or_default();
                ending::describe(status, &words)
            }
            None => "it closed its standard output".into(),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Both fail only if there is nothing left to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs `work` on a pipe, which is there because it was asked for.
fn attend<P: Send + 'static>(
    name: &str,
    pipe: Option<P>,
    work: impl FnOnce(P) + Send + 'static,
) -> io::Result<()> {
    let pipe = pipe.ok_or_else(|| io::Error::other("a pipe is missing"))?;
    thread::Builder::new().name(format!("{name} of a child")).spawn(move || work(pipe))?;
    Ok(())
}

fn write_all(mut stdin: ChildStdin, written: Receiver<Vec<u8>>) {
    for bytes in written {
        if stdin.write_all(&bytes).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: ChildStdout, lines: Sender<Vec<u8>>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = stdout.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        // What a dying child did not finish is no line.
        let finished = line.ends_with(b"\n") || line.len() as u64 == LONGEST_LINE;
        if read.is_err() || !finished || lines.send(line).is_err() {
            return;
        }
    }
}

fn keep_last_words(mut stderr: ChildStderr, words: Sender<String>) {
    let mut tail = Vec::new();
    let mut chunk = [0; LAST_WORDS];
    loop {
        match stderr.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => {
                tail.extend_from_slice(&chunk[..read]);
                tail.drain(..tail.len().saturating_sub(LAST_WORDS));
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    // Nobody may care for them any more.
    let _ = words.send(String::from_utf8_lossy(&tail).into_owned());
}

/// A line short enough for a message.
pub(crate) fn excerpt(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end();
    match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}
