//! Laws that sizes of formats must obey. quickcheck makes the formats.

use pybuf_model::Edition;
use pybuf_model::format::{Problem, calcsize, parse};
use quickcheck::{Arbitrary, Gen, TestResult, Testable};

fn size(format: &str) -> Result<i64, Problem> {
    parse(format).and_then(|parsed| calcsize(&parsed, Edition::V3_13))
}

/// A code with a count, perhaps none.
#[derive(Clone, Debug)]
struct Item(Option<u16>, char);

impl Arbitrary for Item {
    fn arbitrary(g: &mut Gen) -> Self {
        let codes: Vec<char> = "xcbB?hHiIlLqQefdsp".chars().collect();
        Item(Option::arbitrary(g), *g.choose(&codes).unwrap_or(&'b'))
    }
}

fn text(items: &[Item], between: &str) -> String {
    let item = |Item(count, code): &Item| match count {
        Some(count) => format!("{count}{code}"),
        None => code.to_string(),
    };
    items.iter().map(item).collect::<Vec<_>>().join(between)
}

/// Anything at all that is made of the characters formats are made of, and some others.
#[derive(Clone, Debug)]
struct Noise(String);

impl Arbitrary for Noise {
    fn arbitrary(g: &mut Gen) -> Self {
        let characters: Vec<char> = "<>=!@ \t0123456789xbhilqnPdspTZ{}:&é".chars().collect();
        let len = usize::arbitrary(g) % 12;
        Noise((0..len).map(|_| *g.choose(&characters).unwrap_or(&' ')).collect())
    }
}

fn law(about: &str, holds: bool) -> TestResult {
    if holds { TestResult::passed() } else { TestResult::error(about) }
}

/// Tries a law 2,000 times.
fn holds(law: impl Testable) {
    crate::trying::tries(12, 2_000, law);
}

#[test]
fn standard_sizes_add_up() {
    fn adds_up(left: Vec<Item>, right: Vec<Item>) -> TestResult {
        let [left, right] = [&left, &right].map(|items| format!("<{}", text(items, "")));
        let both = format!("{left}{}", &right[1..]);
        let sum = size(&left).and_then(|left| Ok(left + size(&right)?));
        law(&both, sum.is_ok() && size(&both) == sum)
    }
    holds(adds_up as fn(_, _) -> _);
}

#[test]
fn a_count_multiplies_the_standard_size() {
    fn multiplies(count: u16, item: Item) -> TestResult {
        let one = size(&format!("={}", item.1));
        let all = size(&format!("={count}{}", item.1));
        law(&format!("{count} {item:?}"), one.is_ok() && all == one.map(|n| n * i64::from(count)))
    }
    holds(multiplies as fn(_, _) -> _);
}

#[test]
fn a_count_stands_for_as_many_items_unless_they_are_strings() {
    fn stands_for(before: Item, count: u8, item: Item) -> TestResult {
        let Item(_, code) = item;
        let before = text(&[before], "");
        let counted = format!("{before}{count}{code}");
        let each = format!("{before}{}", code.to_string().repeat(count.into()));
        // An item that is there 0 times is still aligned.
        law(&counted, count == 0 || size(&counted) == size(&each))
    }
    holds(stands_for as fn(_, _, _) -> _);
}

#[test]
fn whitespace_between_items_means_nothing() {
    fn nothing(items: Vec<Item>) -> TestResult {
        let packed = text(&items, "");
        let spaced = format!(" {}\n", text(&items, " \t"));
        law(&packed, size(&packed).is_ok() && size(&packed) == size(&spaced))
    }
    holds(nothing as fn(_) -> _);
}

#[test]
fn native_sizes_are_no_less_than_the_sum_of_their_items() {
    fn no_less(items: Vec<Item>) -> TestResult {
        let each: Result<Vec<i64>, Problem> =
            items.iter().map(|item| size(&text(std::slice::from_ref(item), ""))).collect();
        let whole = size(&text(&items, ""));
        let holds = each.is_ok_and(|each| whole.is_ok_and(|n| n >= each.iter().sum()));
        law(&text(&items, ""), holds)
    }
    holds(no_less as fn(_) -> _);
}

#[test]
fn whatever_the_text_there_is_an_answer_and_no_size_is_negative() {
    fn answers(noise: Noise) -> TestResult {
        law(&noise.0, size(&noise.0).is_ok_and(|size| size >= 0) || size(&noise.0).is_err())
    }
    holds(answers as fn(_) -> _);
    holds((|any: String| answers(Noise(any))) as fn(_) -> _);
}

#[test]
#[cfg(all(unix, target_pointer_width = "64"))]
fn sizes_are_those_that_were_seen_on_64_bit_unix() {
    let table = [
        ("", 0),
        ("bl", 16),
        ("lb", 9),
        ("blb", 17),
        ("llh", 18),
        ("cd", 16),
        ("dc", 9),
        ("b?h", 4),
        ("?i", 8),
        ("b0l", 8),
        ("llh0l", 24),
        ("x3i", 16),
        ("<bl", 5),
        ("=hd", 10),
        ("3s0p", 3),
        ("9223372036854775807s", i64::MAX),
    ];
    for (format, expected) in table {
        assert_eq!(size(format), Ok(expected), "{format:?}");
    }
}

#[test]
fn malformed_formats_say_what_is_wrong_with_them() {
    assert_eq!(size("i3"), Err(Problem::CountAlone));
    assert_eq!(size("3 i"), Err(Problem::NoCode(' ')));
    assert_eq!(size(" <i"), Err(Problem::NoCode('<')));
    assert_eq!(size("<P"), Err(Problem::NoCode('P')));
    assert_eq!(size("9223372036854775807bb"), Err(Problem::TooLong));
    assert_eq!(size("9223372036854775807b0q"), Err(Problem::TooLong));
    assert_eq!(size("Zé"), Err(Problem::NotAscii));
}

#[test]
fn codes_came_in_their_time() {
    let parsed = parse("n").expect("well-formed");
    assert_eq!(calcsize(&parsed, Edition::V3_2), Err(Problem::NoCode('n')));
    assert!(calcsize(&parsed, Edition::V3_3).is_ok());
}
