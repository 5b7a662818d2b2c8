//! # Judging
//!
//! Holds the replies to a case against what the model permits, call by call.

use pybuf_model::expectation::{Answer, Outcome, Rule};
use pybuf_model::fact::{Check, Fact};
use pybuf_model::{Clause, Edition, Expectation, Expected, Level, Machine, presence};

use super::unanswered::broken_by_no_answer;
use crate::call::Call;
use crate::case::Case;
use crate::implementation::Capabilities;
use crate::reply::{Reply, Returned};
use crate::verdict::{Divergence, Judgement, Kind, Verdict};

/// Judges the replies of an implementation to one case, as a test of `edition`. If one of them is garbled,
/// that is all that is told: which of the others belong to which call cannot be known then.
pub fn judge(
    case: &Case,
    replies: &[Reply],
    edition: Edition,
    capabilities: &Capabilities,
) -> Judgement {
    let mut machine = Machine::new(edition);
    let expect = |index: usize, reply: &Reply| Some(machine.follow(&case.calls[index], reply));
    judge_by(expect, case, replies, edition, capabilities)
}

/// As [`judge()`], but by what `expect` says is expected of a call, from its number and the reply to it.
/// `None`: neither the call nor what comes after can be judged.
pub(crate) fn judge_by(
    mut expect: impl FnMut(usize, &Reply) -> Option<Expected>,
    case: &Case,
    replies: &[Reply],
    edition: Edition,
    capabilities: &Capabilities,
) -> Judgement {
    let mut judge = Judge {
        edition,
        call: 0,
        verdict: Verdict::Agrees,
        divergences: vec![],
        exercised: Vec::with_capacity(32),
        strayed: false,
    };
    let garbled = replies.iter().position(|reply| matches!(reply, Reply::Garbled { .. }));
    let mut exercised_after = vec![0; garbled.unwrap_or(0)];
    for (index, call) in case.calls.iter().enumerate().skip(garbled.unwrap_or(0)) {
        judge.call = index;
        let reply = replies.get(index).unwrap_or(&Reply::NotMade);
        let Some(expected) = expect(index, reply) else { break };
        let goes_on = judge.reply(call, expected, reply, capabilities);
        exercised_after.push(judge.exercised.len());
        if !goes_on {
            break;
        }
    }
    if !judge.divergences.is_empty() {
        judge.verdict = Verdict::Diverges;
    }
    let Judge { verdict, divergences, exercised, .. } = judge;
    Judgement { verdict, divergences, exercised, exercised_after }
}

/// What the model expects of each call of a case, and what it replies itself: so that there is a reply to
/// each call, whichever implementations there are.
pub fn by_model(case: &Case, edition: Edition) -> Vec<(Expected, Reply)> {
    let mut machine = Machine::new(edition);
    let each = case.calls.iter().map(|call| {
        let reply = machine.answer(call);
        (machine.follow(call, &reply), reply)
    });
    each.collect()
}

/// What the model expects of each call of a case, given the replies to the calls before it: as far as
/// the case can be followed.
pub fn expectations(case: &Case, replies: &[Reply], edition: Edition) -> Vec<Expected> {
    let mut machine = Machine::new(edition);
    let each = case.calls.iter().zip(replies);
    each.map(|(call, reply)| machine.follow(call, reply)).collect()
}

