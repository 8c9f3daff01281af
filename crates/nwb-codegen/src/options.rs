//! Where the generated code goes and what it calls.

use std::collections::BTreeMap;

/// Where the generated code goes and what it calls.
#[derive(Debug, Clone)]
pub struct Options {
    /// The path of the runtime, `nwb_model`, as the generated code must write it: `::nwb_model`, `::nwb::model`, `crate`.
    pub runtime: String,
    /// The modules that hold the types of namespaces which are generated elsewhere, by namespace: `core` in
    /// `::nwb_model::types::core`.
    pub modules: BTreeMap<String, String>,
    /// How the code is laid out in files.
    pub layout: Layout,
    /// Where files get the specs of the generated namespaces from.
    pub specs: Specs,
    /// By what the code is generated, as its first line says.
    pub generator: String,
    /// The folder in which the schemas lie, as the first line of each file says; with a slash at its end, or empty.
    pub schema_folder: String,
}

/// How generated code is laid out in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// A file for each source of each namespace, and one for each namespace: `types.rs`, `types/core.rs`,
    /// `types/core/nwb_ophys.rs`.
    Tree {
        /// The path of the module that all this is: `crate::types`. Its last part names the topmost file.
        module: String,
    },
    /// All in one file, to be included in a module.
    OneFile {
        /// The name of the file.
        name: String,
    },
}

/// Where files get the specs of the generated namespaces from, which they cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Specs {
    /// The runtime has them built in.
    BuiltIn,
    /// The generated code carries them: `NAMESPACE`, and `NAMESPACES` with those that it builds upon. For [`Layout::OneFile`] with one
    /// namespace.
    Carried,
}

impl Options {
    /// Options for a crate that extends the published namespaces: it calls `::nwb_model`, finds their types there, and includes one file.
    pub fn extension(file_name: impl Into<String>) -> Self {
        let published = [("core", "core"), ("hdmf-common", "hdmf_common"), ("hdmf-experimental", "hdmf_experimental")];
        let mut options = Self {
            runtime: String::new(),
            modules: BTreeMap::new(),
            layout: Layout::OneFile { name: file_name.into() },
            specs: Specs::Carried,
            generator: "nwb-codegen".to_owned(),
            schema_folder: String::new(),
        };
        options.set_runtime("::nwb_model");
        for (namespace, module) in published {
            options.modules.insert(namespace.to_owned(), format!("::nwb_model::types::{module}"));
        }
        options
    }

    /// Sets the path of the runtime, and with it that of every module that lies in it.
    pub fn set_runtime(&mut self, runtime: impl Into<String>) {
        let runtime = runtime.into();
        for module in self.modules.values_mut() {
            if let Some(rest) = module.strip_prefix(&format!("{}::", self.runtime)) {
                *module = format!("{runtime}::{rest}");
            }
        }
        self.runtime = runtime;
    }
}

/// A file of generated code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Its path below the folder of the topmost file, with forward slashes.
    pub path: String,
    /// What is in it.
    pub text: String,
}
