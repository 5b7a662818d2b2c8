//! Which cases there are. A change of them must be reviewed.

mod snapshot;

use std::collections::BTreeSet;

use pybuf_harness::certificate::Certificate;
use pybuf_harness::model::{Edition, Flags};
use pybuf_harness::{Call, Domain};
use pybuf_suites::{ALL, masks, memoryview, request};

#[test]
fn the_cases_are_those_that_were_reviewed() -> Result<(), String> {
    let mut text = String::new();
    let mut sum = 0;
    for certificate in ALL.iter().map(Certificate::of) {
        let Certificate { domain, bound, cases, digest } = certificate;
        text += &format!("{domain}: {cases} cases\n  {bound}\n  sha256 {digest}\n");
        sum += cases;
    }
    let editions = Edition::ALL.len();
    text += &format!("all: {sum} cases x {editions} editions = {}\n", sum * editions);
    snapshot::compare(&snapshot::folder(), "certificates", &text)
}

#[test]
fn every_case_is_found_by_its_id() {
    for domain in ALL {
        for (id, case) in domain.cases() {
            assert_eq!(domain.replay(id.choices()).as_ref(), Some(&case), "{id}");
            assert_eq!(id.to_string().parse().as_ref(), Ok(&id));
        }
    }
}

#[test]
fn every_feature_has_a_case() {
    let features = pybuf_harness::certificate::features(ALL);
    assert_eq!(features, pybuf_harness::call::features().collect());
}

#[test]
fn every_call_has_the_name_of_its_function_in_json() {
    for (id, case) in ALL.iter().flat_map(|domain| domain.cases()) {
        for call in &case.calls {
            let json = serde_json::to_value(call).expect("calls are plain data");
            let names: Vec<_> = json.as_object().into_iter().flatten().map(|(it, _)| it).collect();
            let name = match call {
                Call::Make { .. } => "make".into(),
                Call::ReleaseCopy { .. } => format!("{} of a copy", call.feature()),
                call => call.feature().to_owned(),
            };
            assert_eq!(names, [&name], "{id}");
            assert_eq!(serde_json::from_value::<Call>(json).ok().as_ref(), Some(call), "{id}");
        }
    }
}

#[test]
fn every_function_is_of_one_section_that_calls_it() {
    let mut functions: Vec<_> = ALL.iter().flat_map(Domain::functions).collect();
    functions.sort_unstable();
    let mut features: Vec<_> =
        pybuf_harness::call::features().filter(|feature| !feature.starts_with("make ")).collect();
    features.sort_unstable();
    assert_eq!(functions, features);
    for domain in ALL {
        let called = pybuf_harness::certificate::features(&[*domain]);
        let missing: Vec<_> = domain.functions().filter(|f| !called.contains(f)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", domain.name);
    }
}

#[test]
fn every_exporter_meets_every_mask_once() {
    use std::collections::BTreeMap;
    let mut masks_of: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for (_, case) in request::DOMAIN.cases() {
        // The other cases of the domain have two consumers.
        let [Call::Make { object }, Call::GetBuffer { flags, .. }, Call::Release { .. }] =
            &case.calls[..]
        else {
            continue;
        };
        masks_of.entry(format!("{object:?}")).or_default().push(*flags);
    }
    let mut all = masks::all();
    all.sort_unstable();
    assert!(masks_of.len() > 100, "{} objects", masks_of.len());
    for (object, mut masks) in masks_of {
        masks.sort_unstable();
        assert_eq!(masks, all, "{object}");
    }
}

/// The domains in which cases occur again, and why.
const REPEATED: [(&str, &str); 3] = [
    ("contiguity", "64 dimensions of one element have the same strides in either order"),
    ("copy", "pairs of objects are drawn from lists that have some in common"),
    ("format", "parts that are put together in different ways may come to the same"),
];

#[test]
fn no_case_occurs_twice_but_where_that_is_known() {
    use std::collections::HashSet;
    for domain in ALL {
        let mut seen = HashSet::new();
        let cases = domain.cases().map(|(id, case)| (id, format!("{:?}", case.calls)));
        let repeated: Vec<_> = cases.filter(|(_, case)| !seen.insert(case.clone())).collect();
        let known = REPEATED.iter().find(|(name, _)| *name == domain.name);
        assert_eq!(repeated.is_empty(), known.is_none(), "{known:?}: {:?}", repeated.first());
    }
}

#[test]
fn all_masks_are_there_and_the_documented_ones_come_first() {
    let masks = masks::all();
    let is_documented = |mask: &i32| Flags::from_bits_retain(*mask).is_documented();
    assert_eq!(masks.len(), 256 + masks::OTHERS.len());
    assert_eq!(masks.iter().collect::<BTreeSet<_>>().len(), masks.len());
    assert!(masks[..72].iter().all(is_documented));
    assert!(!masks[72..].iter().any(is_documented));
    assert_eq!(masks[0], 0, "the simplest request is SIMPLE");
}

#[test]
fn every_struct_that_is_asked_about_is_well_formed() {
    for (id, case) in memoryview::DOMAIN.cases() {
        for call in &case.calls {
            if let Call::MemoryviewFromBuffer { view, .. } = call {
                assert!(view.has_whole_arrays(), "{id}");
                // CPython divides by the one, and reads the other through NULL.
                assert!(view.itemsize > 0 && (view.shape.is_some() || view.ndim <= 1), "{id}");
            }
        }
    }
}
