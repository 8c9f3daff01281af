//! External resources (HERD): which terms of a file mean which entities of which ontologies.

use std::collections::HashMap;

use crate::data::Data;
use crate::draft::{Draft, Handle};
use crate::edit::Edit;
use crate::error::{Error, ErrorKind, Result};
use crate::tree::{Kind, Object};
use crate::types::set::NwbFileSet as _;
use crate::types::{self, DataInit, Herd, HerdInit};
use crate::value::Value;
use crate::view::NeurodataType;

/// An entity of an ontology or registry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entity {
    /// Its identifier, as a CURIE: `NCBITaxon:10090`.
    pub id: String,
    /// Where it is described.
    pub uri: String,
}

impl Entity {
    /// An entity by its identifier and its address.
    #[must_use]
    pub fn new(id: impl Into<String>, uri: impl Into<String>) -> Self {
        Self { id: id.into(), uri: uri.into() }
    }
}

/// What a term is used in: an object, or a member of it that has no type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnotatedObject {
    /// The object id of the file's root.
    pub file_id: String,
    /// The object id.
    pub object_id: String,
    /// The object's neurodata type.
    pub object_type: String,
    /// The member of the object without a type of its own, `species` of a `Subject`; empty for the object itself.
    pub relative_path: String,
    /// The member of its records, for a dataset of a compound type; empty otherwise.
    pub field: String,
}

/// That a term, in what it is used in, means an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternalReference<'a> {
    /// Where the term is used.
    pub object: &'a AnnotatedObject,
    /// The term.
    pub key: &'a str,
    /// What it means.
    pub entity: &'a Entity,
}

/// External references of a file, to be looked up and added to: what the six tables of a [`Herd`] say together.
///
/// ```no_run
/// # use nwb_model::{draft::Handle, edit::Edit, ext::Entity, types::Subject, view::NeurodataType};
/// # fn example(edit: &mut Edit, mouse: Handle<Subject>) -> nwb_model::Result<()> {
/// let mut resources = edit.external_resources()?;
/// let mouse = edit.read(mouse)?;
/// let species = Entity::new("NCBITaxon:10090", "https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?id=10090");
/// resources.annotate(mouse.object(), "species", "Mus musculus", species)?;
/// edit.set_external_resources(resources)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalResources {
    keys: Vec<String>,
    entities: Vec<Entity>,
    objects: Vec<AnnotatedObject>,
    /// Object and key.
    object_keys: Vec<(usize, usize)>,
    /// Entity and key.
    entity_keys: Vec<(usize, usize)>,
}

impl ExternalResources {
    /// No references yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says that a term used in an object means an entity. `member` is what of the object uses it: a column, an attribute or a
    /// dataset by its path from the object, or empty for the object itself. The same said twice is said once.
    ///
    /// # Errors
    /// When the object or its file has no object id, it has no such member, or the entity is known by another address.
    pub fn annotate(&mut self, object: &Object, member: &str, key: impl Into<String>, entity: Entity) -> Result<()> {
        let annotated = AnnotatedObject::of(object, member)?;
        self.add(annotated, key, entity)
    }

    /// As [`annotate`](Self::annotate), with the one text that the member holds as the term.
    ///
    /// # Errors
    /// As `annotate`, and when the member is not one text.
    pub fn annotate_value(&mut self, object: &Object, member: &str, entity: Entity) -> Result<()> {
        let fail = |error: Error| object.fail(error).remedy("give the term itself, by `annotate`");
        let (holder, name) = member.rsplit_once('/').unwrap_or(("", member));
        let holder = object.get(holder)?;
        let key = match holder.child(name)? {
            Some(dataset) => dataset.dataset()?.read_value(..)?.as_text().map_err(fail)?.to_owned(),
            None => match holder.attribute(name)? {
                Some(value) => value.as_text().map_err(fail)?.to_owned(),
                None => return Err(no_member(object, member)),
            },
        };
        self.annotate(object, member, key, entity)
    }

