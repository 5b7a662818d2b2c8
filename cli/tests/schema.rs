//! The JSON Schemas: that the files are current, accept everything that is written, and refuse anything else.

mod pybuf;

use std::collections::BTreeSet;
use std::fs;

use jsonschema::Validator;
use pybuf::{out, pybuf};
use pybuf_harness::model::Edition;
use pybuf_harness::{Call, Case, Domain, Implementation, call};
use pybuf_targets::fast::Fast;
use pybuf_targets::protocol::{Answer, Request, VERSION};
use serde_json::{Value, json};

const FILE: &str = include_str!("../../snapshots/schemas/drivers.schema.json");

const REPORTS: &str = include_str!("../../snapshots/schemas/reports.schema.json");

/// Of so many cases one is looked at.
const EVERY: usize = 97;

/// Takes what the file says of lines of a kind.
fn validator(of: &str) -> Validator {
    let file: Value = serde_json::from_str(FILE).expect("the file is JSON");
    let schema = json!({ "$schema": file["$schema"], "$defs": file["$defs"], "$ref": format!("#/$defs/{of}") });
    jsonschema::validator_for(&schema).expect("it is a schema")
}

/// Some cases of each domain, and the first of each feature.
fn sample() -> Vec<Case> {
    let mut seen = BTreeSet::new();
    let cases = pybuf_suites::ALL.iter().flat_map(Domain::cases).enumerate();
    let sample = cases.filter(|(number, (_, case))| {
        let new = case.calls.iter().filter(|call| seen.insert(call.feature())).count() > 0;
        new || number % EVERY == 0
    });
    sample.map(|(_, (_, case))| case).collect()
}

#[test]
fn the_file_is_current() {
    let current = |name: &str, file: &str| {
        let is_current = out(&pybuf(["schema", name])) == file;
        let path = format!("snapshots/schemas/{name}.schema.json");
        assert!(is_current, "if that is intended: pybuf schema {name} > {path}");
    };
    current("drivers", FILE);
    current("vectors", include_str!("../../snapshots/schemas/vectors.schema.json"));
    current("reports", REPORTS);
    assert_eq!(out(&pybuf(["schema"])), FILE, "drivers are the default");
}

