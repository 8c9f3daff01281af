//! Links in the place of objects, and names for other files.

use super::*;
use crate::draft::{External, OtherFile};

impl<'e> Builder<'e> {
    /// Puts a link to an object of a type where the object itself could be.
    pub(crate) fn link_in(&mut self, place: &Place, name: &str, target: &Target, own: (&str, &str)) -> Result<()> {
        let own = self
            .catalog
            .resolve_type(own.0, own.1)
            .ok_or_else(|| invalid(format!("nothing is known of the type {} {}", own.0, own.1)))?;
        let (parent, group, slot) = self.slot_in(place, own, name)?;
        let mut path = self.path_of(parent)?;
        if !group.is_empty() {
            path = join(&path, &group);
        }
        let path = join(&path, name);
        check_new(name).map_err(|error| error.at(path.clone()))?;
        if slot.name().is_some_and(|fixed| fixed != name) {
            return Err(invalid("an object has another name here")
                .at(path)
                .expected(slot.name().unwrap_or_default().to_owned()));
        }
        let known = self.walk(parent, &group)?;
        if known.map_or(Ok(None), |holder| self.link(holder, name))?.is_some() {
            return Err(invalid("there is an object of that name already").at(path).remedy("choose another name"));
        }
        let link = self.link_to(target, slot.type_name()).map_err(|error| error.at(path))?;
        // From here on nothing can fail, so that objects that are there are not changed by halves.
        let lists = known.map_or(Ok(Vec::new()), |holder| self.lists_with(holder, own, name))?;
        let holder = self.make_groups(parent, &group)?;
        for (attribute, names) in lists {
            self.objects.change(holder)?.set_attribute(attribute, Value::texts(names));
        }
        self.objects.change(holder)?.links_mut()?.insert(name.to_owned(), link);
        Ok(())
    }

    /// A link to another file, called by a name that means it in the file below, or in the new one where there is none below.
    pub(super) fn external_link(&self, External { file, path }: &External) -> Result<Link> {
        let around = self.objects.surroundings();
        let file = match (file, &around) {
            (OtherFile::Stored(name), _) => name.clone(),
            (OtherFile::Given(path), None) => path.display().to_string(),
            (OtherFile::At(location), None) => location.as_str().to_owned(),
            (OtherFile::Given(path), Some(around)) => around.name_of(&around.given(path)?)?,
            (OtherFile::At(location), Some(around)) => around.name_of(location)?,
        };
        if file.is_empty() || file.contains('\0') || path.contains('\0') {
            return Err(invalid("this is no name of a file, or no path in it").found(format!("{path:?} of {file:?}")));
        }
        Ok(Link::External { file, path: path.clone() })
    }
}
