//! Names in files are bytes, names in the model are text.
//!
//! A name that is not UTF-8 becomes text by giving each odd byte a character of its own, in the private range U+F780 to U+F7FF
//! (byte 0x80 to 0xFF); on writing such a character is that byte again. So that nothing is lost, the characters of that range
//! which a name really holds are taken apart into bytes too. All other names are unchanged.

use std::borrow::Cow;

const FIRST: u32 = 0xf700;

fn is_stand_in(c: char) -> bool {
    (0xf780..=0xf7ff).contains(&u32::from(c))
}

/// The text for a name in a file.
pub(crate) fn from_file(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    let push_bytes = |text: &mut String, bytes: &[u8]| {
        text.extend(bytes.iter().filter_map(|&byte| char::from_u32(FIRST + u32::from(byte))));
    };
    for chunk in name.utf8_chunks() {
        let valid = chunk.valid();
        if valid.contains(is_stand_in) {
            for c in valid.chars() {
                if is_stand_in(c) {
                    push_bytes(&mut text, c.encode_utf8(&mut [0; 4]).as_bytes());
                } else {
                    text.push(c);
                }
            }
        } else {
            text.push_str(valid);
        }
        push_bytes(&mut text, chunk.invalid());
    }
    text
}

/// The bytes to be stored for a name.
pub(crate) fn to_file(name: &str) -> Cow<'_, [u8]> {
    if !name.contains(is_stand_in) {
        return Cow::Borrowed(name.as_bytes());
    }
    let mut bytes = Vec::with_capacity(name.len());
    for c in name.chars() {
        if is_stand_in(c) {
            // In range, so only the low byte is left.
            bytes.push((u32::from(c) - FIRST) as u8);
        } else {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    Cow::Owned(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_in_utf8_are_unchanged() {
        for name in ["", "data", "größe", "\u{1F40D} %20 a.b"] {
            assert_eq!(from_file(name.as_bytes()), name);
            assert_eq!(&*to_file(name), name.as_bytes());
        }
        assert_eq!(from_file(b"caf\xe9"), "caf\u{f7e9}");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(name in prop::collection::vec(any::<u8>(), 0..20)) {
            prop_assert_eq!(to_file(&from_file(&name)).into_owned(), name);
        }

        #[test]
        fn nor_of_stand_ins(name in "[\u{f780}-\u{f7ff}a-c]{0,6}") {
            prop_assert_eq!(to_file(&from_file(name.as_bytes())).into_owned(), name.into_bytes());
        }
    }
}
