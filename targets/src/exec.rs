//! Anyone's implementation: a command that is a driver.

use std::process::Command;

/// A driver, by the command that starts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exec {
    program: String,
    arguments: Vec<String>,
}

/// Why a text is no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// It has no words.
    #[error(
        "exec: names no command; examples are exec:./my-driver and 'exec:python3 my_driver.py'"
    )]
    Empty,
    /// A quote is open at its end, or a backslash is the last of it.
    #[error(
        "exec:{0} cannot be split into words: a quote is not closed, or nothing follows a backslash"
    )]
    Unbalanced(String),
}

impl Exec {
    /// Splits a command into words as a shell does, with quotes and backslashes. No shell is run:
    /// variables, patterns and pipes mean nothing.
    ///
    /// ```
    /// use pybuf_targets::Exec;
    ///
    /// let driver = Exec::parse("'./my driver' --of=3.12")?;
    /// assert_eq!(driver.command().get_program(), "./my driver");
    /// assert!(Exec::parse("'./my driver").is_err());
    /// # Ok::<(), pybuf_targets::exec::CommandError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no word, or a quote is not closed.
    pub fn parse(text: &str) -> Result<Exec, CommandError> {
        let words = shlex::split(text).ok_or_else(|| CommandError::Unbalanced(text.into()))?;
        let mut words = words.into_iter();
        match words.next() {
            Some(program) if !program.is_empty() => {
                Ok(Exec { program, arguments: words.collect() })
            }
            _ => Err(CommandError::Empty),
        }
    }

    /// The command.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }
}
