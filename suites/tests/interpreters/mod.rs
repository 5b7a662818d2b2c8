//! Real interpreters: which there are, and a trial for each family of clauses.

mod known;

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};
use pybuf_harness::baseline::Version;
use pybuf_harness::finding::Finding;
use pybuf_harness::message::Message;
use pybuf_harness::model::Edition;
use pybuf_harness::tally::Section;
use pybuf_harness::{Domain, Implementation, Report};
use pybuf_suites::ALL;
use pybuf_targets::Process;
use pybuf_targets::cpython::{self, Found, Interpreter};

use crate::{conform, snapshot};

/// The trials of all interpreters that are found. Says on standard error which they are; a trial
/// without a snapshot to hold it against is ignored, and it says what to do about that.
pub fn trials() -> Vec<Trial> {
    let found = cpython::discover();
    if found.is_empty() {
        eprintln!("no Python interpreter found: only the fast implementation is tested");
    }
    let stale = || known::none_is_stale().map_err(Failed::from);
    let mut trials = vec![Trial::test("known::no-entry-is-stale", stale)];
    let mut versions = BTreeSet::new();
    for Found { source, interpreter } in found {
        match interpreter {
            Err(reason) => eprintln!("not tested: {}: {reason}", source.display()),
            Ok(interpreter) if !versions.insert(interpreter.version_text.clone()) => {
                eprintln!("not tested: {}: that version is tested already", source.display());
            }
            Ok(interpreter) => trials.extend(trials_of(interpreter)),
        }
    }
    trials
}

fn trials_of(interpreter: Interpreter) -> Vec<Trial> {
    let version = interpreter.version_text.clone();
    let Some(edition) = interpreter.edition() else {
        eprintln!("not tested: Python {version} is older than any edition");
        return Vec::new();
    };
    let name = format!("cpython-{version}");
    let path = interpreter.executable.display();
    eprintln!("found: {name}, edition {edition}, {path}");
    let ignored = why_ignored(&interpreter, &name);
    if let Some(Ignored { reason, recordable }) = &ignored {
        eprintln!("  ignored: {reason}");
        eprintln!("  to judge it:  cargo run --release -- run --target 'cpython:{path}'");
        if *recordable {
            eprintln!(
                "  to record it: PYBUF_PYTHONS='{path}' INSTA_UPDATE=always cargo test -p pybuf-suites \
                 --test conformance -- --ignored {name}\n  \
                 (what is not explained in snapshots/targets/known.toml yet has to be, first)"
            );
        }
    }
    let trial = |&domain: &Domain| {
        let interpreter = interpreter.clone();
        let folder = name.clone();
        Trial::test(format!("{}::{edition}::{name}", domain.name), move || {
            judge(domain, edition, interpreter, &folder).map_err(Failed::from)
        })
        .with_ignored_flag(ignored.is_some())
    };
    ALL.iter().map(trial).collect()
}

/// Why an interpreter is not judged here.
struct Ignored {
    reason: String,
    /// Whether that would change with a snapshot of it.
    recordable: bool,
}

/// Why there is no snapshot that this interpreter could be compared with, if there is none. Snapshots
/// are of complete installations of an exact version on 64-bit Linux; what others answer may differ
/// for reasons of their own, and that must not fail the tests of those who have one.
fn why_ignored(interpreter: &Interpreter, name: &str) -> Option<Ignored> {
    let for_good = |reason: String| Some(Ignored { reason, recordable: false });
    if !cfg!(all(target_os = "linux", target_pointer_width = "64")) {
        return for_good("the snapshots are of 64-bit Linux".into());
    }
    if interpreter.debug {
        return for_good("it is a debug build, and the snapshots are not".into());
    }
    match interpreter.open(Process::DEFAULT_LIMIT) {
        Err(error) => return for_good(error.to_string()),
        Ok(process) => {
            // What every installation of a version lacks is in its snapshots.
            let mut lacks = process.capabilities().lacks.into_iter();
            if let Some((feature, reason)) = lacks.find(|(it, _)| it.starts_with("make ")) {
                return for_good(format!("it cannot {feature}: {reason}"));
            }
        }
    }
    let folder = snapshot::folder().join("targets").join(name);
    // A suite that is lacking in the folder of a version is no reason: that trial fails.
    let reason = "there is no snapshot of that version".into();
    (!folder.is_dir()).then_some(Ignored { reason, recordable: true })
}

fn judge(
    domain: Domain,
    edition: Edition,
    interpreter: Interpreter,
    folder: &str,
) -> Result<(), String> {
    let process = interpreter.open(Process::DEFAULT_LIMIT);
    let mut process = process.map_err(|error| error.to_string())?;
    let report = conform::run(domain, edition, &mut process)?;
    if let Some(complaint) = report.complaints().into_iter().next() {
        return Err(complaint);
    }
    let target = format!("cpython:{}", interpreter.version_text);
    let known = known::load()?;
    let version = Version::of_target(&report.tally.target);
    let known = |group: &Finding| Some(known.entry_of(group, version)?.why());
    let text = report_text(&report, &target, known)?;
    snapshot::compare(&snapshot::folder().join("targets").join(folder), domain.name, &text)
}

/// Cases and divergences, each with its explanation.
fn report_text(
    report: &Report,
    target: &str,
    known: impl Fn(&Finding) -> Option<String>,
) -> Result<String, String> {
    let mut text = String::new();
    for section in &report.tally.sections {
        let Section { domain, edition, cases, agree, diverge, notes, .. } = section;
        let Section { not_in_edition, unsupported, .. } = section;
        text += &format!(
            "{domain}, edition {edition}: {cases} cases, {agree} agree, {diverge} diverge, {notes} notes, \
             {not_in_edition} not in edition, {unsupported} unsupported\n"
        );
    }
    let mut unexplained = String::new();
    for group in &report.tally.findings {
        let reason = known(group);
        let divergence = Message {
            finding: group,
            on: &report.tally.target,
            target: Some(target),
            known: reason.as_deref(),
            lines: false,
        };
        let into = if reason.is_some() { &mut text } else { &mut unexplained };
        *into += &format!("\n{divergence}");
    }
    if unexplained.is_empty() {
        return Ok(text);
    }
    Err(format!("explain these divergences in snapshots/targets/known.toml:\n{unexplained}"))
}
