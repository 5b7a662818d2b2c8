//! Dependencies point one way, and model and fast implementation share nothing.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What each crate of the workspace may be built of, of ours and of others' where that matters.
const OURS: [(&str, &[&str]); 8] = [
    ("pybuf-protocol", &[]),
    ("pybuf-model", &["pybuf-protocol"]),
    ("pybuf-fast", &[]),
    ("pybuf-harness", &["pybuf-model", "pybuf-protocol"]),
    ("pybuf-suites", &["pybuf-harness"]),
    ("pybuf-targets", &["pybuf-fast", "pybuf-harness", "pybuf-model"]),
    ("pybuf-faults", &["pybuf-harness", "pybuf-targets"]),
    ("pybuf", &["pybuf-harness", "pybuf-suites", "pybuf-targets"]),
];

type Dependencies = BTreeMap<String, BTreeSet<String>>;

/// The dependencies of the workspace's crates, but for those of their tests.
fn dependencies() -> Result<Dependencies, cargo_metadata::Error> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec()?;
    let names = |package: &cargo_metadata::Package| {
        let normal = package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development);
        normal.map(|dependency| dependency.name.clone()).collect()
    };
    Ok(metadata.packages.iter().map(|p| (p.name.to_string(), names(p))).collect())
}

#[test]
fn dependencies_between_our_crates_are_those_of_the_design() -> Result<(), cargo_metadata::Error> {
    let ours = |names: &BTreeSet<String>| -> BTreeSet<String> {
        names.iter().filter(|name| name.starts_with("pybuf")).cloned().collect()
    };
    let found: Dependencies =
        dependencies()?.iter().map(|(name, all)| (name.clone(), ours(all))).collect();
    let of_design: Dependencies = OURS
        .iter()
        .map(|(name, all)| ((*name).into(), all.iter().map(|name| (*name).into()).collect()))
        .collect();
    assert_eq!(found, of_design);
    Ok(())
}

#[test]
fn model_and_fast_share_nothing() -> Result<(), cargo_metadata::Error> {
    let all = dependencies()?;
    let is_ours = |name: &&String| name.starts_with("pybuf");
    assert_eq!(all["pybuf-fast"].iter().find(is_ours), None, "fast depends on nothing of ours");
    for of_model in ["pybuf-model", "pybuf-protocol"] {
        assert!(all[of_model].is_disjoint(&all["pybuf-fast"]), "{of_model}: {all:?}");
    }
    Ok(())
}
