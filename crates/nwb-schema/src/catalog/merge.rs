//! Merging the members of groups: slots and untyped groups.

use std::sync::Arc;

use super::effective::{
    Body, EffectiveDataset, EffectiveGroup, EffectiveLink, EffectiveType, Kind, Layers, Members, TypeName, Unfolded,
    has_members,
};
use super::refine::{Mode, Refiner, known_keys, said};
use super::table::Table;
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink, Strictness};
use crate::spec::{DatasetSpec, Extra, GroupSpec, LinkSpec, Quantity};

/// A typed slot whose new layer has members, to be checked against its type once all types are there.
pub(super) struct Pending {
    pub(super) slot: Arc<EffectiveGroup>,
    pub(super) owner: usize,
    pub(super) key_path: String,
}

/// What is resolved so far: a part of the types while a catalog is built, all of them later.
pub(super) trait Bodies {
    fn body(&self, index: usize) -> Option<&Body>;
}

impl Bodies for Vec<Option<Body>> {
    fn body(&self, index: usize) -> Option<&Body> {
        self.get(index).and_then(Option::as_ref)
    }
}

impl Bodies for Vec<EffectiveType> {
    fn body(&self, index: usize) -> Option<&Body> {
        self.get(index).map(|effective| &effective.body)
    }
}

/// Lays declarations over inherited members.
pub(super) struct Merger<'r, 'p> {
    pub(super) refiner: Refiner<'r, 'p>,
    /// What is resolved so far, by number of type.
    pub(super) bodies: &'r dyn Bodies,
    pub(super) owner: usize,
    pub(super) pending: &'p mut Vec<Pending>,
}

impl Merger<'_, '_> {
    /// The members of a type or of a group: those that are inherited under those that are declared.
    pub(super) fn members(&mut self, base: &Members, spec: &GroupSpec, at: &KeyPath<'_>) -> Result<Members> {
        let mut members = base.clone();
        self.refiner.attributes(&mut members.attributes, &spec.attributes, at)?;
        let list = at.key("datasets");
        for (index, dataset) in spec.datasets.iter().enumerate() {
            let at = list.index(index);
            self.one_name(spec, At::Dataset(index), &at)?;
            self.other_kind(&mut members, dataset.name.as_deref(), At::Dataset(index), &at)?;
            self.dataset(&mut members.datasets, dataset, &at)?;
        }
        let list = at.key("groups");
        for (index, group) in spec.groups.iter().enumerate() {
            let at = list.index(index);
            self.one_name(spec, At::Group(index), &at)?;
            self.other_kind(&mut members, group.name.as_deref(), At::Group(index), &at)?;
            self.group(&mut members.groups, group, &at)?;
        }
        let list = at.key("links");
        for (index, link) in spec.links.iter().enumerate() {
            let at = list.index(index);
            self.one_name(spec, At::Link(index), &at)?;
            self.other_kind(&mut members, link.name.as_deref(), At::Link(index), &at)?;
            self.link(&mut members.links, link, &at)?;
        }
        Ok(members)
    }

    /// Reports a name that an earlier member of the same declaration has, and a second slot of one type without a name.
    fn one_name(&mut self, spec: &GroupSpec, member: At, at: &KeyPath<'_>) -> Result<()> {
        let datasets =
            spec.datasets.iter().map(|it| (it.name.as_deref(), it.type_def.as_deref().or(it.type_inc.as_deref())));
        let groups =
            spec.groups.iter().map(|it| (it.name.as_deref(), it.type_def.as_deref().or(it.type_inc.as_deref())));
        let links = spec.links.iter().map(|it| (it.name.as_deref(), Some(it.target_type.as_str())));
        // Datasets come first, then groups, then links; a link without a name is no rival to a slot of its target's type.
        let (before, rivals) = match member {
            At::Dataset(index) => (index, 0),
            At::Group(index) => (spec.datasets.len() + index, 0),
            At::Link(index) => {
                (spec.datasets.len() + spec.groups.len() + index, spec.datasets.len() + spec.groups.len())
            }
        };
        let all = datasets.chain(groups).chain(links);
        let Some((name, type_name)) = all.clone().nth(before) else { return Ok(()) };
        match name {
            Some(name) if all.clone().take(before).any(|(other, _)| other == Some(name)) => {
                self.refiner.repeated(name, at)
            }
            None if all.clone().take(before).skip(rivals).any(|other| other == (None, type_name)) => {
                let found = format!("{:?} again", type_name.unwrap_or_default());
                self.refiner
                    .report(|| Error::new(ErrorKind::BadName, at, "one slot without a name for each type", found))
            }
            _ => Ok(()),
        }
    }

