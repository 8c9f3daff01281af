//! Rows by their numbers.

use std::ops::Range;

/// `7`, `10:20`, `-5:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowRange {
    One(i64),
    Range(Option<i64>, Option<i64>),
}

impl RowRange {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let number = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse::<i64>().map(Some).map_err(|_| "rows are 7, 10:20, :5 or -5:".to_owned()),
        };
        match text.split_once(':') {
            Some((start, end)) => Ok(Self::Range(number(start)?, number(end)?)),
            None => number(text)?.map(Self::One).ok_or_else(|| "rows are 7, 10:20, :5 or -5:".to_owned()),
        }
    }

    /// Which of so many rows these are. A range may reach outside, one row may not.
    pub(super) fn of(&self, height: u64) -> Result<Range<u64>, String> {
        let from_end =
            |at: i64| if at < 0 { height.saturating_sub(at.unsigned_abs()) } else { at.unsigned_abs().min(height) };
        match *self {
            Self::One(row) => {
                let at = if row < 0 { height.checked_sub(row.unsigned_abs()) } else { Some(row.unsigned_abs()) };
                match at.filter(|at| *at < height) {
                    Some(at) => Ok(at..at + 1),
                    None if height == 0 => Err(format!("there is no row {row}: it has none")),
                    None => Err(format!("there is no row {row}, only 0 to {}", height - 1)),
                }
            }
            Self::Range(start, end) => {
                let start = start.map_or(0, from_end);
                Ok(start..end.map_or(height, from_end).max(start))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_python() {
        for (text, expected) in [
            ("7", Ok(7..8)),
            ("-1", Ok(9..10)),
            ("2:5", Ok(2..5)),
            (":3", Ok(0..3)),
            ("-3:", Ok(7..10)),
            ("8:99", Ok(8..10)),
            ("5:2", Ok(5..5)),
        ] {
            assert_eq!(RowRange::parse(text).unwrap().of(10), expected, "{text}");
        }
        assert!(RowRange::parse("10").unwrap().of(10).is_err());
        assert!(RowRange::parse("a:b").is_err() && RowRange::parse("").is_err());
    }
}
