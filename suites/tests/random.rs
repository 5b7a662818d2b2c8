//! Random cases: the fast implementation on what lies beyond the walks, what the cases are about, and how
//! those that diverge are made simpler.

mod seed;

use std::collections::BTreeSet;

use pybuf_faults::Fault;
use pybuf_harness::call::FillInfo;
use pybuf_harness::campaign::{self, Plan};
use pybuf_harness::chooser::{Choice, Chooser, Exhaustive, MOST, Options};
use pybuf_harness::judge::judge;
use pybuf_harness::model::Edition;
use pybuf_harness::random::{Random, SEED};
use pybuf_harness::run::Failure;
use pybuf_harness::shrink::{Shrinking, Symptom};
use pybuf_harness::statistics::{Campaign, Class, Statistics};
use pybuf_harness::{Call, Case, CaseId, Domain, Implementation, Object, Report, message};
use pybuf_suites::{ALL, copy, fill, lifecycle, masks, objects, pointer, release, request};
use pybuf_targets::fast::Fast;

/// A campaign of a seed against the fast implementation.
fn campaign(seed: u64, domains: &[Domain], editions: &[Edition], cases: u64) -> Report {
    let plan = Plan { seed, cases: Some(cases), until: None };
    let mut open =
        |edition| Ok::<_, Failure>(Box::new(Fast::of(edition)) as Box<dyn Implementation>);
    campaign::run(domains, editions, &mut open, &plan, &mut |_| {}).expect("it can go on")
}

fn campaign_of(report: &Report) -> &Campaign {
    report.tally.drawn().expect("its cases are drawn")
}

#[test]
fn the_fast_implementation_agrees_in_every_edition() {
    let report = campaign(seed::seed(), ALL, &Edition::ALL, 200);
    let campaign = campaign_of(&report);
    assert_eq!(campaign.cases(), 200 * ALL.len() * Edition::ALL.len());
    assert!(report.conforms(true), "{}", message::failures(&report, Some("fast"), true));
    assert!(report.tally.certificates.is_empty(), "nothing was enumerated");
}

/// What part of the cases of a domain must at least be accepted and refused, in percent, in the newest
/// edition that has it: the domains whose functions can do both.
const DECIDED: [(&str, Edition, usize, usize); 11] = [
    ("old", Edition::V2_7, 10, 30),
    ("check", Edition::V3_13, 60, 2),
    ("request", Edition::V3_13, 20, 20),
    ("fill", Edition::V3_13, 30, 10),
    ("contiguity", Edition::V3_13, 5, 40),
    ("structure", Edition::V3_13, 20, 30),
    ("copy", Edition::V3_13, 50, 5),
    ("format", Edition::V3_13, 20, 20),
    ("memoryview", Edition::V3_13, 40, 5),
    ("lifecycle", Edition::V3_13, 40, 2),
    ("buffer-object", Edition::V2_7, 40, 1),
];

#[test]
fn neither_being_accepted_nor_being_refused_is_a_rarity() {
    for (name, edition, accepted, refused) in DECIDED {
        let domains = pybuf_suites::named(name).expect("there is such a domain");
        let report = campaign(SEED, &domains, &[edition], 1_000);
        let statistics = &campaign_of(&report).statistics[0];
        let percent = |count: usize| count * 100 / statistics.cases;
        assert!(percent(statistics.accepted) >= accepted, "{statistics:?}");
        assert!(percent(statistics.refused) >= refused, "{statistics:?}");
    }
}

/// What part of the cases must at least be about memory of a class, in percent.
const CLASSES: [(Class, usize); 13] = [
    (Class::Scalar, 2),
    (Class::Row, 20),
    (Class::C, 10),
    (Class::Fortran, 2),
    (Class::Strided, 12),
    (Class::Backwards, 5),
    (Class::Overlapping, 4),
    (Class::NoElements, 6),
    (Class::OneElement, 15),
    (Class::ManyDimensions, 4),
    (Class::Indirect, 1),
    (Class::NoPointers, 1),
    (Class::IllFormed, 5),
];

/// The share of a class among the cases of some domains, in percent.
fn share(statistics: &[Statistics], class: Class) -> usize {
    let count = |it: &Statistics| it.classes.get(&class).copied().unwrap_or_default();
    let cases: usize = statistics.iter().map(|it| it.cases).sum();
    statistics.iter().map(count).sum::<usize>() * 100 / cases
}