    /// Says that a term means an entity in what is told by ids alone.
    ///
    /// # Errors
    /// When the entity is known by another address.
    pub fn add(&mut self, object: AnnotatedObject, key: impl Into<String>, entity: Entity) -> Result<()> {
        let key = key.into();
        let known = self.entities.iter().position(|other| other.id == entity.id);
        if let Some(other) = known.and_then(|known| self.entities.get(known))
            && other.uri != entity.uri
        {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("the entity {} is known by another address", entity.id),
            )
            .expected(other.uri.clone())
            .found(entity.uri));
        }
        let entity = known.unwrap_or_else(|| push(&mut self.entities, entity));
        let object = match self.objects.iter().position(|other| *other == object) {
            Some(known) => known,
            None => push(&mut self.objects, object),
        };
        // A term is one within an object; the same word elsewhere may mean something else.
        let used =
            self.object_keys.iter().find(|(other, known)| *other == object && self.keys.get(*known) == Some(&key));
        let key = match used {
            Some((_, known)) => *known,
            None => {
                let made = push(&mut self.keys, key);
                self.object_keys.push((object, made));
                made
            }
        };
        if !self.entity_keys.contains(&(entity, key)) {
            self.entity_keys.push((entity, key));
        }
        Ok(())
    }

    /// All references.
    pub fn references(&self) -> impl Iterator<Item = ExternalReference<'_>> {
        let mut meant: HashMap<usize, Vec<usize>> = HashMap::new();
        for (entity, key) in &self.entity_keys {
            meant.entry(*key).or_default().push(*entity);
        }
        self.object_keys.iter().flat_map(move |(object, key)| {
            let entities = meant.get(key).cloned().unwrap_or_default();
            entities.into_iter().filter_map(move |entity| {
                Some(ExternalReference {
                    object: self.objects.get(*object)?,
                    key: self.keys.get(*key)?,
                    entity: self.entities.get(entity)?,
                })
            })
        })
    }

    /// The references of an object and of its members, by its object id.
    pub fn of_object<'a>(&'a self, object_id: &'a str) -> impl Iterator<Item = ExternalReference<'a>> {
        self.references().filter(move |reference| reference.object.object_id == object_id)
    }

    /// The references of objects of a type.
    pub fn of_type<'a>(&'a self, object_type: &'a str) -> impl Iterator<Item = ExternalReference<'a>> {
        self.references().filter(move |reference| reference.object.object_type == object_type)
    }

    /// What a term means, wherever it is used.
    pub fn of_key<'a>(&'a self, key: &'a str) -> impl Iterator<Item = ExternalReference<'a>> {
        self.references().filter(move |reference| reference.key == key)
    }

    /// An entity by its identifier.
    #[must_use]
    pub fn entity(&self, id: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.id == id)
    }

    /// All entities.
    #[must_use]
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// The six tables, as a draft.
    ///
    /// # Errors
    /// When there are more than 32-bit numbers count.
    pub fn into_draft(self) -> Result<Draft<Herd>> {
        let mut files: Vec<String> = Vec::new();
        let mut file_of = Vec::with_capacity(self.objects.len());
        for object in &self.objects {
            let known = files.iter().position(|file| *file == object.file_id);
            file_of.push(known.unwrap_or_else(|| push(&mut files, object.file_id.clone())));
        }
        let texts = |of: fn(&AnnotatedObject) -> &String| Value::texts(self.objects.iter().map(of));
        let pairs = |pairs: &[(usize, usize)]| -> Result<[Value; 2]> {
            Ok([numbers(pairs.iter().map(|pair| pair.0))?, numbers(pairs.iter().map(|pair| pair.1))?])
        };
        let [objects, object_keys] = pairs(&self.object_keys)?;
        let [entities, entity_keys] = pairs(&self.entity_keys)?;
        Ok(Herd::new(HerdInit {
            keys: table("keys", [("key", Value::texts(&self.keys))])?.into(),
            files: table("files", [("file_object_id", Value::texts(&files))])?.into(),
            entities: table(
                "entities",
                [
                    ("entity_id", Value::texts(self.entities.iter().map(|entity| &entity.id))),
                    ("entity_uri", Value::texts(self.entities.iter().map(|entity| &entity.uri))),
                ],
            )?
            .into(),
            objects: table(
                "objects",
                [
                    ("files_idx", numbers(file_of)?),
                    ("object_id", texts(|object| &object.object_id)),
                    ("object_type", texts(|object| &object.object_type)),
                    ("relative_path", texts(|object| &object.relative_path)),
                    ("field", texts(|object| &object.field)),
                ],
            )?
            .into(),
            object_keys: table("object_keys", [("objects_idx", objects), ("keys_idx", object_keys)])?.into(),
            entity_keys: table("entity_keys", [("entities_idx", entities), ("keys_idx", entity_keys)])?.into(),
        }))
    }
}

impl AnnotatedObject {
    /// An object, or a member of it: of a member with a type of its own that, of another the nearest object above it.
    fn of(object: &Object, member: &str) -> Result<Self> {
        let mut holder = object.clone();
        let mut rest: Vec<&str> = Vec::new();
        let mut at = Some(object.clone());
        for name in member.split('/').filter(|name| !name.is_empty()) {
            let here = at.take().ok_or_else(|| no_member(object, member))?;
            let child = if here.kind()? == Kind::Group { here.child(name)? } else { None };
            match child {
                Some(child) if child.type_name()?.is_some() => {
                    holder = child.clone();
                    rest.clear();
                    at = Some(child);
                }
                Some(child) => {
                    rest.push(name);
                    at = Some(child);
                }
                None if here.attribute(name)?.is_some() => rest.push(name),
                None => return Err(no_member(object, member)),
            }
        }
        let id = |object: &Object| -> Result<String> {
            object.object_id()?.map(str::to_owned).ok_or_else(|| {
                object.fail(
                    Error::new(ErrorKind::Invalid, "the object has no object id to refer to it by")
                        .remedy("files before NWB 2.1 have none"),
                )
            })
        };
        let type_name = holder.type_name()?.map(|(_, name)| name.to_owned());
        Ok(Self {
            file_id: id(&holder.root())?,
            object_id: id(&holder)?,
            object_type: type_name.unwrap_or_default(),
            relative_path: rest.join("/"),
            field: String::new(),
        })
    }
}

