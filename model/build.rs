//! Makes a list of the ids of all clauses from `SPEC_NOTES.md`, in alphabetical order, so that a misspelt
//! id does not build.

use std::path::Path;
use std::{env, fs};

fn main() {
    let notes = "../SPEC_NOTES.md";
    println!("cargo:rerun-if-changed={notes}");
    let text = fs::read_to_string(notes).expect("SPEC_NOTES.md stands beside the crate");
    let id = |line: &str| Some(line.strip_prefix("### `")?.strip_suffix('`')?.to_owned());
    let mut ids: Vec<String> = text.lines().filter_map(id).collect();
    ids.sort();
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let list = format!("/// All ids.\nconst IDS: [&str; {}] = {ids:?};\n", ids.len());
    fs::write(Path::new(&out).join("ids.rs"), list)
        .expect("the folder for output can be written to");
}
