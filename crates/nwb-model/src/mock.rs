//! Plausible objects of every neurodata type, for tests of software that uses this crate (feature `mock`).
//!
//! An object is made from the schema, together with what it needs: a `TwoPhotonSeries` comes with an `ImagingPlane`, and that with
//! a `Device`. It has its required members alone, or every member that its type can have; either way its values are none of the
//! schema's defaults, no two of them are alike, and no array is square, so that what is mixed up shows. The same calls give the
//! same values.
//!
//! ```
//! use nwb_model::edit::{Edit, EditOptions};
//! use nwb_model::memory::Memory;
//! use nwb_model::mock::{self, Mock};
//! use nwb_model::types::{ImagingPlane, TwoPhotonSeries};
//! use nwb_model::view::NeurodataType;
//!
//! let mut edit = Edit::create(Memory::new("session"), "session", mock::file(), EditOptions::default())?;
//! mock::insert::<TwoPhotonSeries>(&mut edit)?;
//! Mock::new().every_member().seed(7).insert::<ImagingPlane>(&mut edit)?;
//!
//! let file = edit.commit()?;
//! let movie: TwoPhotonSeries = file.acquisition()?.get("TwoPhotonSeries")?;
//! assert_eq!(movie.imaging_plane()?.device()?.object().name(), "Device");
//! # Ok::<(), nwb_model::Error>(())
//! ```

pub mod accessors;
mod maker;
mod place;
mod series;
mod tables;
mod values;

use std::collections::HashMap;

use nwb_schema::{Catalog, EffectiveType, Kind, Members};

use crate::backend::Address;
use crate::draft::{Draft, Handle, Owner};
use crate::edit::Edit;
use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;
use crate::types::NwbFile;
use crate::view::NeurodataType;
use maker::Maker;

/// How much of what its type allows an object has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fill {
    Required,
    /// Also what no use of the object goes without, and PyNWB asks for.
    Usable,
    Every,
}

/// Makes objects, and inserts them with what they need.
///
/// What an object needs is made once and shared by those that come after it in the same edit.
#[derive(Clone, Debug)]
pub struct Mock {
    fill: Fill,
    seed: u64,
    variant: u32,
    /// Whether references and records lie along as many axes as the variant says, or along one.
    spread: bool,
    /// What was made because something needed it, by type; of this edit.
    needed: HashMap<String, Vec<Address>>,
    owner: Owner,
}

impl Default for Mock {
    fn default() -> Self {
        Self { fill: Fill::Required, seed: 0, variant: 0, spread: false, needed: HashMap::new(), owner: Owner::NONE }
    }
}

impl Mock {
    /// Objects with their required members alone.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Objects with every member that their types have. Of members that exclude each other, such as a rate and timestamps, the
    /// [`variant`](Self::variant) says which.
    #[must_use]
    pub fn every_member(mut self) -> Self {
        self.fill = Fill::Every;
        self
    }

    /// Objects with every member again, or with their required members alone.
    #[must_use]
    pub fn required_members(mut self) -> Self {
        self.fill = Fill::Required;
        self
    }

    /// Other values for another seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Another of the forms that the schema allows: another shape where it has alternatives, another width of numbers, a rate for
    /// timestamps. [`variants`] says how many there are.
    #[must_use]
    pub fn variant(mut self, variant: u32) -> Self {
        self.variant = variant;
        self
    }

    /// Lets the variant choose the shape of columns of references and of records too. They lie along one axis without this: the
    /// schema allows more, and PyNWB knows no others.
    #[must_use]
    pub fn records_in_any_shape(mut self) -> Self {
        self.spread = true;
        self
    }

    /// Makes an object of a type and inserts it where such an object belongs; its name is that of the type, with a number behind
    /// it where there is one of that name. A column comes in a table, an image in an `Images`.
    ///
    /// # Errors
    /// When the type has no place in an NWB file (`CSRMatrix`, for one), or all its places are taken.
    pub fn insert<T: NeurodataType>(&mut self, edit: &mut Edit) -> Result<Handle<T>> {
        let owner = edit.owner();
        self.insert_type(edit, T::NAMESPACE, T::NAME).map(|address| Handle::new(address, owner))
    }

