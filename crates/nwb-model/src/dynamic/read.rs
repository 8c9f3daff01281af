//! What an object has in a field, checked against what the schema says of it.

use nwb_schema::spec::{Dtype as Asked, FlatDtype, Shape as AskedShape};
use nwb_schema::{Slot, TypeName};

use crate::access::FromValue;
use crate::dataset::Dataset;
use crate::dtype::Dtype;
use crate::dynamic::lookup::Found;
use crate::dynamic::{Dynamic, Field, FieldKind};
use crate::error::{Error, ErrorKind, Result};
use crate::tree::{NodeRef, Object};
use crate::value::{Shape, Value};
use crate::view::NeurodataType as _;

/// What an object has in a field.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FieldContent<'o> {
    /// The value of an attribute.
    Value(&'o Value),
    /// The elements of a dataset; nothing of them is read yet.
    Dataset(Dataset),
    /// A group without a type.
    Group(Object),
    /// An object: contained here, or what a link or reference leads to.
    Object(Dynamic),
    /// Objects with names of their own, links followed.
    Objects(Vec<Dynamic>),
}

impl<'o> Field<'o> {
    /// Whatever the object has in it; `None` where it has nothing and need not.
    ///
    /// # Errors
    /// When it is missing though it is required, it is not as the schema wants it, or it cannot be read.
    pub fn read(&self) -> Result<Option<FieldContent<'o>>> {
        Ok(match self.kind() {
            _ if self.is_any_name() => Some(FieldContent::Objects(self.objects()?)),
            FieldKind::Attribute if is_reference(self.dtype()) => self.object()?.map(FieldContent::Object),
            FieldKind::Attribute => self.value()?.map(FieldContent::Value),
            FieldKind::Dataset => self.dataset()?.map(FieldContent::Dataset),
            FieldKind::Group => self.group()?.map(FieldContent::Group),
            FieldKind::Object | FieldKind::Link => self.object()?.map(FieldContent::Object),
        })
    }

    /// The value of an attribute, or all elements of a dataset that holds a single value or a short list.
    ///
    /// # Errors
    /// When it is missing though it is required, is of another type or shape than the schema says, or cannot be read.
    pub fn value(&self) -> Result<Option<&'o Value>> {
        let (at, value) = match self.found {
            Found::Attribute(attribute) => match self.holder()? {
                Some(at) => (at, at.attribute(&attribute.name)?),
                None => return self.absent(),
            },
            Found::Slot(Slot::Dataset(_)) if !self.is_any_name() => match self.holder()? {
                Some(at) => {
                    self.check_elements(at)?;
                    return at.value().map(Some);
                }
                None => return self.absent(),
            },
            Found::Slot(_) => return Err(self.other("a value")),
        };
        let Some(value) = value else { return self.absent() };
        // An empty list has no type of its own.
        if !(value.is_empty() && self.shape().is_some()) {
            let checked =
                check_dtype(value.dtype(), self.dtype()).and_then(|()| check_shape(value.shape(), self.shape(), true));
            checked.map_err(|error| at.fail(error.by_spec(self.spec())))?;
        }
        Ok(Some(value))
    }

    /// The value, read as what is asked for; it must be there.
    ///
    /// # Errors
    /// When it is missing, is no such thing or not what the schema says, or cannot be read.
    pub fn required<X: FromValue<'o>>(&self) -> Result<X> {
        self.optional()?.ok_or_else(|| self.missing())
    }

    /// The value, read as what is asked for, if it is there.
    ///
    /// # Errors
    /// As [`value`](Self::value), and when it is no such thing.
    pub fn optional<X: FromValue<'o>>(&self) -> Result<Option<X>> {
        let read = |value| X::from_value(value).map_err(|error| self.object.fail(error.by_spec(self.spec())));
        self.value()?.map(read).transpose()
    }

    /// The elements of a dataset, with or without a type of its own.
    ///
    /// # Errors
    /// When it is missing though it is required, its elements are of another type or shape than the schema says, or it cannot be read.
    pub fn dataset(&self) -> Result<Option<Dataset>> {
        let Found::Slot(Slot::Dataset(_)) = self.found else { return Err(self.other("a dataset")) };
        match self.holder()? {
            Some(at) => {
                self.check_elements(at)?;
                at.to_object().dataset().map(Some)
            }
            None => self.absent(),
        }
    }

    /// The object that it contains, links to or refers to.
    ///
    /// # Errors
    /// When it is missing though it is required, is of another type than the schema says, leads nowhere, or cannot be read.
    pub fn object(&self) -> Result<Option<Dynamic>> {
        let wanted = match self.found {
            Found::Attribute(_) if !is_reference(self.dtype()) => return Err(self.other("an object")),
            Found::Attribute(attribute) => {
                let Some(value) = self.value()? else { return Ok(None) };
                let target = value.as_reference().map_err(|error| self.object.fail(error.by_spec(self.spec())))?;
                let Some(target) = target.and_then(|address| self.object.resolve(address)) else {
                    return self.absent();
                };
                let speaker = attribute.refined_in.as_ref().unwrap_or(&attribute.declared_in).namespace();
                let asked = self.dtype().and_then(Asked::target_type);
                let wanted =
                    asked.and_then(|name| self.catalog.resolve_type(speaker, name)).map(|found| found.type_name());
                return self.typed(target, wanted).map(Some);
            }
            Found::Slot(_) if self.is_any_name() => {
                let mut all = self.objects()?;
                return match (all.pop(), all.len()) {
                    (only, 0) => Ok(only),
                    (_, more) => Err(self.object.fail(
                        Error::new(ErrorKind::Ambiguous, format!("there is more than one \"{}\"", self.name()))
                            .found((more + 1).to_string())
                            .by_spec(self.spec())
                            .remedy("get all of them with `objects`"),
                    )),
                };
            }
            Found::Slot(slot) => slot.type_name(),
        };
        if wanted.is_none() && self.kind() != FieldKind::Link {
            return Err(self.other("an object with a type"));
        }
        match self.holder()? {
            Some(at) => self.typed(at.to_object(), wanted).map(Some),
            None => self.absent(),
        }
    }

    /// The objects with names of their own that it stands for, links followed, sorted by the bytes of their names; the one object of a
    /// field with a name.
    ///
    /// # Errors
    /// When there are fewer than the schema says, or one cannot be read.
    pub fn objects(&self) -> Result<Vec<Dynamic>> {
        let Found::Slot(slot) = self.found else { return Ok(self.object()?.into_iter().collect()) };
        if !self.is_any_name() {
            return Ok(self.object()?.into_iter().collect());
        }
        let Some(wanted) = slot.type_name() else { return Err(self.other("objects")) };
        let mut found = Vec::new();
        if let Some(group) = self.object.node_ref().descend(self.path.parent())? {
            for (name, _) in group.links()? {
                let Some(child) = group.child(name)?.map(NodeRef::to_object) else { continue };
                if child.is_a(wanted.namespace(), wanted.name())? {
                    found.push(Dynamic::from_object(child));
                }
            }
        }
        let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
        if count < slot.quantity().min() && self.path.required {
            return Err(self.missing().expected(slot.quantity().min().to_string()).found(count.to_string()));
        }
        Ok(found)
    }

    /// The group without a type.
    ///
    /// # Errors
    /// When it is missing though it is required, is no group, or cannot be read.
    pub fn group(&self) -> Result<Option<Object>> {
        if self.kind() != FieldKind::Group {
            return Err(self.other("a group"));
        }
        match self.holder()?.map(NodeRef::to_object) {
            Some(at) if at.kind()? == crate::tree::Kind::Group => Ok(Some(at)),
            Some(at) => Err(at.fail(
                Error::new(ErrorKind::WrongType, "the object is no group")
                    .found(at.kind()?.name())
                    .by_spec(self.spec()),
            )),
            None => self.absent(),
        }
    }

    /// The object that the field is, or whose attribute it is.
    fn holder(&self) -> Result<Option<NodeRef<'o>>> {
        self.object.node_ref().descend(&self.path.text)
    }

    fn absent<X>(&self) -> Result<Option<X>> {
        // An attribute is missing only where what it is of is there.
        let is_missing = match self.found {
            Found::Attribute(attribute) => attribute.required && (self.path.required || self.holder()?.is_some()),
            Found::Slot(_) => self.is_required(),
        };
        if is_missing { Err(self.missing()) } else { Ok(None) }
    }

    fn missing(&self) -> Error {
        let message = format!("the required field \"{}\" is missing", self.name());
        self.object.fail(Error::new(ErrorKind::Malformed, message).by_spec(self.spec()))
    }

    fn other(&self, asked: &str) -> Error {
        let found = match self.kind() {
            FieldKind::Attribute => "an attribute",
            FieldKind::Dataset => "a dataset",
            FieldKind::Group => "a group without a type",
            FieldKind::Object => "an object",
            FieldKind::Link => "a link",
        };
        let message = format!("the field \"{}\" is no such thing", self.name());
        let error = Error::new(ErrorKind::WrongType, message).expected(asked).found(found);
        self.object.fail(error.by_spec(self.spec()))
    }

    fn spec(&self) -> String {
        match self.found {
            Found::Attribute(attribute) if self.path.text.is_empty() => format!("{}@{}", self.owner, attribute.name),
            _ => format!("{}.{}", self.owner, self.name().replace('/', ".")),
        }
    }

    fn check_elements(&self, at: NodeRef<'_>) -> Result<()> {
        let info = at.info()?;
        if info.shape.dims().contains(&0) {
            return Ok(());
        }
        let is_untyped = self.type_name().is_none() && self.dtype().is_some();
        check_dtype(&info.dtype, self.dtype())
            .and_then(|()| check_shape(&info.shape, self.shape(), is_untyped))
            .map_err(|error| at.fail(error.by_spec(self.spec())))
    }

    fn typed(&self, object: Object, wanted: Option<&TypeName>) -> Result<Dynamic> {
        if let Some(wanted) = wanted
            && !object.is_a(wanted.namespace(), wanted.name())?
        {
            let found = object.type_name()?.map_or("no type".into(), |(namespace, name)| format!("{namespace} {name}"));
            let error = Error::new(ErrorKind::WrongType, "the object is of another type");
            let error = error.expected(format!("{} {}", wanted.namespace(), wanted.name())).found(found);
            return Err(object.fail(error.by_spec(self.spec())));
        }
        Ok(Dynamic::from_object(object))
    }
}

