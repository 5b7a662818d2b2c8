//! What can be wrong with a driver, and what to do about it.

use std::time::Duration;

use pybuf_harness::protocol::UnknownWord;

/// A mistake of a driver. `to` is the request that it was to answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    /// It writes before it was asked.
    #[error(
        "it writes {line:?} before it was asked anything: standard output is for answers only, \
         banners and messages belong on standard error"
    )]
    SpeaksFirst {
        /// What it wrote.
        line: String,
    },
    /// Nothing comes at all.
    #[error(
        "it wrote nothing within {limit:?} of its start: does it need longer to start, is the command right, and does it answer {{\"start\":{{\"protocol\":1}}}} when you run it by hand \
         and type that line?"
    )]
    NotStarted {
        /// How long it was waited for.
        limit: Duration,
    },
    /// Its answers come only when its input ends.
    #[error(
        "the answer to {to} comes only when the input ends: flush standard output after each line, and \
         read line by line, not ahead"
    )]
    NoFlush {
        /// The request.
        to: String,
    },
    /// Nothing comes.
    #[error("{to} is not answered within {limit:?}: does it read standard input line by line?")]
    Silent {
        /// The request.
        to: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// It exits or dies.
    #[error("it exits or crashes on {to} ({how}): its standard error may say more")]
    Died {
        /// The request.
        to: String,
        /// How.
        how: String,
    },
    /// It cannot be talked to any more.
    #[error("it closes its {pipe} on {to}, and keeps running")]
    Closed {
        /// The request.
        to: String,
        /// Which pipe.
        pipe: &'static str,
    },
    /// It gives up.
    #[error("it gives up on {to}: {message}")]
    GaveUp {
        /// The request.
        to: String,
        /// Its own words.
        message: String,
    },
    /// A line is no JSON.
    #[error("the answer to {to} is not JSON ({problem}): {line}")]
    NotJson {
        /// The request.
        to: String,
        /// What is wrong, and where.
        problem: String,
        /// What it wrote.
        line: String,
    },
    /// A line has more than one answer.
    #[error(
        "the answer to {to} is followed by another value on the same line: write one answer a line: {line}"
    )]
    TwoOnALine {
        /// The request.
        to: String,
        /// What it wrote.
        line: String,
    },
    /// The capabilities are not as they must be.
    #[error(
        "its capabilities are incomplete or wrong ({problem}); they look like \
         {{\"capabilities\":{{\"name\":\"...\",\"lacks\":{{}}}}}} or \
         {{\"capabilities\":{{\"name\":\"...\",\"supports\":[],\"reason\":\"...\"}}}}: {line}"
    )]
    BadClaims {
        /// What is wrong, and where.
        problem: String,
        /// What it wrote.
        line: String,
    },
    /// A granted view lacks a field.
    #[error(
        "a view lacks a field ({problem}): every field must be there, as {{\"is\":VALUE}} or \"untouched\": \
         {line}"
    )]
    ViewLacksField {
        /// Which.
        problem: String,
        /// What it wrote.
        line: String,
    },
    /// JSON, but no answer of the protocol.
    #[error(
        "the answer to {to} is not one of the protocol ({problem}); `pybuf schema` lists them: {line}"
    )]
    NotAnAnswer {
        /// The request.
        to: String,
        /// What is wrong, and where.
        problem: String,
        /// What it wrote.
        line: String,
    },
    /// The next answer comes instead.
    #[error(
        "begin is not answered: each case begins with {{\"begin\":{{}}}}; answer {{\"begun\":{{}}}} once the \
         previous case is forgotten"
    )]
    NoBegun,
    /// A request has no answer, and later ones have.
    #[error("{to} is not answered: every request except stop gets one line as its answer")]
    Unanswered {
        /// The request.
        to: String,
    },
    /// An answer of another kind than is due.
    #[error("{to} is answered with `{got}` instead of `{due}`")]
    NotDue {
        /// The request.
        to: String,
        /// What is due.
        due: &'static str,
        /// What comes.
        got: &'static str,
    },
    /// A reply that only pybuf gives.
    #[error(
        "{to} is answered with `{got}`, which is not for a driver to say: a driver just fails, and pybuf reports how"
    )]
    NotOfDrivers {
        /// The request.
        to: String,
        /// What comes.
        got: &'static str,
    },
    /// There are more answers than requests.
    #[error("the answer to {to} is followed by one that was not asked for: {line}")]
    Unasked {
        /// The last request before that.
        to: String,
        /// What it wrote.
        line: String,
    },
    /// It does not look at the version.
    #[error(
        "it accepts any version of the protocol: if `protocol` is not 1, answer \
         {{\"error\":{{\"message\":\"...\"}}}} and exit"
    )]
    AnyVersion,
    /// It runs on.
    #[error("it does not exit on {{\"stop\":{{}}}}, and has to be killed each time")]
    IgnoresStop,
    /// It runs on, too.
    #[error(
        "it does not exit when its standard input ends: it may keep running after pybuf has died"
    )]
    IgnoresEnd,
    /// It names something that there is not.
    #[error(
        "its `lacks` or `supports` names {gap:?}, which does not exist: the names are C names such as \
         PyBuffer_FillInfo, or \"make KIND\""
    )]
    UnknownGap {
        /// The name.
        gap: String,
    },
    /// An edition that there is not.
    #[error("its editions: {0}")]
    UnknownEdition(UnknownWord),
    /// An edition is there more than once.
    #[error("its editions: {edition} is listed more than once")]
    EditionTwice {
        /// Its name.
        edition: String,
    },
    /// Something is not supported, and that was not said.
    #[error(
        "it answers \"unsupported\" to what it claims: add to its `lacks`, with the reason, or take out of its \
         `supports`: {}",
        features.join(", ")
    )]
    UndeclaredGaps {
        /// Their names.
        features: Vec<&'static str>,
    },
    /// A call that can be made is answered with `not_made`.
    #[error(
        "it answers \"not_made\" to {feature}, which it can call: that answer is for a call whose object or view \
         does not exist"
    )]
    NotMade {
        /// Which call.
        feature: &'static str,
    },
    /// A call on nothing.
    #[error("it calls {feature} on a view that was not granted: answer \"not_made\" to that")]
    MadeOutOfTurn {
        /// Which call.
        feature: &'static str,
    },
    /// Something of the case before is still there.
    #[error(
        "object 0 of a case is that of the previous case: on begin, forget all objects and views and count \
         from 0 again"
    )]
    StateLeaks,
    /// Views have wrong numbers.
    #[error(
        "views have wrong numbers: each PyObject_GetBuffer and PyBuffer_FillInfo takes the next number, \
         even if it is refused, unsupported or not made"
    )]
    ViewNumbers,
    /// Objects have wrong numbers.
    #[error(
        "objects have wrong numbers: each call that may make an object takes the next number, even if it fails, \
         or is unsupported or not made"
    )]
    ObjectNumbers,
    /// A part of a reply is missing that is always there.
    #[error("the reply to {feature} lacks `{field}`")]
    Untold {
        /// Which call.
        feature: &'static str,
        /// Which part.
        field: &'static str,
    },
    /// An address is not given by its block.
    #[error(
        "`buf` of a view of bytes is not {{\"at\":{{\"block\":0,\"offset\":0}}}}: an address is given as the \
         number of the object whose memory it is in, and the offset in that"
    )]
    NoBlock,
}
