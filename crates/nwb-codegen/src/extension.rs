//! Generating the types of an extension from its build script.

use std::fs;
use std::path::{Path, PathBuf};

use nwb_schema::{Catalog, Strictness, yaml};

use crate::error::{Error, ErrorKind, Result};
use crate::names::snake;
use crate::options::{GeneratedFile, Options};
use crate::overlay::Overlay;

/// Generates the types of an extension, for its build script.
///
/// The YAML files of the extension lie in a folder. In `build.rs`:
///
/// ```no_run
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     nwb_codegen::Extension::new("schema", "ndx-my-lab").build()?;
///     Ok(())
/// }
/// ```
///
/// and in the crate:
///
/// ```text
/// /// The types of the extension.
/// pub mod types {
///     include!(concat!(env!("OUT_DIR"), "/ndx_my_lab.rs"));
/// }
/// ```
///
/// The module has the specs of the namespace too, as `NAMESPACE`: a file into which an object of one of its types is inserted caches
/// them.
///
/// The views dereference to those of `nwb_model::types`, so that a function which takes a `&TimeSeries` takes the extension's subtypes
/// too.
#[derive(Debug, Clone)]
pub struct Extension {
    folder: PathBuf,
    namespace: String,
    ground: Vec<Ground>,
    overlays: Vec<PathBuf>,
    strictness: Strictness,
    options: Options,
}

/// Another extension that this one builds upon.
#[derive(Debug, Clone)]
struct Ground {
    folder: PathBuf,
    namespace: String,
}

impl Extension {
    /// The namespace of an extension, whose YAML files lie in a folder: `*namespace.yaml` and the sources that it lists.
    pub fn new(folder: impl Into<PathBuf>, namespace: impl Into<String>) -> Self {
        let namespace = namespace.into();
        let options = Options::extension(format!("{}.rs", snake(&namespace)));
        Self {
            folder: folder.into(),
            namespace,
            ground: Vec::new(),
            overlays: Vec::new(),
            strictness: Strictness::Strict,
            options,
        }
    }

    /// Adds an overlay: for the extension itself, or for one that it builds upon.
    #[must_use]
    pub fn overlay(mut self, file: impl Into<PathBuf>) -> Self {
        self.overlays.push(file.into());
        self
    }

    /// Says that the extension builds upon another one, whose YAML files lie in a folder and whose types are in a module of some crate:
    /// `::ndx_events::types`.
    #[must_use]
    pub fn builds_upon(
        mut self,
        folder: impl Into<PathBuf>,
        namespace: impl Into<String>,
        module: impl Into<String>,
    ) -> Self {
        let namespace = namespace.into();
        self.options.modules.insert(namespace.clone(), module.into());
        self.ground.push(Ground { folder: folder.into(), namespace });
        self
    }

    /// Overlooks what breaks the rules of the specification language and leaves the rest usable: for the published extension of somebody
    /// else. What is left out then is left out of the generated code.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.strictness = Strictness::Lenient;
        self
    }

    /// Says under which path the crate knows `nwb-model`, if it is not `::nwb_model`: `::nwb::model` for one that depends on the facade.
    #[must_use]
    pub fn runtime(mut self, path: impl Into<String>) -> Self {
        self.options.set_runtime(path);
        self
    }

    /// Generates the file.
    ///
    /// # Errors
    ///
    /// The schema or an overlay cannot be read, they do not fit each other, or two things would have the same name.
    #[cfg(feature = "published")]
    pub fn generate(&self) -> Result<GeneratedFile> {
        self.generate_upon(crate::published::catalog(), crate::published::overlay()?)
    }

    /// Generates the file upon a catalog of one's own choice, with what is said of it beyond its schema.
    ///
    /// # Errors
    ///
    /// The schema or an overlay cannot be read, they do not fit each other, or two things would have the same name.
    pub fn generate_upon(&self, catalog: &Catalog, overlay: Overlay) -> Result<GeneratedFile> {
        let strictness = self.strictness;
        let mut builder = Catalog::builder().strictness(strictness).add_catalog(catalog);
        for ground in &self.ground {
            builder = builder.add(yaml::folder_with(&ground.folder, &ground.namespace, strictness)?);
        }
        let catalog = builder.add(yaml::folder_with(&self.folder, &self.namespace, strictness)?).build()?;
        let mut overlay = overlay;
        for file in &self.overlays {
            overlay = overlay.and(Overlay::parse(&read(file)?, &file.display().to_string())?)?;
        }
        let files = crate::generate(&catalog, &[&self.namespace], &overlay, &self.options)?;
        let nothing = || Error::new(ErrorKind::Options, "one file was asked for and none was made");
        files.into_iter().next().ok_or_else(nothing)
    }

    /// Writes the file into the folder that Cargo gives to build scripts, and tells Cargo what it depends on.
    ///
    /// # Errors
    ///
    /// What [`generate`](Self::generate) refuses; this is no build script; the file cannot be written.
    #[cfg(feature = "published")]
    pub fn build(&self) -> Result<()> {
        let folder = std::env::var_os("OUT_DIR").ok_or_else(|| {
            Error::new(ErrorKind::Files, "there is no OUT_DIR in the environment").help("`build` is for build scripts")
        })?;
        let folders = self.ground.iter().map(|ground| &ground.folder).chain([&self.folder]);
        for path in folders.chain(&self.overlays) {
            println!("cargo::rerun-if-changed={}", path.display());
        }
        let file = self.generate()?;
        let path = Path::new(&folder).join(&file.path);
        fs::write(&path, file.text).map_err(|cause| {
            Error::new(ErrorKind::Files, format!("cannot write {}: {cause}", path.display())).caused_by(cause)
        })
    }
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|cause| {
        Error::new(ErrorKind::Files, format!("cannot read {}: {cause}", file.display())).caused_by(cause)
    })
}
