//! Holding texts against snapshots.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Where the snapshots are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots")
}

/// A setting by which snapshots could not fail, where that must not be.
fn accepts_everything() -> Option<&'static str> {
    env::var_os("CI")?;
    let set = |name, values: &[&str]| env::var(name).is_ok_and(|v| values.contains(&v.as_str()));
    if set("INSTA_UPDATE", &["always", "unseen", "1"]) {
        return Some("INSTA_UPDATE");
    }
    set("INSTA_FORCE_PASS", &["1"]).then_some("INSTA_FORCE_PASS")
}

/// Holds a text against its snapshot, `folder/name.snap`. The error says what to do.
pub fn compare(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    if let Some(variable) = accepts_everything() {
        return Err(format!("CI is set and {variable} would accept any snapshot; unset it"));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let assert = || settings.bind(|| insta::assert_snapshot!(name, text));
    catch_unwind(AssertUnwindSafe(assert)).map_err(|_| {
        format!(
            "the snapshot {name} in {} differs; review it with `cargo insta review`. Seen:\n\n{text}",
            folder.display()
        )
    })
}
