//! Datasets and attributes, from drafts.

use super::*;

impl<'e> Builder<'e> {
    pub(super) fn untyped_dataset(
        &mut self,
        spec: &'e EffectiveDataset,
        given: Option<DraftNode>,
        is_required: bool,
        owner: &str,
        path: &str,
        siblings: &mut Vec<(Address, String, String)>,
    ) -> Result<Option<Address>> {
        let fixed = spec.value.as_ref().filter(|_| is_required || given.is_some());
        let mut given = given.unwrap_or_default();
        if let Some(fixed) = fixed.and_then(|json| convert::constant(json, spec.dtype.as_ref())) {
            given.data = Some(fixed.into());
        }
        if given.data.is_none() {
            return match given.attributes.first() {
                None => Ok(None),
                Some((attribute, _)) => {
                    let error =
                        invalid(format!("the attribute \"{attribute}\" is given, but not the dataset that it is of"));
                    Err(error.at(path).by_spec(owner.to_owned()))
                }
            };
        }
        let address = self.objects.add(MemoryNode::group());
        self.paths.insert_mut(address, path.to_owned());
        let node = self.dataset(given, spec, self.field(owner, spec), address, path, siblings)?;
        self.objects.replace(address, node);
        Ok(Some(address))
    }

    pub(super) fn dataset(
        &mut self,
        draft: DraftNode,
        spec: &EffectiveDataset,
        role: Role<'_>,
        address: Address,
        path: &str,
        siblings: &mut Vec<(Address, String, String)>,
    ) -> Result<MemoryNode> {
        let own = role.own();
        let owner = own.map_or_else(|| spec.declared_in.name().to_owned(), |own| own.name().to_owned());
        let at = |error: Error| error.at(path).by_spec(owner.clone());
        if let Some(name) = draft.members.keys().next() {
            return Err(at(invalid(format!("a dataset has no member \"{name}\""))));
        }
        let data: Data = draft.data.ok_or_else(|| at(invalid("the elements are missing")))?;
        data.owner().map_or(Ok(()), |owner| self.check_owner(owner)).map_err(at)?;
        let data = convert::for_slot(data, spec.dtype.as_ref(), spec.shape.as_ref()).map_err(at)?;
        let data = layout::completed(data, spec.shape.as_ref(), self.profile, role).map_err(at)?;
        let (source, info) = data.into_parts();
        let mut node = MemoryNode::of(MemoryKind::Dataset(info, source));
        self.attributes(&mut node.attributes, draft.attributes, &spec.attributes, &owner, address, siblings)
            .map_err(|e| e.at(path))?;
        Ok(node)
    }

    /// What a dataset without a type is: a field of an object, or of a group in an object.
    pub(super) fn field(&self, owner: &str, spec: &'e EffectiveDataset) -> Role<'e> {
        let owner = owner.split('.').next().and_then(|owner| self.catalog.find(owner));
        Role::field(owner, spec.name.as_deref().unwrap_or_default())
    }

    /// Attributes as given, completed with fixed and default values.
    pub(super) fn attributes(
        &mut self,
        to: &mut BTreeMap<String, Attribute>,
        mut given: IndexMap<String, AttributeDraft>,
        specs: &[std::sync::Arc<EffectiveAttribute>],
        owner: &str,
        address: Address,
        siblings: &mut Vec<(Address, String, String)>,
    ) -> Result<()> {
        let mut set = |name: &str, value: Value| {
            to.insert(name.into(), Attribute { name: name.into(), value, named_type: None });
        };
        for spec in specs {
            if matches!(spec.name.as_str(), "namespace" | "neurodata_type" | "object_id") {
                continue;
            }
            let at = |error: Error| error.by_spec(format!("{owner}@{}", spec.name));
            let constant = |json| convert::constant(json, spec.dtype.as_ref());
            match (spec.value.as_ref().and_then(constant), given.shift_remove(&spec.name)) {
                (Some(fixed), Some(AttributeDraft::Value(other))) if fixed != other => {
                    return Err(at(invalid(format!("\"{}\" has a fixed value", spec.name))
                        .expected(describe(&fixed))
                        .found(describe(&other))));
                }
                (Some(fixed), _) => set(&spec.name, fixed),
                (None, Some(AttributeDraft::Value(value))) => {
                    set(
                        &spec.name,
                        convert::for_attribute(&value, spec.dtype.as_ref(), spec.shape.as_ref()).map_err(at)?,
                    );
                }
                (None, Some(AttributeDraft::Reference(Target::Sibling(sibling)))) => {
                    siblings.push((address, spec.name.clone(), sibling));
                }
                (None, Some(AttributeDraft::Reference(target))) => {
                    set(&spec.name, Value::reference(self.refer(&target).map_err(at)?))
                }
                (None, None) => match spec.default_value.as_ref().and_then(constant) {
                    Some(default) => set(&spec.name, default),
                    None if spec.required => {
                        return Err(at(invalid(format!("the required attribute \"{}\" is missing", spec.name))));
                    }
                    None => {}
                },
            }
        }
        match given.keys().next() {
            None => Ok(()),
            Some(name) => {
                let error = invalid(format!("a {owner} has no attribute \"{name}\""));
                Err(match nearest(name, specs.iter().map(|spec| spec.name.as_str())) {
                    Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
                    None => error,
                })
            }
        }
    }

    /// What is said of shared data must be what their owner says.
    pub(super) fn check_shared(
        &self,
        target: &Target,
        attributes: &IndexMap<String, AttributeDraft>,
        path: &str,
    ) -> Result<()> {
        let Target::Member { owner, address, member } = target else { return Ok(()) };
        self.check_owner(*owner)?;
        let Some(Link::Hard(shared)) = self.link(*address, member)? else { return Ok(()) };
        let node = self.objects.node(shared)?;
        for (name, draft) in attributes {
            let AttributeDraft::Value(value) = draft else { continue };
            let theirs =
                node.attributes.iter().find(|attribute| attribute.name == *name).map(|attribute| &attribute.value);
            if theirs.is_none_or(|theirs| describe(theirs) != describe(value)) {
                return Err(invalid(format!("\"{name}\" of shared data is what their owner says"))
                    .at(path)
                    .expected(theirs.map_or("nothing".into(), describe))
                    .found(describe(value)));
            }
        }
        Ok(())
    }
}
