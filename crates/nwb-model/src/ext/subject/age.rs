//! How old a subject is: an ISO 8601 duration, or a range of them.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// A length of time as ISO 8601 writes it, in the units that it names: `P90D`, `P1Y2M`, `P3W`, `PT12H30M`.
///
/// A year or a month has no fixed number of days, so units are kept apart and nothing is carried over.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Period {
    /// Years.
    pub years: f64,
    /// Months.
    pub months: f64,
    /// Weeks.
    pub weeks: f64,
    /// Days.
    pub days: f64,
    /// Hours.
    pub hours: f64,
    /// Minutes.
    pub minutes: f64,
    /// Seconds.
    pub seconds: f64,
}

/// How old a subject is: just so old, or between two bounds, of which the upper may be open.
///
/// ```
/// use nwb_model::ext::{Age, Period};
///
/// let age: Age = "P90D/P120D".parse()?;
/// assert_eq!(age, Age::between(Period::days(90.0), Period::days(120.0)));
/// assert_eq!(age.lower().approximate_days(), 90.0);
/// assert_eq!(Age::exactly(Period::weeks(8.0)).to_string(), "P8W");
/// assert!("90 days".parse::<Age>().is_err());
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Age {
    lower: Period,
    upper: Upper,
}

/// How an age ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Upper {
    /// It is no range.
    Same,
    /// `P90D/`: that old or older.
    Open,
    Bound(Period),
}

impl Period {
    /// A number of days.
    #[must_use]
    pub fn days(days: f64) -> Self {
        Self { days, ..Self::default() }
    }

    /// A number of weeks.
    #[must_use]
    pub fn weeks(weeks: f64) -> Self {
        Self { weeks, ..Self::default() }
    }

    /// A number of months.
    #[must_use]
    pub fn months(months: f64) -> Self {
        Self { months, ..Self::default() }
    }

    /// A number of years.
    #[must_use]
    pub fn years(years: f64) -> Self {
        Self { years, ..Self::default() }
    }

    /// About how many days it is, a year taken as 365.2425 days and a month as a twelfth of that: to sort and compare by.
    #[must_use]
    pub fn approximate_days(&self) -> f64 {
        const YEAR: f64 = 365.2425;
        let clock = self.hours / 24.0 + self.minutes / 1440.0 + self.seconds / 86_400.0;
        self.years * YEAR + self.months * YEAR / 12.0 + self.weeks * 7.0 + self.days + clock
    }

    fn parts(&self) -> [(f64, char); 7] {
        let Self { years, months, weeks, days, hours, minutes, seconds } = *self;
        [(years, 'Y'), (months, 'M'), (weeks, 'W'), (days, 'D'), (hours, 'H'), (minutes, 'M'), (seconds, 'S')]
    }
}

/// Where the units of the clock begin, behind the `T`.
const CLOCK: usize = 4;

impl FromStr for Period {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text.trim()).ok_or_else(|| {
            Error::new(ErrorKind::Malformed, "this is no duration")
                .expected("ISO 8601: P90D, P12W, P1Y6M, PT36H")
                .found(format!("\"{text}\""))
        })
    }
}

fn parse(text: &str) -> Option<Period> {
    let (date, clock) = match text.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((date, clock)) => (date, clock),
        None => (text.strip_prefix('P')?, ""),
    };
    if date.is_empty() && clock.is_empty() {
        return None;
    }
    let [years, months, weeks, days] = numbers(date, ['Y', 'M', 'W', 'D'])?;
    let [hours, minutes, seconds] = numbers(clock, ['H', 'M', 'S'])?;
    Some(Period { years, months, weeks, days, hours, minutes, seconds })
}

/// Numbers, each followed by its unit, in the order of the units; what is not named is 0.
fn numbers<const N: usize>(text: &str, units: [char; N]) -> Option<[f64; N]> {
    let mut rest = text;
    let numbers = units.map(|unit| match rest.split_once(unit) {
        Some((number, behind)) if is_number(number) => {
            rest = behind;
            // ISO 8601 allows a comma.
            number.replace(',', ".").parse().unwrap_or(f64::NAN)
        }
        _ => 0.0,
    });
    (rest.is_empty() && numbers.iter().all(|number: &f64| number.is_finite())).then_some(numbers)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        let parts = self.parts();
        if parts.iter().all(|(number, _)| *number == 0.0) {
            return f.write_str("0D");
        }
        let mut clock_has_begun = false;
        for (i, (number, unit)) in parts.into_iter().enumerate() {
            if number != 0.0 {
                if i >= CLOCK && !clock_has_begun {
                    f.write_str("T")?;
                    clock_has_begun = true;
                }
                write!(f, "{number}{unit}")?;
            }
        }
        Ok(())
    }
}

