//! Holding texts against snapshots.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Where the snapshots are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots")
}

/// Holds a text against its snapshot, `folder/name.snap`. The error says what to do.
pub fn compare(folder: &Path, name: &str, text: &str) -> Result<(), String> {
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
