//! Calls as text: C, in which masks have the names of the header.

use crate::flags::Flags;

/// What the objects and views of a case are called in a text.
pub trait Names {
    /// An object, by its number.
    fn object(&self, number: usize) -> String;

    /// A view that was filled, by its number.
    fn view(&self, number: usize) -> String {
        format!("&view{number}")
    }

    /// The view that a call is about to fill.
    fn filled(&self) -> String {
        "&view".into()
    }
}

/// A call of a function with these arguments.
pub(super) fn call(name: &str, arguments: &[String]) -> String {
    format!("{name}({})", arguments.join(", "))
}

/// A list of numbers; a long one of equal numbers is shortened.
pub fn list(numbers: &[i64]) -> String {
    match numbers {
        [first, .., last] if numbers.len() > 8 && numbers.iter().all(|n| n == first) => {
            format!("[{last}]*{}", numbers.len())
        }
        _ => format!("{numbers:?}"),
    }
}

/// A mask in the names of the header: `PyBUF_ND|PyBUF_FORMAT`, with the number where bits are left; the
/// masks that are no unions of documented flags are marked.
pub fn mask(mask: i32) -> String {
    let whole = Flags::from_bits_retain(mask).whole();
    // A flag that is part of another one goes without saying.
    let each: Vec<_> =
        Flags::all().iter_names().filter(|(_, flag)| whole.contains(*flag)).collect();
    let said = each
        .iter()
        .filter(|(_, flag)| !each.iter().any(|(_, other)| other != flag && other.contains(*flag)));
    let mut names: Vec<String> = said.map(|(name, _)| format!("PyBUF_{name}")).collect();
    let rest = mask & !whole.bits();
    if rest != 0 {
        names.push(if rest < 0 { format!("{rest}") } else { format!("{rest:#x}") });
    }
    if names.is_empty() {
        names.push("PyBUF_SIMPLE".into());
    }
    let documented = Flags::from_bits_retain(mask).is_documented();
    names.join("|") + if documented { "" } else { " /* not documented */" }
}

/// `PyBUF_READ`, `PyBUF_WRITE`, or the number.
pub(super) fn access(flags: i32) -> String {
    match flags {
        crate::flags::READ => "PyBUF_READ".into(),
        crate::flags::WRITE => "PyBUF_WRITE".into(),
        other => format!("{other:#x}"),
    }
}
