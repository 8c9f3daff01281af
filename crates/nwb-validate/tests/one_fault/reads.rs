//! Which datasets are read by rules about the schema: what they ask for, and no samples.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use nwb_model::Result;
use nwb_model::backend::{Address, Backend, Chunk, Node};
use nwb_model::dtype::Dtype;
use nwb_model::file::File;
use nwb_model::mock::Mock;
use nwb_model::selection::Region;
use nwb_model::tree::Object;
use nwb_model::value::Value;
use nwb_model::view::NeurodataType as _;
use nwb_validate::{Options, Registry, Set, validate};

use crate::changed::Changed;
use crate::{file_with, types};

/// A file that notes which datasets are read.
#[derive(Debug)]
struct Watched {
    file: Changed,
    read: Arc<Mutex<BTreeSet<Address>>>,
}

impl Watched {
    fn note(&self, dataset: Address) {
        self.read.lock().unwrap().insert(dataset);
    }
}

impl Backend for Watched {
    fn label(&self) -> &str {
        self.file.label()
    }

    fn root(&self) -> Address {
        self.file.root()
    }

    fn node(&self, object: Address) -> Result<Node> {
        self.file.node(object)
    }

    fn read(&self, dataset: Address, region: &Region) -> Result<Value> {
        self.note(dataset);
        self.file.read(dataset, region)
    }

    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()> {
        self.note(dataset);
        self.file.read_into(dataset, region, out)
    }

    fn chunks(&self, dataset: Address) -> Result<Option<Vec<Chunk>>> {
        self.file.chunks(dataset)
    }
}

/// Whether a rule asks for the elements: texts have to be texts, references lead somewhere, indices and rows fit.
fn has_its_reason(object: &Object) -> bool {
    let dataset = object.dataset().unwrap();
    let is_of = |name| object.is_a("hdmf-common", name).unwrap();
    let dtype: &Dtype = dataset.dtype().unwrap();
    let is_single = dataset.shape().unwrap().iter().product::<u64>() == 1;
    is_single || dtype.is_text() || dtype.has_references() || is_of("VectorIndex") || is_of("DynamicTableRegion")
}

#[test]
fn no_samples_are_read() {
    let mut of_all = 0;
    for own in types() {
        let file = file_with(own, Mock::new().every_member()).unwrap();
        let read = Arc::new(Mutex::new(BTreeSet::new()));
        let file = Watched { file: Changed { file, changes: Vec::new() }, read: Arc::clone(&read) };
        let file = File::from_backend(Arc::new(file)).unwrap();
        let found = validate(&file, &Registry::standard(), &Options::default().only(Set::Schema));
        assert!(found.is_empty(), "{found:?}");
        let read = read.lock().unwrap().clone();
        of_all += read.len();
        for object in file.object().descendants().unwrap() {
            assert!(!read.contains(&object.address()) || has_its_reason(&object), "{}: {object:?}", own.name());
        }
    }
    assert!(of_all > 1000, "only {of_all} datasets are read: what is watched is not what is validated");
}
