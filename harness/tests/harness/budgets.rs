//! Budgets: how often a function may end the target before a run skips it.

use pybuf_harness::chooser::Chooser;
use pybuf_harness::model::Edition;
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Reply, Returned};
use pybuf_harness::{Call, Capabilities, Case, Domain, Implementation, Run, Tally};

/// As many objects as a kind has in [`DOMAIN`].
const EACH: usize = 60;

/// How many cases in a row a function may end on one kind of object, on any, and how many by time-outs.
const ON_A_KIND: usize = 50;
const ON_ALL: usize = 100;
const TIME_OUTS: usize = 5;

/// Asks objects of three kinds whether they export, and then makes one of which nothing is asked.
const DOMAIN: Domain = Domain { name: "check", bound: "three kinds", build, regressions: "" };

fn build(chooser: &mut dyn Chooser) -> Case {
    let kind = chooser.choose(4);
    let len = chooser.choose(if kind == 3 { 1 } else { EACH }) + 1;
    let bytes = Object::Bytes { len };
    let array = Object::Array { typecode: 'i', len };
    let object = [bytes.clone(), Object::Plain, array, bytes][kind].clone();
    let check = (kind < 3).then_some(Call::CheckBuffer { object: 0 });
    Case { calls: [Call::Make { object }].into_iter().chain(check).collect() }
}

/// Gives to each question a reply by its number, from 0.
struct Replies {
    reply: fn(usize) -> Reply,
    asked: usize,
}

impl Implementation for Replies {
    fn capabilities(&self) -> Capabilities {
        Capabilities { name: "made up".into(), lacks: Default::default() }
    }

    fn begin_case(&mut self) {}

    fn call(&mut self, call: &Call) -> Reply {
        let number = self.asked;
        match call {
            Call::Make { .. } => returned(),
            _ => {
                self.asked += 1;
                (self.reply)(number)
            }
        }
    }
}

fn returned() -> Reply {
    Reply::Returned(Returned { value: Some(1), ..Returned::default() })
}

fn crash() -> Reply {
    Reply::Crashed { how: "so".into() }
}

fn tally(reply: fn(usize) -> Reply, editions: &[Edition]) -> Tally {
    let domains = [DOMAIN];
    let mut run = Run::new(&domains);
    for edition in editions {
        let judged = run.judge(&mut Replies { reply, asked: 0 }, *edition, &mut |_| {});
        assert_eq!(judged, Ok(()));
    }
    run.tally()
}

/// What was skipped: the edition, the kind of object if it is one, and how many cases.
fn skipped(tally: &Tally) -> Vec<(Edition, Option<&str>, usize)> {
    assert!(tally.skipped.iter().all(|it| it.function == "PyObject_CheckBuffer"));
    tally.skipped.iter().map(|it| (it.edition, it.objects.as_deref(), it.cases)).collect()
}

#[test]
fn a_budget_is_of_a_function_on_a_kind_of_object() {
    // Neither another kind, nor another function, nor another edition is skipped.
    let of_bytes = |number| if number < ON_A_KIND { crash() } else { returned() };
    let tally = tally(of_bytes, &[Edition::V3_12, Edition::V3_13]);
    let left = EACH - ON_A_KIND;
    let expected = [Edition::V3_12, Edition::V3_13].map(|it| (it, Some("bytes"), left));
    assert_eq!(skipped(&tally), expected);
    let cases: Vec<_> = tally.sections.iter().map(|section| section.cases).collect();
    assert_eq!(cases, [3 * EACH + 1 - left; 2]);
    let almost = |number| if number + 1 < ON_A_KIND { crash() } else { returned() };
    assert_eq!(skipped(&self::tally(almost, &[Edition::V3_12])), []);
}

#[test]
fn a_function_that_dies_on_all_kinds_is_not_tried_on_each() {
    let tally = tally(|_| crash(), &[Edition::V3_12]);
    let left = EACH - ON_A_KIND;
    let on_any = (Edition::V3_12, None, left + EACH);
    assert_eq!(skipped(&tally), [on_any, (Edition::V3_12, Some("bytes"), left)]);
    assert_eq!(tally.sections[0].cases, ON_ALL + 1);
}

#[test]
fn what_returns_in_between_fills_it_up() {
    let once = |number| if number == ON_A_KIND - 1 { returned() } else { crash() };
    let tally = tally(once, &[Edition::V3_12]);
    // Of bytes all were tried, and what ended them after that counts on any kind.
    let after = EACH - ON_A_KIND;
    let plain = ON_A_KIND;
    let array = ON_ALL - after - plain;
    assert_eq!(
        skipped(&tally),
        [(Edition::V3_12, None, EACH - array), (Edition::V3_12, Some("plain"), EACH - plain)]
    );
}

#[test]
fn a_time_out_costs_more() {
    let hang = |number| match number {
        0..TIME_OUTS => Reply::TimedOut { limit: 10_000 },
        _ => returned(),
    };
    let tally = tally(hang, &[Edition::V3_12]);
    assert_eq!(skipped(&tally), [(Edition::V3_12, Some("bytes"), EACH - TIME_OUTS)]);
    let almost = |number| match number {
        1..TIME_OUTS => Reply::TimedOut { limit: 10_000 },
        _ => returned(),
    };
    assert_eq!(skipped(&self::tally(almost, &[Edition::V3_12])), []);
}
