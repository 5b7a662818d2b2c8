//! Divergences that are known, each with its explanation: `snapshots/targets/known.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use pybuf_harness::report::Group;
use serde::Deserialize;

use crate::snapshot;

/// Such as `(3, 12)`.
pub type Version = (u8, u8);

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
    /// The versions of the interpreters, the first and the last, if it is not about all: `2.7` or
    /// `3.6..3.9`.
    versions: Option<Versions>,
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

    /// Whether it is about these divergences of an interpreter of that version.
    pub fn explains(&self, group: &Group, version: Version) -> bool {
        group.clause.map(|clause| clause.id()) == self.clause.as_deref()
            && self.objects.contains(&group.objects)
            && group.kind.to_string() == self.verdict
            && self.versions.as_ref().is_none_or(|versions| versions.0.contains(&version))
    }

    /// The explanation, in a line.
    pub fn reason(&self) -> String {
        match &self.issue {
            Some(issue) => format!("{} ({issue})", self.reason),
            None => self.reason.clone(),
        }
    }
}

/// Versions of interpreters, the first and the last.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Versions(RangeInclusive<Version>);

impl TryFrom<String> for Versions {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (first, last) = text.split_once("..").unwrap_or((&text, &text));
        let version = |part| version(part).ok_or_else(|| format!("{text:?} are no versions"));
        Ok(Versions(version(first)?..=version(last)?))
    }
}

/// The first two numbers of a version.
fn version(text: &str) -> Option<Version> {
    let mut numbers = text.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Fails if an entry explains nothing that stands in a snapshot, or speaks of versions before the first
/// or after the last of which something does.
pub fn none_is_stale() -> Result<(), String> {
    let mut texts = Vec::new();
    let folder = snapshot::folder().join("targets");
    for target in entries(&folder)? {
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(version) = name.strip_prefix("cpython-").and_then(version) {
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
    for known in Known::load()? {
        let clause = known.clause.as_deref();
        let name = clause.unwrap_or("no clause");
        let mut seen_in = BTreeSet::new();
        for objects in &known.objects {
            let about = explained.iter().filter(|(_, it)| *it == (clause, objects.as_str()));
            let versions = about.map(|(version, _)| *version);
            let versions: Vec<_> = match &known.versions {
                Some(all) => versions.filter(|version| all.0.contains(version)).collect(),
                None => versions.collect(),
            };
            if versions.is_empty() {
                return Err(format!("known.toml: {name} on {objects} is in no snapshot"));
            }
            seen_in.extend(versions);
        }
        let ends = [seen_in.first(), seen_in.last()];
        if let Some(Versions(said)) = &known.versions
            && ends != [Some(said.start()), Some(said.end())]
        {
            return Err(format!(
                "known.toml: {name} is in the snapshots of {ends:?}, not {said:?}"
            ));
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
