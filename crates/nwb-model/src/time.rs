//! Points in time, as NWB writes them: ISO 8601 text.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeZone, Timelike};

use crate::error::{Error, ErrorKind, Result};

/// A date, with or without a time of day, with or without a zone: three different things, none of which is made into another.
///
/// The text is kept as it stands in the file. This machine's time zone is never asked for.
///
/// ```
/// use nwb_model::time::{Moment, Timestamp};
///
/// let start = Timestamp::parse("2024-03-09T08:05:00.25-07:00")?;
/// assert!(matches!(start.moment(), Moment::Zoned(_)));
/// assert_eq!(start.as_str(), "2024-03-09T08:05:00.25-07:00");
/// assert!(Timestamp::parse("last Tuesday").is_err());
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timestamp {
    text: String,
    moment: Moment,
}

/// What a [`Timestamp`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Date, time of day, and offset from UTC.
    Zoned(DateTime<FixedOffset>),
    /// Date and time of day in a zone that is not told.
    Naive(NaiveDateTime),
    /// A date alone.
    Date(NaiveDate),
}

impl Timestamp {
    /// Reads ISO 8601: a date; or date and time, with a `T` or a space between, fractions of a second to any number of digits,
    /// and `Z`, `+HH:MM`, `+HHMM`, `+HH` or nothing behind it. Dashes and colons may be left out, and a comma may stand before
    /// the fraction.
    ///
    /// # Errors
    /// When the text is nothing of the kind.
    pub fn parse(text: &str) -> Result<Self> {
        let moment = parse(text.trim()).ok_or_else(|| {
            Error::new(ErrorKind::Malformed, "this is no date or time")
                .expected("ISO 8601, such as 2024-03-09T08:05:00-07:00")
                .found(format!("\"{text}\""))
        })?;
        Ok(Self { text: text.into(), moment })
    }

    /// The text as it stands in the file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it says.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// The point in time, if the zone is told.
    #[must_use]
    pub fn zoned(&self) -> Option<DateTime<FixedOffset>> {
        match self.moment {
            Moment::Zoned(time) => Some(time),
            Moment::Naive(_) | Moment::Date(_) => None,
        }
    }

    /// The date.
    #[must_use]
    pub fn date(&self) -> NaiveDate {
        match self.moment {
            Moment::Zoned(time) => time.date_naive(),
            Moment::Naive(time) => time.date(),
            Moment::Date(date) => date,
        }
    }
}

fn parse(text: &str) -> Option<Moment> {
    let date = |text: &str| {
        let format = if text.contains('-') { "%Y-%m-%d" } else { "%Y%m%d" };
        // Else a year of more digits would take those of the month.
        let is_right = text.contains('-') || text.len() == 8;
        NaiveDate::parse_from_str(text, format).ok().filter(|_| is_right)
    };
    let Some((day, rest)) = text.split_once(['T', 't', ' ']) else {
        return date(text).map(Moment::Date);
    };
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at_checked(zone_at)?;
    let clock = clock.trim_end().replace(',', ".");
    let formats = if clock.contains(':') { ["%H:%M:%S%.f", "%H:%M"] } else { ["%H%M%S%.f", "%H%M"] };
    let time = formats.iter().find_map(|format| chrono::NaiveTime::parse_from_str(&clock, format).ok())?;
    let naive = date(day)?.and_time(time);
    match zone {
        "" => Some(Moment::Naive(naive)),
        "Z" | "z" => FixedOffset::east_opt(0)?.from_local_datetime(&naive).single().map(Moment::Zoned),
        _ => offset(zone)?.from_local_datetime(&naive).single().map(Moment::Zoned),
    }
}

/// `+HH:MM`, `+HHMM`, `+HH` or, as old local times have it, `+HH:MM:SS`.
fn offset(text: &str) -> Option<FixedOffset> {
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    if !digits.len().is_multiple_of(2) || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |range| digits.get(range).map_or(Some(0), |text: &str| text.parse::<i32>().ok());
    let seconds = part(0..2)? * 3600 + part(2..4)? * 60 + part(4..6)?;
    FixedOffset::east_opt(if text.starts_with('-') { -seconds } else { seconds })
}

impl<Z: TimeZone> From<DateTime<Z>> for Timestamp {
    /// Written as PyNWB does: to the microsecond, and these only where they are not zero.
    fn from(time: DateTime<Z>) -> Self {
        let time = time.with_timezone(&time.offset().fix());
        let clock = if time.nanosecond() / 1000 == 0 { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M:%S%.6f" };
        // Old local times are off by seconds too.
        let zone = if time.offset().local_minus_utc() % 60 == 0 { "%:z" } else { "%::z" };
        Self { text: time.format(&format!("{clock}{zone}")).to_string(), moment: Moment::Zoned(time) }
    }
}

impl From<NaiveDate> for Timestamp {
    fn from(date: NaiveDate) -> Self {
        Self { text: date.format("%Y-%m-%d").to_string(), moment: Moment::Date(date) }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_writers_write() {
        let zoned = [
            "2024-03-09T08:05:00-07:00",
            "2024-03-09T15:05:00Z",
            "2024-03-09 15:05:00.000+0000",
            "2024-03-09T15:05+00",
            "20240309T150500Z",
            "2024-03-09T15:05:00,000Z",
            " 2024-03-09t08:05:00.000000000 -07:00 ",
        ];
        let expected = DateTime::parse_from_rfc3339("2024-03-09T15:05:00Z").unwrap();
        for text in zoned {
            assert_eq!(Timestamp::parse(text).unwrap().zoned(), Some(expected), "{text}");
        }
        assert!(matches!(Timestamp::parse("2024-03-09T08:05:00.123456").unwrap().moment(), Moment::Naive(_)));
        assert!(matches!(Timestamp::parse("2024-03-09").unwrap().moment(), Moment::Date(_)));
        assert!(Timestamp::parse("1890-01-01T00:00:00+00:53:28").unwrap().zoned().is_some());
        for text in
            ["", "2024", "2024-13-01", "2024-03-09T25:00:00Z", "2024-03-09T08:05:00+7", "é", "202403091", "240309"]
        {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn writes_what_pynwb_writes() {
        let text = |rfc: &str| Timestamp::from(DateTime::parse_from_rfc3339(rfc).unwrap()).to_string();
        assert_eq!(text("2024-03-09T08:05:00Z"), "2024-03-09T08:05:00+00:00");
        assert_eq!(text("2024-03-09T08:05:00.25-07:00"), "2024-03-09T08:05:00.250000-07:00");
        let amsterdam = Timestamp::parse("1890-01-01T00:00:00+00:19:32").unwrap().zoned().unwrap();
        assert_eq!(Timestamp::from(amsterdam).to_string(), "1890-01-01T00:00:00+00:19:32");
    }
}
