//! The header is what cbindgen makes of the C interface. `UPDATE_HEADER=1` writes it instead.
#![cfg(not(miri))]

use std::{env, fs, io, path::Path};

/// What C has to know, in the order in which it is to read it.
const SOURCES: &[&str] = &[
    "buffer.rs",
    "flags.rs",
    "capi/error.rs",
    "capi/object.rs",
    "capi/request.rs",
    "capi/layout.rs",
    "capi/copy.rs",
    "capi/memoryview.rs",
    "capi/old.rs",
    "capi/compat.rs",
];

#[test]
fn the_header_is_up_to_date() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = root.join("include/pybuf.h");
    let made = header(root)?;
    if env::var_os("UPDATE_HEADER").is_some() {
        fs::create_dir_all(root.join("include"))?;
        fs::write(&place, &made)?;
    }
    let there = fs::read_to_string(&place)?;
    let line = made.lines().zip(there.lines()).position(|(made, there)| made != there);
    assert!(
        made == there,
        "UPDATE_HEADER=1 writes it anew; the first difference is in line {:?}",
        line
    );
    Ok(())
}

#[test]
fn negative_values_are_in_parentheses() -> Result<(), Box<dyn std::error::Error>> {
    let header = header(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    let end = header.lines().find(|line| line.starts_with("#define PYBUF_END_OF_BUFFER"));
    assert_eq!(end, Some("#define PYBUF_END_OF_BUFFER (-1)"));
    Ok(())
}

fn header(root: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    let builder = cbindgen::Builder::new().with_config(config);
    let sources = SOURCES.iter().map(|source| root.join("src").join(source));
    let bindings = sources.fold(builder, |builder, source| builder.with_src(source)).generate()?;
    let mut header = Vec::new();
    bindings.write(&mut header);
    beside_python(&String::from_utf8(header)?).ok_or_else(|| io::Error::other("no struct").into())
}

/// Lets the struct be Python's own where that is known, so that its views can be passed in as they are.
fn beside_python(header: &str) -> Option<String> {
    let last_line = "} pybuf_buffer;\n";
    let end = header.find(last_line)? + last_line.len();
    let start = header[..end].rfind("\n/**\n * What an exporter tells")? + 1;
    let [before, definition, after] = [&header[..start], &header[start..end], &header[end..]];
    // The limited API has it since 3.11.
    let python =
        "defined(Py_PYTHON_H) && (!defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030b0000)";
    let header = format!(
        "{before}#if {python}\n/**\n * Python.h, which is to come first, has it.\n */\n\
         typedef Py_buffer pybuf_buffer;\n#else\n{definition}#endif\n{after}"
    );
    // As C writes it: in an expression, too, a negative value is one.
    let header = header
        .lines()
        .map(|line| match line.strip_prefix("#define ").and_then(|line| line.split_once(" -")) {
            Some((name, value)) => format!("#define {name} (-{value})\n"),
            None => format!("{line}\n"),
        })
        .collect::<String>();
    Some(header.replace("# Safety", "Safety:").replace("[`PyBUF", "`PYBUF").replace("`]", "`"))
}
