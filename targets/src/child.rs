//! # Child processes
//!
//! A child that is written to and read from line by line, with a thread at each of its three pipes:
//! so neither side ever waits for the other to empty a pipe, and each wait has a limit.

mod ending;
mod group;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a process may take to end, whether it was asked to stop or is dying by itself.
pub(crate) const GRACE: Duration = Duration::from_secs(1);

/// No line is nearly as long as this; a child that never ends one shall not fill the memory.
const LONGEST_LINE: u64 = 1 << 20;

/// How many lines are kept that nobody has asked for yet; a child that writes more waits, and fills its
/// pipe instead of the memory.
const MOST_LINES: usize = 64;

/// How much of the standard error is kept.
const LAST_WORDS: usize = 4096;

/// How often it is looked whether a silent child still runs.
const GLANCE: Duration = Duration::from_millis(100);

/// A running child; killed when dropped, and with it what it has started.
pub(crate) struct Child {
    process: process::Child,
    to_stdin: Sender<Vec<u8>>,
    lines: Receiver<Vec<u8>>,
    /// The end of its standard error, so far.
    last_words: Arc<Mutex<Vec<u8>>>,
    /// Disconnected when it has closed its standard error.
    speaks: Receiver<()>,
    /// Whether it has closed its standard input.
    deaf: Arc<AtomicBool>,
}

/// Why a line did not come. The child is of no use any more.
pub(crate) enum Silence {
    /// In the words of a reply.
    Died {
        how: String,
        /// The exit status, if it was no signal.
        code: Option<i32>,
    },
    /// It runs, and has closed this pipe.
    Closed {
        pipe: &'static str,
    },
    TimedOut,
}

impl Child {
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        let command = group::lead(command);
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (to_stdin, written) = mpsc::channel();
        let (read, lines) = mpsc::sync_channel(MOST_LINES);
        let (hears, speaks) = mpsc::channel();
        let last_words = Arc::new(Mutex::new(Vec::new()));
        let deaf = Arc::new(AtomicBool::new(false));
        let (heard, is_deaf) = (Arc::clone(&last_words), Arc::clone(&deaf));
        let (stdin, stdout, stderr) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let child = Self { process, to_stdin, lines, last_words, speaks, deaf };
        // Nobody joins these threads: they end with the pipes, which a grandchild may keep open.
        attend("stdin", stdin, move |pipe| write_all(pipe, written, &is_deaf))?;
        attend("stdout", stdout, |pipe| read_lines(pipe, read))?;
        attend("stderr", stderr, move |pipe| keep_last_words(pipe, &heard, hears))?;
        Ok(child)
    }

    /// Sends to its standard input, without waiting for it to read.
    pub(crate) fn send(&self, bytes: Vec<u8>) {
        // If nobody takes it the child is dead, and the next line will not come.
        let _ = self.to_stdin.send(bytes);
    }

    /// The next line of its standard output.
    pub(crate) fn line(&mut self, limit: Duration) -> Result<Vec<u8>, Silence> {
        let begun = Instant::now();
        loop {
            let left = limit.saturating_sub(begun.elapsed());
            match self.lines.recv_timeout(left.min(GLANCE)) {
                Ok(line) => return Ok(line),
                Err(RecvTimeoutError::Disconnected) => return Err(self.how_it_ended()),
                // What the child wrote is in the pipe all the same, which others may keep open.
                Err(RecvTimeoutError::Timeout) if self.has_exited() => {
                    group::kill(self.process.id());
                    return self.lines.recv_timeout(GRACE).map_err(|_| self.how_it_ended());
                }
                Err(RecvTimeoutError::Timeout) if !left.is_zero() => {}
                Err(RecvTimeoutError::Timeout) => return Err(self.silence()),
            }
        }
    }

    /// Closes its standard input.
    pub(crate) fn hang_up(&mut self) {
        self.to_stdin = mpsc::channel().0;
    }

    /// Waits for it to exit by itself.
    pub(crate) fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        while started.elapsed() < limit {
            match self.process.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(1)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
        None
    }

    fn has_exited(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(Some(_)))
    }

    fn silence(&self) -> Silence {
        match self.deaf.load(Ordering::Relaxed) {
            true => Silence::Closed { pipe: "standard input" },
            false => Silence::TimedOut,
        }
    }

    fn how_it_ended(&mut self) -> Silence {
        match self.wait(GRACE) {
            Some(status) => {
                group::kill(self.process.id());
                // Nothing is ever sent: this waits for the end of the pipe.
                let _ = self.speaks.recv_timeout(GRACE);
                let how = ending::describe(status, &self.last_words());
                Silence::Died { how, code: status.code() }
            }
            None => Silence::Closed { pipe: "standard output" },
        }
    }

    fn last_words(&self) -> String {
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&words).into_owned()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // All fail only if there is nothing left to do. While the child is not waited for, its number is
        // nobody else's.
        group::kill(self.process.id());
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

fn write_all(mut stdin: ChildStdin, written: Receiver<Vec<u8>>, is_deaf: &AtomicBool) {
    for bytes in written {
        if stdin.write_all(&bytes).is_err() {
            is_deaf.store(true, Ordering::Relaxed);
            return;
        }
    }
}

fn read_lines(stdout: ChildStdout, lines: SyncSender<Vec<u8>>) {
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

/// `speaks` goes when the pipe ends.
fn keep_last_words(mut stderr: ChildStderr, words: &Mutex<Vec<u8>>, speaks: Sender<()>) {
    let mut chunk = [0; LAST_WORDS];
    loop {
        match stderr.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => {
                let mut tail = words.lock().unwrap_or_else(PoisonError::into_inner);
                tail.extend_from_slice(&chunk[..read]);
                let superfluous = tail.len().saturating_sub(LAST_WORDS);
                tail.drain(..superfluous);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    drop(speaks);
}

/// A line short enough for a message, without anything that a terminal would act on.
pub(crate) fn excerpt(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    let visible = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let line: String = line.trim_end().chars().map(visible).collect();
    match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_short_and_do_nothing_to_a_terminal() {
        assert_eq!(excerpt(b"Hello!\r\n"), "Hello!");
        assert_eq!(excerpt(b"\x1b[31mred\xff"), "\u{fffd}[31mred\u{fffd}");
        assert_eq!(excerpt("\u{e4}".repeat(81).as_bytes()), "\u{e4}".repeat(80) + "...");
    }

    /// It writes as fast as it can, for a while in which nobody reads. Without a bound that would be
    /// millions of lines.
    #[cfg(unix)]
    #[test]
    fn what_nobody_reads_is_not_kept() {
        let mut child = Child::spawn(&mut Command::new("yes")).expect("there is a command yes");
        assert!(child.line(Duration::from_secs(60)).is_ok());
        thread::sleep(Duration::from_millis(500));
        child.process.kill().expect("it runs");
        let mut lines = 0;
        while child.line(GRACE).is_ok() {
            lines += 1;
        }
        // Lines of two bytes: those that are kept, those in the pipe, and those being read.
        assert!(lines < MOST_LINES + (1 << 17), "{lines}");
    }
}
