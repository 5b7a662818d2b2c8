//! # Judging
//!
//! Holds the replies to a case against what the model permits, call by call.

use pybuf_model::expectation::{Answer, Fact, Outcome, Rule};
use pybuf_model::{Clause, Edition, Expectation, Level};

use crate::call::Call;
use crate::case::Case;
use crate::facts::{self, Check};
use crate::implementation::Capabilities;
use crate::reply::{Reply, Returned};
use crate::verdict::{Divergence, Judgement, Kind, Verdict};
use crate::world::{Expected, World};

/// Judges the replies of an implementation to one case, as a test of `edition`.
pub fn judge(
    case: &Case,
    replies: &[Reply],
    edition: Edition,
    capabilities: &Capabilities,
) -> Judgement {
    let mut world = World::new(edition);
    let mut judge = Judge {
        edition,
        call: 0,
        verdict: Verdict::Agrees,
        divergences: vec![],
        exercised: vec![],
    };
    for (index, call) in case.calls.iter().enumerate() {
        judge.call = index;
        let missing = Reply::NotMade;
        let reply = replies.get(index).unwrap_or(&missing);
        let goes_on = judge.reply(call, world.expect(call), reply, capabilities);
        if !goes_on {
            break;
        }
        world.learn(call, reply);
    }
    if !judge.divergences.is_empty() {
        judge.verdict = Verdict::Diverges;
    }
    let Judge { verdict, divergences, exercised, .. } = judge;
    Judgement { verdict, divergences, exercised }
}

struct Judge {
    edition: Edition,
    call: usize,
    verdict: Verdict,
    divergences: Vec<Divergence>,
    exercised: Vec<Clause>,
}

impl Judge {
    /// Judges one reply; false if the rest of the case cannot be judged.
    fn reply(
        &mut self,
        call: &Call,
        expected: Expected,
        reply: &Reply,
        capabilities: &Capabilities,
    ) -> bool {
        let expectation = match expected {
            Expected::BadCase(problem) => {
                self.out_of_protocol("a case that can be".into(), problem);
                return false;
            }
            Expected::NotMade => {
                let made = matches!(reply, Reply::Returned(_));
                if made {
                    self.out_of_protocol("a call not made".into(), name(reply));
                }
                return !made;
            }
            Expected::Made => None,
            Expected::Reply(expectation) => Some(expectation),
        };
        match reply {
            Reply::Unsupported if capabilities.lacks.contains_key(call.feature()) => {
                self.verdict = self.verdict.max(Verdict::Unsupported);
                true
            }
            // A function that the edition does not have, on an object that it does not have either.
            Reply::NotMade if matches!(expectation, Some(Expectation::NotInEdition { .. })) => true,
            Reply::Unsupported | Reply::NotMade => {
                let expected = format!("{} supported, or declared as a gap", call.feature());
                self.out_of_protocol(expected, name(reply));
                false
            }
            Reply::Crashed { how } => self.ended(Kind::Crashed, expectation, how.clone()),
            Reply::TimedOut { limit } => {
                self.ended(Kind::TimedOut, expectation, format!("no reply within {limit} ms"))
            }
            Reply::NotInEdition => self.not_in_edition(expectation),
            Reply::Returned(returned) => match expectation {
                None => self.made(returned),
                Some(Expectation::Answer(answer)) => {
                    self.answer(&answer, returned);
                    true
                }
                Some(Expectation::NotInEdition { clause, otherwise }) => {
                    self.there_all_the_same(clause, otherwise, returned)
                }
            },
        }
    }

    fn made(&mut self, returned: &Returned) -> bool {
        if let Some(exception) = &returned.exception {
            self.out_of_protocol("the object made".into(), exception.clone());
        }
        returned.exception.is_none()
    }

