//! Where a mock is put: at the home of its type, or in an object that can hold it.

use nwb_schema::{EffectiveType, Kind};

use super::maker::{Maker, Wish, put};
use super::{Fill, tables};
use crate::backend::Address;
use crate::data::Data;
use crate::draft::DraftNode;
use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;
use crate::value::Value;

/// Where an object goes that has no one home, or whose home is taken.
const PLACES: [Place; 4] = [Place::Acquisition, Place::Analysis, Place::Scratch, Place::Stimulus];

impl<'c> Maker<'c, '_> {
    /// Makes an object as the mock says, and inserts it.
    pub(super) fn insert(&mut self, own: &'c EffectiveType) -> Result<Address> {
        let wish = Wish { fill: self.mock.fill, variant: self.mock.variant, rows: None };
        self.insert_as(own, wish)
    }

    /// Makes an object as the mock says, and inserts it at a place.
    pub(super) fn insert_in(&mut self, own: &'c EffectiveType, place: &Place, name: Option<&str>) -> Result<Address> {
        let wish = Wish { fill: self.mock.fill, variant: self.mock.variant, rows: None };
        let mut draft = self.draft(own, None, wish)?;
        let wanted = usual_name(own);
        draft.name = Some(match (name, place.path()) {
            (Some(name), _) => name.to_owned(),
            (None, Some(path)) => self.free_name(path, wanted)?,
            (None, None) => wanted.to_owned(),
        });
        let made = self.edit.insert_draft_in(place, draft)?;
        if wish.fill == Fill::Every && own.kind() == Kind::Group {
            self.finish(own, made, wish)?;
        }
        Ok(made)
    }

    /// Makes an object and inserts it, in another one where its type asks for that.
    pub(super) fn insert_as(&mut self, own: &'c EffectiveType, wish: Wish) -> Result<Address> {
        if own.is_a_named("MeaningsTable") {
            let draft = self.draft(self.core("DynamicTable")?, None, Wish { fill: Fill::Every, ..Wish::PLAIN })?;
            let table = self.place(self.core("DynamicTable")?, draft)?;
            let made = tables::meanings(self, table, own, wish)?.ok_or_else(|| self.homeless(own))?;
            if wish.fill == Fill::Every {
                self.finish(own, made, wish)?;
            }
            return Ok(made);
        }
        if own.is_a_named("TimeSeriesReferenceVectorData") {
            let table = self.insert_as(self.core("TimeIntervals")?, Wish { fill: Fill::Every, ..wish })?;
            return self.child(table, "timeseries");
        }
        if own.is_a_named("VectorData") || own.is_a_named("ElementIdentifiers") {
            let (draft, column) = tables::host(self, own, wish)?;
            let table = self.place(self.core("DynamicTable")?, draft)?;
            return self.child(table, column);
        }
        if own.is_a_named("ImageReferences") {
            let images = self.insert_as(self.core("Images")?, Wish { fill: Fill::Every, ..wish })?;
            return self.child(images, "order_of_images");
        }
        if own.is_a_named("BaseImage") {
            let mut draft = self.draft(self.core("Images")?, None, Wish::PLAIN)?;
            let image = self.draft(own, None, wish)?;
            draft.members.shift_remove(own.name());
            put(&mut draft, own.name(), image);
            let images = self.place(self.core("Images")?, draft)?;
            return self.child(images, own.name());
        }
        let draft = self.draft(own, None, wish)?;
        let made = self.place(own, draft)?;
        if wish.fill == Fill::Every && own.kind() == Kind::Group {
            self.finish(own, made, wish)?;
        }
        Ok(made)
    }

    /// Adds what refers to the object's own members.
    fn finish(&mut self, own: &'c EffectiveType, made: Address, wish: Wish) -> Result<()> {
        // HDMF cannot read an AlignedDynamicTable with meanings: one variant has them.
        if own.is_a_named("DynamicTable") && (own.name() != "AlignedDynamicTable" || wish.variant == 0) {
            let wish = Wish::PLAIN;
            tables::meanings(self, made, self.core("MeaningsTable")?, wish)?;
        }
        if own.is_a_named("Images") {
            let mut order = Vec::new();
            for name in ["RGBImage", "ExternalImage", "GrayscaleImage"] {
                order.push(self.child(made, name)?);
            }
            let type_name = self.core("ImageReferences")?.type_name();
            let references = DraftNode {
                type_name: Some((type_name.namespace().into(), type_name.name().into())),
                data: Some(Data::from(Value::references(order))),
                ..DraftNode::default()
            };
            let mut change = DraftNode::default();
            put(&mut change, "order_of_images", references);
            self.edit.update_draft(made, change)?;
        }
        Ok(())
    }

    fn child(&self, group: Address, name: &str) -> Result<Address> {
        let found = self.edit.child_address(group, name)?;
        found.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("the mock has no \"{name}\"")))
    }

    fn homeless(&self, own: &EffectiveType) -> Error {
        Error::new(ErrorKind::Invalid, format!("there is no place for a {} in an NWB file", own.name()))
            .remedy("insert it in an object of an extension's type that can hold it")
    }

    /// The object that stands where there can only be one of its type.
    pub(super) fn standing(&self, own: &EffectiveType) -> Result<Option<Address>> {
        let home = self.home(own)?;
        match home.and_then(|(path, name)| Some((path, name?))) {
            Some((path, name)) => self.edit.address_at(&join(&path, &name)),
            None => Ok(None),
        }
    }

    /// Path of the group and name at the home of a type, if it has one.
    fn home(&self, own: &EffectiveType) -> Result<Option<(String, Option<String>)>> {
        let home = self.catalog.default_home(self.core("NWBFile")?, own, None);
        Ok(home.map(|home| {
            let name = home.name().map(str::to_owned);
            (home.path, name)
        }))
    }

    /// Inserts a draft where objects of its type belong, under a name that is free there.
    fn place(&mut self, own: &'c EffectiveType, mut draft: DraftNode) -> Result<Address> {
        let wanted = usual_name(own);
        match self.home(own)? {
            Some((path, Some(name))) if self.edit.address_at(&join(&path, &name))?.is_none() => {
                return self.edit.insert_draft(draft);
            }
            Some((path, None)) => {
                draft.name = Some(self.free_name(&path, wanted)?);
                return self.edit.insert_draft(draft);
            }
            _ => {}
        }
        let homes = self.catalog.homes(self.core("NWBFile")?, own);
        for place in PLACES {
            let Some(path) = place.path().filter(|path| homes.iter().any(|home| home.path == **path)) else { continue };
            let name = self.free_name(path, wanted)?;
            if own.fixed_name().is_none_or(|fixed| fixed == name) {
                draft.name = Some(name);
                return self.edit.insert_draft_in(&place, draft);
            }
        }
        Err(self.homeless(own))
    }

    /// The name, or if that is taken the name with a number.
    fn free_name(&self, group: &str, wanted: &str) -> Result<String> {
        let mut name = wanted.to_owned();
        let mut number = 1;
        while self.edit.address_at(&join(group, &name))?.is_some() {
            number += 1;
            name = format!("{wanted}_{number}");
        }
        Ok(name)
    }
}

/// The name of an object of a type, where the schema leaves it open that of the one slot that takes such objects.
fn usual_name(own: &EffectiveType) -> &str {
    match own.name() {
        "FrequencyBandsTable" => "bands",
        "IntracellularElectrodesTable" | "ElectrodesTable" => "electrodes",
        "IntracellularStimuliTable" => "stimuli",
        "IntracellularResponsesTable" => "responses",
        name => own.fixed_name().or(own.default_name()).unwrap_or(name),
    }
}

fn join(group: &str, name: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{group}/{name}") }
}
