//! Where the documentation says it: a link for a clause, made of its source in `SPEC_NOTES.md`.

use pybuf_harness::model::{Clause, Edition};

/// Where the documentation of an interpreter of that version (major, minor), judged by that edition, says what the
/// clause is about. `None` if it says nothing: where only practice speaks, or an older text.
pub fn link(clause: Clause, edition: Edition, version: (u8, u8)) -> Option<String> {
    let mut citations = citations(&clause.note().source).into_iter();
    let (document, place) = citations.find_map(|Citation { documents, place }| {
        Some((documents.into_iter().find(|it| self::documents(edition).contains(it))?, place))
    })?;
    let place = place.unwrap_or(match clause.family() {
        "check" => "PyObject_CheckBuffer",
        _ => "PyObject_GetBuffer",
    });
    let (page, anchor) = match (document, edition < Edition::V3_3) {
        ("T", _) => ("typeobj", Some("buffer-object-structures".to_owned())),
        ("S0" | "S1" | "S2" | "S3", _) => ("objbuffer", function(place)),
        ("M", false) => ("memoryview", function(place)),
        // A section of that page.
        ("M", true) => ("buffer", function(place)),
        (_, false) => ("buffer", Some(of_the_rewrite(place))),
        (_, true) => ("buffer", Some(of_the_first_text(place))),
    };
    let (major, minor) = match page {
        // The last to have it.
        "objbuffer" => version.min((3, 12)),
        _ => version,
    };
    let anchor = anchor.map_or(String::new(), |anchor| format!("#{anchor}"));
    Some(format!("https://docs.python.org/{major}.{minor}/c-api/{page}.html{anchor}"))
}

/// The documents that an edition consists of, by their names in `SPEC_NOTES.md`.
fn documents(edition: Edition) -> &'static [&'static str] {
    match edition {
        Edition::V3_3 | Edition::V3_10 => &["B", "T", "M", "S1", "S3"],
        Edition::V3_12 => &["B", "T", "M", "S1", "S2"],
        Edition::V3_13 => &["B", "T", "M"],
        _ => &["S0", "S4", "M"],
    }
}

/// A place in some documents that say the same.
#[derive(Debug, PartialEq)]
struct Citation<'a> {
    documents: Vec<&'a str>,
    /// The first section, field, function or macro that is named.
    place: Option<&'a str>,
}

/// Reads `S4, PyBUF_ND; B, "shape, strides, suboffsets"`. What stands in brackets is a remark.
fn citations(source: &str) -> Vec<Citation<'_>> {
    let mut citations = vec![Citation { documents: vec![], place: None }];
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let token;
        (token, rest) = match first {
            '"' => quoted(rest, '"'),
            '(' => quoted(rest, ')'),
            _ if is_of_a_word(first) => {
                rest.split_at(rest.find(|c| !is_of_a_word(c)).unwrap_or(rest.len()))
            }
            _ => rest.split_at(first.len_utf8()),
        };
        let Some(citation) = citations.last_mut() else { continue };
        match token {
            ";" => citations.push(Citation { documents: vec![], place: None }),
            "S0" | "S1" | "S2" | "S3" | "S4" | "B" | "T" | "M" => citation.documents.push(token),
            _ if first == '"' => {
                citation.place.get_or_insert(token.trim_matches('"'));
            }
            _ if token.starts_with("Py") => {
                citation.place.get_or_insert(token);
            }
            _ => {}
        }
    }
    citations
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What stands between the first character and the next `end`, both included, and the rest.
fn quoted(text: &str, end: char) -> (&str, &str) {
    text.split_at(text[1..].find(end).map_or(text.len(), |at| at + 1 + end.len_utf8()))
}

fn function(place: &str) -> Option<String> {
    // The page on the old functions, and that on memoryviews, have no other places.
    let is_on_the_page = ["PyObject_As", "PyObject_CheckRead", "PyMemoryView_"];
    is_on_the_page.iter().any(|it| place.starts_with(it)).then(|| format!("c.{place}"))
}

/// The fields of `Py_buffer`.
const FIELDS: [&str; 11] = [
    "buf",
    "obj",
    "len",
    "itemsize",
    "readonly",
    "ndim",
    "format",
    "shape",
    "strides",
    "suboffsets",
    "internal",
];

fn of_the_rewrite(place: &str) -> String {
    match place {
        // It was described there before it was a name to link to.
        "PyBUF_MAX_NDIM" => "c.Py_buffer.ndim".into(),
        field if FIELDS.contains(&field) => format!("c.Py_buffer.{field}"),
        name if name.starts_with("Py") => format!("c.{name}"),
        section => slug(section),
    }
}

fn of_the_first_text(place: &str) -> String {
    match place {
        field if FIELDS.contains(&field) => format!("c.Py_buffer.{field}"),
        section if section.contains(' ') => slug(section),
        // The flags are in a table of the function that takes them.
        flag if flag.starts_with("PyBUF_") => "c.PyObject_GetBuffer".into(),
        function => format!("c.{function}"),
    }
}

