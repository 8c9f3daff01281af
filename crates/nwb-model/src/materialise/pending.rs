//! What can only be known at the end, when an edit is committed.

use nwb_schema::EffectiveType;

use crate::backend::Address;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::table::{self, problems};
use crate::tree::Object;
use crate::types::{AlignedDynamicTable, DynamicTable};

/// What is yet to be checked.
#[derive(Clone, Debug)]
pub(crate) enum Pending {
    /// Whether a slot that needs at least some objects has got them.
    Filled { group: Address, spec: String, type_name: (String, String), min: u64 },
    /// Whether a column, or a category, that was put into a table is as long as the table, its index included.
    Aligned { table: Address, name: String },
    /// Whether the rows of a region are rows of its table.
    Region(Address),
}

impl Pending {
    /// What is to be checked of an object that is put into a table.
    pub(super) fn aligned(
        table: Address,
        holder: Option<&EffectiveType>,
        own: &EffectiveType,
        name: &str,
    ) -> Option<Self> {
        let holder = holder.filter(|holder| holder.is_a_named("DynamicTable"))?;
        let is_category = own.is_a_named("DynamicTable") && holder.attribute("categories").is_some();
        if !is_category && !own.is_a_named("VectorData") {
            return None;
        }
        let mut name = name;
        while own.is_a_named("VectorIndex")
            && let Some(described) = name.strip_suffix("_index")
        {
            name = described;
        }
        Some(Self::Aligned { table, name: name.to_owned() })
    }

    /// Follows an object that takes the place of another one.
    pub(super) fn moved(&mut self, from: Address, to: Address) {
        let (Self::Filled { group: at, .. } | Self::Aligned { table: at, .. } | Self::Region(at)) = self;
        if *at == from {
            *at = to;
        }
    }

    pub(crate) fn check(&self, view: &Object) -> Result<()> {
        let (Self::Filled { group: at, .. } | Self::Aligned { table: at, .. } | Self::Region(at)) = self;
        let Some(object) = view.resolve(*at) else { return Ok(()) };
        if !object.path().starts_with('/') {
            // It was replaced by another one since.
            return Ok(());
        }
        match self {
            Self::Filled { spec, type_name, min, .. } => check_filled(&object, spec, type_name, *min),
            Self::Aligned { name, .. } => check_aligned(&object, name),
            Self::Region(_) => {
                let mut found = Vec::new();
                problems::of_region(&object.cast()?, &mut found)?;
                found.into_iter().next().map_or(Ok(()), |error| Err(error.with_kind(ErrorKind::Invalid)))
            }
        }
    }
}

fn check_filled(group: &Object, spec: &str, type_name: &(String, String), min: u64) -> Result<()> {
    let wanted = (type_name.0.as_str(), type_name.1.as_str());
    let mut count = 0;
    for (_, child) in group.children()? {
        let Ok(child) = child else { continue };
        if let Some(own) = child.type_name()?
            && child.node_ref().is_a(own, wanted)
        {
            count += 1;
        }
    }
    if count >= min {
        return Ok(());
    }
    Err(group.fail(
        Error::new(ErrorKind::Invalid, format!("the object holds no {}, which its type requires", wanted.1))
            .expected(format!("at least {min}"))
            .found(count.to_string())
            .by_spec(spec.to_owned())
            .remedy(format!("insert a {} in it before the commit", wanted.1)),
    ))
}

fn check_aligned(object: &Object, name: &str) -> Result<()> {
    let table: DynamicTable = object.cast()?;
    let rows = table.row_count()?;
    if let Ok(aligned) = object.cast::<AlignedDynamicTable>()
        && aligned.category_names()?.iter().any(|category| category == name)
    {
        return aligned.category(name).map(|_| ()).map_err(|error| error.with_kind(ErrorKind::Invalid));
    }
    // The terms of a categorical column are no column.
    if !table.column_names()?.iter().any(|column| column == name) {
        return Ok(());
    }
    match table.column(name)?.row_count()? {
        found if found == rows => Ok(()),
        found => Err(object
            .fail(table::unequal(name, rows, found).with_kind(ErrorKind::Invalid))
            .remedy("give it as many cells as the table has rows; a ragged column takes its index too")),
    }
}
