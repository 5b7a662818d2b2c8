//! Drafting a baseline.

use toml::Value;

use crate::tally::{Example, Group};
use crate::verdict::Kind;

/// A baseline of these divergences of a target, whose reasons are yet to be filled in: as it is, each empty
/// reason is a problem. What breaks a clause in the same way is in one entry.
pub fn draft(target: &str, groups: &[&Group]) -> String {
    let mut entries: Vec<(&Group, Vec<&str>)> = Vec::new();
    for group in groups {
        let same = |(it, _): &&mut (&Group, _)| (it.clause, it.kind) == (group.clause, group.kind);
        match entries.iter_mut().find(same) {
            Some((_, objects)) => objects.push(&group.objects),
            None => entries.push((group, vec![&group.objects])),
        }
    }
    let mut text = format!(
        "# Divergences of {} that are known.\n\
         # Say in each reason why it is so: an empty one fails. Entries of other reasons can be taken apart.\n",
        comment(target)
    );
    for (group, objects) in entries {
        let Example { case, edition, call, expected, observed } = &group.smallest;
        let objects: Vec<_> = objects.into_iter().map(Value::from).collect();
        text += &format!("\n# {case}, edition {edition}: {}\n", comment(call));
        text += &format!("# expected {}, observed {}\n", comment(expected), comment(observed));
        text += "[[known]]\n";
        if let Some(clause) = group.clause {
            text += &format!("clause = {}\n", Value::from(clause.id()));
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
