//! # Objects and masks
//!
//! Of calls that take a mask: which object answers which mask in which way. Objects that answer every
//! mask alike share a row, masks that are answered alike share a column.

use std::collections::{BTreeMap, BTreeSet};

use pybuf_model::Flags;
use pybuf_protocol::call::text::mask as mask_text;

use super::checksum::Checksum;
use super::lines::{cut, limited, short};
use crate::call::{Call, FillInfo};
use crate::case::Case;
use crate::object::Object;
use crate::render;

/// The most columns.
const MOST_COLUMNS: usize = 26;
/// How wide the names of rows are, in characters.
const NAME: usize = 46;
/// The letters of the flags, in their order, in the heads of columns.
const LETTERS: &str = "WfNSCFAI";

/// Calls with a mask that is documented, the first of their cases.
#[derive(Clone, Default)]
pub(super) struct Masks {
    rows: Vec<Row>,
}

/// The calls that differ in the mask only.
#[derive(Clone)]
struct Row {
    object: Option<Object>,
    call: Call,
    /// Each mask with the number of the kind of answer.
    answers: BTreeMap<i32, usize>,
}

impl Masks {
    /// Takes notice of a call that is answered in that way.
    pub(super) fn note(&mut self, case: &Case, index: usize, kind: usize) {
        let first = case.calls[..index].iter().all(|call| matches!(call, Call::Make { .. }));
        let Some((call, mask)) = without_mask(&case.calls[index]).filter(|_| first) else { return };
        if !Flags::from_bits_retain(mask).is_documented() {
            return;
        }
        let object = case.object_of(index);
        let known = |row: &Row| row.call == call && row.object.as_ref() == object;
        // Rows come one after the other, or nearly so.
        let row = self.rows.iter().rposition(known).unwrap_or_else(|| {
            let (object, call) = (object.cloned(), call.clone());
            self.rows.push(Row { object, call, answers: BTreeMap::new() });
            self.rows.len() - 1
        });
        self.rows[row].answers.entry(mask).or_insert(kind);
    }

    /// The table, of at most `room` lines; nothing if there are no masks. `marks` has two characters for
    /// each kind of answer.
    pub(super) fn matrix(&self, marks: &[&str], room: usize) -> String {
        let masks = self.rows.iter().flat_map(|row| row.answers.keys().copied());
        let simplest_first: BTreeSet<_> = masks.map(|mask| (mask.count_ones(), mask)).collect();
        let masks: Vec<i32> = simplest_first.into_iter().map(|(_, mask)| mask).collect();
        if masks.is_empty() {
            return String::new();
        }
        let cell = |row: &Row, mask: i32| row.answers.get(&mask).map_or("", |kind| marks[*kind]);
        let rows =
            alike(&self.rows, |row| masks.iter().map(|mask| cell(row, *mask)).collect::<Vec<_>>());
        let columns = alike(masks.iter().copied(), |mask| {
            rows.iter().map(|rows| cell(rows[0], mask)).collect::<Vec<_>>()
        });
        let cells = |row: &Row| columns.iter().map(|masks| cell(row, masks[0]).into()).collect();
        let lines: Vec<_> =
            rows.iter().map(|rows| line(&name(rows), NAME, cells(rows[0]))).collect();
        let head = head(&columns);
        let room = room.saturating_sub(head.lines().count());
        head + &limited(&lines, room)
    }
}

/// Above each column the smallest of its masks, letter below letter, and how many masks there are.
fn head(columns: &[Vec<i32>]) -> String {
    let legend: Vec<_> = flags().map(|(name, letter)| format!("{letter} {name}")).collect();
    let mut head = format!("\nobjects and masks: - SIMPLE, {}\n", legend.join(", "));
    let names: Vec<Vec<char>> = columns.iter().map(|column| letters(column[0])).collect();
    let height = names.iter().map(Vec::len).max().unwrap_or(0);
    let letter = |name: &Vec<char>, i| name.get(i).map_or(String::new(), char::to_string);
    for i in 0..height {
        head += &cut(&line("", NAME + 2, names.iter().map(|name| letter(name, i)).collect()));
    }
    let sizes = columns.iter().map(|column| column.len().to_string()).collect();
    head + &cut(&line("  masks answered alike", NAME + 2, sizes))
}

/// A name of that width and cells behind it.
fn line(name: &str, width: usize, cells: Vec<String>) -> String {
    let more = match cells.get(MOST_COLUMNS..).unwrap_or_default() {
        [] => String::new(),
        more => format!(" +{} {}", more.len(), Checksum::of_text(&more.join(" "))),
    };
    let cells: String = cells.iter().take(MOST_COLUMNS).map(|cell| format!(" {cell:>2}")).collect();
    format!("{name:<width$}{cells}{more}")
}

/// Items that look alike, together; the smallest first.
fn alike<T: Copy, K: PartialEq>(
    items: impl IntoIterator<Item = T>,
    look: impl Fn(T) -> K,
) -> Vec<Vec<T>> {
    let mut classes: Vec<(K, Vec<T>)> = Vec::new();
    for item in items {
        let key = look(item);
        match classes.iter_mut().find(|(known, _)| *known == key) {
            Some((_, class)) => class.push(item),
            None => classes.push((key, vec![item])),
        }
    }
    classes.into_iter().map(|(_, class)| class).collect()
}

/// The flags by their names and letters.
fn flags() -> impl Iterator<Item = (&'static str, char)> {
    debug_assert_eq!(Flags::all().iter_names().count(), LETTERS.len());
    Flags::all().iter_names().map(|(name, _)| name).zip(LETTERS.chars())
}

/// The flags of a mask by their letters.
fn letters(mask: i32) -> Vec<char> {
    let text = mask_text(mask);
    let names = text.split('|').map(|name| name.trim_start_matches("PyBUF_"));
    let letter = |name| flags().find(|(flag, _)| *flag == name).map_or('-', |(_, letter)| letter);
    names.map(letter).collect()
}

/// Rows by the smallest of them.
fn name(rows: &[&Row]) -> String {
    let Row { object, call, .. } = rows[0];
    let smallest = match object {
        Some(object) => short(&object.to_string()),
        None => {
            let alone = Case { calls: vec![call.clone()] };
            short(&render::call(&alone, 0)).replace(",SIMPLE", "")
        }
    };
    let more = if rows.len() > 1 { format!(" +{} more", rows.len() - 1) } else { String::new() };
    let room = NAME - more.len();
    if smallest.chars().count() <= room {
        return smallest + &more;
    }
    smallest.chars().take(room - 3).chain("...".chars()).chain(more.chars()).collect()
}

/// A call with the mask taken out of it, and the mask; `None` if it takes none.
fn without_mask(call: &Call) -> Option<(Call, i32)> {
    match call {
        Call::GetBuffer { object, flags } => {
            Some((Call::GetBuffer { object: *object, flags: 0 }, *flags))
        }
        Call::FillInfo(arguments) => {
            let call = Call::FillInfo(FillInfo { flags: 0, ..arguments.clone() });
            Some((call, arguments.flags))
        }
        _ => None,
    }
}
