//! What SPEC_NOTES.md says of clauses and editions, and that the model uses all of it.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use pybuf_model::clause::{self, Note};
use pybuf_model::{Clause, Edition, Severity, edition};
use pybuf_protocol::call::FUNCTIONS;

fn notes() -> impl Iterator<Item = &'static Note> {
    Clause::all().map(Clause::note)
}

/// The ids in `clause!("...")` in the code of a folder. What stands in a comment is not used.
fn ids_in_code(folder: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut ids = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            ids.append(&mut ids_in_code(&path)?);
            continue;
        }
        let text = fs::read_to_string(path)?;
        let code = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
        let code: String = code.collect();
        let named = code.split("clause!(\"").skip(1);
        ids.extend(named.filter_map(|rest| rest.split_once('"')).map(|(id, _)| id.to_owned()));
    }
    Ok(ids)
}

/// That the model names no clause that is not in the notes is found when it is built.
#[test]
fn the_model_names_every_clause_of_the_notes() -> Result<(), Box<dyn Error>> {
    let mut named = ids_in_code(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))?;
    assert!(named.len() >= 180, "the scan misses most of them: {}", named.len());
    named.extend(FUNCTIONS.iter().flat_map(|it| it.within).map(|id| (*id).to_owned()));
    let only_notes: Vec<_> = notes().filter(|note| !named.contains(&note.id)).collect();
    assert!(only_notes.is_empty(), "in SPEC_NOTES.md, not named in the model: {only_notes:?}");
    Ok(())
}

#[test]
fn ids_are_hierarchical_words() {
    for Note { id, .. } in notes() {
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
    for note in notes() {
        let known = ["S0", "S1", "S2", "S3", "S4", "B", "T", "M", "A", "O"];
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
fn a_note_says_how_bad_a_breach_is_and_what_to_do() {
    let read = clause::parse(GOOD).expect("it is well-formed");
    assert_eq!(
        (read[0].severity, read[0].fix.as_str()),
        (Some(Severity::WrongData), "do not break it")
    );
    let without = clause::parse(&GOOD.replace("- fix: do not break it\n", ""));
    assert_eq!(without.map(|notes| notes[0].fix.clone()), Ok(String::new()));
}

#[test]
fn severities_are_read_by_their_words_and_shown_in_plain_text() {
    let words = ["memory-safety", "wrong-data", "wrong-error", "note"];
    assert_eq!(words.map(|word| word.parse()), Severity::ALL.map(Ok));
    assert!(Severity::ALL.is_sorted(), "the worst first");
    assert_eq!(Severity::MemorySafety.to_string(), "memory safety");
    assert_eq!(format!("{:>6}", Severity::Note), "  note");
    let error = "memory safety".parse::<Severity>().expect_err("a name is no word of the notes");
    assert_eq!(
        error.to_string(),
        "there is no severity \"memory safety\"; the severities are memory-safety, wrong-data, \
         wrong-error, note"
    );
}

#[test]
fn fixes_are_orders_and_only_where_an_author_can_follow_them() {
    let families = ["request", "release", "consistency", "check", "memoryview", "old", "arguments"];
    let fixes = notes().filter(|note| !note.fix.is_empty());
    for note in fixes {
        let family = note.id.split('.').next().unwrap_or_default();
        assert!(families.contains(&family), "{}: {}", note.id, note.fix);
        let first = note.fix.chars().next();
        assert!(first.is_some_and(char::is_lowercase) && !note.fix.ends_with('.'), "{}", note.fix);
    }
    assert!(notes().filter(|note| !note.fix.is_empty()).count() >= 50);
}

/// A clause that is well-formed.
const GOOD: &str = "# t\n\n### `a.b`\n- must: 3.3..3.13\n- source: B\n- broken: it is broken\n\
    - severity: wrong-data\n- fix: do not break it\n\nReading.\n";

#[test]
fn malformed_notes_are_refused_with_their_line() {
    let good = GOOD;
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
    assert!(
        with("wrong-data", "bad")
            .is_some_and(|(line, problem)| line == 7 && problem.contains("\"bad\""))
    );
    let halves = "a.b lacks 'severity' beside 'broken', or 'broken' beside 'severity'";
    assert_eq!(with("- severity: wrong-data\n", ""), Some((3, halves.into())));
    let free = good.replace("must", "may").replace("- broken: it is broken\n", "");
    assert_eq!(refused(&free), Some((3, halves.into())));
    let no_severity = free.replace("- severity: wrong-data\n", "");
    assert_eq!(refused(&no_severity), Some((3, "a.b lacks 'broken' beside 'fix'".into())));
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
        let about = edition::about(edition);
        assert_eq!(about.edition, edition);
        assert!(!about.document.is_empty() && !about.new.is_empty(), "{about:?}");
    }
    assert_eq!(edition::about(Edition::V3_3).document, "B");
    assert!(edition::about(Edition::V2_2).new.contains("PyObject_CheckReadBuffer"));
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
    let families: BTreeSet<&str> = Clause::all().map(Clause::family).collect();
    // What looks like an id: words with dots between them, the first one a family.
    let quoted = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let is_id = |word: &&str| {
        word.split_once('.').is_some_and(|(family, rest)| {
            families.contains(family) && !rest.ends_with(')') && !rest.contains(['_', ' '])
        })
    };
    let ids: Vec<&str> = quoted.filter(is_id).collect();
    assert!(ids.len() > Clause::all().len(), "headings and references: {}", ids.len());
    let unknown: Vec<_> = ids.iter().filter(|id| Clause::find(id).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    Ok(())
}