#[test]
fn memory_of_no_class_is_a_rarity() {
    let report = campaign(SEED, ALL, &[Edition::V3_13], 500);
    let campaign = campaign_of(&report);
    for (class, least) in CLASSES {
        let share = share(&campaign.statistics, class);
        assert!(share >= least, "{class}: {share} %");
    }
    // Where a struct is filled by hand, it may be without a shape.
    let contiguity = campaign.statistics.iter().find(|it| it.domain == "contiguity");
    assert!(contiguity.is_some_and(|it| share(std::slice::from_ref(it), Class::WithoutShape) >= 5));
    // What domains of objects are about is not only rows.
    for name in ["check", "request", "release", "pointer", "copy", "memoryview"] {
        let of_domain = campaign.statistics.iter().find(|it| it.domain == name);
        let of_domain = std::slice::from_ref(of_domain.expect("it was run"));
        for class in [Class::Scalar, Class::C, Class::Fortran, Class::Strided, Class::Backwards] {
            assert!(share(of_domain, class) > 0, "{name}: no {class}");
        }
    }
}

/// The calls of the cases that are drawn first.
fn drawn(domain: &Domain) -> impl Iterator<Item = Vec<Call>> {
    domain.random(SEED).take(1_000).map(|(_, case)| case.calls)
}

#[test]
fn layouts_of_64_dimensions_are_drawn() {
    // The only one that is enumerated.
    let walked = objects::layouts().pop();
    let is_of_64 = |call: &Call| match call {
        Call::Make { object: Object::Exporter { layout, .. } } => {
            layout.shape.len() == 64 && Some(layout) != walked.as_ref()
        }
        _ => false,
    };
    for domain in [request::DOMAIN, copy::DOMAIN, pointer::DOMAIN, release::DOMAIN] {
        assert!(drawn(&domain).flatten().any(|call| is_of_64(&call)), "{}", domain.name);
    }
}

#[test]
fn masks_are_drawn_that_are_not_enumerated() {
    let walked = masks::all();
    for domain in [request::DOMAIN, fill::DOMAIN, pointer::DOMAIN] {
        let masks = drawn(&domain).flatten().filter_map(|call| match call {
            Call::GetBuffer { flags, .. } | Call::FillInfo(FillInfo { flags, .. }) => Some(flags),
            _ => None,
        });
        let beyond: BTreeSet<i32> = masks.filter(|mask| !walked.contains(mask)).collect();
        // All 32 bits are drawn, set and not.
        let [all, any] = [
            beyond.iter().fold(-1, |bits, mask| bits & mask),
            beyond.iter().fold(0, |bits, mask| bits | mask),
        ];
        assert_eq!((all, any), if domain.name == "pointer" { (0x18, -1) } else { (0, -1) });
    }
}

#[test]
fn sequences_of_thirty_calls_are_drawn() {
    let longest = drawn(&lifecycle::DOMAIN).map(|calls| calls.len() - 1).max();
    assert_eq!(longest, Some(30));
    let long = drawn(&lifecycle::DOMAIN).filter(|calls| calls.len() > 25).count();
    assert!(long >= 10, "{long} sequences of 25 calls");
}

#[test]
fn a_seed_is_its_cases_and_every_domain_has_its_own() {
    let ids = |domain: &Domain, seed| -> Vec<CaseId> {
        domain.random(seed).take(50).map(|(id, _)| id).collect()
    };
    for domain in ALL {
        assert_eq!(ids(domain, 1), ids(domain, 1));
        assert_ne!(ids(domain, 1), ids(domain, 2), "{}", domain.name);
    }
    // The same function under another name makes other cases.
    let renamed = Domain { name: "renamed", ..ALL[0] };
    let choices = |ids: Vec<CaseId>| -> Vec<Vec<Choice>> {
        ids.iter().map(|id| id.choices().to_vec()).collect()
    };
    assert_ne!(choices(ids(&renamed, 1)), choices(ids(&ALL[0], 1)));
}

#[test]
fn a_random_case_is_found_by_its_id_and_by_its_number() {
    for domain in ALL {
        for (number, (id, case)) in (0..).zip(domain.random(SEED).take(200)) {
            assert_eq!(id.to_string().parse().as_ref(), Ok(&id));
            assert_eq!(domain.case(&id).as_ref(), Some(&case), "{id}");
            assert_eq!(domain.drawn(SEED, number), (id, case));
        }
    }
}

