//! The files of `pybuf vectors`: they fit their schema, they say what the model says, and who is judged
//! by them is judged as by us.

use std::collections::HashMap;

use pybuf_faults::Fault;
use pybuf_harness::model::{Clause, Edition};
use pybuf_harness::model::{Expectation, Expected, Level, Permits};
use pybuf_harness::protocol::Field;
use pybuf_harness::vectors::{ByFile, Disagreement, Vectors};
use pybuf_harness::verdict::Verdict;
use pybuf_harness::{Capabilities, Case, Domain, Implementation, Reply, judge, vectors};
use serde_json::Value;

/// Small sections, and those in which much depends on earlier replies.
const SECTIONS: [&str; 8] =
    ["old", "check", "release", "pointer", "lifecycle", "copy", "memoryview", "buffer-object"];

fn domain(name: &str) -> Domain {
    pybuf_suites::named(name).unwrap_or_else(|| panic!("no section {name}"))[0]
}

fn written(name: &str, edition: Edition) -> Vectors {
    let vectors = Vectors::of(&domain(name), edition);
    vectors.unwrap_or_else(|no_case| panic!("{no_case}"))
}

/// The file, as text.
fn text(vectors: &Vectors) -> String {
    let mut text = Vec::new();
    vectors.write(&mut text).expect("memory can be written to");
    String::from_utf8(text).expect("JSON is text")
}

#[test]
fn the_schema_in_the_repository_is_current() {
    let there = include_str!("../../snapshots/schemas/vectors.schema.json");
    let hint = "pybuf schema vectors > snapshots/schemas/vectors.schema.json";
    assert!(there == vectors::schema(), "the schema has changed: {hint}");
}

#[test]
fn files_fit_the_schema() {
    let schema: Value = serde_json::from_str(&vectors::schema()).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is one");
    for (name, edition) in
        [("old", Edition::V2_7), ("check", Edition::V1_6), ("release", Edition::V3_13)]
    {
        let file: Value =
            serde_json::from_str(&text(&written(name, edition))).expect("the file is JSON");
        let problems: Vec<String> = schema.iter_errors(&file).map(|it| it.to_string()).collect();
        assert_eq!(problems, [""; 0], "{name}, edition {edition}");

        // It is not a schema that everything fits.
        for (pointer, wrong) in [
            ("/cases/0/calls/0/make/object/kind", Value::from("unicorn")),
            ("/cases/0/expected/0", Value::from("first")),
            ("/expectations/0/expect", Value::from("unmade")),
            ("/expectations/0/example", Value::from("returned")),
            ("/certificate/digest", Value::Null),
        ] {
            let mut file = file.clone();
            let place = file.pointer_mut(pointer).expect("every file has that");
            *place = wrong;
            assert!(!schema.is_valid(&file), "{name}, edition {edition}: {pointer}");
        }
    }
}

#[test]
fn a_file_can_be_read_again_and_agrees_with_the_model() {
    for (name, edition) in
        [("old", Edition::V2_7), ("pointer", Edition::V3_3), ("lifecycle", Edition::V3_13)]
    {
        let vectors = written(name, edition);
        let text = text(&vectors);
        assert_eq!(serde_json::from_str::<Vectors>(&text).ok().as_ref(), Some(&vectors), "{name}");
        assert_eq!(vectors.rerun(&domain(name), edition), Ok(()), "{name}");
        assert_eq!(
            text.lines().filter(|line| line.starts_with("{\"id\"")).count(),
            vectors.cases.len()
        );
    }
}

/// What a run finds in a file in which something was changed.
fn changed(change: impl FnOnce(&mut Vectors)) -> Result<(), Disagreement> {
    let edition = Edition::V3_12;
    let mut vectors = written("check", edition);
    change(&mut vectors);
    vectors.rerun(&domain("check"), edition)
}

/// The first rule on a value that is returned: its clause and its values.
fn returns(vectors: &mut Vectors) -> (Clause, &mut Permits) {
    let answers = vectors.expectations.iter_mut().filter_map(|it| match &mut it.expect {
        Expected::Reply(Expectation::Answer(answer)) => Some(answer),
        _ => None,
    });
    let mut rules = answers.flat_map(|answer| &mut answer.success);
    let rule = rules.find(|rule| rule.says.field == Field::Return).expect("there is one");
    (rule.clause, &mut rule.says.permits)
}

#[test]
fn a_file_that_says_something_else_is_found_out() {
    assert_eq!(changed(|_| {}), Ok(()));
    let head = changed(|vectors| vectors.edition = "3.13".into());
    assert!(matches!(head, Err(Disagreement::Head(_))), "{head:?}");
    let fewer = changed(|vectors| vectors.cases.truncate(1));
    assert!(matches!(fewer, Err(Disagreement::Head(_))), "{fewer:?}");
    let swapped = changed(|vectors| vectors.cases.swap(0, 1));
    assert!(matches!(swapped, Err(Disagreement::Head(_))), "{swapped:?}");
    let beyond = changed(|vectors| vectors.cases[3].expected[1] = 1000);
    assert_eq!(beyond, Err(Disagreement::Number("check/bytes.2".into())));
    let short = changed(|vectors| vectors.cases[3].expected.truncate(1));
    assert_eq!(short, Err(Disagreement::Number("check/bytes.2".into())));
    let level = changed(|vectors| {
        let clause = returns(vectors).0;
        vectors.levels.insert(clause, Level::Observed);
    });
    assert!(matches!(level, Err(Disagreement::Head(_))), "{level:?}");
    let value = changed(|vectors| *returns(vectors).1 = Permits::OneOf(vec![7.into()]));
    assert!(matches!(value, Err(Disagreement::Judgement { .. })), "{value:?}");
    let example = changed(|vectors| vectors.expectations[1].example = Reply::NotInEdition);
    assert!(
        matches!(example, Err(Disagreement::Replies(_) | Disagreement::Judgement { .. })),
        "{example:?}"
    );
}

