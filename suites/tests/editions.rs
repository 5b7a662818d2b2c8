//! What each edition comes to in behaviour: tables for each domain, which a change of the model shows
//! up in, and only where it should.

mod snapshot;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use pybuf_harness::behaviour::{Behaviour, outcomes, replies};
use pybuf_harness::model::expectation::{Answer, Expectation, Outcome};
use pybuf_harness::model::{Clause, Edition, consistency, presence};
use pybuf_suites::ALL;

/// Of every domain in every edition.
static BEHAVIOUR: LazyLock<Vec<Tabled>> = LazyLock::new(|| {
    let each = ALL.iter().flat_map(|domain| Edition::ALL.map(|edition| (domain, edition)));
    let behaviour =
        each.map(|(domain, edition)| Behaviour::of(domain, edition, &domain.others(ALL)));
    behaviour.map(Tabled::from).collect()
});

/// A behaviour with its tables, each with its folder.
struct Tabled {
    behaviour: Behaviour,
    tables: Vec<(String, String)>,
    clauses: BTreeSet<Clause>,
}

impl From<Behaviour> for Tabled {
    fn from(behaviour: Behaviour) -> Self {
        Tabled { tables: tables(&behaviour), clauses: behaviour.clauses(), behaviour }
    }
}

fn tables(behaviour: &Behaviour) -> Vec<(String, String)> {
    let domain = behaviour.domain;
    let outcomes = (format!("{domain}-outcomes"), outcomes(behaviour));
    let replies = replies(behaviour).map(|table| (format!("{domain}-replies"), table));
    iter::once(outcomes).chain(replies).collect()
}

/// The clauses by which some outcome is decided.
fn deciding() -> BTreeSet<Clause> {
    BEHAVIOUR.iter().flat_map(|tabled| tabled.behaviour.deciding()).collect()
}

fn folder() -> PathBuf {
    snapshot::folder().join("editions")
}

