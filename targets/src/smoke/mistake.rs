//! What can be wrong with a driver, and what to do about it.

use std::time::Duration;

use pybuf_model::edition::UnknownEdition;

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
    /// Its answers come only when its input ends.
    #[error(
        "the answer to {to} comes only when the input ends: flush standard output behind each line, and \
         read line by line, not ahead"
    )]
    NoFlush {
        /// The request.
        to: String,
    },
    /// Nothing comes.
    #[error("{to} is not answered within {limit:?}: does it read its standard input line by line?")]
    Silent {
        /// The request.
        to: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// It exits or dies.
    #[error("at {to} it ends ({how}): its standard error may tell more")]
    Died {
        /// The request.
        to: String,
        /// How.
        how: String,
    },
    /// It cannot be talked to any more.
    #[error("at {to} it closes its {pipe}, and runs on")]
    Closed {
        /// The request.
        to: String,
        /// Which pipe.
        pipe: &'static str,
    },
    /// It gives up.
    #[error("at {to} it gives up: {message}")]
    GaveUp {
        /// The request.
        to: String,
        /// Its own words.
        message: String,
    },
    /// A line is no JSON.
    #[error("the answer to {to} is no JSON ({problem}): {line}")]
    NotJson {
        /// The request.
        to: String,
        /// What is wrong, and where.
        problem: String,
        /// What it wrote.
        line: String,
    },
    /// A line has more than one answer.
    #[error("the answer to {to} has another value behind it: one line for each answer: {line}")]
    TwoOnALine {
        /// The request.
        to: String,
        /// What it wrote.
        line: String,
    },
    /// The capabilities are not as they must be.
    #[error(
        "its capabilities are not complete or not right ({problem}); they look like \
         {{\"capabilities\":{{\"name\":\"...\",\"lacks\":{{}}}}}}: {line}"
    )]
    BadClaims {
        /// What is wrong, and where.
        problem: String,
        /// What it wrote.
        line: String,
    },
    /// A granted view lacks a field.
    #[error(
        "a view lacks a field ({problem}): every field is told, as {{\"is\":VALUE}} or \"untouched\": \
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
        "the answer to {to} is none of the protocol ({problem}); `pybuf schema` has them: {line}"
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
        "begin is not answered: each case begins with {{\"begin\":{{}}}}, and the answer is \
         {{\"begun\":{{}}}} when the case before is forgotten"
    )]
    NoBegun,
    /// A request has no answer, and those behind it have.
    #[error("{to} is not answered: each request but stop has one line for an answer")]
    Unanswered {
        /// The request.
        to: String,
    },
    /// An answer of another kind than is due.
    #[error("{to} is answered with `{got}`, and `{due}` is due")]
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
        "{to} is answered with `{got}`, which is not for a driver to say: it just fails, and pybuf tells how"
    )]
    NotOfDrivers {
        /// The request.
        to: String,
        /// What comes.
        got: &'static str,
    },
    /// There are more answers than requests.
    #[error("behind the answer to {to} comes one that nobody asked for: {line}")]
    Unasked {
        /// The last request before that.
        to: String,
        /// What it wrote.
        line: String,
    },
    /// It does not look at the version.
    #[error(
        "it speaks any version of the protocol: if `protocol` is not 1, answer \
         {{\"error\":{{\"message\":\"...\"}}}} and exit"
    )]
    AnyVersion,
    /// It runs on.
    #[error("it does not exit when it is told {{\"stop\":{{}}}}; it will be killed each time")]
    IgnoresStop,
    /// It runs on, too.
    #[error("it does not exit when its standard input ends; it may be left behind when pybuf dies")]
    IgnoresEnd,
    /// A gap has a name that there is not.
    #[error(
        "it lacks {gap:?}, and there is no such thing: gaps are C names such as PyBuffer_FillInfo, or \
         \"make KIND\""
    )]
    UnknownGap {
        /// Its name.
        gap: String,
    },
    /// An edition that there is not.
    #[error("its editions: {0}")]
    UnknownEdition(UnknownEdition),
    /// An edition is there more than once.
    #[error("its editions: {edition} is there more than once")]
    EditionTwice {
        /// Its name.
        edition: String,
    },
    /// Something is not supported, and that was not said.
    #[error(
        "it answers with \"unsupported\", and did not say so: add to `lacks`, with the reason: {}",
        features.join(", ")
    )]
    UndeclaredGaps {
        /// Their names.
        features: Vec<&'static str>,
    },
    /// A call that can be made is answered with `not_made`.
    #[error(
        "it does not make {feature} although it can: \"not_made\" is for a call whose object or view is \
         not there"
    )]
    NotMade {
        /// Which call.
        feature: &'static str,
    },
    /// A call on nothing.
    #[error(
        "it makes {feature} on a view that was not granted: the answer to that is \"not_made\""
    )]
    MadeOutOfTurn {
        /// Which call.
        feature: &'static str,
    },
    /// Something of the case before is still there.
    #[error(
        "object 0 of a case is that of the case before: at begin forget all objects and views, and \
         count from 0 again"
    )]
    StateLeaks,
    /// Views have wrong numbers.
    #[error(
        "views have wrong numbers: each PyObject_GetBuffer and PyBuffer_FillInfo takes the next number, \
         also if it is refused, not supported or not made"
    )]
    ViewNumbers,
    /// Objects have wrong numbers.
    #[error(
        "objects have wrong numbers: each call that may make an object takes the next number, also if \
         it fails, is not supported or not made"
    )]
    ObjectNumbers,
    /// A part of a reply is missing that is always told.
    #[error("the reply to {feature} does not tell `{field}`")]
    Untold {
        /// Which call.
        feature: &'static str,
        /// Which part.
        field: &'static str,
    },
    /// An address is not told by its block.
    #[error(
        "`buf` of a view of bytes is not told as {{\"at\":{{\"block\":0,\"offset\":0}}}}: addresses are told \
         by the number of the object whose memory they are in"
    )]
    NoBlock,
}
