//! # Judging
//!
//! Compares the replies to a case with what the model permits, call by call.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::iter;

use pybuf_model::expectation::{Answer, Outcome, Rule};
use pybuf_model::fact::Check;
use pybuf_model::{Clause, Edition, Expectation, Expected, Level, Machine, presence};

use super::shared::rules;
use crate::call::Call;
use crate::case::Case;
use crate::implementation::Capabilities;
use crate::reply::{Reply, Returned};
use crate::verdict::{Divergence, Judgement, Kind, Verdict};

/// Judges the replies of an implementation to one case, as a test of `edition`. If one of them is garbled,
/// nothing is said of the others: which of them belong to which call cannot be known then.
pub fn judge(
    case: &Case,
    replies: &[Reply],
    edition: Edition,
    capabilities: &Capabilities,
) -> Judgement {
    let expected = expectations(case, replies, edition);
    judge_by(expected, &case.calls, replies, edition, capabilities)
}

/// As [`judge()`], but by what is `expected` of the calls, as far as that goes.
pub(crate) fn judge_by(
    expected: impl Iterator<Item = impl Borrow<Expected>>,
    calls: &[Call],
    replies: &[Reply],
    edition: Edition,
    capabilities: &Capabilities,
) -> Judgement {
    let (divergences, exercised) = (vec![], Vec::with_capacity(32));
    let judgement = Judgement { verdict: Verdict::Agrees, divergences, exercised };
    let mut judge = Judge { edition, capabilities, judgement, call: 0, strayed: false };
    let garbled = replies.iter().position(|reply| matches!(reply, Reply::Garbled { .. }));
    let each = calls.iter().zip(expected).enumerate();
    for (index, (call, expected)) in each.skip(garbled.unwrap_or(0)) {
        judge.call = index;
        let reply = replies.get(index).unwrap_or(&Reply::NotMade);
        if !judge.reply(call, expected.borrow(), reply) {
            break;
        }
    }
    judge.judgement
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

/// What the model expects of each call of a case, given the replies to the calls before it. A call without
/// a reply is not made.
pub fn expectations(
    case: &Case,
    replies: &[Reply],
    edition: Edition,
) -> impl Iterator<Item = Expected> {
    let mut machine = Machine::new(edition);
    let replies = replies.iter().chain(iter::repeat(&Reply::NotMade));
    case.calls.iter().zip(replies).map(move |(call, reply)| machine.follow(call, reply))
}

struct Judge<'a> {
    edition: Edition,
    capabilities: &'a Capabilities,
    judgement: Judgement,
    /// The number of the call.
    call: usize,
    /// Whether a call succeeded that must not: what it made may be nothing that the model knows of.
    strayed: bool,
}