#[test]
fn reports_of_runs_fit_the_schema_and_begin_with_their_format() {
    let schema: Value = serde_json::from_str(REPORTS).expect("the file is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let file = tempfile::NamedTempFile::new().expect("a file");
    let known =
        "[[known]]\nclause = \"check.one-for-exporters\"\nobjects = [\"list\"]\nreason = \"\"\n";
    fs::write(file.path(), known).expect("it can be written to");
    let baseline = file.path().to_string_lossy().into_owned();
    let reports: [&[&str]; 4] = [
        &["run", "--suite", "check"],
        &["run", "--suite", "request", "--edition", "3.12", "--baseline", &baseline],
        &["run", "--suite", "copy", "--edition", "3.12", "--cases", "20"],
        &["run", "--suite", "check", "--shard", "1/2"],
    ];
    let json = ["--format", "json"];
    let reports = reports.map(|arguments| out(&pybuf(arguments.iter().chain(&json))));
    for text in reports {
        assert!(text.starts_with("{\n  \"format\": 1,\n"), "{text}");
        let report: Value = serde_json::from_str(&text).expect("the report is JSON");
        let problems: Vec<_> = validator.iter_errors(&report).map(|it| it.to_string()).collect();
        assert_eq!(problems, [""; 0]);
        for (pointer, wrong) in
            [("/format", "1".into()), ("/conforms", Value::Null), ("/strict", json!(0))]
        {
            let mut report = report.clone();
            *report.pointer_mut(pointer).expect("every report has it") = wrong;
            assert!(!validator.is_valid(&report), "{pointer}");
        }
    }
}

#[test]
fn it_takes_all_requests_and_the_answers_to_them() {
    let (requests, answers) = (validator("Request"), validator("Answer"));
    let valid = |validator: &Validator, line: Value| {
        let problems: Vec<_> = validator.iter_errors(&line).map(|it| it.to_string()).collect();
        assert!(problems.is_empty(), "{line}: {problems:?}");
    };
    let line = |value| serde_json::to_value(value).expect("requests are plain data");
    for request in [Request::Start { protocol: VERSION }, Request::Begin {}, Request::Stop {}] {
        valid(&requests, line(request));
    }
    let sample = sample();
    let features: BTreeSet<_> = sample.iter().flat_map(|it| &it.calls).map(Call::feature).collect();
    assert_eq!(features, call::features().collect(), "a call of each kind is in the sample");
    for case in &sample {
        for call in &case.calls {
            valid(&requests, line(Request::Call(call.clone())));
        }
    }
    let answer = |value: Answer| serde_json::to_value(value).expect("answers are plain data");
    valid(&answers, answer(Answer::Begun {}));
    valid(&answers, answer(Answer::Error { message: "no".into() }));
    let some =
        json!({ "name": "C", "supports": ["make bytes"], "reason": "to do", "editions": [] });
    valid(&answers, json!({ "capabilities": some }));
    for edition in [Edition::V2_7, Edition::V3_13] {
        let mut fast = Fast::of(edition);
        valid(&answers, answer(Answer::Capabilities(fast.capabilities().into())));
        let calls: Vec<&[Call]> = sample.iter().map(|case| case.calls.as_slice()).collect();
        for reply in fast.run(&calls).into_iter().flatten() {
            valid(&answers, answer(Answer::Reply(reply)));
        }
    }
}

#[test]
fn it_refuses_what_is_no_line() {
    let requests = validator("Request");
    for line in [
        json!({ "start": {} }),
        json!({ "start": { "protocol": "1" } }),
        json!({ "begin": {}, "stop": {} }),
        json!({ "call": { "PyObject_GetBuffer": { "object": 0 } } }),
        json!({ "call": { "PyObject_GetBuffer": { "object": -1, "flags": 0 } } }),
        json!({ "call": { "PyObject_FrobBuffer": { "object": 0 } } }),
        json!({ "call": { "make": { "object": { "kind": "waves" } } } }),
        json!("begin"),
    ] {
        assert!(!requests.is_valid(&line), "{line}");
    }
    let answers = validator("Answer");
    let granted = json!({ "reply": { "returned": { "value": 0, "obj": { "is": "exporter" }, "view": {
        "buf": { "is": { "at": { "block": 0, "offset": 0 } } }, "len": { "is": 5 },
        "itemsize": { "is": 1 }, "readonly": { "is": 1 }, "ndim": "untouched",
        "format": { "is": null }, "shape": { "is": [5] }, "strides": { "is": null },
        "suboffsets": { "is": null }
    } } } });
    assert!(answers.is_valid(&granted));
    let changed = |path: &str, to: Value| {
        let mut line = granted.clone();
        *line.pointer_mut(path).expect("the path is there") = to;
        line
    };
    let mut without_shape = granted.clone();
    let view = without_shape.pointer_mut("/reply/returned/view").and_then(Value::as_object_mut);
    view.expect("there is a view").remove("shape");
    for line in [
        without_shape,
        changed("/reply/returned/view/len", json!(5)),
        changed("/reply/returned/view/shape/is", json!(["5"])),
        changed("/reply/returned/obj/is", json!("me")),
        changed("/reply/returned/value", json!("0")),
        json!({ "capabilities": { "name": "C" } }),
        json!({ "capabilities": { "name": "C", "lacks": ["make plain"] } }),
        json!({ "capabilities": { "name": "C", "lacks": {}, "edition": "3.13" } }),
        json!({ "capabilities": { "name": "C", "supports": ["make bytes"] } }),
        json!({ "capabilities": { "name": "C", "supports": [], "reason": "to do", "lacks": {} } }),
        json!({ "capabilities": { "name": "C", "reason": "to do", "lacks": {} } }),
        json!({ "reply": { "returned": { "result": 0 } } }),
        json!({ "reply": "ok" }),
        json!({ "begun": null }),
        json!({ "error": "no" }),
    ] {
        assert!(!answers.is_valid(&line), "{line}");
    }
}

#[test]
fn it_tells_the_signature_of_each_function() {
    for feature in call::features().filter(|feature| feature.starts_with("Py")) {
        let signature = format!("{feature}(");
        assert!(FILE.contains(&signature), "{feature}");
    }
    assert!(!FILE.contains("[`") && !FILE.contains("`]"), "links mean nothing here");
}

/// The page for those who write a driver lists what can be lacked, in a block of its own.
#[test]
fn the_page_names_what_can_be_lacked() {
    let page = include_str!("../../examples/README.md");
    let block = page.split("```text\n").nth(1).and_then(|rest| rest.split("\n```").next());
    let listed = block.expect("it has one such block").split([',', '\n']).map(str::trim);
    let listed: Vec<&str> = listed.filter(|name| !name.is_empty()).collect();
    assert_eq!(listed, call::features().collect::<Vec<_>>());
}