/// The heading of a section as Sphinx makes a name of it.
fn slug(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use pybuf_harness::model::Level;

    use super::*;

    fn of(id: &str, version: (u8, u8)) -> Option<String> {
        let (major, minor) = version;
        let edition = Edition::of_interpreter(major.into(), minor.into()).expect("it is known");
        link(Clause::find(id).expect(id), edition, version)
    }

    #[test]
    fn links_lead_to_the_place_in_the_version_of_the_interpreter() {
        let places = [
            (
                "request.refusal.buffer-error",
                (3, 12),
                "3.12/c-api/buffer.html#c.PyObject_GetBuffer",
            ),
            ("request.format.null-unless-asked", (3, 6), "3.6/c-api/buffer.html#readonly-format"),
            (
                "request.shape.given-if-asked",
                (3, 14),
                "3.14/c-api/buffer.html#shape-strides-suboffsets",
            ),
            ("request.contiguity.c", (3, 11), "3.11/c-api/buffer.html#contiguity-requests"),
            ("request.itemsize.always", (3, 9), "3.9/c-api/buffer.html#c.Py_buffer.itemsize"),
            (
                "request.granted-if-representable",
                (3, 8),
                "3.8/c-api/buffer.html#buffer-request-types",
            ),
            ("request.ndim.at-most-64", (3, 8), "3.8/c-api/buffer.html#c.Py_buffer.ndim"),
            ("request.released.refused", (3, 8), "3.8/c-api/buffer.html#c.PyObject_GetBuffer"),
            (
                "release.calls-exporter-once",
                (3, 12),
                "3.12/c-api/typeobj.html#buffer-object-structures",
            ),
            ("check.one-for-exporters", (3, 12), "3.12/c-api/buffer.html#c.PyObject_CheckBuffer"),
            (
                "memoryview.of-exporters",
                (3, 7),
                "3.7/c-api/memoryview.html#c.PyMemoryView_FromObject",
            ),
            ("memoryview.of-exporters", (2, 7), "2.7/c-api/buffer.html#c.PyMemoryView_FromObject"),
            ("old.read.type-error", (3, 12), "3.12/c-api/objbuffer.html#c.PyObject_AsReadBuffer"),
            ("old.read.type-error", (2, 7), "2.7/c-api/objbuffer.html#c.PyObject_AsReadBuffer"),
            ("old.wrapper.simple-request", (3, 6), "3.6/c-api/objbuffer.html"),
            ("request.format.given-if-asked", (2, 7), "2.7/c-api/buffer.html#c.PyObject_GetBuffer"),
            ("request.ndim.with-shape", (2, 7), "2.7/c-api/buffer.html#c.Py_buffer.ndim"),
        ];
        for (id, version, place) in places {
            let link = of(id, version).unwrap_or_default();
            assert_eq!(link.strip_prefix("https://docs.python.org/"), Some(place), "{id}");
        }
    }

    #[test]
    fn practice_has_no_place_in_the_documentation() {
        assert!(of("memoryview.contiguous.readonly-refused", (3, 12)).is_some());
        let practice = Clause::all().find(|clause| clause.note().source == "O");
        assert_eq!(of(practice.expect("there is one").id(), (3, 12)), None);
    }

    #[test]
    fn whatever_the_text_says_has_a_link() {
        const FAMILIES: [&str; 6] =
            ["request", "release", "check", "memoryview", "old", "consistency"];
        let versions = [(2, 7), (3, 6), (3, 10), (3, 12), (3, 13)];
        let mut seen = 0;
        for clause in Clause::all() {
            for (major, minor) in versions {
                let edition = Edition::of_interpreter(major.into(), minor.into()).expect("known");
                let is_said = matches!(clause.level(edition), Some(Level::Must | Level::Should));
                if is_said && FAMILIES.contains(&clause.family()) {
                    seen += 1;
                    assert!(link(clause, edition, (major, minor)).is_some(), "{clause} {edition}");
                }
            }
        }
        assert!(seen > 200, "{seen}");
    }

    #[test]
    fn sources_are_read_citation_by_citation() {
        let citation =
            |documents: &[&'static str], place| Citation { documents: documents.into(), place };
        assert_eq!(
            citations("S4, \"buf\" and get_item_pointer; B, \"readonly, format\" (see S3); O"),
            [
                citation(&["S4"], Some("buf")),
                citation(&["B"], Some("readonly, format")),
                citation(&[], None)
            ]
        );
        assert_eq!(
            citations("S0, S1, PyObject_AsReadBuffer"),
            [citation(&["S0", "S1"], Some("PyObject_AsReadBuffer"))]
        );
        assert_eq!(citations("M 3.11, \"open"), [citation(&["M"], Some("open"))]);
    }
}
