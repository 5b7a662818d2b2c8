//! Drafting a baseline.

use toml::Value;

use crate::finding::Finding;
use crate::tally::Tally;
use crate::verdict::Kind;

/// A baseline of these divergences of a run, whose reasons are yet to be filled in: as it is, each empty
/// reason is a problem. What breaks a clause in the same way is in one entry.
pub fn draft(tally: &Tally, findings: &[&Finding]) -> String {
    let mut entries: Vec<(&Finding, Vec<&str>)> = Vec::new();
    for finding in findings {
        let what = |it: &Finding| (it.clause, it.function.clone(), it.kind);
        let same = |(it, _): &&mut (&Finding, _)| what(it) == what(finding);
        match entries.iter_mut().find(same) {
            Some((_, objects)) => objects.push(&finding.objects),
            None => entries.push((finding, vec![&finding.objects])),
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
    for (finding, objects) in entries {
        let Finding { case, edition, call, expected, observed, .. } = finding;
        let objects: Vec<_> = objects.into_iter().map(Value::from).collect();
        text += &format!("\n# {case}, edition {edition}: {}\n", comment(call));
        text += &format!("# expected {}, observed {}\n", comment(expected), comment(observed));
        text += "[[known]]\n";
        if let Some(clause) = finding.clause {
            text += &format!("clause = {}\n", Value::from(clause.id()));
        }
        if let Some(function) = &finding.function {
            text += &format!("function = {}\n", Value::from(function.as_str()));
        }
        text += &format!("objects = {}\n", Value::from(objects));
        if finding.kind != Kind::Diverges {
            text += &format!("verdict = {}\n", Value::from(finding.kind.name()));
        }
        text += "reason = \"\"\n";
    }
    text
}

/// Text that fits into a comment, which ends with the line and has no control characters.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
