//! What fields of drafts that are given by name become: attributes, elements, objects, links.

use nwb_schema::spec::{Dtype as Asked, FlatDtype};
use nwb_schema::{EffectiveDataset, Slot};

use crate::convert::number_of;
use crate::data::Data;
use crate::draft::{AttributeDraft, Child, Draft, DraftNode, FieldDraft, Target};
use crate::dtype::{Dtype, Number};
use crate::dynamic::Dynamic;
use crate::dynamic::draft::Given;
use crate::dynamic::lookup::{Found, Level, find};
use crate::error::{Error, ErrorKind, Result};
use crate::ext::Columns as _;
use crate::materialise::Builder;
use crate::types::{DynamicTable, VectorData};
use crate::value::{Shape, Value};

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, message)
}

impl Builder<'_> {
    /// Puts the fields that are given by name where they belong.
    pub(crate) fn resolve_fields(&self, draft: &mut DraftNode, level: Level<'_>, owner: &str) -> Result<()> {
        for field in std::mem::take(&mut draft.fields) {
            self.resolve_field(draft, field, level, owner)?;
        }
        Ok(())
    }

    /// The same for all objects in a draft, by their own types; what these do not know may be what their slots add to them.
    pub(crate) fn resolve_below(&self, draft: &mut DraftNode) {
        for child in draft.members.values_mut().chain(&mut draft.added) {
            if let Ok(own) = self.type_of(child) {
                for field in std::mem::take(&mut child.fields) {
                    if self.resolve_field(child, field.clone(), Level::of(own), own.name()).is_err() {
                        child.fields.push(field);
                    }
                }
            }
            self.resolve_below(child);
        }
    }

    fn resolve_field(&self, draft: &mut DraftNode, field: FieldDraft, level: Level<'_>, owner: &str) -> Result<()> {
        let FieldDraft { name, order, value } = field;
        let (path, found) = find(self.catalog, level, owner, &name)?;
        let path = path.text.as_str();
        if let Found::Slot(slot) = found
            && slot.name().is_none()
        {
            let error = invalid(format!("\"{name}\" stands for objects with names of their own"));
            return Err(error.remedy("add them with `add` or `add_in`"));
        }
        let wrong = |expected: &str| {
            let found = match &value {
                Given::Data(data) => format!("{} {}", data.dtype(), data.shape()),
                Given::Ragged(_) => "cells of a column".into(),
                Given::Target(_) => "a handle or link".into(),
                Given::Child(node) => {
                    let name = node.type_name.as_ref().map_or("object", |(_, name)| name.as_str());
                    format!("a draft of a {name}")
                }
            };
            let error = invalid(format!("the field \"{name}\" takes something else"));
            error.expected(expected).found(found).by_spec(format!("{owner}.{name}"))
        };
        match (found, value.clone()) {
            (Found::Attribute(spec), Given::Data(data)) => {
                let data = widened_scalar(*data, spec.dtype.as_ref())
                    .map_err(|error| error.by_spec(format!("{owner}@{}", spec.name)))?;
                data.owner().map_or(Ok(()), |owner| self.check_owner(owner))?;
                draft.at(path).attributes.insert(spec.name.clone(), AttributeDraft::Value(data.into_value()?));
            }
            (Found::Attribute(spec), Given::Target(target)) => {
                draft.at(path).attributes.insert(spec.name.clone(), AttributeDraft::Reference(target));
            }
            (Found::Attribute(_), _) => return Err(wrong("a value, or a handle to what the attribute refers to")),
            (Found::Slot(Slot::Dataset(spec)), given) if spec.type_name.is_none() => {
                let data = match given {
                    Given::Data(data) => widened_scalar(*data, spec.dtype.as_ref())
                        .map_err(|error| error.by_spec(format!("{owner}.{name}")))?,
                    Given::Target(Target::Object { owner, address }) => {
                        Data::from(Value::reference(address)).with_owner(owner)
                    }
                    Given::Target(target @ Target::Member { .. }) => {
                        draft.at(path).link = Some(target);
                        return Ok(());
                    }
                    _ => return Err(wrong("elements")),
                };
                draft.dataset(path, data);
            }
            (Found::Slot(Slot::Dataset(spec)), Given::Data(data)) => {
                draft.child::<Dynamic>(path, elements_of(spec, *data));
                draft.at(path).order = order;
            }
            (Found::Slot(Slot::Dataset(spec)), Given::Ragged(cells)) => {
                let table = Draft::<DynamicTable>::of_node(std::mem::take(draft));
                *draft = table.ragged_column(path, spec.doc.clone(), *cells).node;
                let Some(column) = draft.members.get_mut(path) else { return Err(wrong("a column")) };
                column.type_name = type_name(spec);
                column.order = order;
            }
            (Found::Slot(Slot::Group(spec)), _) if spec.type_name.is_none() => {
                return Err(wrong("nothing by itself, it is a group: set what is in it by \"/\""));
            }
            (Found::Slot(Slot::Link(_)), Given::Target(target)) => draft.at(path).link = Some(target),
            (Found::Slot(Slot::Link(_)), _) => return Err(wrong("a handle or link to an object that lies elsewhere")),
            (Found::Slot(_), Given::Target(target)) => {
                *draft.at(path) = DraftNode { link: Some(target), order, ..DraftNode::default() };
            }
            (Found::Slot(_), Given::Child(node)) => {
                draft.child::<Dynamic>(path, Child::of_node(*node));
                draft.at(path).order = order;
            }
            (Found::Slot(slot), _) => {
                return Err(wrong(
                    &slot.type_name().map_or("an object".into(), |wanted| format!("a {}", wanted.name())),
                ));
            }
        }
        Ok(())
    }
}

fn type_name(spec: &EffectiveDataset) -> Option<(String, String)> {
    spec.type_name.as_ref().map(|wanted| (wanted.namespace().to_owned(), wanted.name().to_owned()))
}

/// The object that elements of a typed slot make: for a column with the schema's text as its description.
fn elements_of(spec: &EffectiveDataset, data: Data) -> Child<Dynamic> {
    let mut draft = Draft::<VectorData>::begin(None);
    draft.node.type_name = type_name(spec);
    draft.node.contents(data);
    if spec.attribute("description").is_some_and(|it| it.required && it.value.is_none()) && !spec.doc.is_empty() {
        draft.node.attribute("", "description", spec.doc.as_str());
    }
    draft.into()
}

/// A single number in 64 bits and of the kind that the schema asks for, converted exactly; everything else as it is.
fn widened_scalar(data: Data, asked: Option<&Asked>) -> Result<Data> {
    let (Shape::Scalar, Dtype::Number(given, _)) = (data.shape(), data.dtype()) else { return Ok(data) };
    let asked = match asked.and_then(Asked::as_flat) {
        None | Some(FlatDtype::Numeric) => *given,
        Some(flat) => match number_of(flat) {
            Some(number) => number,
            // Refused with the others that are of another kind.
            None => return Ok(data),
        },
    };
    let value = data.into_value()?;
    let converted = match asked {
        Number::F16 | Number::F32 | Number::F64 => value.as_scalar::<f64>().map(Value::scalar),
        number if number.is_unsigned() => value.as_scalar::<u64>().map(Value::scalar),
        _ => value.as_scalar::<i64>().map(Value::scalar),
    };
    let found = || value.as_scalar::<f64>().map_or_else(|_| value.dtype().to_string(), |number| number.to_string());
    let converted = converted.map_err(|_| {
        invalid("the number is none that the schema allows here")
            .expected(Dtype::native(asked).to_string())
            .found(found())
    })?;
    Ok(converted.into())
}
