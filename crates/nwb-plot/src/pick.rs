//! Which ROIs, channels or units: `1,5-9`.

use std::collections::HashSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::{Error, ErrorKind, Result};

/// ROIs, channels or units by their ids, in the order in which they were asked for. What has no id is counted from 0.
///
/// ```
/// let picks: nwb_plot::Picks = "11,13-20".parse()?;
/// assert_eq!(picks.places(&[10, 11, 12, 13, 14])?, [1, 3, 4]);
/// assert!(picks.places(&[10, 12]).unwrap_err().to_string().contains("id 11"));
/// # Ok::<(), nwb_plot::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picks(Vec<RangeInclusive<u64>>);

impl Picks {
    /// Where they are in a list of ids, each once. Of a range, those that are there.
    ///
    /// # Errors
    /// When one of them is not there, or nothing of a range.
    pub fn places(&self, ids: &[i64]) -> Result<Vec<usize>> {
        let mut places = Vec::new();
        let mut seen = HashSet::new();
        for range in &self.0 {
            let before = places.len();
            let inside = |id: &i64| u64::try_from(*id).is_ok_and(|id| range.contains(&id));
            let mut found = ids.iter().enumerate().filter(|(_, id)| inside(id)).map(|(place, _)| place).peekable();
            if found.peek().is_none() {
                let what = Self(vec![range.clone()]);
                let there = match (ids.iter().min(), ids.iter().max()) {
                    (Some(low), Some(high)) => format!("there are {}, from {low} to {high}", ids.len()),
                    _ => "there are none".into(),
                };
                return Err(Error::new(ErrorKind::NotFound, format!("there is no id {what}")).expected(there));
            }
            places.extend(found.filter(|place| seen.insert(*place)));
            // Ids need not be in order in a table; in a range they are.
            if let Some(new) = places.get_mut(before..) {
                new.sort_by_key(|place| ids.get(*place).copied());
            }
        }
        Ok(places)
    }
}

impl FromStr for Picks {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |part: &str| {
            Error::new(ErrorKind::Invalid, format!("\"{part}\" is no number and no range of numbers"))
                .expected("numbers from 0 and ranges, as in 1,5-9")
        };
        let number = |text: &str, part: &str| text.trim().parse::<u64>().map_err(|_| wrong(part));
        let range = |part: &str| match part.split_once('-') {
            None => number(part, part).map(|n| n..=n),
            Some((first, last)) => {
                let (first, last) = (number(first, part)?, number(last, part)?);
                if first <= last { Ok(first..=last) } else { Err(wrong(part)) }
            }
        };
        text.split(',').map(|part| range(part.trim())).collect::<Result<_>>().map(Self)
    }
}

impl fmt::Display for Picks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, range) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            match range.start() == range.end() {
                true => write!(f, "{comma}{}", range.start())?,
                false => write!(f, "{comma}{}-{}", range.start(), range.end())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lists_and_refuses_the_rest() {
        let picks: Picks = " 3, 0-1,1 ".parse().unwrap();
        assert_eq!(picks.places(&[0, 1, 2, 3]).unwrap(), [3, 0, 1]);
        assert_eq!(picks.to_string(), "3,0-1,1");
        for wrong in ["", "a", "1,", "5-3", "-1", "1-", "1.5", "99999999999999999999"] {
            assert!(wrong.parse::<Picks>().is_err(), "{wrong}");
        }
        // A range takes no memory of its own.
        let all: Picks = "0-18446744073709551615".parse().unwrap();
        assert_eq!(all.places(&[7, -1, 3]).unwrap(), [2, 0]);
        assert!(all.places(&[]).unwrap_err().to_string().contains("none"));
    }
}
