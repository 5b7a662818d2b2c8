//! Faults and how they are caught as text, family by family of the clauses.

use std::collections::BTreeMap;
use std::fmt::Write;

use pybuf_harness::Implementation;
use pybuf_harness::message::Message;
use pybuf_harness::model::{Clause, Edition, Level, consistency};

use super::Kill;

const ALSO: &str = "also: faults of other clauses, each in the cases of its own suite only\n\n";

/// Clause by clause what breaks it: its own faults with the number of cases that show it and the first
/// of them, then the faults of other clauses that break it, too.
pub fn matrix(kills: &[Kill]) -> String {
    let mut families: BTreeMap<&str, Vec<Clause>> = BTreeMap::new();
    for clause in musts() {
        families.entry(clause.family()).or_default().push(clause);
    }
    let named = pybuf_suites::ALL.iter().filter_map(|domain| families.remove_entry(domain.name));
    let mut families_in_order: Vec<_> = named.collect();
    families_in_order.extend(families);
    let mut text = String::from(ALSO);
    for (family, clauses) in families_in_order {
        let own = kills.iter().filter(|kill| kill.clause.family() == family).count();
        let _ = writeln!(text, "# {family}: {} clauses, {own} faults\n", clauses.len());
        for clause in clauses {
            text += &row(clause, kills);
        }
        text.push('\n');
    }
    text
}

/// The clauses that are a must in some edition, and that suites test.
pub fn musts() -> impl Iterator<Item = Clause> {
    let clauses = Clause::all();
    let clauses = clauses.filter(|clause| clause.family() != consistency::FAMILY);
    clauses.filter(|clause| Edition::ALL.iter().any(|it| clause.level(*it) == Some(Level::Must)))
}

fn row(clause: Clause, kills: &[Kill]) -> String {
    let mut text = format!("{clause}\n");
    for kill in kills.iter().filter(|kill| kill.clause == clause) {
        let Kill { fault, edition, cases, first, .. } = kill;
        let _ = match first {
            Some(group) => writeln!(
                text,
                "  {}: edition {edition}, {cases} {}, first {}",
                fault.name,
                if *cases == 1 { "case" } else { "cases" },
                group.case
            ),
            None => writeln!(text, "  {}: not caught", fault.name),
        };
    }
    let others = kills.iter().filter(|kill| kill.others.contains(&clause));
    let others: Vec<_> = others.map(|kill| kill.fault.name).collect();
    if !others.is_empty() {
        let _ = writeln!(text, "  also {}", others.join(", "));
    }
    text
}

/// The divergences by which the faults of a family are caught.
pub fn divergences(family: &str, kills: &[Kill]) -> String {
    let of_family = kills.iter().filter(|kill| kill.clause.family() == family);
    let texts: Vec<_> = of_family.map(divergence).collect();
    texts.join("\n")
}

fn divergence(kill: &Kill) -> String {
    let Kill { fault, edition, first, .. } = kill;
    let Some(group) = first else { return format!("# {}: not caught\n", fault.name) };
    let on = &fault.implementation(*edition).capabilities().name;
    let text = Message { finding: group, on, target: None, known: None, lines: false };
    format!("# {}: {}\n{text}", fault.name, fault.seen_in)
}
