//! Why the last call failed.
//!
//! Each thread remembers one failure, until the next one or until it is cleared. A call that succeeds
//! may or may not forget it: ask right behind the call that failed.

use core::cell::Cell;
use core::ffi::c_char;
use core::fmt::{self, Display, Write};
use core::ptr;
use std::thread_local;

use crate::error::{Error, Exception};

/// What a function of an exporter raised, which has told it by [`pybuf_Error_Set`].
pub(super) const RAISED: Error = Error::Raised(Exception::Other("an exporter's own"));

/// A C string. What does not fit is cut off.
type Text = [u8; TEXT];

const TEXT: usize = 256;

struct Failure {
    is_set: Cell<bool>,
    class: Cell<Text>,
    message: Cell<Text>,
}

thread_local! {
    // There is nothing to drop, so that no thread is ever without it.
    static LAST: Failure = const {
        Failure { is_set: Cell::new(false), class: Cell::new([0; TEXT]), message: Cell::new([0; TEXT]) }
    };
}

/// `PyErr_Occurred`: the name of the exception's class, as `"BufferError"`; NULL if nothing has failed.
/// It is there until the next failure.
#[unsafe(no_mangle)]
pub extern "C" fn pybuf_Error_Occurred() -> *const c_char {
    LAST.with(|last| if last.is_set.get() { last.class.as_ptr().cast() } else { ptr::null() })
}

/// What went wrong, in English; NULL if nothing has failed. It is there until the next failure.
#[unsafe(no_mangle)]
pub extern "C" fn pybuf_Error_Message() -> *const c_char {
    LAST.with(|last| if last.is_set.get() { last.message.as_ptr().cast() } else { ptr::null() })
}

/// `PyErr_Clear`: forgets the failure, if there is any.
#[unsafe(no_mangle)]
pub extern "C" fn pybuf_Error_Clear() {
    LAST.with(|last| last.is_set.set(false));
}

/// `PyErr_SetString`: for the functions of an exporter, before they return -1. NULL for the class is
/// SystemError, and for the message an empty one. Of each, 255 bytes are kept.
///
/// # Safety
///
/// Both are NULL or C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Error_Set(exception: *const c_char, message: *const c_char) {
    let exception = if exception.is_null() { c"SystemError".as_ptr() } else { exception };
    // SAFETY: left to the caller.
    let [class, message] = unsafe { [copied(exception), copied(message)] };
    remember(class, message);
}

/// The value of a call that went well; otherwise `failure`, and the error is remembered.
pub(super) fn or<T>(failure: T, result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| {
        match error {
            RAISED if LAST.with(|last| last.is_set.get()) => {}
            RAISED => remember(text("SystemError"), text("an exporter failed and set no error")),
            error => remember(text(error.exception()), text(error)),
        }
        failure
    })
}

/// Calls a function of an exporter's, so that what it leaves behind is its own.
pub(super) fn calling<T>(function: impl FnOnce() -> T) -> T {
    pybuf_Error_Clear();
    function()
}

/// Asks a question. What fails on the way to the answer is no failure of the call's.
pub(super) fn asking<T>(question: impl FnOnce() -> T) -> T {
    let answer = question();
    pybuf_Error_Clear();
    answer
}

fn remember(class: Text, message: Text) {
    LAST.with(|last| {
        last.is_set.set(true);
        last.class.set(class);
        last.message.set(message);
    });
}

/// # Safety
///
/// NULL or a C string, which may be one of those that are remembered.
unsafe fn copied(string: *const c_char) -> Text {
    let mut text = Writer::new();
    let mut next = string.cast::<u8>();
    // SAFETY: not NULL, and not behind the end, where this stops.
    while !next.is_null() && unsafe { next.read() } != 0 {
        // SAFETY: as above; behind a byte that is not the end is another one.
        unsafe {
            text.push(next.read());
            next = next.add(1);
        }
    }
    text.bytes
}

fn text(shown: impl Display) -> Text {
    let mut text = Writer::new();
    // Never fails: what does not fit is cut off.
    let _ = write!(text, "{shown}");
    text.bytes
}

struct Writer {
    bytes: Text,
    len: usize,
}

impl Writer {
    fn new() -> Self {
        Self { bytes: [0; TEXT], len: 0 }
    }

    fn push(&mut self, byte: u8) {
        // The last one stays 0.
        if self.len + 1 < self.bytes.len() {
            self.bytes[self.len] = byte;
            self.len += 1;
        }
    }
}

impl Write for Writer {
    fn write_str(&mut self, string: &str) -> fmt::Result {
        string.bytes().for_each(|byte| self.push(byte));
        Ok(())
    }
}