struct Judge {
    edition: Edition,
    call: usize,
    verdict: Verdict,
    divergences: Vec<Divergence>,
    exercised: Vec<Clause>,
    /// Whether a call succeeded that must not: what it made may be nothing that the model knows of.
    strayed: bool,
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
        match reply {
            Reply::Crashed { how } => self.ended(Kind::Crashed, &expected, how.clone()),
            Reply::TimedOut { limit } => {
                self.ended(Kind::TimedOut, &expected, format!("no reply within {limit} ms"))
            }
            Reply::Garbled { how } => {
                let expected = "a reply to the call".into();
                self.diverge(Kind::OutOfProtocol, None, Level::Must, expected, how.clone());
                false
            }
            Reply::Unsupported if capabilities.lacks.contains_key(call.feature()) => {
                self.verdict = self.verdict.max(Verdict::Unsupported);
                true
            }
            Reply::Unsupported => {
                self.out_of_protocol(format!("{} as claimed", call.feature()), "unsupported");
                false
            }
            Reply::NotMade => self.not_made(&expected),
            Reply::NotInEdition => self.not_in_edition(&expected),
            Reply::Returned(returned) => self.returned(call, expected, returned),
        }
    }

    fn returned(&mut self, call: &Call, expected: Expected, returned: &Returned) -> bool {
        match (expected, &returned.exception) {
            (Expected::Reply(Expectation::Answer(answer)), _) => {
                self.exercised.extend(presence::of(call));
                self.answer(&answer, returned);
            }
            (Expected::Reply(Expectation::NotInEdition { clause, otherwise }), _) => {
                let there = presence::of(call).filter(|clause| clause.holds(self.edition));
                self.exercised.extend(there);
                self.there_all_the_same(clause, otherwise, returned);
            }
            (Expected::Made, None) => self.exercised.extend(presence::of(call)),
            (Expected::Made, Some(exception)) => {
                self.out_of_protocol("the object made".into(), exception);
                return false;
            }
            (Expected::NotMade { .. }, _) => {
                self.out_of_protocol("a call not made".into(), "a call made");
                return false;
            }
            (Expected::BadCase(problem), _) => return self.bad_case(&problem),
        }
        true
    }

    fn not_made(&mut self, expected: &Expected) -> bool {
        match expected {
            Expected::NotMade { .. } => true,
            Expected::BadCase(problem) => self.bad_case(problem),
            Expected::Made | Expected::Reply(_) => {
                self.out_of_protocol("a call made".into(), "a call not made");
                false
            }
        }
    }

    fn not_in_edition(&mut self, expected: &Expected) -> bool {
        match expected {
            Expected::Reply(Expectation::NotInEdition { clause, .. })
            | Expected::NotMade { absent: Some(clause) } => self.exercise_absence(*clause),
            Expected::NotMade { absent: None } => {
                self.out_of_protocol("a call not made".into(), "not in the edition");
                return false;
            }
            Expected::BadCase(problem) => return self.bad_case(problem),
            Expected::Made | Expected::Reply(Expectation::Answer(_)) => {
                let (says, observed) = ("in the edition".into(), "not in the edition".into());
                self.diverge(Kind::Denied, None, Level::Must, says, observed);
                return true;
            }
        }
        self.verdict = self.verdict.max(Verdict::NotInEdition);
        true
    }

    /// A clause by which an edition lacks something, and which it may have itself all the same: where a text
    /// promised what never was there.
    fn exercise_absence(&mut self, clause: Clause) {
        self.exercised.extend(Some(clause).filter(|clause| clause.holds(self.edition)));
    }

    fn bad_case(&mut self, problem: &str) -> bool {
        self.out_of_protocol("a case that can be".into(), problem);
        false
    }

    /// Something was there that the edition does not have.
    fn there_all_the_same(
        &mut self,
        clause: Clause,
        otherwise: Option<Answer>,
        returned: &Returned,
    ) {
        self.exercise_absence(clause);
        match otherwise {
            Some(answer) => self.answer(&answer, returned),
            None => {
                self.strayed |= !returned.failed();
                // It is broken, and what is broken was exercised.
                self.exercised.push(clause);
                let level = clause.level(self.edition).unwrap_or(Level::Observed);
                let (expected, observed) = ("not in this edition".into(), "it is there".into());
                self.diverge(Kind::Diverges, Some(clause), level, expected, observed);
            }
        }
    }

    /// A call that did not come back, be it one that was not even due.
    fn ended(&mut self, kind: Kind, expected: &Expected, observed: String) -> bool {
        let clause = broken_by_no_answer(expected, self.edition);
        self.exercised.extend(clause);
        self.diverge(kind, clause, Level::Must, "an answer".into(), observed);
        false
    }

    fn answer(&mut self, answer: &Answer, returned: &Returned) {
        let failed = returned.failed();
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
                self.strayed |= !failed;
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
        match rule.says.check(returned) {
            Check::CannotTell => {}
            Check::Holds => self.exercised.push(rule.clause),
            Check::Broken { expected, observed } => {
                self.exercised.push(rule.clause);
                self.break_rule(rule, expected, observed);
            }
        }
    }

    fn break_rule<T>(&mut self, rule: &Rule<T>, expected: String, observed: String) {
        let Some(level) = rule.level(self.edition) else { return };
        self.diverge(Kind::Diverges, Some(rule.clause), level, expected, observed);
    }

    /// A reply that cannot be judged. Behind a call that should not have succeeded that is no wonder:
    /// then it is left at the divergence that was told there.
    fn out_of_protocol(&mut self, expected: String, observed: &str) {
        if self.strayed {
            return;
        }
        self.diverge(Kind::OutOfProtocol, None, Level::Must, expected, observed.into());
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