fn no_member(object: &Object, member: &str) -> Error {
    object.fail(Error::new(ErrorKind::NotFound, format!("the object has no member \"{member}\"")))
}

fn push<T>(list: &mut Vec<T>, element: T) -> usize {
    list.push(element);
    list.len() - 1
}

fn numbers(rows: impl IntoIterator<Item = usize>) -> Result<Value> {
    let rows: std::result::Result<Vec<u32>, _> = rows.into_iter().map(u32::try_from).collect();
    rows.map(Value::vector)
        .map_err(|_| Error::new(ErrorKind::Limit, "there are more external references than can be counted"))
}

fn table<const N: usize>(name: &str, members: [(&str, Value); N]) -> Result<Draft<types::Data>> {
    let data = Data::from(Value::records(members)?);
    Ok(types::Data::new(DataInit { name: name.into(), data }))
}

impl Herd {
    /// What the six tables say together.
    ///
    /// # Errors
    /// When a table refers to a row of another that is not there, or one cannot be read.
    pub fn resources(&self) -> Result<ExternalResources> {
        let keys = Table::of(&self.keys()?)?;
        let files = Table::of(&self.files()?)?.texts("file_object_id")?;
        let entities = Table::of(&self.entities()?)?;
        let objects = Table::of(&self.objects()?)?;
        let keys = keys.texts("key")?;
        let entities: Vec<Entity> = entities
            .texts("entity_id")?
            .into_iter()
            .zip(entities.texts("entity_uri")?)
            .map(|(id, uri)| Entity { id, uri })
            .collect();
        let names = objects.texts("object_id")?.into_iter().zip(objects.texts("object_type")?);
        let parts = objects.texts("relative_path")?.into_iter().zip(objects.texts("field")?);
        let annotated: Vec<AnnotatedObject> = objects
            .rows("files_idx", files.len())?
            .into_iter()
            .zip(names.zip(parts))
            .map(|(file, ((object_id, object_type), (relative_path, field)))| {
                let file_id = files.get(file).cloned().unwrap_or_default();
                AnnotatedObject { file_id, object_id, object_type, relative_path, field }
            })
            .collect();
        let object_keys = Table::of(&self.object_keys()?)?;
        let entity_keys = Table::of(&self.entity_keys()?)?;
        let pairs = |table: &Table, first: (&str, usize)| -> Result<Vec<(usize, usize)>> {
            Ok(table.rows(first.0, first.1)?.into_iter().zip(table.rows("keys_idx", keys.len())?).collect())
        };
        Ok(ExternalResources {
            object_keys: pairs(&object_keys, ("objects_idx", annotated.len()))?,
            entity_keys: pairs(&entity_keys, ("entities_idx", entities.len()))?,
            objects: annotated,
            keys,
            entities,
        })
    }
}

/// One of the six tables, read.
struct Table {
    object: Object,
    records: Value,
}

impl Table {
    fn of(table: &types::Data) -> Result<Self> {
        Ok(Self { object: table.object().clone(), records: table.dataset()?.read_value(..)? })
    }

    fn texts(&self, member: &str) -> Result<Vec<String>> {
        let texts = self.records.member(member).map_err(|error| self.object.fail(error))?;
        let texts = texts.as_texts().map_err(|error| self.object.fail(error))?;
        Ok(texts.into_iter().map(str::to_owned).collect())
    }

    /// Rows of another table, which has so many.
    fn rows(&self, member: &str, count: usize) -> Result<Vec<usize>> {
        let rows = self.records.member(member).and_then(|rows| rows.to_vec::<u64>());
        let rows = rows.map_err(|error| self.object.fail(error))?;
        let checked = |row: u64| {
            usize::try_from(row).ok().filter(|row| *row < count).ok_or_else(|| {
                self.object.fail(
                    Error::new(ErrorKind::Malformed, format!("\"{member}\" refers to a row that is not there"))
                        .expected(format!("rows below {count}"))
                        .found(row.to_string())
                        .by_spec("hdmf-common HERD"),
                )
            })
        };
        rows.into_iter().map(checked).collect()
    }
}

impl Edit {
    /// The external references of the file so far, to be added to.
    ///
    /// # Errors
    /// When the tables that the file has cannot be read.
    pub fn external_resources(&self) -> Result<ExternalResources> {
        let file = self.view()?;
        types::NwbFile::external_resources(&file)?.map_or_else(|| Ok(ExternalResources::new()), |herd| herd.resources())
    }

    /// Writes external references into the file, in place of those that it has.
    ///
    /// # Errors
    /// When there are more than 32-bit numbers count.
    pub fn set_external_resources(&mut self, resources: ExternalResources) -> Result<Handle<Herd>> {
        let draft = resources.into_draft()?;
        let root = self.root();
        self.update(root, |file| file.external_resources(draft))?;
        let file = self.view()?;
        let herd = types::NwbFile::external_resources(&file)?
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "the external resources are not in the file"))?;
        Ok(self.handle_of(herd.object()))
    }
}