    /// Reports, and takes away, an inherited member of another kind with the same name.
    fn other_kind(&mut self, members: &mut Members, name: Option<&str>, member: At, at: &KeyPath<'_>) -> Result<()> {
        let Some(name) = name else { return Ok(()) };
        let inherited = [
            ("a dataset", !matches!(member, At::Dataset(_)) && members.dataset(name).is_some()),
            ("a group", !matches!(member, At::Group(_)) && members.group(name).is_some()),
            ("a link", !matches!(member, At::Link(_)) && members.link(name).is_some()),
        ];
        let Some((kind, _)) = inherited.into_iter().find(|(_, clashes)| *clashes) else { return Ok(()) };
        let found = match member {
            At::Dataset(_) => "a dataset",
            At::Group(_) => "a group",
            At::Link(_) => "a link",
        };
        self.refiner.widens(at, || format!("{kind}, which {name:?} is in the parent type"), || found.to_owned())?;
        let is_other = |other: &Option<String>| other.as_deref() == Some(name);
        match kind {
            "a dataset" => members.datasets.retain(|other| !is_other(&other.name)),
            "a group" => members.groups.retain(|other| !is_other(&other.name)),
            _ => members.links.retain(|other| !is_other(&other.name)),
        }
        Ok(())
    }

    /// The type of a slot: the one that is defined in its place, or the one that it includes.
    fn slot_type(&mut self, def: Option<&String>, inc: Option<&String>, at: &KeyPath<'_>) -> Result<Option<usize>> {
        match (def, inc) {
            (Some(name), _) => Ok(self.refiner.table.lookup(self.refiner.namespace, name)),
            (None, Some(name)) => self.refiner.type_of(name, &at.key("neurodata_type_inc")),
            (None, None) => Ok(None),
        }
    }

    fn dataset(
        &mut self,
        datasets: &mut Vec<Arc<EffectiveDataset>>,
        spec: &DatasetSpec,
        at: &KeyPath<'_>,
    ) -> Result<()> {
        let included = self.slot_type(spec.type_def.as_ref(), spec.type_inc.as_ref(), at)?;
        let included = match included {
            Some(index) if !matches!(self.bodies.body(index), Some(Body::Dataset(_))) => {
                self.wrong_kind("a type of datasets", index, at)?;
                None
            }
            other => other,
        };
        let type_name = included.and_then(|index| self.refiner.table.name(index));
        if spec.name.is_none() && type_name.is_none() {
            return Ok(());
        }
        let known = datasets.iter_mut().find(|known| match &spec.name {
            Some(_) => known.name == spec.name,
            None => known.name.is_none() && known.type_name == type_name,
        });
        match known {
            None => datasets.push(Arc::new(self.new_dataset(included, spec, at)?)),
            Some(known) => *known = self.refined_dataset(known, included, spec, at)?,
        }
        Ok(())
    }

    fn wrong_kind(&mut self, expected: &str, index: usize, at: &KeyPath<'_>) -> Result<()> {
        let name = self.refiner.table.name(index).map(|name| name.to_string()).unwrap_or_default();
        let expected = expected.to_owned();
        self.refiner.widens(&at.key("neurodata_type_inc"), || expected, || format!("{name}, which is not"))
    }

    /// A dataset that nothing is said of yet but by its type.
    fn bare_dataset(&self, included: Option<usize>) -> EffectiveDataset {
        let body = included.and_then(|index| match self.bodies.body(index) {
            Some(Body::Dataset(body)) => Some(EffectiveDataset::clone(body)),
            _ => None,
        });
        match body {
            Some(body) => EffectiveDataset {
                name: None,
                default_name: None,
                doc: String::new(),
                type_name: included.and_then(|index| self.refiner.table.name(index)),
                quantity: Quantity::ZeroOrMany,
                declared_in: self.refiner.owner.clone(),
                refined_in: None,
                extra: Extra::new(),
                layers: Layers(Vec::new()),
                ..body
            },
            None => empty_dataset(self.refiner.owner.clone()),
        }
    }

    fn new_dataset(
        &mut self,
        included: Option<usize>,
        spec: &DatasetSpec,
        at: &KeyPath<'_>,
    ) -> Result<EffectiveDataset> {
        let mut dataset = self.bare_dataset(included);
        dataset.name.clone_from(&spec.name);
        self.lay_dataset(&mut dataset, spec, at)?;
        if dataset.type_name.is_some() {
            dataset.layers.0.push((self.refiner.owner.clone(), Arc::new(spec.clone())));
        }
        Ok(dataset)
    }

