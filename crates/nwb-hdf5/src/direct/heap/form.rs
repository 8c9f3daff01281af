//! What an element looks like in the file, beside its element form.

use nwb_model::dtype::{Dtype, Member, TextLength};

/// A length, an address and a number.
pub(super) const REFERENCE: usize = 16;

/// The two forms of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(super) dtype: Dtype,
    /// Bytes of an element in the file.
    pub(crate) stored: usize,
    /// Bytes of it in element form.
    pub(super) size: usize,
    pub(super) parts: Vec<Part>,
}

/// A part of an element: where it is in the file's form, and in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// So many bytes that are the same in both.
    Plain(usize),
    /// An object's address.
    Reference,
    Text,
    /// The form of its items.
    Sequence(Box<Form>),
}

/// Sequences in sequences, deeper than any program has a use for.
const MAX_DEPTH: usize = 32;

/// More parts of an element are left to the library: an array of texts in each element can be of any length.
const MAX_PARTS: usize = 1024;

impl Form {
    /// `None` where elements of that type are left to the library: region references are in them, for one.
    pub(crate) fn new(dtype: &Dtype) -> Option<Self> {
        Self::nested(dtype, 0)
    }

    fn nested(dtype: &Dtype, depth: usize) -> Option<Self> {
        let mut parts = Vec::new();
        let stored = add(dtype, 0, 0, &mut parts, depth)?;
        let size = dtype.size();
        (stored > 0 && size > 0).then(|| Self { dtype: dtype.clone(), stored, size, parts })
    }
}

/// Adds the parts of an element that begins there; returns how many bytes it takes in the file.
fn add(dtype: &Dtype, from: usize, to: usize, parts: &mut Vec<Part>, depth: usize) -> Option<usize> {
    if depth > MAX_DEPTH || parts.len() > MAX_PARTS {
        return None;
    }
    let mut one = |what: What, stored: usize| {
        parts.push(Part { from, to, what });
        Some(stored)
    };
    match dtype {
        Dtype::Text(text) if text.length == TextLength::Variable => one(What::Text, REFERENCE),
        Dtype::Sequence(item) => one(What::Sequence(Box::new(Form::nested(item, depth + 1)?)), REFERENCE),
        Dtype::Reference => one(What::Reference, 8),
        Dtype::RegionReference => None,
        dtype if dtype.is_plain() => one(What::Plain(dtype.size()), dtype.size()),
        Dtype::Compound(compound) => {
            // In the file everything lies as far behind as what comes before it takes more room there, or less. What comes
            // before it is what lies there, in whatever order the members are named.
            let mut members: Vec<&Member> = compound.members.iter().collect();
            members.sort_by_key(|member| member.offset);
            let (mut larger, mut smaller) = (0usize, 0usize);
            for member in members {
                let at = member.offset.checked_add(larger)?.checked_sub(smaller)?;
                let stored =
                    add(&member.dtype, from.checked_add(at)?, to.checked_add(member.offset)?, parts, depth + 1)?;
                larger = larger.checked_add(stored)?;
                smaller = smaller.checked_add(member.dtype.size())?;
            }
            compound.size.checked_add(larger)?.checked_sub(smaller)
        }
        Dtype::Array(element, dims) => {
            let count = dims.iter().try_fold(1usize, |product, &dim| product.checked_mul(dim))?;
            if count == 0 || count > MAX_PARTS {
                return None;
            }
            let mut stored = 0;
            for n in 0..count {
                let to = to.checked_add(n.checked_mul(element.size())?)?;
                stored += add(element, from.checked_add(stored)?, to, parts, depth + 1)?;
            }
            Some(stored)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use nwb_model::dtype::{Compound, Number};

    use super::*;

    #[test]
    fn members_lie_as_far_behind_as_the_file_has_them() {
        let member = |name: &str, offset, dtype| Member { name: name.into(), offset, dtype };
        let texts = Dtype::Array(Arc::new(Dtype::TEXT), vec![2]);
        let members = vec![
            member("n", 4, Dtype::native(Number::U16)),
            member("name", 8, Dtype::TEXT),
            member("pair", 16, texts),
            member("of", 32, Dtype::Reference),
        ];
        let form = Form::new(&Dtype::Compound(Arc::new(Compound { size: 44, members }))).unwrap();
        let places: Vec<(usize, usize)> = form.parts.iter().map(|part| (part.from, part.to)).collect();
        assert_eq!(places, [(4, 4), (8, 8), (24, 16), (40, 24), (56, 32)]);
        assert_eq!((form.stored, form.size), (68, 44));
        assert!(Form::new(&Dtype::RegionReference).is_none());
        assert!(Form::new(&Dtype::Array(Arc::new(Dtype::TEXT), vec![1 << 40, 1 << 40])).is_none());
    }
}