    fn not_in_edition(&mut self, expectation: Option<Expectation>) -> bool {
        match expectation {
            Some(Expectation::NotInEdition { clause, .. }) => {
                self.exercised.push(clause);
                self.verdict = self.verdict.max(Verdict::NotInEdition);
                true
            }
            other => {
                let clause = other.and_then(|other| Some(other.outcomes().first()?.clause));
                let observed = "not in the edition that the implementation is of".into();
                self.diverge(
                    Kind::Diverges,
                    clause,
                    Level::Must,
                    "in the edition".into(),
                    observed,
                );
                true
            }
        }
    }

    /// Something was there that the edition does not have.
    fn there_all_the_same(
        &mut self,
        clause: Clause,
        otherwise: Option<Answer>,
        returned: &Returned,
    ) -> bool {
        self.exercised.push(clause);
        match otherwise {
            Some(answer) => self.answer(&answer, returned),
            None => {
                let level = clause.level(self.edition).unwrap_or(Level::Observed);
                let (expected, observed) = ("not in this edition".into(), "it is there".into());
                self.diverge(Kind::Diverges, Some(clause), level, expected, observed);
            }
        }
        true
    }

    fn ended(&mut self, kind: Kind, expectation: Option<Expectation>, observed: String) -> bool {
        let clause = expectation.and_then(|expectation| match expectation {
            Expectation::Answer(answer) => answer.outcomes.first().map(|rule| rule.clause),
            Expectation::NotInEdition { clause, .. } => Some(clause),
        });
        self.exercised.extend(clause);
        self.diverge(kind, clause, Level::Must, "an answer".into(), observed);
        false
    }

    fn answer(&mut self, answer: &Answer, returned: &Returned) {
        let failed = returned.value.is_some_and(|value| value < 0);
        let mut outcome_broken = false;
        for rule in &answer.outcomes {
            self.exercised.push(rule.clause);
            let (expected, permitted) = match rule.says {
                Outcome::Either => continue,
                Outcome::Success => ("success", !failed),
                Outcome::Failure => ("failure", failed),
            };
            if !permitted {
                outcome_broken = true;
                self.break_rule(rule, expected.into(), outcome(returned, failed));
            }
        }
        // What is said of success or failure is said of the right one of the two.
        if outcome_broken {
            return;
        }
        let rules = if failed { &answer.failure } else { &answer.success };
        for rule in rules {
            self.fact(rule, returned);
        }
    }

    fn fact(&mut self, rule: &Rule<Fact>, returned: &Returned) {
        match facts::check(&rule.says, returned) {
            Check::CannotTell => {}
            Check::Holds => self.exercised.push(rule.clause),
            Check::Broken { expected, observed } => {
                self.exercised.push(rule.clause);
                self.break_rule(rule, expected, observed);
            }
        }
    }

    fn break_rule<T>(&mut self, rule: &Rule<T>, expected: String, observed: String) {
        let level = match rule.clause.level(self.edition) {
            Some(level) if !rule.beyond_the_text => level,
            _ => Level::Observed,
        };
        self.diverge(Kind::Diverges, Some(rule.clause), level, expected, observed);
    }

    fn out_of_protocol(&mut self, expected: String, observed: String) {
        self.diverge(Kind::OutOfProtocol, None, Level::Must, expected, observed);
    }

    fn diverge(
        &mut self,
        kind: Kind,
        clause: Option<Clause>,
        level: Level,
        expected: String,
        observed: String,
    ) {
        let call = self.call;
        self.divergences.push(Divergence { call, kind, clause, level, expected, observed });
    }
}

fn outcome(returned: &Returned, failed: bool) -> String {
    match (&returned.exception, failed) {
        (Some(exception), true) => format!("failure with {exception}"),
        (None, true) => "failure without an exception".into(),
        (_, false) => "success".into(),
    }
}

fn name(reply: &Reply) -> String {
    match reply {
        Reply::Returned(_) => "a call made".into(),
        Reply::NotInEdition => "not in this edition".into(),
        Reply::Unsupported => "unsupported".into(),
        Reply::NotMade => "a call not made".into(),
        Reply::Crashed { how } => how.clone(),
        Reply::TimedOut { limit } => format!("no reply within {limit} ms"),
    }
}
