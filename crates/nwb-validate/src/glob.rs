//! Patterns of names and paths: `*`, `?` and `**`.

/// Whether a text is a pattern: whether it has `*` or `?` in it.
#[must_use]
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether a name, or a path with `/` between its names, is as a pattern says: `*` stands for any characters of one name, `?` for one
/// of them, and `**` in the place of a name for any number of names, none included.
///
/// ```
/// use nwb_validate::glob::matches;
/// assert!(matches("sub-*_ses-?.nwb", "sub-12_ses-3.nwb"));
/// assert!(matches("/processing/**/data", "/processing/ophys/dff/data"));
/// assert!(!matches("/acquisition/*", "/acquisition/movie/data"));
/// ```
#[must_use]
pub fn matches(pattern: &str, path: &str) -> bool {
    let names: Vec<&str> = path.split('/').collect();
    // How many of the names the pattern may have taken so far: begins with none.
    let mut taken = vec![false; names.len() + 1];
    if let Some(none) = taken.first_mut() {
        *none = true;
    }
    for part in pattern.split('/') {
        let mut next = vec![false; names.len() + 1];
        let mut reached = false;
        for (count, slot) in next.iter_mut().enumerate() {
            if part == "**" {
                reached |= taken.get(count).copied().unwrap_or(false);
                *slot = reached;
            } else if let Some(before) = count.checked_sub(1) {
                let may_be_here = taken.get(before).copied().unwrap_or(false);
                *slot = may_be_here && names.get(before).is_some_and(|name| matches_name(part, name));
            }
        }
        taken = next;
    }
    taken.last().copied().unwrap_or(false)
}

fn matches_name(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut of) = (0, 0);
    // Where the last `*` stands, and how much of the name it covers so far.
    let mut star: Option<(usize, usize)> = None;
    while of < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(c) if *c == '?' || Some(c) == name.get(of) => {
                at += 1;
                of += 1;
            }
            _ => match &mut star {
                Some((place, covered)) => {
                    *covered += 1;
                    (at, of) = (*place + 1, *covered);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, name) in [
            ("*", ""),
            ("*.nwb", "a.nwb"),
            ("a?c*", "abcd"),
            ("*a*b", "xaxbxb"),
            ("größe", "größe"),
            ("?", "ß"),
            ("**", "a/b/c"),
            ("**", ""),
            ("**/c", "c"),
            ("**/c", "a/b/c"),
            ("a/**", "a"),
            ("a/**/c", "a/c"),
            ("a/**/b/**/c", "a/x/b/y/b/c"),
            ("/", "/"),
            ("/**", "/"),
            ("a/*/c", "a/b/c"),
            ("a**b", "axxb"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("", "a"),
            ("*.nwb", "a.nw"),
            ("?", ""),
            ("a*b", "abc"),
            ("A", "a"),
            ("*", "a/b"),
            ("?", "/"),
            ("a/*", "a"),
            ("a/*", "a/b/c"),
            ("a/**/c", "a/b"),
            ("**/c", "a/b/cc"),
            ("b", "a/b"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        // What would take for ever, step by step.
        assert!(!matches(&"*a".repeat(60), &"a".repeat(59)));
        assert!(!matches(&"**/".repeat(60), &"a/".repeat(200).replace('/', "b/c")));
    }
}
