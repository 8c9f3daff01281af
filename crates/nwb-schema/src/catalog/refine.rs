//! Merging what a refinement says of single values with what it refines, and refusing what would allow more.

use std::sync::Arc;

use serde_json::Value;

use super::effective::{EffectiveAttribute, TypeName};
use super::table::Table;
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink};
use crate::spec::{AttributeSpec, Dims, Dtype, DtypeMember, Extra, Quantity, Shape, dtype_accepts};

/// What to do with a refinement that would widen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Report it; where that is borne, the refinement holds.
    Check,
    /// The narrower of the two holds: older refinements are laid over a narrower type.
    Keep,
}

/// Whose refinement is being merged, and where complaints go.
pub(super) struct Refiner<'r, 'p> {
    pub(super) table: &'r Table,
    pub(super) namespace: usize,
    pub(super) owner: TypeName,
    pub(super) mode: Mode,
    pub(super) sink: Sink<'p>,
}

impl Refiner<'_, '_> {
    pub(super) fn report(&mut self, error: impl FnOnce() -> Error) -> Result<()> {
        match self.mode {
            Mode::Check => self.sink.report(error()),
            Mode::Keep => Ok(()),
        }
    }

    pub(super) fn widens(
        &mut self,
        at: &KeyPath<'_>,
        expected: impl FnOnce() -> String,
        found: impl FnOnce() -> String,
    ) -> Result<()> {
        self.report(|| Error::new(ErrorKind::Widening, at, expected(), found()))
    }

    /// The type that the schema means by a name; reported when there is none.
    pub(super) fn type_of(&mut self, name: &str, at: &KeyPath<'_>) -> Result<Option<usize>> {
        let found = self.table.lookup(self.namespace, name);
        if found.is_none() {
            self.report(|| {
                Error::new(
                    ErrorKind::MissingType,
                    at,
                    "a type that the namespace defines or includes",
                    format!("{name:?}"),
                )
            })?;
        }
        Ok(found)
    }

    /// Picks between what was and what a refinement says where the two disagree.
    fn pick<T>(&self, base: T, refinement: T) -> T {
        match self.mode {
            Mode::Check => refinement,
            Mode::Keep => base,
        }
    }

    pub(super) fn quantity(&mut self, base: Quantity, refinement: Quantity, at: &KeyPath<'_>) -> Result<Quantity> {
        if base.allows(&refinement) {
            return Ok(refinement);
        }
        self.widens(&at.key("quantity"), || format!("a quantity within '{base}'"), || format!("'{refinement}'"))?;
        Ok(self.pick(base, refinement))
    }

    pub(super) fn shape(
        &mut self,
        base: &mut (Option<Shape>, Option<Dims>),
        shape: Option<&Shape>,
        dims: Option<&Dims>,
        at: &KeyPath<'_>,
    ) -> Result<()> {
        if let Some(shape) = shape {
            let fits = base.0.as_ref().is_none_or(|base| base.allows(shape));
            if !fits {
                let wide = base.0.as_ref().map(ToString::to_string).unwrap_or_default();
                self.widens(&at.key("shape"), || format!("a shape within {wide}"), || shape.to_string())?;
            }
            if fits || self.mode == Mode::Check {
                // Names of other shapes do not fit the new ones.
                if base.0.as_ref() != Some(shape) {
                    base.1 = None;
                }
                base.0 = Some(shape.clone());
            } else {
                return Ok(());
            }
        }
        if let Some(dims) = dims {
            base.1 = Some(dims.clone());
        }
        Ok(())
    }

    pub(super) fn dtype(
        &mut self,
        base: &mut Option<Dtype>,
        refinement: Option<&Dtype>,
        at: &KeyPath<'_>,
    ) -> Result<()> {
        let Some(refinement) = refinement else { return Ok(()) };
        let at = at.key("dtype");
        self.targets_exist(refinement, &at)?;
        *base = match base.take() {
            None => Some(refinement.clone()),
            Some(base) => Some(self.narrow(base, refinement, &at)?),
        };
        Ok(())
    }

