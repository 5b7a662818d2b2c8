//! The command that shows a finding again, to be pasted into a shell.

use pybuf_harness::finding::Finding;
use pybuf_harness::text::in_a_line;

use super::outcome::{Cell, Outcome, Python};
use crate::arguments::{Wanted, duration};

/// The command that writes a program which shows it, in a line.
pub fn command(outcome: &Outcome, cell: &Cell, finding: &Finding) -> String {
    let Python { option, .. } = outcome.python(cell);
    let mut words = vec!["pybuf".to_owned(), "check".to_owned()];
    // Whatever they begin with, they are values.
    let with = |name: &'static str| move |value: &String| format!("{name}={}", quoted(value));
    words.extend(option.iter().map(with("--python")));
    words.extend(outcome.setup.iter().map(with("--setup")));
    words.extend(outcome.call_limit.map(|it| format!("--call-limit {}", duration::text(it))));
    words.push("--emit python".to_owned());
    words.extend(Wanted::that_is(finding.clause, finding.kind).map(|it| format!("--clause {it}")));
    if cell.expression.starts_with('-') {
        words.push("--".to_owned());
    }
    words.push(quoted(&cell.expression));
    words.join(" ")
}

/// A word for a POSIX shell, of whatever text, in one line. Line breaks at its end are lost where there is something
/// in it that has to be written in another way.
fn quoted(text: &str) -> String {
    match shlex::try_quote(text) {
        Ok(quoted) if in_a_line(text) == text => quoted.into_owned(),
        _ => printed(text),
    }
}

/// Text as a shell prints it.
fn printed(text: &str) -> String {
    let mut written = String::new();
    for c in text.chars() {
        let mut bytes = [0; 4];
        let itself = &*c.encode_utf8(&mut bytes);
        match c {
            '\n' => written += r"\n",
            '\\' => written += r"\\",
            '\'' => written += r"'\''",
            // Between double quotes, `!` is for the history of an interactive shell.
            c if c != '!' && in_a_line(itself) == itself => written.push(c),
            _ => written.extend(itself.bytes().map(|byte| format!("\\0{byte:03o}"))),
        }
    }
    format!("\"$(printf '%b' '{written}')\"")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_reads_what_was_quoted() {
        let texts = [
            "numpy.arange(6)",
            "b'ab'",
            "--x='$HOME' \"`id`\" !! \\",
            "import a\nif a:\n\tprint('50%b \\n \\\\', \"$HOME `id` $(id)!\")",
            "\u{1b}[31m\u{1}\r\n'\u{85}\u{fffe}\u{7f}0",
            "",
        ];
        let words: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
        let line = words.join(" ");
        assert_eq!(in_a_line(&line), line);
        let script = format!("f() {{ printf '%s\\0' \"$@\"; }}; f {line}");
        let shell = Command::new("sh").arg("-c").arg(script).output().expect("there is a shell");
        let read = String::from_utf8(shell.stdout).expect("it is text");
        assert_eq!(read.split_terminator('\0').collect::<Vec<_>>(), texts);
    }
}