    fn refined_dataset(
        &mut self,
        base: &Arc<EffectiveDataset>,
        included: Option<usize>,
        spec: &DatasetSpec,
        at: &KeyPath<'_>,
    ) -> Result<Arc<EffectiveDataset>> {
        let mut refined = match self.change_of_type(base.type_name.as_ref(), included, at)? {
            Change::None => EffectiveDataset::clone(base),
            Change::Narrower => {
                let mut refined = self.bare_dataset(included);
                refined.name.clone_from(&base.name);
                refined.declared_in = base.declared_in.clone();
                refined.refined_in.clone_from(&base.refined_in);
                refined.layers = base.layers.clone();
                for (owner, layer) in &base.layers.0 {
                    self.as_before(owner, |merger| merger.lay_dataset(&mut refined, layer, at))?;
                }
                refined
            }
            Change::Other => return self.new_dataset(included, spec, at).map(Arc::new),
        };
        self.lay_dataset(&mut refined, spec, at)?;
        if refined == **base {
            return Ok(Arc::clone(base));
        }
        refined.refined_in = Some(self.refiner.owner.clone());
        if refined.type_name.is_some() {
            refined.layers.0.push((self.refiner.owner.clone(), Arc::new(spec.clone())));
        }
        Ok(Arc::new(refined))
    }

    /// Lays what a schema says of a dataset over what is known of it; its type has been dealt with.
    fn lay_dataset(&mut self, dataset: &mut EffectiveDataset, spec: &DatasetSpec, at: &KeyPath<'_>) -> Result<()> {
        said(&mut dataset.doc, &spec.doc);
        if spec.default_name.is_some() {
            dataset.default_name.clone_from(&spec.default_name);
        }
        dataset.quantity = self.refiner.quantity(dataset.quantity, spec.quantity, at)?;
        dataset.linkable = spec.linkable.unwrap_or(dataset.linkable);
        self.lay_values(dataset, spec, at)
    }

    /// The part of [`lay_dataset`](Self::lay_dataset) that types of datasets share with slots.
    pub(super) fn lay_values(
        &mut self,
        dataset: &mut EffectiveDataset,
        spec: &DatasetSpec,
        at: &KeyPath<'_>,
    ) -> Result<()> {
        self.refiner.dtype(&mut dataset.dtype, spec.dtype.as_ref(), at)?;
        let mut shape = (dataset.shape.take(), dataset.dims.take());
        self.refiner.shape(&mut shape, spec.shape.as_ref(), spec.dims.as_ref(), at)?;
        (dataset.shape, dataset.dims) = shape;
        let mut values = (dataset.value.take(), dataset.default_value.take());
        self.refiner.values(&mut values, spec.value.as_ref(), spec.default_value.as_ref(), at)?;
        (dataset.value, dataset.default_value) = values;
        self.refiner.attributes(&mut dataset.attributes, &spec.attributes, at)?;
        known_keys(&mut dataset.extra, &spec.extra);
        Ok(())
    }

    /// Runs something as it was when another type said it: in its name, and with no complaints.
    fn as_before(&mut self, owner: &TypeName, run: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let index = self.refiner.table.index_of(owner).and_then(|index| self.refiner.table.get(index));
        let namespace = index.map_or(self.refiner.namespace, |declared| declared.namespace);
        let now = (self.refiner.mode, self.refiner.namespace, self.refiner.owner.clone());
        (self.refiner.mode, self.refiner.namespace, self.refiner.owner) = (Mode::Keep, namespace, owner.clone());
        let result = run(self);
        (self.refiner.mode, self.refiner.namespace, self.refiner.owner) = now;
        result
    }

    /// What a refinement does to the type of a slot.
    fn change_of_type(&mut self, base: Option<&TypeName>, included: Option<usize>, at: &KeyPath<'_>) -> Result<Change> {
        let table = self.refiner.table;
        let base_index = base.and_then(|base| table.index_of(base));
        let Some(included) = included else { return Ok(Change::None) };
        if base_index == Some(included) {
            return Ok(Change::None);
        }
        if base_index.is_some_and(|base| table.is_a(included, base)) {
            return Ok(Change::Narrower);
        }
        // A definition lists older refinements by their own, wider types; that changes nothing.
        if self.refiner.mode == Mode::Keep {
            return Ok(Change::None);
        }
        let expected = base
            .map_or("no type, as in the parent type".to_owned(), |base| format!("{base} or a type that extends it"));
        let found = table.name(included).map(|name| name.to_string()).unwrap_or_default();
        self.refiner.widens(&at.key("neurodata_type_inc"), || expected, || found)?;
        Ok(Change::Other)
    }

