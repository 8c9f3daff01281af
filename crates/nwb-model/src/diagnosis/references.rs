//! Where the references of an object lead.

use std::collections::HashSet;

use nwb_schema::spec::Dtype as Asked;

use super::fields::FieldSpec;
use super::pass::{Enough, each_block};
use super::subject::Subject;
use super::tables::{is_told, listed};
use crate::backend::Address;
use crate::dtype::Dtype;
use crate::tree::NodeRef;
use crate::value::Value;

/// How many targets are remembered as being right.
const REMEMBERED: usize = 1 << 16;

/// What is the matter with some references.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    Null,
    Dangling,
    /// It leads to an object of another type.
    WrongType {
        expected: String,
        found: String,
    },
}

/// References in one place of which one or more are wrong.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    /// An attribute's name; empty for the elements of a dataset.
    pub(super) attribute: String,
    pub(super) spec: Option<String>,
    pub(super) trouble: Trouble,
    /// The first one's row, and how many there are; of an attribute with one reference, nothing.
    pub(super) rows: Option<(u64, u64)>,
}

impl Wrong {
    /// Where it is, in words.
    pub(super) fn place(&self) -> String {
        match (self.attribute.as_str(), self.rows) {
            ("", None) => "the reference".to_owned(),
            ("", Some((row, 1))) => format!("the reference in row {row}"),
            ("", Some((row, count))) => format!("{count} references, the first in row {row},"),
            (name, _) => format!("the reference \"{name}\""),
        }
    }
}

/// All wrong references of an object: in its attributes, and among its elements.
pub(super) fn wrong(subject: &Subject<'_>) -> Vec<Wrong> {
    let mut found = Vec::new();
    let Ok(node) = subject.node().node() else { return found };
    for attribute in node.attributes.iter().filter(|attribute| attribute.value.dtype().has_references()) {
        let field = subject.fields().iter().find(|field| {
            field.path.is_empty() && field.name == attribute.name && matches!(field.spec, FieldSpec::Attribute(_))
        });
        let asked = match field.map(|field| field.spec) {
            Some(FieldSpec::Attribute(spec)) => spec.dtype.as_ref(),
            _ => None,
        };
        let spec = field.map(super::Field::spec_name);
        let is_required = field.is_some_and(super::Field::is_required);
        if attribute.name == "target" && leads_into_nothing(subject.node()) {
            continue;
        }
        for (target, asked) in targets(&attribute.value, asked) {
            if let Some(trouble) = trouble(subject.node(), target, asked)
                && (is_required || !matches!(trouble, Trouble::Null))
            {
                found.push(Wrong { attribute: attribute.name.clone(), spec: spec.clone(), trouble, rows: None });
                break;
            }
        }
    }
    elements(subject, &mut found);
    found
}

/// Whether it is the index of a column of which is told that it is not there, or not what it should be.
fn leads_into_nothing(index: NodeRef<'_>) -> bool {
    let (Some(column), Some(table)) = (index.name().strip_suffix("_index"), index.parent()) else { return false };
    let is_listed = || listed(table).is_some_and(|names| names.contains(&column));
    is_told(table, column) || matches!(table.child(column), Ok(None)) && is_listed()
}

