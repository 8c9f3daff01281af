//! Numbers for people: ticks at round values, and units with prefixes.

/// A unit as it stands beside an axis, and what values are multiplied with for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) label: String,
    pub(crate) factor: f64,
}

/// Units that take prefixes, by the words that files use for them.
const UNITS: [(&[&str], &str); 10] = [
    (&["volts", "volt", "v"], "V"),
    (&["amperes", "ampere", "amps", "a"], "A"),
    (&["seconds", "second", "sec", "s"], "s"),
    (&["meters", "meter", "metres", "metre", "m"], "m"),
    (&["siemens"], "S"),
    (&["ohms", "ohm"], "Ω"),
    (&["farads", "farad"], "F"),
    (&["hertz", "hz"], "Hz"),
    (&["watts", "watt", "w"], "W"),
    (&["meters/second", "meters per second", "m/s"], "m/s"),
];

/// Prefixes from small to large.
const PREFIXES: [(&str, i32); 7] = [("p", -12), ("n", -9), ("µ", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6)];

/// What says nothing as a unit.
const UNSAID: [&str; 9] = ["", "n.a.", "n/a", "na", "unknown", "none", "a.u.", "arbitrary units", "au"];

impl Quantity {
    /// For values of a unit whose largest amount is this.
    pub(crate) fn of(unit: &str, largest: f64) -> Self {
        let known = UNITS.iter().find(|(words, _)| words.contains(&unit.trim().to_lowercase().as_str()));
        let usual = largest == 0.0 || !largest.is_finite() || (1e-2..1e4).contains(&largest);
        let Some((_, symbol)) = known else {
            let unit = unit.trim();
            let unit = if UNSAID.contains(&unit.to_lowercase().as_str()) { "a.u." } else { unit };
            if usual || (1e-3..1e6).contains(&largest) {
                return Self { label: unit.into(), factor: 1.0 };
            }
            let power = (largest.log10() / 3.0).floor() as i32 * 3;
            return Self { label: format!("10{} {unit}", superscript(power)), factor: 10f64.powi(-power) };
        };
        if largest == 0.0 || !largest.is_finite() || (0.1..1000.0).contains(&largest) {
            return Self { label: (*symbol).into(), factor: 1.0 };
        }
        let fits = |power: i32| largest * 10f64.powi(-power) >= 1.0;
        let (prefix, power) = PREFIXES.iter().rev().find(|(_, power)| fits(*power)).copied().unwrap_or(("p", -12));
        Self { label: format!("{prefix}{symbol}"), factor: 10f64.powi(-power) }
    }
}

fn superscript(number: i32) -> String {
    let raise = |c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => c.to_digit(10).and_then(|digit| char::from_u32(0x2070 + digit)).unwrap_or(c),
    };
    number.to_string().chars().map(raise).collect()
}

/// A round number of that size or smaller: 1, 2 or 5 times a power of ten.
pub(crate) fn round_down(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    let step = [5.0, 2.0, 1.0].into_iter().find(|step| step * power <= value * (1.0 + 1e-9)).unwrap_or(1.0);
    step * power
}

/// Ticks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticks {
    pub(crate) at: Vec<f64>,
    decimals: usize,
}

impl Ticks {
    /// About so many ticks at round values between two values, both included.
    pub(crate) fn between(low: f64, high: f64, about: usize) -> Self {
        Self::by(low, high, round_down((high - low) / about.max(1) as f64 * 1.4))
    }

    /// The same for what is counted: there is nothing between two whole numbers.
    pub(crate) fn counting(low: f64, high: f64, about: usize) -> Self {
        Self::by(low, high, round_down((high - low) / about.max(1) as f64 * 1.4).max(1.0))
    }

    fn by(low: f64, high: f64, step: f64) -> Self {
        let (first, last) = ((low / step - 1e-6).ceil(), (high / step + 1e-6).floor());
        if !(first.is_finite() && last.is_finite() && last - first <= 1000.0 && first.abs() < 1e15) {
            return Self { at: Vec::new(), decimals: 0 };
        }
        let count = (last - first) as i64;
        let decimals = if step < 1.0 { (-step.log10()).ceil().clamp(0.0, 12.0) as usize } else { 0 };
        Self { at: (0..=count).map(|i| (first + i as f64) * step).collect(), decimals }
    }

    pub(crate) fn text(&self, value: f64) -> String {
        let text = format!("{value:.*}", self.decimals);
        match text.strip_prefix('-') {
            Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.into(),
            // A minus sign is as wide as a figure.
            Some(rest) => format!("−{rest}"),
            None => text,
        }
    }
}

/// A round number as a person writes it.
pub(crate) fn plain(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e7).contains(&value.abs()) {
        return format!("{value:e}");
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// A count with its noun.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A whole number, its digits in groups of three.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_get_prefixes() {
        let label = |unit, largest| Quantity::of(unit, largest).label;
        assert_eq!(label("volts", 3e-4), "µV");
        assert_eq!(label("Volts", 0.05), "mV");
        assert_eq!(label("amperes", 2e-10), "pA");
        assert_eq!(label("lumens", 0.2), "lumens");
        assert_eq!(label("lumens", 4.2e7), "10⁶ lumens");
        assert_eq!(label("n.a.", 4.0), "a.u.");
        assert!((Quantity::of("volts", 3e-4).factor * 3e-4 - 300.0).abs() < 1e-9);
        assert_eq!(Quantity::of("volts", f64::NAN).factor, 1.0);
    }

    #[test]
    fn ticks_are_round_and_inside() {
        let ticks = Ticks::between(-0.2, 1.0, 6);
        assert_eq!(
            ticks.at.iter().map(|t| ticks.text(*t)).collect::<Vec<_>>(),
            ["−0.2", "0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(Ticks::counting(-0.5, 2.5, 10).at, [0.0, 1.0, 2.0]);
        for (low, high) in [(0.0, 0.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (1e300, 2e300), (5.0, 5.0 + 1e-13)] {
            assert!(Ticks::between(low, high, 5).at.len() <= 1001);
        }
        assert_eq!(count(1234567, "x", "ROIs"), "1,234,567 ROIs");
        assert_eq!(plain(0.5), "0.5");
    }
}
