//! Ages as ISO 8601 durations, just as nwbinspector reads them.

use nwb_model::chrono::{Months, NaiveDateTime};

/// A duration: whole and part months, and the rest in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Period {
    months: f64,
    seconds: f64,
}

const DAY: f64 = 86400.0;
/// Of a part of a month, which no calendar knows.
const MONTH: f64 = 30.436_875 * DAY;

/// Units of dates, then units of times, in their order, with months and seconds in each.
const DATE: [(char, f64, f64); 4] = [('Y', 12.0, 0.0), ('M', 1.0, 0.0), ('W', 0.0, 7.0 * DAY), ('D', 0.0, DAY)];
const TIME: [(char, f64, f64); 3] = [('H', 0.0, 3600.0), ('M', 0.0, 60.0), ('S', 0.0, 1.0)];

impl Period {
    /// `P90D`, `P1Y2M`, `PT12H30M`; each number whole or with a decimal point. A `P` alone is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('P').filter(|rest| !rest.is_empty())?;
        let mut period = Self { months: 0.0, seconds: 0.0 };
        let (date, time) = match rest.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (rest, None),
        };
        period.add(date, &DATE)?;
        if let Some(time) = time {
            period.add(time.starts_with(|c: char| c.is_ascii_digit()).then_some(time)?, &TIME)?;
        }
        Some(period)
    }

    fn add(&mut self, mut text: &str, units: &[(char, f64, f64)]) -> Option<()> {
        let mut units = units.iter();
        while !text.is_empty() {
            let end = text.find(|c: char| c.is_ascii_alphabetic())?;
            let (number, rest) = text.split_at_checked(end)?;
            let is_digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
            let is_number = match number.split_once('.') {
                Some((whole, part)) => is_digits(whole) && is_digits(part),
                None => is_digits(number),
            };
            let letter = rest.chars().next()?;
            // Each unit once, the greater first.
            let (_, months, seconds) = units.find(|(unit, ..)| *unit == letter)?;
            let number: f64 = is_number.then(|| number.parse().ok()).flatten()?;
            self.months += number * months;
            self.seconds += number * seconds;
            text = rest.get(1..)?;
        }
        Some(())
    }

    /// How many seconds it is, where it ends at a time: months have no length of their own.
    pub(super) fn seconds_before(self, end: NaiveDateTime) -> f64 {
        let whole = self.months.floor();
        let start = if whole < 1e6 { end.checked_sub_months(Months::new(whole as u32)) } else { None };
        let of_months = start.map_or(whole * MONTH, |start| (end - start).num_seconds() as f64);
        of_months + (self.months - whole) * MONTH + self.seconds
    }
}

#[cfg(test)]
mod tests {
    use super::Period;

    #[test]
    fn durations_are_those_of_iso_8601() {
        for text in ["P90D", "P1Y2M3W4D", "P2.5Y", "PT12H30M", "P1DT1S", "P0D"] {
            assert!(Period::parse(text).is_some(), "{text}");
        }
        for text in
            ["", "P", "90D", "P90", "PD", "P1D1Y", "P1DT", "P1.D", "P.5D", "P1H", "PT1D", "P1D ", "p1d", "P1,5D"]
        {
            assert!(Period::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_year_is_twelve_months_and_longer_than_364_days() {
        let now = nwb_model::chrono::NaiveDate::from_ymd_opt(2024, 6, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let seconds = |text| Period::parse(text).unwrap().seconds_before(now);
        assert_eq!(seconds("P1Y"), seconds("P12M"));
        assert!(seconds("P1Y") > seconds("P364D"));
        assert!(seconds("P1M") < seconds("P32D"));
    }
}