#[test]
fn behaviour_is_as_it_was_reviewed() {
    let mut problems = String::new();
    for Tabled { behaviour, tables, .. } in &*BEHAVIOUR {
        for (table, text) in tables {
            let compared = snapshot::compare(&folder().join(table), behaviour.edition.name(), text);
            problems += &compared.err().unwrap_or_default();
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn every_table_fits_a_page() {
    for (table, text) in BEHAVIOUR.iter().flat_map(|tabled| &tabled.tables) {
        assert!(text.lines().count() <= 60, "{table} has {} lines:\n{text}", text.lines().count());
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(longest <= 130, "a line of {table} has {longest} characters:\n{text}");
    }
}

#[test]
fn long_lines_are_cut() {
    let lines = || BEHAVIOUR.iter().flat_map(|it| &it.tables).flat_map(|(_, text)| text.lines());
    assert!(lines().all(|line| line.chars().count() <= 128));
    let cut: Vec<&str> = lines().filter(|line| line.ends_with("...")).collect();
    assert!(cut.len() > 100, "{} lines are cut", cut.len());
    assert_eq!(cut.iter().find(|line| line.chars().count() < 128), None);
}

#[test]
fn lines_without_room_show_in_the_last_one() {
    fn last(tables: &[(String, String)]) -> Vec<&str> {
        let lines = tables.iter().flat_map(|(_, text)| text.lines());
        lines.filter(|line| line.contains(" lines more, ")).collect()
    }
    let mut without_room = 0;
    for tabled in BEHAVIOUR.iter().filter(|it| !last(&it.tables).is_empty()) {
        let is_shown = |clause: &Clause| {
            tabled.tables.iter().any(|(_, text)| text.contains(&format!(" {clause} ")))
        };
        for clause in tabled.clauses.iter().filter(|clause| !is_shown(clause)) {
            let changed = tables(&tabled.behaviour.changed(|what| leave_out(*clause, what)));
            assert_ne!(last(&changed), last(&tabled.tables), "{clause} in {:?}", changed[0].0);
            without_room += 1;
        }
    }
    assert!(without_room > 10, "{without_room} clauses");
}

/// A section that an edition does not have has a table of outcomes that says so, and none of replies.
#[test]
fn every_section_has_its_tables_in_every_edition_and_there_are_no_others() -> io::Result<()> {
    let mut expected = BTreeSet::new();
    for Tabled { behaviour, tables, .. } in &*BEHAVIOUR {
        let absent = behaviour.deciding().is_empty();
        assert_eq!(tables.len(), if absent { 1 } else { 2 }, "{:?}", tables[0]);
        let file = format!("{}.snap", behaviour.edition);
        expected.extend(tables.iter().map(|(table, _)| folder().join(table).join(&file)));
    }
    assert_eq!(BEHAVIOUR.len(), ALL.len() * Edition::ALL.len());
    let mut found = BTreeSet::new();
    for table in fs::read_dir(folder())? {
        for file in fs::read_dir(table?.path())? {
            // What `cargo insta` leaves behind where something differs is no table.
            found.insert(file?.path());
        }
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "snap"));
    assert_eq!(found, expected);
    Ok(())
}

/// The editions in which some table changes with `change` of the rules of a clause.
fn editions_that_change(clause: Clause, change: fn(Clause, &mut Expectation)) -> BTreeSet<Edition> {
    // Where no rule is of the clause, there is nothing that `change` could change.
    let named = BEHAVIOUR.iter().filter(|tabled| tabled.clauses.contains(&clause));
    let changes = |tabled: &&Tabled| {
        tabled.tables != tables(&tabled.behaviour.changed(|what| change(clause, what)))
    };
    named.filter(changes).map(|tabled| tabled.behaviour.edition).collect()
}

/// The editions in which a change of a clause's rules should show: those that it holds in. The edition
/// 3.13 has the old protocol in no text, but the functions that are there all the same are held to what
/// 3.12 says of them.
fn editions_of(clause: Clause) -> BTreeSet<Edition> {
    let last = clause.family() == "old" && clause.holds(Edition::V3_12);
    // What an edition lacks is said where the clause of its presence does not hold.
    let lacks = presence::is_of_presence(clause);
    // What is done with memoryviews is not asked about where there are none.
    let is_done =
        clause.id().starts_with("object.memoryview.") && !clause.holds(Edition::V2_7Draft);
    let holds = |edition: &Edition| {
        let asked = !is_done || edition.has_new_protocol();
        // Of the two clauses about PyObject_CheckReadBuffer the one on its end speaks then.
        let asked =
            asked && (*edition <= Edition::V3_12 || clause.id() != "old.check-read.since-2.2");
        asked && clause.holds(*edition) != lacks || (*edition == Edition::V3_13 && last && !lacks)
    };
    Edition::ALL.into_iter().filter(holds).collect()
}

/// A change of the model: the rules of a clause are not there.
fn leave_out(clause: Clause, expectation: &mut Expectation) {
    if matches!(expectation, Expectation::NotInEdition { clause: by, .. } if *by == clause) {
        *expectation = Expectation::Answer(Answer::default());
    }
    if let Some(answer) = expectation.answer_mut() {
        answer.outcomes.retain(|rule| rule.clause != clause);
        answer.success.retain(|rule| rule.clause != clause);
        answer.failure.retain(|rule| rule.clause != clause);
    }
}

/// A change of the model: what a clause decides, it decides the other way round.
fn turn_round(clause: Clause, expectation: &mut Expectation) {
    for rule in expectation.answer_mut().into_iter().flat_map(|answer| &mut answer.outcomes) {
        if rule.clause == clause {
            rule.says = match rule.says {
                Outcome::Success => Outcome::Failure,
                Outcome::Failure | Outcome::Either => Outcome::Success,
            };
        }
    }
}

#[test]
fn a_change_of_one_rule_shows_in_the_tables_of_exactly_the_editions_it_holds_in() {
    let all = Clause::all();
    // What no suite puts to an implementation is in no table.
    for clause in all.filter(|clause| clause.family() != consistency::FAMILY) {
        let changed = editions_that_change(clause, leave_out);
        assert_eq!(changed, editions_of(clause), "{clause}, left out");
    }
}

#[test]
fn a_decision_turned_round_shows_in_exactly_the_editions_it_holds_in() {
    assert!(deciding().len() >= 35, "{} clauses decide", deciding().len());
    for clause in deciding() {
        let changed = editions_that_change(clause, turn_round);
        assert_eq!(changed, editions_of(clause), "{clause}, turned round");
    }
}

/// Where an outcome is decided, there is one place to change it.
#[test]
fn a_clause_that_decides_is_named_in_one_place_of_the_model() -> io::Result<()> {
    let model = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../model/src")))?;
    for clause in deciding() {
        let places = model.matches(&format!("clause!(\"{clause}\")")).count();
        assert_eq!(places, 1, "{clause}");
    }
    Ok(())
}

/// The text of all files in a folder and in those below it.
fn sources(folder: &Path) -> io::Result<String> {
    let mut text = String::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        text += &if path.is_dir() { sources(&path)? } else { fs::read_to_string(&path)? };
    }
    Ok(text)
}