#[test]
fn shards_by_number_are_the_whole() {
    for domain in ALL {
        let shard = |first| domain.random(SEED).skip(first).step_by(3).take(10);
        let mut shards = [shard(0), shard(1), shard(2)];
        let together = (0..30).map(|number| shards[number % 3].next());
        assert!(together.eq(domain.random(SEED).take(30).map(Some)), "{}", domain.name);
    }
}

#[test]
fn no_random_case_needs_more_memory_than_any_case_may() {
    for (id, case) in ALL.iter().flat_map(|domain| domain.random(SEED).take(1_000)) {
        assert!(!case.calls.iter().any(pybuf_harness::Call::is_too_large), "{id}");
    }
}

/// Makes the choices of another, and remembers the most that there was to choose from.
struct Counts<C> {
    inner: C,
    most: usize,
}

impl<C: Chooser> Chooser for Counts<C> {
    fn choose_among(&mut self, options: Options) -> usize {
        self.most = self.most.max(options.count());
        self.inner.choose_among(options)
    }
}

#[test]
fn all_lower_choices_can_be_tried() {
    for domain in ALL {
        let mut walk = Counts { inner: Exhaustive::default(), most: 0 };
        while walk.inner.begin() {
            (domain.build)(&mut walk);
        }
        assert!(walk.most <= MOST, "{}: one of {}", domain.name, walk.most);
        for seed in 0..200 {
            let mut drawn = Counts { inner: Random::new([seed; 32]), most: 0 };
            (domain.build)(&mut drawn);
            assert!(drawn.most <= MOST, "{}: one of {}", domain.name, drawn.most);
        }
    }
}

/// The faults whose shrinking is looked at: one of each of these domains at least.
fn faults() -> Vec<&'static Fault> {
    let domains = ["request", "contiguity", "copy", "format", "release", "memoryview", "pointer"];
    let mut taken = Vec::new();
    for name in domains {
        let of_domain = |fault: &&Fault| fault.clause.family() == name;
        taken.extend(pybuf_faults::all().filter(of_domain).take(2));
    }
    taken
}

/// Whether a case breaks the clause of a fault.
fn breaks(fault: &Fault, edition: Edition, case: &Case) -> Option<Symptom> {
    let mut faulty = fault.implementation(edition);
    let replies = faulty.run(&[&case.calls]).pop().unwrap_or_default();
    let judgement = judge(case, &replies, edition, &faulty.capabilities());
    let clause = Some(fault.clause);
    let found = judgement.divergences.iter().find(|divergence| divergence.clause == clause)?;
    Some(Symptom { clause, kind: found.kind, objects: None })
}

#[test]
fn a_random_case_shrinks_to_one_that_breaks_the_same_clause_and_cannot_be_lowered() {
    let mut shrunk = 0;
    for fault in faults() {
        let edition = fault.edition().expect("a fault breaks a must");
        let domain = pybuf_suites::named(fault.clause.family()).expect("a clause has a domain")[0];
        let mut drawn = domain.random(SEED).take(2_000);
        let Some((id, case)) = drawn.find(|(_, case)| breaks(fault, edition, case).is_some())
        else {
            continue;
        };
        let symptom = breaks(fault, edition, &case);
        let mut shrinking = Shrinking::new(&domain, &id).expect("it was drawn");
        while let Some(case) = shrinking.candidate().cloned() {
            if breaks(fault, edition, &case) == symptom {
                shrinking.accept();
            }
        }
        let (smallest, case) = shrinking.best();
        assert_eq!(breaks(fault, edition, case), symptom, "{}: {smallest}", fault.name);
        assert_eq!(domain.case(&smallest).as_ref(), Some(case), "{}", fault.name);
        assert!(
            smallest.choices() <= id.choices() || smallest.choices().len() < id.choices().len()
        );
        for (index, choice) in smallest.choices().iter().enumerate() {
            for lower in (0..).map_while(|number| choice.simpler(number)) {
                let mut lowered = smallest.choices().to_vec();
                lowered[index] = lower;
                let mut replay = pybuf_harness::chooser::Replay::new(&lowered);
                let lowered = (domain.build)(&mut replay);
                let still = breaks(fault, edition, &lowered) == symptom;
                assert!(!still, "{}: {smallest} with {lower} at {index}", fault.name);
            }
        }
        shrunk += 1;
    }
    assert!(shrunk >= 8, "{shrunk} faults were met");
}
