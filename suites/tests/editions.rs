//! What each edition comes to in behaviour: tables for each domain, which a change of the model shows
//! up in, and only where it should.

mod snapshot;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::LazyLock;

use pybuf_harness::behaviour::{Behaviour, outcomes, replies};
use pybuf_harness::model::expectation::{Answer, Expectation, Outcome};
use pybuf_harness::model::{Clause, Edition, clause};
use pybuf_suites::ALL;
use pybuf_targets::fast::Fast;

/// Of every domain in every edition.
static BEHAVIOUR: LazyLock<Vec<Behaviour>> = LazyLock::new(|| {
    let each = ALL.iter().flat_map(|domain| Edition::ALL.map(|edition| (domain, edition)));
    let behaviour = each.map(|(domain, edition)| {
        let others = ALL.iter().map(|other| other.name).filter(|name| *name != domain.name);
        Behaviour::of(domain, edition, &mut Fast::of(edition), &others.collect())
    });
    behaviour.collect()
});

fn folder() -> PathBuf {
    snapshot::folder().join("editions")
}

/// The tables of a behaviour, each with its folder.
fn tables(behaviour: &Behaviour) -> Vec<(String, String)> {
    let domain = behaviour.domain;
    let outcomes = (format!("{domain}-outcomes"), outcomes(behaviour));
    let replies = replies(behaviour).map(|table| (format!("{domain}-replies"), table));
    std::iter::once(outcomes).chain(replies).collect()
}

#[test]
fn behaviour_is_as_it_was_reviewed() {
    let mut problems = String::new();
    for behaviour in &*BEHAVIOUR {
        for (table, text) in tables(behaviour) {
            let compared =
                snapshot::compare(&folder().join(table), behaviour.edition.name(), &text);
            problems += &compared.err().unwrap_or_default();
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn every_table_fits_a_page() {
    for (table, text) in BEHAVIOUR.iter().flat_map(tables) {
        assert!(text.lines().count() <= 60, "{table} has {} lines:\n{text}", text.lines().count());
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(longest <= 130, "a line of {table} has {longest} characters:\n{text}");
    }
}

/// A section that an edition does not have has a table of outcomes that says so, and none of replies.
#[test]
fn every_section_has_its_tables_in_every_edition_and_there_are_no_others() -> io::Result<()> {
    let mut expected = BTreeSet::new();
    for behaviour in &*BEHAVIOUR {
        let tables = tables(behaviour);
        let answered = behaviour.deciding().is_empty();
        assert_eq!(tables.len() == 1, answered, "{} {}", behaviour.domain, behaviour.edition);
        let file = format!("{}.snap", behaviour.edition);
        expected.extend(tables.iter().map(|(table, _)| folder().join(table).join(&file)));
    }
    assert!(BEHAVIOUR.len() == ALL.len() * Edition::ALL.len());
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

/// The editions in which the tables of a clause's rules change with `change`.
fn editions_that_change(change: impl Fn(&mut Expectation) + Copy) -> BTreeSet<Edition> {
    let changes = |behaviour: &&Behaviour| tables(behaviour) != tables(&behaviour.changed(change));
    BEHAVIOUR.iter().filter(changes).map(|behaviour| behaviour.edition).collect()
}

/// The editions in which a change of a clause's rules should show: those that it holds in. The edition
/// 3.13 has the old protocol in no text, but the functions that are there all the same are held to what
/// 3.12 says of them.
fn editions_of(clause: Clause) -> BTreeSet<Edition> {
    let last = clause.family() == "old" && clause.holds(Edition::V3_12);
    let holds = |edition: &Edition| clause.holds(*edition) || (*edition == Edition::V3_13 && last);
    Edition::ALL.into_iter().filter(holds).collect()
}

fn answer(expectation: &mut Expectation) -> Option<&mut Answer> {
    match expectation {
        Expectation::Answer(answer) => Some(answer),
        Expectation::NotInEdition { otherwise, .. } => otherwise.as_mut(),
    }
}

/// A change of the model: the rules of a clause are not there.
fn leave_out(clause: Clause, expectation: &mut Expectation) {
    if matches!(expectation, Expectation::NotInEdition { clause: by, .. } if *by == clause) {
        *expectation = Expectation::Answer(Answer::default());
    }
    if let Some(answer) = answer(expectation) {
        answer.outcomes.retain(|rule| rule.clause != clause);
        answer.success.retain(|rule| rule.clause != clause);
        answer.failure.retain(|rule| rule.clause != clause);
    }
}

/// A change of the model: what a clause decides, it decides the other way round.
fn turn_round(clause: Clause, expectation: &mut Expectation) {
    for rule in answer(expectation).into_iter().flat_map(|answer| &mut answer.outcomes) {
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
    let all = clause::notes().keys().filter_map(|id| Clause::find(id));
    for clause in all {
        let changed = editions_that_change(|expectation| leave_out(clause, expectation));
        assert_eq!(changed, editions_of(clause), "{clause}, left out");
    }
}

#[test]
fn a_decision_turned_round_shows_in_exactly_the_editions_it_holds_in() {
    let deciding: BTreeSet<Clause> = BEHAVIOUR.iter().flat_map(Behaviour::deciding).collect();
    assert!(deciding.len() >= 35, "{} clauses decide", deciding.len());
    for clause in deciding {
        let changed = editions_that_change(|expectation| turn_round(clause, expectation));
        assert_eq!(changed, editions_of(clause), "{clause}, turned round");
    }
}

/// Where an outcome is decided, there is one place to change it.
#[test]
fn a_clause_that_decides_is_named_in_one_place_of_the_model() -> io::Result<()> {
    let mut model = String::new();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../model/src"))? {
        model += &fs::read_to_string(file?.path())?;
    }
    let deciding: BTreeSet<Clause> = BEHAVIOUR.iter().flat_map(Behaviour::deciding).collect();
    for clause in deciding {
        let places = model.matches(&format!("clause!(\"{clause}\")")).count();
        assert_eq!(places, 1, "{clause}");
    }
    Ok(())
}
