//! How a process ended, in words that are the same each time it ends like this.

use std::process::ExitStatus;

/// Such as `signal 11 (SIGSEGV)` or `exit status 1: ImportError: no module named x`.
///
/// `last_words` is the end of its standard error. A process that aborts or exits says there why; one
/// that was killed by another signal had no time to, and what is there is about other things.
pub(super) fn describe(status: ExitStatus, last_words: &str) -> String {
    let (how, speaks) = match (signal(status), status.code()) {
        (Some(SIGABRT), _) => (format!("signal {SIGABRT} (SIGABRT)"), true),
        (Some(SIGKILL), _) => {
            (format!("signal {SIGKILL} (SIGKILL), from outside or out of memory"), false)
        }
        (Some(number), _) => match signal_name(number) {
            Some(name) => (format!("signal {number} ({name})"), false),
            None => (format!("signal {number}"), false),
        },
        (None, Some(code)) => (format!("exit status {code}"), true),
        (None, None) => (status.to_string(), false),
    };
    match reason(last_words) {
        Some(line) if speaks => format!("{how}: {}", without_addresses(line)),
        _ => how,
    }
}

/// The last line about an error, for Python writes more after it when it dies; or else the last line,
/// but for the advice that Rust gives when it panics.
fn reason(last_words: &str) -> Option<&str> {
    let lines = || last_words.lines().map(str::trim).filter(|line| !line.is_empty());
    lines()
        .rfind(|line| line.to_lowercase().contains("error"))
        .or_else(|| lines().rfind(|line| !line.starts_with("note:")))
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.signal()
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGBUS: i32 = if cfg!(any(target_os = "linux", target_os = "android")) { 7 } else { 10 };

/// The other signals of a crash, or of being killed. Only SIGBUS differs among systems.
fn signal_name(number: i32) -> Option<&'static str> {
    Some(match number {
        4 => "SIGILL",
        5 => "SIGTRAP",
        SIGBUS => "SIGBUS",
        8 => "SIGFPE",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        _ => return None,
    })
}

/// Addresses differ from run to run: `0x7f00 lost` becomes `0x... lost`.
fn without_addresses(line: &str) -> String {
    let mut pieces = line.split("0x");
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        result.push_str("0x...");
        result.push_str(piece.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    result
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn signals_have_names() {
        let by_signal = ExitStatus::from_raw;
        assert_eq!(describe(by_signal(11), ""), "signal 11 (SIGSEGV)");
        assert_eq!(describe(by_signal(11), "noise"), "signal 11 (SIGSEGV)");
        assert_eq!(describe(by_signal(12), ""), "signal 12");
        assert_eq!(
            describe(by_signal(9), "noise"),
            "signal 9 (SIGKILL), from outside or out of memory"
        );
        assert_eq!(
            describe(by_signal(6), "first\ndouble free\n\n"),
            "signal 6 (SIGABRT): double free"
        );
    }

    #[test]
    fn exits_have_a_reason_without_addresses() {
        let exit = |code: i32| ExitStatus::from_raw(code << 8);
        assert_eq!(describe(exit(3), ""), "exit status 3");
        assert_eq!(
            describe(exit(1), "bad object at 0x7fFF01, or 0x2"),
            "exit status 1: bad object at 0x..., or 0x..."
        );
        assert_eq!(
            describe(exit(1), "Fatal Python error: no codec\n\nThread 0x7f:\n  <no frame>"),
            "exit status 1: Fatal Python error: no codec"
        );
        assert_eq!(
            describe(exit(101), "panicked at a.rs:1:2:\nindex out of bounds\nnote: run with X"),
            "exit status 101: index out of bounds"
        );
    }
}
