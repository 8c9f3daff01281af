//! Names: which are allowed, and which was probably meant.

use crate::error::{Error, ErrorKind, Result};

/// Refuses a name that NWB does not allow for a new object.
pub(crate) fn check_new(name: &str) -> Result<()> {
    let fault = match name {
        "" => "it is empty",
        "." => "it stands for the group itself",
        _ if name.contains('/') => "it has a slash, which separates the names of a path",
        _ if name.contains(':') => "it has a colon, which NWB does not allow",
        _ if name.contains('\0') => "it has a null character",
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::Invalid, format!("\"{name}\" cannot be the name of a new object: {fault}"))
        .remedy("choose another name"))
}

/// The name that is most like the one asked for, if one is much like it.
pub fn nearest<'a>(asked: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let asked: Vec<char> = asked.chars().flat_map(char::to_lowercase).collect();
    let limit = 1 + asked.len() / 4;
    names
        .into_iter()
        .map(|name| (distance(&asked, &name.chars().flat_map(char::to_lowercase).collect::<Vec<_>>()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many characters have to be put in, left out or changed to make one text of the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (y, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let changed = diagonal + usize::from(x != y);
            diagonal = *above;
            left = changed.min(left + 1).min(*above + 1);
            *above = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_name() {
        let names = ["TwoPhotonSeries", "OnePhotonSeries", "Images"];
        assert_eq!(nearest("TwoPhotonSerie", names), Some("TwoPhotonSeries"));
        assert_eq!(nearest("twophotonseries", names), Some("TwoPhotonSeries"));
        assert_eq!(nearest("units", names), None);
        assert_eq!(nearest("", ["a"]), Some("a"));
    }

    #[test]
    fn refuses_names_that_nwb_does_not_allow() {
        assert!(check_new("a b.c%").is_ok());
        for name in ["", ".", "a/b", "a:b", "a\0"] {
            assert!(check_new(name).is_err(), "{name}");
        }
    }
}
