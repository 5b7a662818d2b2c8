//! What can be wrong with a driver.

use std::fmt;
use std::io;
use std::time::Duration;

use pybuf_harness::protocol::UnknownWord;

/// What is wrong with a driver, as opposed to the implementation that it drives.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The program could not be started at all.
    #[error("cannot start the driver `{program}` ({cause}): is it there, and executable?")]
    Spawn {
        /// As it was named.
        program: String,
        /// What the system said.
        cause: io::Error,
    },
    /// The driver itself said that it cannot go on.
    #[error("the driver gave up: {message}")]
    GaveUp {
        /// In its own words.
        message: String,
    },
    /// The driver died where no call is to blame.
    #[error("the driver died {stage} ({how}): run it by hand to see more")]
    Died {
        /// What it was doing.
        stage: Stage,
        /// How the process ended.
        how: String,
    },
    /// The driver did not answer where no call is to blame.
    #[error("the driver did not answer within {limit:?} {stage}: `pybuf smoke` may find out why")]
    Silent {
        /// What it was doing.
        stage: Stage,
        /// How long it was waited for.
        limit: Duration,
    },
    /// The driver runs, but cannot be talked to any more.
    #[error("the driver closed its {pipe} {stage}")]
    Closed {
        /// What it was doing.
        stage: Stage,
        /// Which of its pipes.
        pipe: &'static str,
    },
    /// The driver wrote a line that is not the answer to the request.
    #[error(
        "the driver wrote {line:?} {stage}, which is not the answer ({problem}): its standard output \
         is for answers only, anything else belongs on its standard error"
    )]
    Nonsense {
        /// What it was doing.
        stage: Stage,
        /// What it wrote, cut short.
        line: String,
        /// Why that is no answer.
        problem: String,
    },
    /// The driver claims an edition that there is not.
    #[error("the driver's capabilities: {0}")]
    Edition(#[from] UnknownWord),
    /// The driver, started again, is another than before.
    #[error("the driver reports other capabilities after a restart: first {before}, then {now}")]
    Changed {
        /// What it reported at first.
        before: String,
        /// What it reported then.
        now: String,
    },
    /// The driver failed so often that going on would take for ever.
    #[error("the driver has {often}; the last time: {how}")]
    Hopeless {
        /// In what way, and how many times.
        often: String,
        /// What came of the last call.
        how: String,
    },
}

/// What a driver was doing when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Until it has reported its capabilities.
    Starting,
    /// Freeing the objects and views of a case, before the next begins.
    Between,
    /// Making a call.
    Calling,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Starting => "when it was started",
            Stage::Between => "between two cases",
            Stage::Calling => "in a call",
        })
    }
}