    fn group(&mut self, groups: &mut Vec<Arc<EffectiveGroup>>, spec: &GroupSpec, at: &KeyPath<'_>) -> Result<()> {
        let included = match self.slot_type(spec.type_def.as_ref(), spec.type_inc.as_ref(), at)? {
            Some(index) if self.refiner.table.get(index).is_some_and(|it| it.kind() != Kind::Group) => {
                self.wrong_kind("a type of groups", index, at)?;
                None
            }
            other => other,
        };
        let type_name = included.and_then(|index| self.refiner.table.name(index));
        if spec.name.is_none() && type_name.is_none() {
            return Ok(());
        }
        let known = groups.iter_mut().find(|known| match &spec.name {
            Some(_) => known.name == spec.name,
            None => known.name.is_none() && known.type_name == type_name,
        });
        match known {
            None => {
                let group = self.new_group(included, spec, at)?;
                groups.push(group);
            }
            Some(known) => *known = self.refined_group(known, included, spec, at)?,
        }
        Ok(())
    }

    fn new_group(
        &mut self,
        included: Option<usize>,
        spec: &GroupSpec,
        at: &KeyPath<'_>,
    ) -> Result<Arc<EffectiveGroup>> {
        let mut group = EffectiveGroup {
            name: spec.name.clone(),
            default_name: spec.default_name.clone(),
            doc: spec.doc.clone(),
            type_name: included.and_then(|index| self.refiner.table.name(index)),
            quantity: spec.quantity,
            linkable: spec.linkable.unwrap_or(true),
            declared_in: self.refiner.owner.clone(),
            refined_in: None,
            extra: spec.extra.clone(),
            own: Members::default(),
            layers: Layers(Vec::new()),
            full: Unfolded::default(),
        };
        self.lay_members(&mut group, spec, at)?;
        Ok(self.queue(group, spec, at))
    }

    fn refined_group(
        &mut self,
        base: &Arc<EffectiveGroup>,
        included: Option<usize>,
        spec: &GroupSpec,
        at: &KeyPath<'_>,
    ) -> Result<Arc<EffectiveGroup>> {
        let change = self.change_of_type(base.type_name.as_ref(), included, at)?;
        if change == Change::Other {
            return self.new_group(included, spec, at);
        }
        let mut refined = EffectiveGroup::clone(base);
        if change == Change::Narrower {
            refined.type_name = included.and_then(|index| self.refiner.table.name(index));
        }
        said(&mut refined.doc, &spec.doc);
        if spec.default_name.is_some() {
            refined.default_name.clone_from(&spec.default_name);
        }
        refined.quantity = self.refiner.quantity(base.quantity, spec.quantity, at)?;
        refined.linkable = spec.linkable.unwrap_or(base.linkable);
        known_keys(&mut refined.extra, &spec.extra);
        self.lay_members(&mut refined, spec, at)?;
        let unfolds_alike = refined.type_name.is_none() || !says_members(spec);
        if refined == **base && unfolds_alike {
            return Ok(Arc::clone(base));
        }
        refined.full = Unfolded::default();
        refined.refined_in = Some(self.refiner.owner.clone());
        Ok(self.queue(refined, spec, at))
    }

    /// Members of an untyped group are merged at once, those of a typed slot when its type is there.
    fn lay_members(&mut self, group: &mut EffectiveGroup, spec: &GroupSpec, at: &KeyPath<'_>) -> Result<()> {
        if group.type_name.is_none() {
            group.own = self.members(&group.own, spec, at)?;
        } else if says_members(spec) {
            group.layers.0.push((self.refiner.owner.clone(), Arc::new(spec.clone())));
        }
        Ok(())
    }

    fn queue(&mut self, group: EffectiveGroup, spec: &GroupSpec, at: &KeyPath<'_>) -> Arc<EffectiveGroup> {
        let group = Arc::new(group);
        if group.type_name.is_some() && says_members(spec) && self.refiner.mode == Mode::Check {
            self.pending.push(Pending { slot: Arc::clone(&group), owner: self.owner, key_path: at.to_string() });
        }
        group
    }

