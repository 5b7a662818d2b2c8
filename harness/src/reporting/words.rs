//! # Expectations and replies in words

use pybuf_model::expectation::{Outcome, Rule};
use pybuf_model::{Clause, Edition, Expectation, Expected, Level};
use pybuf_protocol::{Field, Told, Value};
use serde::Serialize;
use serde_with::{DisplayFromStr, serde_as};

use crate::reply::{Reply, Returned};
use crate::text::in_a_line;

/// Something that a clause says of a reply.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Permitted {
    /// In words.
    pub what: String,
    /// The clause, if one says it.
    #[serde_as(as = "Option<DisplayFromStr>")]
    pub clause: Option<Clause>,
    /// How much it binds; `None` if it permits and demands nothing.
    #[serde_as(as = "Option<DisplayFromStr>")]
    pub level: Option<Level>,
}

/// What is permitted of the reply to a call: how it may end, and what must hold then. Of a call that came back, only
/// what must hold after such an end.
pub fn permitted(expected: &Expected, reply: &Reply, edition: Edition) -> Vec<Permitted> {
    let alone = |what: &str| vec![Permitted { what: what.into(), clause: None, level: None }];
    let absent = |clause: Clause| {
        let (what, level) = ("not in this edition".into(), clause.level(edition));
        Permitted { what, clause: Some(clause), level }
    };
    let answer = match expected {
        Expected::Made => return alone("the object is made"),
        Expected::NotMade { absent: None } => return alone("the call is not made"),
        Expected::NotMade { absent: Some(clause) } => return vec![absent(*clause)],
        Expected::BadCase(problem) => return alone(&format!("nothing: {problem}")),
        Expected::Reply(Expectation::NotInEdition { clause, .. }) => return vec![absent(*clause)],
        Expected::Reply(Expectation::Answer(answer)) => answer,
    };
    let failed = match reply {
        Reply::Returned(returned) => Some(returned.failed()),
        _ => None,
    };
    let ends = answer.outcomes.iter().map(|rule| by(rule, edition, outcome(&rule.says).into()));
    let branches =
        [("if it succeeds: ", &answer.success, false), ("if it fails: ", &answer.failure, true)];
    let branches = branches.into_iter().filter(|(.., fails)| failed.is_none_or(|it| it == *fails));
    let rules = branches.flat_map(|(when, rules, _)| {
        let when = if failed.is_none() { when } else { "" };
        rules.iter().map(move |rule| by(rule, edition, format!("{when}{}", rule.says)))
    });
    ends.chain(rules).collect()
}

fn by<T>(rule: &Rule<T>, edition: Edition, what: String) -> Permitted {
    Permitted { what, clause: Some(rule.clause), level: rule.level(edition) }
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failure",
        Outcome::Either => "success or failure",
    }
}

/// A reply in words, field by field.
pub fn reply(reply: &Reply) -> String {
    let ended = match reply {
        Reply::Returned(returned) => match fields(returned) {
            fields if fields.is_empty() => "it came back".into(),
            fields => fields.join(", "),
        },
        Reply::NotInEdition => "not in this edition".into(),
        Reply::Unsupported => "not supported".into(),
        Reply::NotMade => "the call was not made".into(),
        Reply::Crashed { how } => format!("the process died: {how}"),
        Reply::TimedOut { limit } => format!("none within {limit} ms"),
        Reply::Garbled { how } => format!("none that can be read: {how}"),
    };
    in_a_line(&ended)
}

/// What a reply says, by the words of the rules.
fn fields(returned: &Returned) -> Vec<String> {
    let told = |field: Field| match field.of(returned) {
        Told::Is(Value::Null) if field == Field::Exception => None,
        Told::Is(value) => Some(field.has(&value)),
        Told::NotWritten => Some(format!("{field} not written")),
        Told::Nothing | Told::CannotTell => None,
    };
    Field::distinct().filter_map(told).collect()
}
