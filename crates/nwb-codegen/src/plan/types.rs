//! One type: its accessors, its setters, and what a new object must be given.

use std::collections::BTreeSet;

use nwb_schema::{Catalog, EffectiveType, Kind, TypeName};

use super::naming::Naming;
use super::{
    Accessor, AccessorForm, Choice, Field, FieldForm, Form, Inherited, Init, Plan, Setter, SetterForm, TypePlan, check,
    ident,
};
use crate::error::{Error, ErrorKind, Result};
use crate::overlay::{Overlay, TypeOverlay};
use crate::slots::{self, Content, Owner, Slot};
use crate::value;

/// Plans a type whose ancestors are planned.
pub(super) fn plan<'c>(
    catalog: &'c Catalog,
    overlay: &Overlay,
    plan: &Plan<'c>,
    effective: &'c EffectiveType,
) -> Result<TypePlan<'c>> {
    let (slots, groups) = slots::of(catalog, effective);
    let lineage = [effective.type_name()].into_iter().chain(effective.ancestors());
    let overlays: Vec<&TypeOverlay> = lineage.filter_map(|name| overlay.of(name.namespace(), name.name())).collect();
    let own = overlay.of(effective.namespace(), effective.name());
    if let Some(own) = own {
        check::entries(effective, own, &slots, &groups)?;
    }
    let is_dataset = effective.kind() == Kind::Dataset;
    let inherited = match effective.parent() {
        Some(parent) => plan.get(parent)?.inherited.clone(),
        None => Inherited::default(),
    };
    let mut planner = Planner {
        catalog,
        effective,
        naming: Naming { overlays, is_dataset },
        own_overlay: overlay.of(effective.namespace(), effective.name()),
        slots,
        inherited,
        accessors: Vec::new(),
        setters: Vec::new(),
    };
    planner.choices(own)?;
    planner.name_slots();
    planner.accessors()?;
    planner.setters()?;
    let init = planner.init()?;
    let default_name = planner.default_name();
    let Planner { accessors, setters, inherited, .. } = planner;
    Ok(TypePlan { effective, ident: ident(effective, overlay)?, accessors, setters, default_name, init, inherited })
}

struct Planner<'c, 'o> {
    catalog: &'c Catalog,
    effective: &'c EffectiveType,
    naming: Naming<'o>,
    own_overlay: Option<&'o TypeOverlay>,
    slots: Vec<Slot<'c>>,
    inherited: Inherited,
    accessors: Vec<Accessor<'c>>,
    setters: Vec<Setter<'c>>,
}

