//! A child and all that it has started, as one. A driver is often a script around the program that answers.
//!
//! Elsewhere than on Unix only the child itself is ended.

use std::process::Command;

/// Gives the child a group of its own: what it does to its group, it does not do to us.
#[cfg(unix)]
pub(super) fn lead(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt;
    command.process_group(0)
}

#[cfg(not(unix))]
pub(super) fn lead(command: &mut Command) -> &mut Command {
    command
}

/// Kills all that is left of the group of this leader, be the leader dead or not.
#[cfg(unix)]
pub(super) fn kill(leader: u32) {
    use std::ffi::c_int;

    unsafe extern "C" {
        fn kill(process: c_int, signal: c_int) -> c_int;
    }

    const SIGKILL: c_int = 9;
    // Neither 0 nor 1, which would mean all that is ours, or everything.
    if let Ok(leader @ 2..) = c_int::try_from(leader) {
        // SAFETY: the C library's own function, on two numbers. It fails if nobody is left.
        unsafe { kill(-leader, SIGKILL) };
    }
}

#[cfg(not(unix))]
pub(super) fn kill(_: u32) {}