    fn narrow(&mut self, base: Dtype, refinement: &Dtype, at: &KeyPath<'_>) -> Result<Dtype> {
        let fits = match (&base, refinement) {
            (Dtype::Flat { dtype: base, .. }, Dtype::Flat { dtype: narrow, .. }) => dtype_accepts(*base, *narrow),
            (Dtype::Reference { target_type: base, reftype: base_kind }, Dtype::Reference { target_type, reftype }) => {
                base_kind == reftype && self.target_narrows(base, target_type)
            }
            (Dtype::Compound(base), Dtype::Compound(members)) => {
                return self.narrow_compound(base.clone(), members, at).map(Dtype::Compound);
            }
            _ => false,
        };
        if fits {
            return Ok(refinement.clone());
        }
        self.widens(at, || format!("a dtype within {base}"), || refinement.to_string())?;
        Ok(self.pick(base, refinement.clone()))
    }

    fn narrow_compound(
        &mut self,
        mut base: Vec<DtypeMember>,
        members: &[DtypeMember],
        at: &KeyPath<'_>,
    ) -> Result<Vec<DtypeMember>> {
        for (index, member) in members.iter().enumerate() {
            match base.iter_mut().find(|known| known.name == member.name) {
                None => base.push(member.clone()),
                Some(known) => {
                    let at = at.index(index);
                    let dtype = self.narrow(known.dtype.clone(), &member.dtype, &at.key("dtype"))?;
                    *known = DtypeMember { dtype, ..member.clone() };
                }
            }
        }
        Ok(base)
    }

    /// Whether a target is the other one or extends it. A target that does not exist has been reported on its own.
    pub(super) fn target_narrows(&self, base: &str, target: &str) -> bool {
        match (self.table.lookup(self.namespace, base), self.table.lookup(self.namespace, target)) {
            (Some(base), Some(target)) => self.table.is_a(target, base),
            _ => true,
        }
    }

    fn targets_exist(&mut self, dtype: &Dtype, at: &KeyPath<'_>) -> Result<()> {
        match dtype {
            Dtype::Flat { .. } => {}
            Dtype::Reference { target_type, .. } => {
                self.type_of(target_type, &at.key("target_type"))?;
            }
            Dtype::Compound(members) => {
                for (index, member) in members.iter().enumerate() {
                    self.targets_exist(&member.dtype, &at.index(index).key("dtype"))?;
                }
            }
        }
        Ok(())
    }

    /// Merges fixed and default values.
    pub(super) fn values(
        &mut self,
        base: &mut (Option<Value>, Option<Value>),
        value: Option<&Value>,
        default_value: Option<&Value>,
        at: &KeyPath<'_>,
    ) -> Result<()> {
        let fixed = base.0.clone();
        if let Some(value) = value {
            if let Some(fixed) = fixed.as_ref().filter(|fixed| !same_value(fixed, value)) {
                self.widens(&at.key("value"), || format!("the fixed value {fixed}"), || value.to_string())?;
                if self.mode == Mode::Keep {
                    return Ok(());
                }
            }
            *base = (Some(value.clone()), None);
        } else if let Some(default) = default_value {
            match fixed {
                Some(fixed) => {
                    self.widens(
                        &at.key("default_value"),
                        || format!("the fixed value {fixed}"),
                        || default.to_string(),
                    )?;
                }
                None => base.1 = Some(default.clone()),
            }
        }
        Ok(())
    }

