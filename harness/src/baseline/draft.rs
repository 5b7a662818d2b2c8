//! Drafting a baseline.

use toml::Value;

use crate::tally::{Example, Group, Tally};
use crate::verdict::Kind;

/// A baseline of these divergences of a run, whose reasons are yet to be filled in: as it is, each empty
/// reason is a problem. What breaks a clause in the same way is in one entry.
pub fn draft(tally: &Tally, groups: &[&Group]) -> String {
    let mut entries: Vec<(&Group, Vec<&str>)> = Vec::new();
    for group in groups {
        let what = |it: &Group| (it.clause, it.function.clone(), it.kind);
        let same = |(it, _): &&mut (&Group, _)| what(it) == what(group);
        match entries.iter_mut().find(same) {
            Some((_, objects)) => objects.push(&group.objects),
            None => entries.push((group, vec![&group.objects])),
        }
    }
    let mut text = format!(
        "# Divergences of {} that are known.\n\
         # Say in each reason why it is so: an empty one fails. Entries of other reasons can be taken apart.\n",
        comment(&tally.target)
    );
    if !tally.is_complete() {
        text += "# Of an incomplete run: the rest may have more.\n";
    }
    for (group, objects) in entries {
        let Example { case, edition, call, expected, observed } = &group.smallest;
        let objects: Vec<_> = objects.into_iter().map(Value::from).collect();
        text += &format!("\n# {case}, edition {edition}: {}\n", comment(call));
        text += &format!("# expected {}, observed {}\n", comment(expected), comment(observed));
        text += "[[known]]\n";
        if let Some(clause) = group.clause {
            text += &format!("clause = {}\n", Value::from(clause.id()));
        }
        if let Some(function) = &group.function {
            text += &format!("function = {}\n", Value::from(function.as_str()));
        }
        text += &format!("objects = {}\n", Value::from(objects));
        if group.kind != Kind::Diverges {
            text += &format!("verdict = {}\n", Value::from(group.kind.name()));
        }
        text += "reason = \"\"\n";
    }
    text
}

/// Text that fits into a comment, which ends with the line and has no control characters.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
