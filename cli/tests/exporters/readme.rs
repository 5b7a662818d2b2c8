//! The output that the README shows is what the command prints.

use std::path::Path;

use libtest_mimic::Trial;

use crate::{ignored, pybuf};

const README: &str = include_str!("../../../README.md");
const EXPRESSION: &str = "numpy.arange(6).reshape(2,3).T";

/// Holds the README against the command in an environment that has NumPy, if it is one of the version that is shown.
pub fn trial(version: &str, python: &Path) -> Trial {
    let name = format!("readme::cpython-{version}");
    if !README.contains(&format!("on CPython {version} (numpy ")) {
        return ignored(&name, "README.md shows the output of another version");
    }
    let python = python.to_owned();
    Trial::test(name, move || {
        let shown = shown().ok_or("README.md does not show the command")?;
        let printed = printed(&python)?;
        if shown == printed {
            return Ok(());
        }
        Err(format!("README.md shows\n{shown}\nand the command prints\n{printed}").into())
    })
}

/// The lines between the command and the end of its block.
fn shown() -> Option<&'static str> {
    let (_, behind) = README.split_once(&format!("$ pybuf check '{EXPRESSION}'\n"))?;
    Some(behind.split_once("```")?.0)
}

/// As in an active virtual environment.
fn printed(python: &Path) -> Result<String, String> {
    let environment = python.parent().and_then(Path::parent).ok_or("it is in no environment")?;
    let mut command = pybuf::command();
    command.args(["check", EXPRESSION]).env("VIRTUAL_ENV", environment).env_remove("PYTHONPATH");
    Ok(pybuf::out(&command.output().map_err(|error| error.to_string())?))
}