fn is_reference(asked: Option<&Asked>) -> bool {
    match asked {
        Some(Asked::Reference { .. }) => true,
        Some(flat) => flat.as_flat() == Some(FlatDtype::Object),
        None => false,
    }
}

/// Whether elements are of the kind that the schema asks for. Widths are taken as they come, as everywhere in reading.
fn check_dtype(given: &Dtype, asked: Option<&Asked>) -> Result<()> {
    let Some(asked) = asked else { return Ok(()) };
    let fits = match (asked, given) {
        (Asked::Reference { .. }, given) => matches!(given, Dtype::Reference | Dtype::RegionReference),
        (Asked::Compound(asked), Dtype::Compound(given)) => {
            return asked.iter().try_for_each(|member| {
                let found = given.members.iter().find(|found| found.name == member.name).ok_or_else(|| {
                    Error::new(ErrorKind::Malformed, format!("the records have no member \"{}\"", member.name))
                })?;
                check_dtype(&found.dtype, Some(&member.dtype))
            });
        }
        (Asked::Compound(_), _) => false,
        (Asked::Flat { dtype, .. }, given) => match dtype {
            FlatDtype::Text | FlatDtype::Ascii | FlatDtype::Isodatetime => matches!(given, Dtype::Text(_)),
            FlatDtype::Bool => matches!(given, Dtype::Bool),
            FlatDtype::Object => matches!(given, Dtype::Reference),
            FlatDtype::Region => matches!(given, Dtype::RegionReference),
            FlatDtype::Numeric | FlatDtype::Float32 | FlatDtype::Float64 => matches!(given, Dtype::Number(..)),
            _ => matches!(given, Dtype::Number(number, _) if !number.is_float()),
        },
    };
    if fits {
        return Ok(());
    }
    Err(Error::new(ErrorKind::WrongType, "the values are of another type than the schema says")
        .expected(asked.to_string())
        .found(given.to_string()))
}

/// Whether values have a shape that the schema allows. A single value and a list of one are taken for each other, since writers do.
fn check_shape(given: &Shape, asked: Option<&AskedShape>, is_single: bool) -> Result<()> {
    let dims = given.dims();
    let fits = match asked {
        Some(asked) => asked.accepts(dims) || dims.is_empty() && asked.accepts(&[1]),
        None => !is_single || dims.iter().all(|&len| len == 1),
    };
    if fits {
        return Ok(());
    }
    let expected = asked.map_or("a single value".into(), |asked| {
        let shape = |lengths: &[Option<u64>]| {
            let lengths: Vec<String> =
                lengths.iter().map(|len| len.map_or("*".into(), |len| len.to_string())).collect();
            format!("[{}]", lengths.join(", "))
        };
        asked.alternatives().map(shape).collect::<Vec<_>>().join(" or ")
    });
    Err(Error::new(ErrorKind::WrongType, "the values are of another shape than the schema says")
        .expected(expected)
        .found(given.to_string()))
}
