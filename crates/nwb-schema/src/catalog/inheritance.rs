//! Who extends whom.

use super::table::Table;
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink};

/// More generations than any schema has; a longer chain is an attack on whoever reads it.
const MAX_GENERATIONS: usize = 128;

/// Finds the ancestors of each type, and gives the types in an order in which each comes after its parent.
pub(super) fn inherit(table: &mut Table, sink: &mut Sink<'_>) -> Result<Vec<usize>> {
    let mut parents = parents(table, sink)?;
    let mut state = vec![State::New; parents.len()];
    let mut order = Vec::with_capacity(parents.len());
    for start in 0..parents.len() {
        let (chain, cycle) = climb(start, &parents, &mut state);
        // The last type of a chain that ends in itself has a parent that stands further down in it.
        if let (Some(cycle), Some(&last)) = (cycle, chain.last()) {
            report_cycle(table, last, &cycle, sink)?;
            if let Some(parent) = parents.get_mut(last) {
                *parent = None;
            }
        }
        for index in chain.into_iter().rev() {
            let parent = parents.get(index).copied().flatten();
            let mut lineage: Vec<usize> = parent.into_iter().collect();
            lineage.extend(parent.and_then(|parent| table.get(parent)).into_iter().flat_map(|it| &it.lineage));
            if let Some(declared) = table.types.get_mut(index) {
                if lineage.len() > MAX_GENERATIONS {
                    let at = KeyPath::Known(&declared.document, &declared.key_path);
                    let expected = format!("at most {MAX_GENERATIONS} generations");
                    sink.report(Error::new(ErrorKind::Malformed, &at, expected, "more"))?;
                    lineage.clear();
                }
                declared.lineage = lineage;
            }
            if let Some(state) = state.get_mut(index) {
                *state = State::Done;
            }
            order.push(index);
        }
    }
    Ok(order)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    /// In the chain that is being climbed.
    Open,
    Done,
}

/// The parent of each type, where it has one that can be.
fn parents(table: &Table, sink: &mut Sink<'_>) -> Result<Vec<Option<usize>>> {
    let mut parents = Vec::with_capacity(table.types.len());
    for declared in &table.types {
        let Some(name) = declared.spec.type_inc() else {
            parents.push(None);
            continue;
        };
        let at = KeyPath::Known(&declared.document, &declared.key_path);
        let at = at.key("neurodata_type_inc");
        let parent = table.lookup(declared.namespace, name);
        let of_this_kind = parent.and_then(|parent| table.get(parent)).map(|parent| parent.kind() == declared.kind());
        match of_this_kind {
            Some(true) => {}
            Some(false) => {
                let expected = "a parent of the same kind";
                let found = format!("{name:?}, of which one is a group and one a dataset");
                sink.report(Error::new(ErrorKind::Widening, &at, expected, found))?;
            }
            None => {
                let expected = "a type that the namespace defines or includes";
                sink.report(Error::new(ErrorKind::MissingType, &at, expected, format!("{name:?}")))?;
            }
        }
        parents.push(parent.filter(|_| of_this_kind == Some(true)));
    }
    Ok(parents)
}

/// Goes up from a type until a type without parent, or one whose ancestors are known. If it comes back to where it was, the
/// types in between are the second part.
fn climb(start: usize, parents: &[Option<usize>], state: &mut [State]) -> (Vec<usize>, Option<Vec<usize>>) {
    let mut chain = Vec::new();
    let mut next = Some(start);
    while let Some(index) = next {
        match state.get_mut(index) {
            Some(state) if *state == State::New => *state = State::Open,
            Some(State::Open) => {
                let cycle = chain.iter().copied().skip_while(|&seen| seen != index).chain([index]).collect();
                return (chain, Some(cycle));
            }
            _ => break,
        }
        chain.push(index);
        next = parents.get(index).copied().flatten();
    }
    (chain, None)
}

fn report_cycle(table: &Table, last: usize, cycle: &[usize], sink: &mut Sink<'_>) -> Result<()> {
    let Some(declared) = table.get(last) else { return Ok(()) };
    let names: Vec<&str> = cycle.iter().filter_map(|&index| table.get(index)).map(|it| it.name.name()).collect();
    let at = KeyPath::Known(&declared.document, &declared.key_path);
    let expected = "types that do not extend each other";
    sink.report(Error::new(ErrorKind::InheritanceCycle, &at.key("neurodata_type_inc"), expected, names.join(" -> ")))
}
