//! Dates as the schema language has them: ISO 8601 in its long form, with a zone.

/// Whether a text is a date, or a date and a time, in the form that `hdmf.validate` takes.
pub(super) fn is_iso8601(text: &str) -> bool {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    is_date(date) && time.is_none_or(is_time)
}

/// Whether such a text says its zone.
pub(super) fn has_zone(text: &str) -> bool {
    let Some((_, time)) = text.split_once('T') else { return text.ends_with('Z') };
    time.ends_with('Z') || time.contains(['+', '-'])
}

fn is_date(date: &str) -> bool {
    let positive = date.strip_prefix('-').unwrap_or(date);
    let mut parts = positive.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let is_year = year.len() >= 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && (year.len() == 4 || !year.starts_with('0'));
    is_year && is_within(month, 1, 12) && is_within(day, 1, 31)
}

fn is_time(time: &str) -> bool {
    let (clock, zone) = match time.find(['Z', '+', '-']).and_then(|at| time.split_at_checked(at)) {
        Some((clock, zone)) => (clock, Some(zone)),
        None => (time, None),
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let mut parts = clock.split(':');
    let is_clock = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(hours), Some(minutes), Some(seconds), None) => {
            is_within(hours, 0, 23) && is_within(minutes, 0, 59) && is_within(seconds, 0, 59)
        }
        _ => false,
    };
    let is_fraction = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_clock && fraction.is_none_or(is_fraction) && zone.is_none_or(is_zone)
}

fn is_zone(zone: &str) -> bool {
    if zone == "Z" {
        return true;
    }
    let Some((hours, minutes)) = zone.get(1..).and_then(|offset| offset.split_once(':')) else { return false };
    is_within(hours, 0, 23) && is_within(minutes, 0, 59)
}

/// Two digits between two bounds.
fn is_within(text: &str, least: u8, most: u8) -> bool {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && text.parse().is_ok_and(|number: u8| (least..=most).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::{has_zone, is_iso8601};

    /// What the peer's expression says of the same texts.
    #[test]
    fn dates_are_judged_as_the_peer_judges_them() {
        let cases = [
            ("2018-09-28T14:43:54.123+02:00", true, true),
            ("2018-09-28T14:43:54Z", true, true),
            ("2018-09-28T14:43:54", true, false),
            ("2018-09-28", true, false),
            ("2018-09-28 14:43:54", false, false),
            ("2018-09-28T14:43", false, false),
            ("2018-09-28T14:43:54.+02:00", false, true),
            ("2018-09-28T24:00:00Z", false, true),
            ("2018-13-28T14:43:54Z", false, true),
            ("2018-02-31T14:43:54-05:00", true, true),
            ("2018-09-28T14:43:54+0200", false, true),
            ("-0001-09-28T14:43:54Z", true, true),
            ("12018-09-28", true, false),
            ("02018-09-28", false, false),
            ("yesterday", false, false),
            ("", false, false),
        ];
        for (text, date, zone) in cases {
            assert_eq!((is_iso8601(text), has_zone(text)), (date, zone), "{text}");
        }
    }
}
