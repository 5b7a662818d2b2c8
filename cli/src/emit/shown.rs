//! How a finding is shown in another process: the steps, and what is told of them.

use std::collections::BTreeSet;

use pybuf_harness::Call;
use pybuf_harness::check::Question;
use pybuf_harness::finding::Finding;
use pybuf_harness::verdict::Kind;

/// `PyBUF_FULL_RO`, which asks for all and demands nothing, and `PyBUF_FULL`, of which writers are told.
pub(super) const FULL_RO: i32 = 0x11c;
pub(super) const FULL: i32 = 0x11d;

/// How it is told where a view or an old buffer begins, and where elements are.
pub(super) const PLACE: &str = "buf block 0 + ";
pub(super) const OLD_PLACE: &str = "*buffer block 0 + ";
pub(super) const REACH: &str = "elements in bytes ";

/// How it is told that a memoryview has other contents than the elements, which need not be the same in each process.
pub(super) const OTHER_CONTENTS: &str = "bytes other than the elements";

/// How it is told that a consumer is lent other memory than that of the object.
pub(super) const COPY: &str = "a copy of it";

/// The finding with steps that show it in another process, too.
pub(super) fn repeatable(finding: &Finding) -> Finding {
    let mut finding = finding.clone();
    let request = |flags| Question::Call(Call::GetBuffer { object: 0, flags });
    let release = |view| Question::Call(Call::Release { view });
    let last = finding.steps.len().saturating_sub(1);
    let view = numbered(&finding.steps).last().map_or(0, |(_, views, _)| views);
    let is_place = [PLACE, OLD_PLACE].iter().any(|&begin| finding.observed.starts_with(begin));
    if is_place && finding.steps.len() == 1 {
        // One place alone shows nothing: the fullest request tells where the memory begins.
        let before = [request(FULL), release(0), request(FULL_RO), release(1)];
        finding.steps.splice(0..0, before);
    } else if is_elsewhere(&finding) {
        // What has been given back may be lent again, by chance.
        let is_release = |step: &Question| matches!(step, Question::Call(Call::Release { .. }));
        finding.steps.retain(|step| !is_release(step));
    }
    if [&finding.expected, &finding.observed].iter().all(|told| told.starts_with("bytes ")) {
        finding.expected = "bytes of the elements".into();
        finding.observed = OTHER_CONTENTS.into();
        finding
            .steps
            .splice(last..last, [request(FULL_RO), Question::Elements { view }, release(view)]);
    } else if finding.observed == COPY {
        finding.steps.insert(last, request(FULL_RO));
    }
    finding
}

/// Whether any other place than the expected one shows it: it need not be the same in each process.
pub(super) fn is_elsewhere(finding: &Finding) -> bool {
    is_moved(finding) || finding.expected.starts_with(PLACE) && finding.observed.starts_with(PLACE)
}

/// Whether the same request was granted memory in two places, which are not told apart.
pub(super) fn is_moved(finding: &Finding) -> bool {
    finding.expected == "buf where it was"
}

/// What to add to addresses that are counted from the first of the steps: a report counts them from the first that it
/// knows. Where there are two answers, what is expected is what the first one told.
pub(super) fn first_offset(finding: &Finding) -> String {
    let mut begins = [PLACE, OLD_PLACE, REACH].iter();
    let told = begins.find_map(|&begin| finding.expected.strip_prefix(begin));
    let number = told.and_then(|text| text.split([' ', ',']).next()?.parse::<i64>().ok());
    match number.filter(|&number| number != 0 && finding.steps.len() > 1) {
        Some(number) if number < 0 => format!(" - {}", number.unsigned_abs()),
        Some(number) => format!(" + {number}"),
        None => String::new(),
    }
}

/// The kind of the immutable object, such as `bytes`, if its memory is what was lent to a writer.
pub(super) fn immutable_kind(finding: &Finding) -> Option<&str> {
    finding.observed.strip_prefix("readonly 0 on memory of ")
}

/// What is told of a view besides its fields, if the last question asked for it: the name of the function that does, and
/// the numbers of the views that it is about.
pub(super) fn at_the_end(finding: &Finding) -> Option<(&'static str, Vec<usize>)> {
    let (step, view, _) = numbered(&finding.steps).last()?;
    if !matches!(step, Question::Call(Call::GetBuffer { .. })) {
        None
    } else if immutable_kind(finding).is_some() {
        Some(("immutable", vec![view]))
    } else if finding.observed.starts_with(REACH) {
        Some(("reach", vec![view]))
    } else if finding.observed == COPY {
        Some(("copy", vec![view.saturating_sub(1), view]))
    } else {
        None
    }
}

/// How it can be told whether the finding shows.
pub(super) fn telling(finding: &Finding) -> &'static str {
    match finding.kind {
        Kind::Crashed => "It shows if the process dies. Exit status 0: not seen here.",
        Kind::TimedOut => "It shows if it does not end. Exit status 0: not seen here.",
        _ => "Exit status 1: it shows; 0: not seen here; 2: not known.",
    }
}

/// The parts of the templates that a program needs.
pub(super) fn parts(finding: &Finding) -> BTreeSet<&'static str> {
    let mut parts = BTreeSet::new();
    parts.extend(at_the_end(finding).map(|(function, _)| function));
    if finding.observed == OTHER_CONTENTS {
        parts.insert("contents");
    }
    if finding.observed.contains("the object it is a view of") {
        parts.insert("root");
    }
    for step in &finding.steps {
        parts.insert("step");
        let Question::Call(call) = step else {
            parts.insert("elements");
            continue;
        };
        let more: &[_] = match call {
            Call::GetBuffer { .. } => &["request"],
            Call::Release { .. } => &["release"],
            Call::CheckBuffer { .. } => &["check"],
            Call::AsCharBuffer(_) => &["old", "char_buffer"],
            Call::AsReadBuffer(_) => &["old", "read_buffer"],
            Call::AsWriteBuffer(_) => &["old", "write_buffer"],
            Call::CheckReadBuffer { .. } => &["check_read"],
            Call::MemoryviewFromObject { .. } => &["memoryview"],
            Call::Drop { .. } => &["drop"],
            _ => &[],
        };
        parts.insert("call");
        parts.extend(more);
    }
    parts
}

/// A question, with the number of the view that it makes if it makes one.
pub(super) fn title(step: &Question, views: usize) -> String {
    match step {
        Question::Elements { view } => format!("all elements of view{view}"),
        Question::Call(Call::Drop { object }) => format!("Py_DecRef(object{object})"),
        _ => step.in_c(Some(views)),
    }
}

/// The numbers of the views and of the objects that steps make, before each of them. The object that is asked is
/// number 0.
pub(super) fn numbered(steps: &[Question]) -> impl Iterator<Item = (&Question, usize, usize)> {
    let (mut views, mut objects) = (0, 1);
    steps.iter().map(move |step| {
        let numbered = (step, views, objects);
        if let Question::Call(call) = step {
            views += usize::from(call.fills_view());
            objects += usize::from(call.makes_object());
        }
        numbered
    })
}
