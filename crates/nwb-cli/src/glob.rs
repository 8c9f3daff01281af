//! Names with `*` and `?` in them.

/// Whether a pattern has anything of the kind.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether a name is as the pattern says: `*` stands for any characters, `?` for one.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
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
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name) in
            [("*", ""), ("*.nwb", "a.nwb"), ("a?c*", "abcd"), ("*a*b", "xaxbxb"), ("größe", "größe"), ("?", "ß")]
        {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("", "a"), ("*.nwb", "a.nw"), ("?", ""), ("a*b", "abc"), ("A", "a")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
