//! Divergences that are known, each with its explanation: the baseline `snapshots/targets/known.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pybuf_harness::baseline::{Baseline, Entry, Version};

use crate::snapshot;

/// All explanations.
pub fn load() -> Result<Baseline, String> {
    let path = snapshot::folder().join("targets/known.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("known.toml: {error}"))?;
    let baseline = Baseline::read(&text).map_err(|error| format!("known.toml: {error}"))?;
    match &baseline.problems[..] {
        [] => Ok(baseline),
        problems => {
            let each = problems.iter().map(|it| format!("known.toml:{}: {it}", it.line));
            Err(each.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Fails if an entry explains nothing that stands in a snapshot, or speaks of versions before the first
/// or after the last of which something does.
pub fn none_is_stale() -> Result<(), String> {
    let mut texts = Vec::new();
    let folder = snapshot::folder().join("targets");
    for target in entries(&folder)? {
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(version) = name.strip_prefix("cpython-").and_then(Version::of_target) {
            for file in entries(&target)? {
                let text = fs::read_to_string(&file).map_err(|error| error.to_string())?;
                texts.push((version, text));
            }
        }
    }
    let explained: Vec<_> = texts
        .iter()
        .flat_map(|(version, text)| explained_in(text).into_iter().map(move |it| (*version, it)))
        .collect();
    for entry in &load()?.entries {
        let Entry { line, objects, versions: said, .. } = entry;
        let clause = entry.clause.map(|clause| clause.id());
        let mut seen_in = BTreeSet::new();
        for objects in objects {
            let about = explained.iter().filter(|(_, it)| *it == (clause, objects.as_str()));
            let versions = about.map(|(version, _)| *version);
            let holds = |version: &Version| said.as_ref().is_none_or(|it| it.contains(*version));
            let versions: Vec<_> = versions.filter(holds).collect();
            if versions.is_empty() {
                return Err(format!("known.toml:{line}: {objects} are in no snapshot"));
            }
            seen_in.extend(versions);
        }
        let ends = [seen_in.first(), seen_in.last()].map(|version| version.copied());
        if let Some(said) = said
            && ends != [Some(said.first()), Some(said.last())]
        {
            return Err(format!("known.toml:{line}: that is in the snapshots of {ends:?}"));
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    entries.map(|entry| entry.map(|e| e.path()).map_err(|e| e.to_string())).collect()
}

/// The clauses and kinds of objects of the divergences in a snapshot, which has blank lines between.
fn explained_in(text: &str) -> Vec<(Option<&str>, &str)> {
    text.split("\n\n")
        .filter_map(|block| {
            let word = |name| {
                let mut lines = block.lines().map(str::trim_start);
                lines.find_map(|line| line.strip_prefix(name)?.split_whitespace().next())
            };
            Some((word("clause "), word("target ")?))
        })
        .collect()
}