    /// Makes an object of a type and inserts it at a place; as [`insert`](Self::insert) for the rest.
    ///
    /// # Errors
    /// When an object of this type cannot be there.
    pub fn insert_in<T: NeurodataType>(&mut self, edit: &mut Edit, place: impl Into<Place>) -> Result<Handle<T>> {
        let (owner, place) = (edit.owner(), place.into());
        let address = self.with_maker(edit, T::NAMESPACE, T::NAME, |maker, own| maker.insert_in(own, &place, None))?;
        Ok(Handle::new(address, owner))
    }

    /// Makes an object of a type and inserts it at a place under a name: `epochs`, which only one table can have.
    ///
    /// # Errors
    /// When an object of this type cannot be there, or the name is taken.
    pub fn insert_as<T: NeurodataType>(
        &mut self,
        edit: &mut Edit,
        place: impl Into<Place>,
        name: &str,
    ) -> Result<Handle<T>> {
        let (owner, place) = (edit.owner(), place.into());
        let address =
            self.with_maker(edit, T::NAMESPACE, T::NAME, |maker, own| maker.insert_in(own, &place, Some(name)))?;
        Ok(Handle::new(address, owner))
    }

    /// As [`insert`](Self::insert), by the names of namespace and type; answers the path of what was inserted.
    ///
    /// # Errors
    /// As `insert`, and when there is no such type.
    pub fn insert_named(&mut self, edit: &mut Edit, namespace: &str, type_name: &str) -> Result<String> {
        let address = self.insert_type(edit, namespace, type_name)?;
        edit.path_of(address)
    }

    /// A draft of a file: with its required fields, or with every field. The objects in it are inserted.
    ///
    /// # Errors
    /// None that is known: the schema is compiled in.
    pub fn file(&mut self) -> Result<Draft<NwbFile>> {
        let catalog = nwb_schema::embedded::catalog();
        let own = find(catalog, NwbFile::NAMESPACE, NwbFile::NAME)?;
        let node = maker::root(self, catalog, own)?;
        Ok(Draft::of_node(node))
    }

    fn insert_type(&mut self, edit: &mut Edit, namespace: &str, name: &str) -> Result<Address> {
        self.with_maker(edit, namespace, name, |maker, own| maker.insert(own))
    }

    fn with_maker<R>(
        &mut self,
        edit: &mut Edit,
        namespace: &str,
        name: &str,
        make: impl for<'c> FnOnce(&mut Maker<'c, '_>, &'c EffectiveType) -> Result<R>,
    ) -> Result<R> {
        if self.owner != edit.owner() {
            self.owner = edit.owner();
            self.needed.clear();
        }
        let catalog = edit.catalog().clone();
        let own = find(&catalog, namespace, name)?;
        make(&mut Maker { catalog: &catalog, edit, mock: self }, own)
    }
}

fn find<'c>(catalog: &'c Catalog, namespace: &str, name: &str) -> Result<&'c EffectiveType> {
    catalog
        .resolve_type(namespace, name)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("nothing is known of the type {namespace} {name}")))
}

/// A draft of a file with its required fields.
#[must_use]
pub fn file() -> Draft<NwbFile> {
    Mock::new().file().unwrap_or_else(|_| Draft::begin(None))
}

/// Inserts an object of a type with its required members, and what it needs.
///
/// # Errors
/// As [`Mock::insert`].
pub fn insert<T: NeurodataType>(edit: &mut Edit) -> Result<Handle<T>> {
    Mock::new().insert(edit)
}

/// How many variants of a type differ: as many as its member with the most shapes has, and for time series each way to tell their
/// times and samples.
#[must_use]
pub fn variants(catalog: &Catalog, own: &EffectiveType) -> u32 {
    let of_shapes = match own.kind() {
        Kind::Group => of_members(catalog, own.members()),
        Kind::Dataset => {
            own.dataset().map_or(1, |spec| values::alternatives(spec.shape.as_ref(), spec.dtype.is_none()))
        }
    };
    if own.is_a_named("TimeSeries") { of_shapes.max(series::VARIANTS) } else { of_shapes }
}

fn of_members(catalog: &Catalog, members: &Members) -> u32 {
    let attributes = members.attributes.iter().map(|it| values::alternatives(it.shape.as_ref(), false));
    let datasets = members.datasets.iter().map(|it| {
        let is_free = it.dtype.is_none() && it.type_name.is_some();
        values::alternatives(it.shape.as_ref(), is_free)
    });
    let groups = members.groups.iter().filter(|it| it.type_name.is_none() && it.name.is_some());
    let groups = groups.map(|it| of_members(catalog, catalog.members(it)));
    attributes.chain(datasets).chain(groups).max().unwrap_or(1)
}
