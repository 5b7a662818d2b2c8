//! Every clause is seen at work and at rest: there is a call that it decides about, and one that it says
//! nothing of, and both are what they are said to be when they are run again.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pybuf_harness::judge::{by_model, judge};
use pybuf_harness::model::{Clause, Edition, Level, consistency, presence};
use pybuf_harness::witness::{self, Sides, Witness};
use pybuf_harness::{Capabilities, Reply};
use pybuf_suites::ALL;

/// Both sides of all clauses.
static SIDES: LazyLock<Vec<Sides>> = LazyLock::new(|| {
    let clauses: Vec<Clause> = Clause::all().collect();
    witness::find(&clauses, ALL)
});

fn sides(id: &str) -> &'static Sides {
    SIDES.iter().find(|sides| sides.clause.id() == id).unwrap_or_else(|| panic!("no clause {id}"))
}

#[test]
fn every_clause_has_two_sides_or_says_why_not() {
    for Sides { clause, witness, counter, .. } in &*SIDES {
        let says_why = !clause.note().unwitnessed.is_empty();
        let has_both = witness.is_some() && counter.is_some();
        assert!(has_both || says_why, "{clause}: witness {witness:?}, counter {counter:?}");
        assert!(!(has_both && says_why), "{clause} has both sides: {witness:?}, {counter:?}");
        // A mistake of the text may be about nothing; what is judged by must have been at work.
        let judged = clause.note().levels.iter().any(|(level, ..)| *level != Level::Erratum);
        let excused = || clause.family() == consistency::FAMILY;
        assert!(
            witness.is_some() || !judged || excused(),
            "{clause} is judged by, nowhere decides"
        );
    }
    assert_eq!(SIDES.len(), Clause::all().len());
}

#[test]
fn witnesses_show_what_they_are_said_to_show_when_they_are_replayed() {
    for Sides { clause, witness, counter, .. } in &*SIDES {
        if let Some(witness) = witness {
            assert!(replay(witness).exercised.contains(clause), "{clause}: {witness:?}");
        }
        if let Some(counter) = counter {
            let replay = replay(counter);
            assert!(!replay.exercised.contains(clause), "{clause}: {counter:?}");
            let absent = presence::is_of_presence(*clause) && replay.reply == Reply::NotInEdition;
            assert!(matches!(replay.reply, Reply::Returned(_)) || absent, "{clause}: {counter:?}");
        }
    }
}

#[test]
fn the_two_sides_are_calls_of_the_same_function_and_not_the_same_call() {
    for Sides { clause, witness, counter, .. } in &*SIDES {
        let (Some(witness), Some(counter)) = (witness, counter) else { continue };
        let function = |witness: &Witness| witness.case.calls[witness.call].feature();
        assert_eq!(function(witness), function(counter), "{clause}");
        assert_ne!(witness, counter, "{clause}");
        let elsewhere = !clause.holds(counter.edition);
        assert!(counter.edition == witness.edition || elsewhere, "{clause}: {counter:?}");
    }
}

#[test]
fn a_witness_is_one_that_decides_if_there_is_one() {
    // From 3.3 on the exception must be BufferError, and then there must be one.
    let raises = sides("fill.refusal.raises").witness.as_ref();
    assert_eq!(raises.map(|witness| witness.edition), Some(Edition::V3_2));
    // A request of an object that exports nothing must raise, and only practice says what.
    let raises = sides("request.refusal.raises").witness.as_ref();
    let raises = raises.map(|witness| (witness.id.to_string(), witness.edition));
    assert_eq!(raises, Some(("request/0.plain.0".into(), Edition::V3_13)));
}

/// One call, made again.
struct Replayed {
    reply: Reply,
    /// The clauses that its reply was checked against.
    exercised: Vec<Clause>,
}

/// Makes the call of a witness again, from nothing but the id of the case.
fn replay(witness: &Witness) -> Replayed {
    let Witness { id, call, edition, .. } = witness;
    let domains = pybuf_suites::named(&id.domain).expect("a witness is of a domain");
    let case = domains[0].replay(id.choices()).expect("a witness is a case of its domain");
    assert_eq!(case, witness.case, "{id}");
    let replies: Vec<Reply> =
        by_model(&case, *edition).into_iter().map(|(_, reply)| reply).collect();
    let lacks_nothing = Capabilities { name: "model".into(), lacks: BTreeMap::new() };
    let judgement = judge(&case, &replies, *edition, &lacks_nothing);
    assert!(judgement.divergences.is_empty(), "{id}: {:?}", judgement.divergences);
    let exercised = judgement.exercised.iter().filter(|(number, _)| number == call);
    let exercised = exercised.map(|(_, clause)| *clause).collect();
    Replayed { reply: replies[*call].clone(), exercised }
}