fn elements(subject: &Subject<'_>, found: &mut Vec<Wrong>) {
    let Ok(dataset) = subject.object().dataset() else { return };
    let Ok(dtype) = dataset.dtype() else { return };
    if !dtype.has_references() {
        return;
    }
    let asked = asked_elements(subject);
    let mut right: HashSet<Address> = HashSet::new();
    let mut kinds: Vec<Wrong> = Vec::new();
    let mut look = |row: Option<u64>, element: &Value| {
        for (target, asked) in targets(element, asked) {
            if right.contains(&target) {
                continue;
            }
            let Some(trouble) = trouble(subject.node(), target, asked) else {
                if right.len() < REMEMBERED {
                    right.insert(target);
                }
                continue;
            };
            let same = |one: &&mut Wrong| std::mem::discriminant(&one.trouble) == std::mem::discriminant(&trouble);
            match kinds.iter_mut().find(same) {
                Some(Wrong { rows: Some((_, count)), .. }) => *count += 1,
                Some(_) => {}
                None => {
                    let spec = subject.spec().map(|spec| format!("{} {}", spec.namespace(), spec.name()));
                    kinds.push(Wrong { attribute: String::new(), spec, trouble, rows: row.map(|row| (row, 1)) });
                }
            }
        }
    };
    if dataset.shape().is_ok_and(<[u64]>::is_empty) {
        if let Ok(value) = dataset.read_value(..) {
            look(None, &value);
        }
    } else {
        // What cannot be read is told by the rule about reading.
        let _ = each_block(&dataset, |rows, block| {
            // Row by row only where there is something to find: most columns refer to few objects, many times.
            let mut seen = HashSet::new();
            let mut fresh = targets(&block, asked).into_iter().filter(|one| seen.insert(*one));
            if fresh.all(|(target, asked)| trouble(subject.node(), target, asked).is_none()) {
                return Ok(Enough::No);
            }
            for (row, element) in rows.zip(rows_of(&block)) {
                look(Some(row), &element);
            }
            Ok(Enough::No)
        });
    }
    found.extend(kinds);
}

/// Each row of a block as a value of its own.
fn rows_of(block: &Value) -> impl Iterator<Item = Value> + '_ {
    let dims = block.shape().dims().to_vec();
    (0..dims.first().copied().unwrap_or(0)).filter_map(move |row| {
        let mut offset = vec![0; dims.len()];
        let mut count = dims.clone();
        *offset.first_mut()? = row;
        *count.first_mut()? = 1;
        block.select(&crate::selection::Region::block(&offset, &count)).ok()
    })
}

/// What the schema says of the elements: the object's own type, or the slot of the group that it is in.
pub(super) fn asked_elements<'a>(subject: &Subject<'a>) -> Option<&'a Asked> {
    let own = || subject.spec()?.dataset()?.dtype.as_ref();
    let slot = || {
        let node = subject.node();
        node.parent()?.effective()?.members().dataset(node.name())?.dtype.as_ref()
    };
    slot().or_else(own)
}

/// The references in a value, each with the type that it should lead to; those within records by their member.
fn targets<'a>(value: &Value, asked: Option<&'a Asked>) -> Vec<(Address, Option<&'a str>)> {
    match value.dtype() {
        Dtype::Reference => {
            let asked = asked.and_then(Asked::target_type);
            value.as_references().unwrap_or_default().into_iter().map(|address| (address, asked)).collect()
        }
        Dtype::Compound(compound) => {
            let members = compound.members.iter().filter(|member| member.dtype == Dtype::Reference);
            members
                .filter_map(|member| Some((value.member(&member.name).ok()?, member)))
                .flat_map(|(values, member)| {
                    let asked = asked
                        .and_then(Asked::as_compound)
                        .and_then(|asked| asked.iter().find(|one| one.name == member.name).map(|one| &one.dtype));
                    targets(&values, asked)
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

fn trouble(from: NodeRef<'_>, target: Address, asked: Option<&str>) -> Option<Trouble> {
    let Some(at) = from.resolve(target) else { return Some(Trouble::Null) };
    if !at.is_named() {
        return Some(Trouble::Dangling);
    }
    let asked = asked?;
    // An object that cannot be read, or of a type that nobody knows, is told where it is.
    at.node().ok()?;
    let spec = match at.type_name() {
        Ok(Some(own)) => at.find_type(own.0, own.1).map(|_| at.effective())??,
        Ok(None) if !at.is_half_typed() => {
            return Some(Trouble::WrongType { expected: asked.into(), found: "an object without a type".into() });
        }
        Ok(None) | Err(_) => return None,
    };
    let fits = spec.is_a_named(asked)
        || nwb_schema::embedded::catalog().find(spec.name()).is_some_and(|ours| ours.is_a_named(asked));
    (!fits && !crate::catalog::is_rootless(from.catalog(), spec))
        .then(|| Trouble::WrongType { expected: asked.into(), found: format!("{} at {}", spec.name(), at.path()) })
}