impl Judge<'_> {
    /// Judges one reply; false if the rest of the case cannot be judged.
    fn reply(&mut self, call: &Call, expected: &Expected, reply: &Reply) -> bool {
        match (expected, reply) {
            (_, Reply::Crashed { how }) => {
                return self.ended(Kind::Crashed, expected, how.clone());
            }
            (_, Reply::TimedOut { limit }) => {
                let observed = format!("no reply within {limit} ms");
                return self.ended(Kind::TimedOut, expected, observed);
            }
            (_, Reply::Garbled { how }) => return self.out_of_protocol("a reply to the call", how),
            (_, Reply::Unsupported) if self.capabilities.lacks.contains_key(call.feature()) => {
                self.worsen_to(Verdict::Unsupported);
            }
            (_, Reply::Unsupported) => {
                let claimed = format!("{} as claimed", call.feature());
                return self.out_of_protocol(&claimed, "unsupported");
            }
            (Expected::BadCase(problem), _) => {
                return self.out_of_protocol("a case that can be", problem);
            }
            (Expected::NotMade { .. }, Reply::NotMade) => {}
            (_, Reply::NotMade) => return self.out_of_protocol("a call made", "a call not made"),
            (
                Expected::NotMade { absent: Some(clause) }
                | Expected::Reply(Expectation::NotInEdition { clause, .. }),
                Reply::NotInEdition,
            ) => {
                self.exercise_absence(*clause);
                self.worsen_to(Verdict::NotInEdition);
            }
            (Expected::NotMade { absent: None }, Reply::NotInEdition) => {
                return self.out_of_protocol("a call not made", "not in the edition");
            }
            (Expected::Made | Expected::Reply(_), Reply::NotInEdition) => {
                let (expected, observed) = ("in the edition".into(), "not in the edition".into());
                self.diverge(Kind::Denied, None, Level::Must, expected, observed);
            }
            (Expected::NotMade { .. }, Reply::Returned(_)) => {
                return self.out_of_protocol("a call not made", "a call made");
            }
            (Expected::Made, Reply::Returned(Returned { exception: Some(exception), .. })) => {
                return self.out_of_protocol("the object made", exception);
            }
            (Expected::Made, Reply::Returned(_)) => self.exercise_presence(call),
            (Expected::Reply(expectation), Reply::Returned(returned)) => {
                self.exercise_presence(call);
                self.returned(expectation, returned);
            }
        }
        true
    }

    fn returned(&mut self, expectation: &Expectation, returned: &Returned) {
        match expectation {
            Expectation::Answer(answer) => self.answer(answer, returned),
            Expectation::NotInEdition { clause, otherwise: Some(answer) } => {
                self.exercise_absence(*clause);
                self.answer(answer, returned);
            }
            Expectation::NotInEdition { clause, otherwise: None } => {
                self.strayed |= !returned.failed();
                // It is broken, and what is broken was exercised.
                self.exercise([*clause]);
                let level = clause.level(self.edition).unwrap_or(Level::Observed);
                let (expected, observed) = ("not in this edition".into(), "it is there".into());
                self.diverge(Kind::Diverges, Some(*clause), level, expected, observed);
            }
        }
    }

    fn exercise(&mut self, clauses: impl IntoIterator<Item = Clause>) {
        let each = clauses.into_iter().map(|clause| (self.call, clause));
        self.judgement.exercised.extend(each);
    }

    /// The clauses by which the edition has what is called.
    fn exercise_presence(&mut self, call: &Call) {
        let edition = self.edition;
        self.exercise(presence::of(call).filter(|clause| clause.holds(edition)));
    }

    /// A clause by which an edition lacks something, and which it may have itself all the same: where a text
    /// promised what never was there.
    fn exercise_absence(&mut self, clause: Clause) {
        self.exercise(Some(clause).filter(|clause| clause.holds(self.edition)));
    }

    /// The verdict is this one, unless it is worse already.
    fn worsen_to(&mut self, verdict: Verdict) {
        self.judgement.verdict = self.judgement.verdict.max(verdict);
    }

    /// A call that did not come back, be it one that was not even due.
    fn ended(&mut self, kind: Kind, expected: &Expected, observed: String) -> bool {
        let clause = broken_by_no_answer(expected, self.edition);
        self.exercise(clause);
        self.diverge(kind, clause, Level::Must, "an answer".into(), observed);
        false
    }

    fn answer(&mut self, answer: &Answer, returned: &Returned) {
        let failed = returned.failed();
        let mut outcome_broken = false;
        for rule in &answer.outcomes {
            self.exercise([rule.clause]);
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
        for rule in rules(answer, returned) {
            let check = rule.says.check(returned);
            if check != Check::CannotTell {
                self.exercise([rule.clause]);
            }
            if let Check::Broken { expected, observed } = check {
                self.break_rule(rule, expected, observed);
            }
        }
    }

    fn break_rule<T>(&mut self, rule: &Rule<T>, expected: String, observed: String) {
        let Some(level) = rule.level(self.edition) else { return };
        self.diverge(Kind::Diverges, Some(rule.clause), level, expected, observed);
    }

    /// A reply that cannot be judged, nor can what follows. After a call that should not have succeeded that
    /// is no wonder: then the divergence of that call is enough.
    fn out_of_protocol(&mut self, expected: &str, observed: &str) -> bool {
        if !self.strayed {
            let (expected, observed) = (expected.into(), observed.into());
            self.diverge(Kind::OutOfProtocol, None, Level::Must, expected, observed);
        }
        false
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
        let divergence = Divergence { call, kind, clause, level, expected, observed };
        self.judgement.divergences.push(divergence);
        self.worsen_to(Verdict::Diverges);
    }
}

fn outcome(returned: &Returned, failed: bool) -> String {
    match (&returned.exception, failed) {
        (Some(exception), true) => format!("failure with {exception}"),
        (None, true) => "failure without an exception".into(),
        (_, false) => "success".into(),
    }
}

/// The clause that is broken if there is no answer at all: of those by which the outcome is decided
/// the most binding one; where they leave it open, that of what is said of either.
fn broken_by_no_answer(expected: &Expected, edition: Edition) -> Option<Clause> {
    match expected {
        Expected::Reply(Expectation::Answer(Answer { outcomes, success, failure })) => {
            let outcome = most_binding(outcomes, edition);
            let of_either = || most_binding(success.iter().chain(failure), edition);
            outcome.or_else(of_either).or(outcomes.first().map(|rule| rule.clause))
        }
        Expected::Reply(Expectation::NotInEdition { clause, .. }) => Some(*clause),
        Expected::NotMade { absent } => *absent,
        Expected::Made | Expected::BadCase(_) => None,
    }
}

/// The clause of the first of the most binding rules; `None` if none of them binds.
fn most_binding<'a, T: 'a>(
    rules: impl IntoIterator<Item = &'a Rule<T>>,
    edition: Edition,
) -> Option<Clause> {
    let binding =
        rules.into_iter().filter_map(|rule| Some((Reverse(rule.level(edition)?), rule.clause)));
    // Of several the first is taken.
    binding.min_by_key(|(level, _)| *level).map(|(_, clause)| clause)
}