impl Age {
    /// Just so old.
    #[must_use]
    pub fn exactly(age: Period) -> Self {
        Self { lower: age, upper: Upper::Same }
    }

    /// Between two ages: `P90D/P120D`.
    #[must_use]
    pub fn between(lower: Period, upper: Period) -> Self {
        Self { lower, upper: Upper::Bound(upper) }
    }

    /// That old or older: `P90D/`.
    #[must_use]
    pub fn at_least(lower: Period) -> Self {
        Self { lower, upper: Upper::Open }
    }

    /// The age, or the least that it can be.
    #[must_use]
    pub fn lower(&self) -> Period {
        self.lower
    }

    /// The age, or the most that it can be; `None` where that is open.
    #[must_use]
    pub fn upper(&self) -> Option<Period> {
        match self.upper {
            Upper::Same => Some(self.lower),
            Upper::Open => None,
            Upper::Bound(upper) => Some(upper),
        }
    }

    /// Whether it is a range.
    #[must_use]
    pub fn is_range(&self) -> bool {
        self.upper != Upper::Same
    }
}

impl FromStr for Age {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim().split_once('/') {
            None => Ok(Self::exactly(text.parse()?)),
            Some((lower, "")) => Ok(Self::at_least(lower.parse()?)),
            Some((lower, upper)) => Ok(Self::between(lower.parse()?, upper.parse()?)),
        }
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.upper {
            Upper::Same => self.lower.fmt(f),
            Upper::Open => write!(f, "{}/", self.lower),
            Upper::Bound(upper) => write!(f, "{}/{upper}", self.lower),
        }
    }
}

impl From<Age> for String {
    fn from(age: Age) -> Self {
        age.to_string()
    }
}

impl From<Period> for Age {
    fn from(age: Period) -> Self {
        Self::exactly(age)
    }
}

/// A length of time that is counted: whole days, and a clock for the rest.
impl From<chrono::TimeDelta> for Period {
    fn from(time: chrono::TimeDelta) -> Self {
        let rest = time - chrono::TimeDelta::days(time.num_days());
        let seconds = rest.num_milliseconds() as f64 / 1000.0;
        let (hours, minutes) = ((seconds / 3600.0).trunc(), (seconds / 60.0).trunc() % 60.0);
        let seconds = seconds - hours * 3600.0 - minutes * 60.0;
        Self { days: time.num_days() as f64, hours, minutes, seconds, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["P90D", "P1Y2M3W4DT5H6M7.5S", "PT36H", "PT1M", "P1M", "P0D", "P0.5Y", "P90D/P120D", "P3W/"] {
            let age: Age = text.parse().unwrap();
            assert_eq!(age.to_string(), text);
        }
        assert_eq!("P2,5W".parse::<Period>().unwrap(), Period::weeks(2.5));
        let months = "P1M/PT1M".parse::<Age>().unwrap();
        assert_eq!((months.lower().months, months.upper().unwrap().minutes), (1.0, 1.0));
    }

    #[test]
    fn refuses_what_is_no_duration() {
        let wrong = [
            "",
            "P",
            "PT",
            "90D",
            "P90",
            "PD",
            "P9D8Y",
            "P1H",
            "PT1D",
            "P-3D",
            "P1e3D",
            "P1.2.3D",
            "/P3D",
            "P1D/P2D/P3D",
            "pé",
        ];
        for text in wrong {
            assert!(text.parse::<Age>().is_err(), "{text}");
        }
    }

    #[test]
    fn counts_days() {
        let time = chrono::TimeDelta::days(3) + chrono::TimeDelta::milliseconds(5_430_500);
        assert_eq!(Period::from(time).to_string(), "P3DT1H30M30.5S");
        assert_eq!("P1W1DT12H".parse::<Period>().unwrap().approximate_days(), 8.5);
    }
}