    /// An attribute that no type above has.
    fn new_attribute(&mut self, spec: &AttributeSpec, at: &KeyPath<'_>) -> Result<Arc<EffectiveAttribute>> {
        if let Some(dtype) = &spec.dtype {
            self.targets_exist(dtype, &at.key("dtype"))?;
        }
        Ok(Arc::new(EffectiveAttribute {
            name: spec.name.clone(),
            doc: spec.doc.clone(),
            dtype: spec.dtype.clone(),
            shape: spec.shape.clone(),
            dims: spec.dims.clone(),
            value: spec.value.clone(),
            default_value: spec.default_value.clone(),
            required: spec.required,
            declared_in: self.owner.clone(),
            refined_in: None,
            extra: spec.extra.clone(),
        }))
    }

    fn refined_attribute(
        &mut self,
        base: &Arc<EffectiveAttribute>,
        spec: &AttributeSpec,
        at: &KeyPath<'_>,
    ) -> Result<Arc<EffectiveAttribute>> {
        let mut refined = EffectiveAttribute::clone(base);
        said(&mut refined.doc, &spec.doc);
        self.dtype(&mut refined.dtype, spec.dtype.as_ref(), at)?;
        let mut shape = (refined.shape.take(), refined.dims.take());
        // An attribute without a shape is a single value, so that giving it one is no narrowing.
        if shape.0.is_none()
            && let Some(wide) = &spec.shape
            && base.dtype.is_some()
            && *wide != Shape::Scalar
        {
            self.widens(&at.key("shape"), || "a single value".to_owned(), || wide.to_string())?;
        }
        self.shape(&mut shape, spec.shape.as_ref(), spec.dims.as_ref(), at)?;
        (refined.shape, refined.dims) = shape;
        let mut values = (refined.value.take(), refined.default_value.take());
        self.values(&mut values, spec.value.as_ref(), spec.default_value.as_ref(), at)?;
        (refined.value, refined.default_value) = values;
        // With a default the value is known all the same, so that the attribute may be left out.
        if base.required && !spec.required && spec.default_value.is_none() {
            self.widens(&at.key("required"), || "a required attribute".to_owned(), || "an optional one".to_owned())?;
            refined.required = self.pick(base.required, spec.required);
        } else if self.mode == Mode::Check || spec.required {
            refined.required = spec.required;
        }
        known_keys(&mut refined.extra, &spec.extra);
        if refined == **base {
            return Ok(Arc::clone(base));
        }
        refined.refined_in = Some(self.owner.clone());
        Ok(Arc::new(refined))
    }

    /// Lays the attributes that a schema lists over those that are there.
    pub(super) fn attributes(
        &mut self,
        attributes: &mut Vec<Arc<EffectiveAttribute>>,
        specs: &[AttributeSpec],
        at: &KeyPath<'_>,
    ) -> Result<()> {
        let list = at.key("attributes");
        for (index, spec) in specs.iter().enumerate() {
            let at = list.index(index);
            if specs.iter().take(index).any(|earlier| earlier.name == spec.name) {
                self.repeated(&spec.name, &at)?;
            }
            match attributes.iter_mut().find(|known| known.name == spec.name) {
                None => attributes.push(self.new_attribute(spec, &at)?),
                Some(known) => *known = self.refined_attribute(known, spec, &at)?,
            }
        }
        Ok(())
    }

    pub(super) fn repeated(&mut self, name: &str, at: &KeyPath<'_>) -> Result<()> {
        self.report(|| {
            Error::new(ErrorKind::BadName, &at.key("name"), "one member of each name", format!("{name:?} again"))
        })
    }
}

/// Takes over a text where the refinement has one.
pub(super) fn said(text: &mut String, refinement: &str) {
    if !refinement.is_empty() && text != refinement {
        refinement.clone_into(text);
    }
}

pub(super) fn known_keys(extra: &mut Extra, refinement: &Extra) {
    for (key, value) in refinement {
        extra.insert(key.clone(), value.clone());
    }
}

fn same_value(left: &Value, right: &Value) -> bool {
    left == right || matches!((left.as_f64(), right.as_f64()), (Some(left), Some(right)) if left == right)
}
