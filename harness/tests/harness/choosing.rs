//! Choices: that lists of them are followed as they are written, and that kinds of objects go by their names.

use pybuf_harness::case::Which;
use pybuf_harness::chooser::{Choice, Chooser, Exhaustive, Replay};
use pybuf_harness::object::{Kind, Object};
use pybuf_harness::{Call, Case, CaseId, Domain};

use Choice::Number;

const DOMAIN: Domain = Domain { name: "check", bound: "a few", build: two_kinds, regressions: "" };

fn two_kinds(chooser: &mut dyn Chooser) -> Case {
    let len = 1 + chooser.choose(2);
    let object = match chooser.choose_kind(&[Kind::Bytes, Kind::Bytearray]) {
        Some(Kind::Bytes) => Object::Bytes { len },
        Some(_) => Object::Bytearray { len },
        None => Object::Array { typecode: 'B', len },
    };
    Case { calls: vec![Call::Make { object }] }
}

fn made(id: &str) -> Option<String> {
    let case = DOMAIN.case(&id.parse().ok()?)?;
    case.object_of(0).map(ToString::to_string)
}

#[test]
fn an_id_names_the_kind_of_object() {
    let ids: Vec<String> = DOMAIN.cases().map(|(id, _)| id.to_string()).collect();
    let each = ["0.bytes", "0.bytearray", "1.bytes", "1.bytearray"];
    assert_eq!(ids, each.map(|choices| format!("check/{choices}")));
    assert_eq!(made("check/1.bytes").as_deref(), Some("bytes(2)"));
    assert_eq!(made("check/0.any").as_deref(), Some("array.array('B', range(1))"));
    // A kind that is not among them, a number instead of a name, a name instead of a number.
    for wrong in ["check/0.plain", "check/0.1", "check/0.2", "check/bytes.bytes", "check/any.bytes"]
    {
        assert_eq!(made(wrong), None, "{wrong}");
    }
    // Neither a regression.
    assert!(matches!("check/raising.0".parse(), Ok(CaseId { which: Which::Choices(_), .. })));
    assert!("check/0.unicorn".parse::<CaseId>().is_err());
    assert!("check/0.Bytes".parse::<CaseId>().is_err());
}

#[test]
fn what_is_drawn_is_found_by_its_id() {
    let drawn: Vec<String> = DOMAIN.random(1).take(100).map(|(id, _)| id.to_string()).collect();
    for name in ["any", "bytes", "bytearray"] {
        assert!(drawn.iter().any(|id| id.ends_with(&format!(".{name}"))), "{drawn:?}");
    }
    assert!(drawn.iter().all(|id| made(id).is_some()), "{drawn:?}");
}

#[test]
fn simpler_choices_come_in_the_order_of_the_kinds() {
    let simpler = |choice: Choice| -> Vec<Choice> {
        (0..).map_while(|number| choice.simpler(number)).collect()
    };
    assert_eq!(simpler(Number(2)), [Number(0), Number(1)]);
    assert_eq!(simpler(Choice::Kind(Kind::Bytes)), [Choice::Kind(Kind::Plain)]);
    assert_eq!(simpler(Choice::Any).len(), Kind::ALL.len());
    assert!(simpler(Choice::Any).iter().all(|it| *it < Choice::Any));
}

#[test]
fn a_replay_says_whether_it_fitted() {
    let fits = |choices: &[usize]| {
        let choices: Vec<Choice> = choices.iter().copied().map(Number).collect();
        let mut replay = Replay::new(&choices);
        replay.choose(2);
        replay.choose(3);
        replay.fitted()
    };
    assert!(fits(&[1, 2]));
    assert!(!fits(&[1]), "too short");
    assert!(!fits(&[1, 2, 0]), "too long");
    assert!(!fits(&[2, 2]), "out of range");
}

#[test]
fn only_a_walk_stays_within_the_bound() {
    let mut walk = Exhaustive::default();
    let mut walked = Vec::new();
    while walk.begin() {
        walked.push(walk.choose_beyond(2, 9));
    }
    assert_eq!(walked, [0, 1]);
    let beyond = [Number(8)];
    let mut replay = Replay::new(&beyond);
    assert_eq!(replay.choose_beyond(2, 9), 8);
    assert!(replay.fitted());
}
