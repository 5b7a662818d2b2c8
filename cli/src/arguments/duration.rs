//! Spans of time, as options take them.

use std::time::Duration;

/// Reads `10s`, `250ms` or `5m`. There is always time enough to be had: none at all is no limit.
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let milliseconds = match unit {
        "ms" => Some(1),
        "s" => Some(1000),
        "m" => Some(60_000),
        _ => None,
    };
    let number = number.parse::<u64>().ok().filter(|number| *number > 0);
    let total = number.zip(milliseconds).and_then(|(number, unit)| number.checked_mul(unit));
    total.map(Duration::from_millis).ok_or_else(|| "it looks like 10s, 250ms or 5m".into())
}

/// The same, as such an option takes it.
pub fn text(duration: Duration) -> String {
    match duration.as_millis() {
        seconds if seconds.is_multiple_of(1000) => format!("{}s", seconds / 1000),
        milliseconds => format!("{milliseconds}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_unit() {
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        for text in ["", "10", "s", "0s", "-1s", "1.5s", "1 s", "1h", "18446744073709551615m"] {
            assert!(duration(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_was_read_can_be_written() {
        for (read, written) in [("250ms", "250ms"), ("10000ms", "10s"), ("5m", "300s")] {
            assert_eq!(duration(read).map(text).as_deref(), Ok(written));
        }
    }
}