    fn link(&mut self, links: &mut Vec<Arc<EffectiveLink>>, spec: &LinkSpec, at: &KeyPath<'_>) -> Result<()> {
        let target = self.refiner.type_of(&spec.target_type, &at.key("target_type"))?;
        let known = links.iter_mut().find(|known| match &spec.name {
            Some(_) => known.name == spec.name,
            None => known.name.is_none() && known.target_type == spec.target_type,
        });
        let Some(known) = known else {
            links.push(Arc::new(EffectiveLink {
                name: spec.name.clone(),
                default_name: spec.default_name.clone(),
                doc: spec.doc.clone(),
                target_type: spec.target_type.clone(),
                target: target.and_then(|index| self.refiner.table.name(index)),
                quantity: spec.quantity,
                declared_in: self.refiner.owner.clone(),
                refined_in: None,
                extra: spec.extra.clone(),
            }));
            return Ok(());
        };
        let mut refined = EffectiveLink::clone(known);
        let base_target = refined.target.as_ref().and_then(|name| self.refiner.table.index_of(name));
        let narrows = match (base_target, target) {
            (Some(base), Some(target)) => self.refiner.table.is_a(target, base),
            _ => true,
        };
        if !narrows {
            let expected = || format!("{} or a type that extends it", known.target_type);
            self.refiner.widens(&at.key("target_type"), expected, || spec.target_type.clone())?;
        }
        if narrows || self.refiner.mode == Mode::Check {
            refined.target_type.clone_from(&spec.target_type);
            refined.target = target.and_then(|index| self.refiner.table.name(index));
        }
        said(&mut refined.doc, &spec.doc);
        if spec.default_name.is_some() {
            refined.default_name.clone_from(&spec.default_name);
        }
        refined.quantity = self.refiner.quantity(known.quantity, spec.quantity, at)?;
        known_keys(&mut refined.extra, &spec.extra);
        if refined != **known {
            refined.refined_in = Some(self.refiner.owner.clone());
            *known = Arc::new(refined);
        }
        Ok(())
    }
}

/// Which member of a declaration is meant.
#[derive(Clone, Copy)]
enum At {
    Dataset(usize),
    Group(usize),
    Link(usize),
}

#[derive(PartialEq)]
enum Change {
    /// The type stays.
    None,
    /// It becomes a type that extends it.
    Narrower,
    /// It becomes another one, which was reported.
    Other,
}

/// Whether a slot says something of the members of its type. Where the type is defined in the same place, the members are its own.
fn says_members(spec: &GroupSpec) -> bool {
    spec.type_def.is_none() && has_members(spec)
}

pub(super) fn empty_dataset(owner: TypeName) -> EffectiveDataset {
    EffectiveDataset {
        name: None,
        default_name: None,
        doc: String::new(),
        type_name: None,
        dtype: None,
        shape: None,
        dims: None,
        value: None,
        default_value: None,
        quantity: Quantity::ZeroOrMany,
        linkable: true,
        attributes: Vec::new(),
        declared_in: owner,
        refined_in: None,
        extra: Extra::new(),
        layers: Layers(Vec::new()),
    }
}

/// The members of a typed slot: those of its type under its layers. Only the last layer is checked, and only when `last` asks for it.
pub(super) fn unfold(
    table: &Table,
    bodies: &dyn Bodies,
    slot: &EffectiveGroup,
    mut last: Option<(&KeyPath<'_>, Sink<'_>, &mut Vec<Pending>)>,
) -> Result<Members> {
    let type_index = slot.type_name.as_ref().and_then(|name| table.index_of(name));
    let mut members = match type_index.and_then(|index| bodies.body(index)) {
        Some(Body::Group(members)) => members.clone(),
        _ => Members::default(),
    };
    let count = slot.layers.0.len();
    for (position, (owner, spec)) in slot.layers.0.iter().enumerate() {
        let owner_index = table.index_of(owner);
        let namespace =
            owner_index.and_then(|index| table.get(index)).map_or(usize::MAX, |declared| declared.namespace);
        let (mut ignored, mut no_pending): (Vec<Error>, Vec<Pending>) = (Vec::new(), Vec::new());
        let silent = KeyPath::Document("");
        let (at, mode, sink, pending) = match last.take_if(|_| position + 1 == count) {
            Some((at, sink, pending)) => (at, Mode::Check, sink, pending),
            None => (&silent, Mode::Keep, Sink::new(Strictness::Lenient, &mut ignored), &mut no_pending),
        };
        let refiner = Refiner { table, namespace, owner: owner.clone(), mode, sink };
        let mut merger = Merger { refiner, bodies, owner: owner_index.unwrap_or(usize::MAX), pending };
        members = merger.members(&members, spec, at)?;
    }
    Ok(members)
}