impl<'c> Planner<'c, '_> {
    fn type_name(&self) -> &'c TypeName {
        self.effective.type_name()
    }

    fn is_own(&self, slot: &Slot<'_>) -> bool {
        slot.declared_in == self.type_name()
    }

    fn own_slots(&self) -> Vec<Slot<'c>> {
        self.slots.iter().filter(|slot| self.is_own(slot)).cloned().collect()
    }

    fn choices(&mut self, own: Option<&TypeOverlay>) -> Result<()> {
        for (name, one_of) in own.into_iter().flat_map(|own| &own.one_of) {
            let choice = Choice {
                name: name.clone(),
                type_path: one_of.choice.clone(),
                slots: one_of.slots.clone(),
                doc: one_of.doc.clone(),
                optional: one_of.optional,
            };
            let known = self.inherited.choices.iter_mut().find(|known| known.name == *name);
            let setter = match (&one_of.setter, &known) {
                (Some(setter), _) => Some(setter.clone()),
                (None, None) => Some(name.clone()),
                (None, Some(_)) => None,
            };
            if let Some(setter) = setter {
                self.inherited.setters.take(
                    "setters",
                    &setter,
                    self.effective.type_name(),
                    &format!("one_of.{name}"),
                )?;
                self.setters.push(Setter { name: setter, form: SetterForm::Choice(choice.clone()) });
            }
            match known {
                Some(known) => *known = choice,
                None => self.inherited.choices.push(choice),
            }
        }
        Ok(())
    }

    /// The slots without fixed names that this type adds to a group.
    fn anonymous(&self, group: &str) -> impl Iterator<Item = &Slot<'c>> {
        self.slots.iter().filter(move |slot| slot.is_anonymous() && slot.group == group && self.is_own(slot))
    }

    /// Whether the slot is read as part of the collection of its group.
    fn is_collected(&self, slot: &Slot<'_>) -> bool {
        slot.is_anonymous() && !self.naming.is_flat(&slot.group) && self.anonymous(&slot.group).nth(1).is_some()
    }

    fn name_slots(&mut self) {
        let mut named = Vec::new();
        for slot in self.slots.iter().filter(|slot| self.is_own(slot)) {
            let alone = slot.is_anonymous() && self.anonymous(&slot.group).nth(1).is_none();
            named.push((slot.key.clone(), self.naming.slot(slot, alone)));
        }
        self.inherited.names.extend(named);
    }

    fn name_of(&self, key: &str) -> Result<String> {
        self.inherited.names.get(key).cloned().ok_or_else(|| {
            Error::new(
                ErrorKind::Schema,
                format!("{}: the slot {key:?} has no type that declares it", self.type_name()),
            )
        })
    }

    fn accessors(&mut self) -> Result<()> {
        let mut collected = BTreeSet::new();
        for slot in self.own_slots() {
            let (name, key, form) = if self.is_collected(&slot) {
                if !collected.insert(slot.group.clone()) {
                    continue;
                }
                let doc = self.group_doc(&slot.group);
                let form = AccessorForm::Collection { group: slot.group.clone(), doc };
                (self.naming.collection(&slot.group), slot.group.clone(), form)
            } else {
                (self.name_of(&slot.key)?, slot.key.clone(), AccessorForm::Slot(self.form(&slot)))
            };
            self.inherited.accessors.take("accessors", &name, self.effective.type_name(), &key)?;
            self.accessors.push(Accessor { name, form, slot });
        }
        Ok(())
    }

    fn group_doc(&self, group: &str) -> &'c str {
        let (parents, name) = group.rsplit_once('/').unwrap_or(("", group));
        let members = self.catalog.members_at(self.effective, parents);
        members.and_then(|members| members.group(name)).map_or("", |group| group.doc.as_str())
    }

    /// How a slot is read and written.
    fn form(&self, slot: &Slot<'c>) -> Form<'c> {
        let path = slot.path().to_owned();
        match &slot.content {
            Content::Attribute { attribute, .. } => {
                let name = attribute.name.as_str();
                let target = value::reference(attribute.dtype.as_ref(), attribute.shape.as_ref())
                    .and_then(|target| self.target(slot, attribute.refined_in.as_ref(), target));
                match target {
                    Some(target) => Form::Reference { path, attribute: name, target },
                    None => {
                        let value = value::of(attribute.dtype.as_ref(), attribute.shape.as_ref());
                        Form::Attribute { path, attribute: name, value }
                    }
                }
            }
            Content::Dataset(dataset) => {
                let is_texts = self.naming.overlays.iter().any(|overlay| overlay.texts.contains(&slot.key));
                if is_texts || dataset.dtype.is_some() && value::is_single(dataset.shape.as_ref()) {
                    Form::Value { path, value: value::of(dataset.dtype.as_ref(), dataset.shape.as_ref()) }
                } else {
                    Form::Dataset { path }
                }
            }
            Content::Child { type_name, name: Some(_), .. } => Form::Child { path, target: type_name },
            Content::Link { link, target } if link.name.is_some() => Form::Link { path, target },
            Content::Child { type_name: target, .. } | Content::Link { target, .. } => {
                Form::Anonymous { group: slot.group.clone(), target, many: slot.quantity().is_many() }
            }
        }
    }

    /// The type that a reference leads to, as the type that speaks of it knows it.
    fn target(&self, slot: &Slot<'c>, refined_in: Option<&TypeName>, target: &str) -> Option<&'c TypeName> {
        let speaker = refined_in.unwrap_or(slot.declared_in);
        self.catalog.get(speaker.namespace(), target).map(EffectiveType::type_name)
    }

    fn in_choice(&self, key: &str) -> Option<&Choice> {
        self.inherited.choices.iter().find(|choice| choice.slots.iter().any(|slot| slot == key))
    }

    /// Whether an attribute is given together with the dataset that it belongs to: the dataset may be absent, but not the attribute
    /// alone.
    fn goes_with_dataset(&self, slot: &Slot<'c>) -> bool {
        let Content::Attribute { attribute, path, owner: Owner::Dataset(dataset) } = &slot.content else {
            return false;
        };
        let is_needed = attribute.required && attribute.value.is_none() && attribute.default_value.is_none();
        let is_optional = self.slots.iter().any(|other| other.key == *path && !other.required);
        is_needed && is_optional && dataset.value.is_none() && attribute.declared_in == dataset.declared_in
    }

    fn setters(&mut self) -> Result<()> {
        for slot in self.own_slots() {
            let is_set_otherwise = slot.added || self.in_choice(&slot.key).is_some() || self.goes_with_dataset(&slot);
            if slot.fixed().is_some() || is_set_otherwise {
                continue;
            }
            let name = self.name_of(&slot.key)?;
            let accessor = if self.is_collected(&slot) { self.naming.collection(&slot.group) } else { name.clone() };
            self.inherited.setters.take("setters", &name, self.effective.type_name(), &slot.key)?;
            let attributes = match &slot.content {
                Content::Dataset(_) => self.attributes_with(&slot)?,
                _ => Vec::new(),
            };
            let form = self.form(&slot);
            self.setters.push(Setter { name, form: SetterForm::Slot { accessor, slot, form, attributes } });
        }
        Ok(())
    }

    /// The attributes that are given together with a dataset, with the names that they have as arguments.
    fn attributes_with(&self, dataset: &Slot<'c>) -> Result<Vec<(String, Form<'c>)>> {
        let of_it = |slot: &&Slot<'c>| slot.path() == dataset.key && self.goes_with_dataset(slot);
        let mut attributes: Vec<(String, Form<'c>)> = Vec::new();
        for slot in self.slots.iter().filter(of_it) {
            let full = self.name_of(&slot.key)?;
            let short = match &slot.content {
                Content::Attribute { attribute, .. } => {
                    crate::names::method(&crate::names::snake(&attribute.name), false)
                }
                _ => full.clone(),
            };
            let is_free = short != self.name_of(&dataset.key)? && attributes.iter().all(|(name, _)| *name != short);
            attributes.push((if is_free { short } else { full }, self.form(slot)));
        }
        Ok(attributes)
    }

    /// The schema's default name, or the overlay's for this very type.
    fn default_name(&self) -> Option<String> {
        self.effective
            .default_name()
            .map(str::to_owned)
            .or_else(|| self.own_overlay.and_then(|own| own.default_name.clone()))
    }

    fn init(&self) -> Result<Init<'c>> {
        let effective = self.effective;
        let is_derived =
            |key: &str| self.naming.overlays.iter().any(|it| it.derived.iter().any(|derived| derived == key));
        let mut given: BTreeSet<&str> = BTreeSet::new();
        let mut fields = Vec::new();
        for slot in &self.slots {
            if let Some(choice) = self.in_choice(&slot.key) {
                if !choice.optional && given.insert(&choice.name) {
                    fields.push(Field { name: choice.name.clone(), form: FieldForm::Choice(choice.clone()) });
                }
            } else if slot.required && !slot.added && !is_derived(&slot.key) {
                let name = self.name_of(&slot.key)?;
                fields.push(Field { name, form: FieldForm::Slot(slot.clone(), self.form(slot)) });
            }
        }
        Ok(Init {
            name: effective.fixed_name().is_none() && self.default_name().is_none(),
            data: effective.kind() == Kind::Dataset
                && effective.dataset().is_some_and(|dataset| dataset.value.is_none()),
            fields,
        })
    }
}
