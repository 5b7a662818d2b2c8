//! The clauses that the model names and those of SPEC_NOTES.md are the same.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use pybuf_model::clause::{self, notes};
use pybuf_model::{Edition, edition};

/// The ids in `clause!("...")` in the sources of the model.
fn ids_in_code() -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut ids = BTreeSet::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))? {
        let text = fs::read_to_string(entry?.path())?;
        let calls = text.split("clause!(\"").skip(1);
        ids.extend(calls.filter_map(|rest| rest.split_once("\")")).map(|(id, _)| id.to_owned()));
    }
    Ok(ids)
}

#[test]
fn code_and_notes_name_the_same_clauses() -> Result<(), Box<dyn Error>> {
    let code = ids_in_code()?;
    let notes: BTreeSet<String> = notes().keys().cloned().collect();
    let only_code: Vec<_> = code.difference(&notes).collect();
    let only_notes: Vec<_> = notes.difference(&code).collect();
    assert!(only_code.is_empty(), "named in the model, not in SPEC_NOTES.md: {only_code:?}");
    assert!(only_notes.is_empty(), "in SPEC_NOTES.md, not named in the model: {only_notes:?}");
    assert!(notes.len() >= 180, "the scan or the parser misses most of them: {}", notes.len());
    Ok(())
}

#[test]
fn ids_are_hierarchical_words() {
    for id in notes().keys() {
        let parts: Vec<_> = id.split('.').collect();
        let word = |part: &&str| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        // Numbers of editions, as in since-3.2, have dots of their own.
        assert!(parts.len() >= 2 && parts.iter().all(word), "{id}");
    }
}

#[test]
fn every_clause_says_where_it_comes_from_and_what_it_means() {
    for note in notes().values() {
        let known = ["S0", "S1", "S2", "S3", "S4", "B", "T", "M", "O"];
        let cites =
            |source: &&str| note.source.split([' ', ',', ';', '(']).any(|word| word == *source);
        assert!(known.iter().any(cites), "{} cites {:?}", note.id, note.source);
        assert!(note.reading.trim().ends_with(['.', ')']), "{}: {:?}", note.id, note.reading);
    }
}

#[test]
fn a_note_can_say_why_it_has_no_witness() {
    let note =
        "### `a.b`\n- may: 3.3\n- source: B\n- unwitnessed: it binds every call\n\nReading.\n";
    let read = clause::parse(note).expect("it is well-formed");
    assert_eq!(
        (read[0].unwitnessed.as_str(), read[0].reading.as_str()),
        ("it binds every call", "Reading.\n")
    );
}

#[test]
fn malformed_notes_are_refused_with_their_line() {
    let good =
        "# t\n\n### `a.b`\n- must: 3.3..3.13\n- source: B\n- broken: it is broken\n\nReading.\n";
    assert_eq!(clause::parse(good).map(|notes| notes.len()), Ok(1));
    let refused = |text: &str| clause::parse(text).err().map(|e| (e.line, e.problem));
    let with = |from: &str, to: &str| refused(&good.replace(from, to));
    assert_eq!(with("must", "most"), Some((4, "unknown key \"most\"".into())));
    assert_eq!(
        with("- must: 3.3..3.13\n", ""),
        Some((3, "a.b lacks a level with its editions".into()))
    );
    assert_eq!(with("- source: B\n", ""), Some((3, "a.b lacks its source".into())));
    assert_eq!(with("Reading.", ""), Some((3, "a.b lacks our reading".into())));
    assert_eq!(
        with("3.3..3.13", "3.13..3.3"),
        Some((4, "the editions 3.13..3.3 are in the wrong order".into()))
    );
    assert_eq!(
        with("3.3..3.13", "3.3..3.13, 3.12"),
        Some((4, "edition 3.12 has two levels".into()))
    );
    assert!(
        with("3.3..3.13", "3.9")
            .is_some_and(|(line, problem)| line == 4 && problem.contains("3.9"))
    );
    assert_eq!(
        refused(&format!("{good}\n{good}")).map(|(_, problem)| problem),
        Some("a.b is there already".into())
    );
}

#[test]
fn every_edition_says_what_it_is_known_from_and_what_is_new() {
    for edition in Edition::ALL {
        let about = edition.about();
        assert_eq!(about.edition, edition);
        assert!(!about.document.is_empty() && !about.new.is_empty(), "{about:?}");
    }
    assert_eq!(Edition::V3_3.about().document, "B");
    assert!(Edition::V2_2.about().new.contains("PyObject_CheckReadBuffer"));
}

#[test]
fn a_table_of_editions_that_is_not_complete_is_refused() {
    let problem = |from: &str, to: &str| {
        let changed = clause::SPEC_NOTES.replacen(from, to, 1);
        assert_ne!(changed, clause::SPEC_NOTES, "{from}");
        edition::parse(&changed).err().map(|error| error.problem)
    };
    assert_eq!(problem("| 2.2 |", "| 2.5 |"), Some("edition 2.5 is out of order".into()));
    assert_eq!(problem("\n| 3.13 |", "\n3.13 |"), Some("there is no row of edition 3.13".into()));
    assert_eq!(problem("## Editions", "## E"), Some("there is no row of edition 1.6".into()));
    assert_eq!(
        problem("| 3.3 | B |", "| 3.3 |"),
        Some("a row of the editions has three columns".into())
    );
    assert!(problem("| 2.2 |", "| 2.3 |").is_some_and(|problem| problem.contains("2.3")));
}

#[test]
fn the_notes_refer_only_to_clauses_that_there_are() -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../SPEC_NOTES.md"))?;
    let families: BTreeSet<&str> = notes().keys().filter_map(|id| id.split('.').next()).collect();
    // What looks like an id: words with dots between them, the first one a family.
    let quoted = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let is_id = |word: &&str| {
        word.split_once('.').is_some_and(|(family, rest)| {
            families.contains(family) && !rest.ends_with(')') && !rest.contains(['_', ' '])
        })
    };
    let ids: Vec<&str> = quoted.filter(is_id).collect();
    assert!(ids.len() > notes().len(), "headings and references: {}", ids.len());
    let unknown: Vec<_> = ids.iter().filter(|id| !notes().contains_key(**id)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    Ok(())
}
