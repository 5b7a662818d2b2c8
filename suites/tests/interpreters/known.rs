//! Divergences that are known, each with its explanation: `snapshots/targets/known.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use pybuf_harness::report::Group;
use serde::Deserialize;

use crate::snapshot;

/// An explanation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The id of the clause that is broken, if it is one: not in a denial, perhaps not in a crash.
    clause: Option<String>,
    /// The kinds of objects, or the function.
    objects: Vec<String>,
    /// In what way, unless it is a plain divergence.
    #[serde(default = "divergence")]
    verdict: String,
    /// Why.
    reason: String,
    /// Where it is discussed, if it is.
    issue: Option<String>,
}

fn divergence() -> String {
    "divergence".into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    known: Vec<Known>,
}

impl Known {
    /// All explanations.
    pub fn load() -> Result<Vec<Known>, String> {
        let path = snapshot::folder().join("targets/known.toml");
        let text = fs::read_to_string(&path).map_err(|error| format!("known.toml: {error}"))?;
        let file: File = toml::from_str(&text).map_err(|error| format!("known.toml: {error}"))?;
        Ok(file.known)
    }

    /// Whether it is about these divergences.
    pub fn explains(&self, group: &Group) -> bool {
        group.clause.map(|clause| clause.id()) == self.clause.as_deref()
            && self.objects.contains(&group.objects)
            && group.kind.to_string() == self.verdict
    }

    /// The explanation, in a line.
    pub fn reason(&self) -> String {
        match &self.issue {
            Some(issue) => format!("{} ({issue})", self.reason),
            None => self.reason.clone(),
        }
    }
}

/// Fails if an entry explains nothing that stands in a snapshot.
pub fn none_is_stale() -> Result<(), String> {
    let mut texts = Vec::new();
    let folder = snapshot::folder().join("targets");
    for target in entries(&folder)? {
        if target.is_dir() {
            for file in entries(&target)? {
                texts.push(fs::read_to_string(&file).map_err(|error| error.to_string())?);
            }
        }
    }
    let explained: Vec<_> = texts.iter().flat_map(|text| explained_in(text)).collect();
    for known in Known::load()? {
        let clause = known.clause.as_deref();
        let used = |objects: &String| explained.contains(&(clause, objects.as_str()));
        if let Some(objects) = known.objects.iter().find(|objects| !used(objects)) {
            let clause = clause.unwrap_or("no clause");
            return Err(format!("known.toml: {clause} on {objects} is in no snapshot"));
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
