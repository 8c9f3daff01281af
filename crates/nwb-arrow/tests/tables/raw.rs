//! Tables as any writer may leave them, put together from their parts.

use nwb_model::backend::{Address, Attribute, DatasetInfo, Link, Store, Transaction};
use nwb_model::memory::Memory;
use nwb_model::selection::Region;
use nwb_model::tree::Object;
use nwb_model::types::DynamicTable;
use nwb_model::value::Value;

/// A file in the making.
pub(crate) struct Raw {
    file: Box<dyn Transaction>,
}

impl Raw {
    pub(crate) fn new() -> Self {
        Self { file: Memory::new("raw").begin().unwrap() }
    }

    pub(crate) fn group(&mut self, name: &str) -> Address {
        let root = self.file.root();
        self.file.create_group(root, name).unwrap()
    }

    /// A table with these ids and column names; its columns are yet to be added.
    pub(crate) fn table(&mut self, parent: Option<Address>, name: &str, ids: Value, columns: &[&str]) -> Address {
        self.table_of("DynamicTable", parent, name, ids, columns)
    }

    /// A table of tables; these are yet to be added.
    pub(crate) fn aligned(&mut self, name: &str, ids: Value, columns: &[&str], categories: &[&str]) -> Address {
        let table = self.table_of("AlignedDynamicTable", None, name, ids, columns);
        self.attribute(table, "categories", Value::texts(categories));
        table
    }

    fn table_of(&mut self, ty: &str, parent: Option<Address>, name: &str, ids: Value, columns: &[&str]) -> Address {
        let parent = parent.unwrap_or_else(|| self.file.root());
        let table = self.file.create_group(parent, name).unwrap();
        self.typed(table, "hdmf-common", ty);
        self.attribute(table, "colnames", Value::texts(columns));
        self.attribute(table, "description", Value::text("a table"));
        self.dataset(table, "id", ids, "hdmf-common", "ElementIdentifiers");
        table
    }

    pub(crate) fn typed(&mut self, object: Address, namespace: &str, name: &str) {
        self.attribute(object, "namespace", Value::text(namespace));
        self.attribute(object, "neurodata_type", Value::text(name));
    }

    pub(crate) fn attribute(&mut self, object: Address, name: &str, value: Value) {
        self.file.set_attribute(object, &Attribute { name: name.into(), value, named_type: None }).unwrap();
    }

    pub(crate) fn dataset(&mut self, parent: Address, name: &str, value: Value, namespace: &str, ty: &str) -> Address {
        let info = DatasetInfo::new(value.dtype().clone(), value.shape().clone());
        let dataset = self.file.create_dataset(parent, name, &info).unwrap();
        self.file.write(dataset, &Region::all(value.shape().dims()), &value).unwrap();
        if !ty.is_empty() {
            self.typed(dataset, namespace, ty);
        }
        dataset
    }

    /// A column; `ends` are its indices, that of the elements first.
    pub(crate) fn column(&mut self, table: Address, name: &str, value: Value, ends: &[&[u64]]) -> Address {
        let column = self.dataset(table, name, value, "hdmf-common", "VectorData");
        self.attribute(column, "description", Value::text(&format!("what {name} is")));
        let (mut target, mut name) = (column, name.to_owned());
        for ends in ends {
            name.push_str("_index");
            let index = self.dataset(table, &name, Value::vector(ends.to_vec()), "hdmf-common", "VectorIndex");
            self.attribute(index, "target", Value::reference(target));
            target = index;
        }
        column
    }

    pub(crate) fn link(&mut self, parent: Address, name: &str, target: Address) {
        self.file.link(parent, name, &Link::Hard(target)).unwrap();
    }

    pub(crate) fn finish(self) -> Object {
        Object::root_of(self.file.commit().unwrap())
    }
}

pub(crate) fn table(root: &Object, name: &str) -> DynamicTable {
    root.get(name).unwrap().cast().unwrap()
}