#[test]
fn wrong_implementations_are_caught_by_the_files_as_by_the_model() {
    let mut files: HashMap<(&str, Edition), Vectors> = HashMap::new();
    let mut caught = 0;
    for fault in pybuf_faults::all() {
        let family = fault.clause.family();
        let edition = fault.edition().unwrap_or_else(|| panic!("{} is no must", fault.clause));
        // Whatever is wrong with it, it may show wherever objects are made and views given back.
        for section in SECTIONS.into_iter().filter(|name| *name == family || *name == "release") {
            let vectors =
                files.entry((section, edition)).or_insert_with(|| written(section, edition));
            let case = first_against(fault, vectors, edition);
            if section == family {
                assert!(case.is_some(), "{} is not caught by the files", fault.name);
                caught += 1;
            }
        }
    }
    assert!(caught >= 100, "{caught} faults");
}

/// The first case by which the file says that a fault breaks its clause. The model must say the same of
/// each, as far as the file says anything, and so of the beginning of the whole.
fn first_against(fault: &Fault, vectors: &Vectors, edition: Edition) -> Option<String> {
    let file = ByFile::read(vectors, edition).expect("it was written by us");
    let mut faulty = fault.implementation(edition);
    let capabilities = faulty.capabilities();
    let mut first = None;
    for vector in &vectors.cases {
        let Case { calls } = &vector.case;
        let replies = faulty.run(&[calls]).pop().unwrap_or_default();
        let by_file = file.compare(vector, &replies, &capabilities);
        let by_file = by_file.unwrap_or_else(|it| panic!("{}: {it}", fault.name));
        let whole = judge::judge(&vector.case, &replies, edition, &capabilities);
        let common = whole.divergences.get(..by_file.divergences.len());
        assert_eq!(common, Some(&by_file.divergences[..]), "{}: {}", fault.name, vector.id);
        let breaks = by_file.divergences.iter().any(|it| it.clause == Some(fault.clause));
        if breaks && first.is_none() {
            first = Some(vector.id.clone());
        }
    }
    first
}

#[test]
fn replies_that_are_like_the_example_carry_a_case_on() {
    let reply = |text: &str| serde_json::from_str::<Reply>(text).expect("a reply");
    let granted = r#"{"returned":{"value":0,"obj":{"is":"exporter"},"references":1}}"#;
    let uncounted = r#"{"returned":{"value":0,"obj":{"is":"exporter"}}}"#;
    assert!(!vectors::parts(&reply(granted), &reply(uncounted)));
    for other in [
        r#"{"returned":{"value":-1,"exception":"BufferError"}}"#,
        r#"{"returned":{"value":0,"obj":{"is":"root"},"references":1}}"#,
        r#"{"returned":{"value":0,"exception":"BufferError","obj":{"is":"exporter"}}}"#,
        r#"{"returned":{"value":0,"obj":{"is":"exporter"},"number":3}}"#,
        r#"{"returned":{"value":0,"obj":{"is":"exporter"},"bytes":[3]}}"#,
        r#"{"returned":{"value":0,"obj":{"is":"exporter"},"buffer":"untouched"}}"#,
        r#""not_made""#,
    ] {
        assert!(vectors::parts(&reply(granted), &reply(other)), "{other}");
    }
    let told = |readonly: i64| {
        let fields = ["len", "itemsize", "ndim"].map(|field| format!(r#""{field}":{{"is":1}}"#));
        let null = ["format", "shape", "strides", "suboffsets"];
        let null = null.map(|field| format!(r#""{field}":{{"is":null}}"#)).join(",");
        let readonly = format!(r#""readonly":{{"is":{readonly}}}"#);
        let fields = fields.join(",");
        reply(&format!(
            r#"{{"returned":{{"value":0,"view":{{"buf":{{"is":"null"}},{fields},{null},{readonly}}}}}}}"#
        ))
    };
    assert!(vectors::parts(&told(0), &told(1)));
    assert!(!vectors::parts(&told(1), &told(2)), "it is a truth value");
}

#[test]
fn a_garbled_reply_after_one_that_is_another_is_found() {
    let edition = Edition::V3_12;
    let vectors = written("release", edition);
    let file = ByFile::read(&vectors, edition).expect("it is of that edition");
    let vector = vectors.cases.iter().find(|it| it.case.calls.len() > 2).expect("there is one");
    let replies = [Reply::NotMade, Reply::Garbled { how: "nonsense".into() }];
    let judgement = file.compare(vector, &replies, &Capabilities::default());
    assert_eq!(judgement.map(|it| it.verdict), Ok(Verdict::Diverges));
}
