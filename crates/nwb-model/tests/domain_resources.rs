//! External resources and sparse matrices.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use ndarray::{Array2, arr2};
use nwb_model::draft::Draft;
use nwb_model::dynamic::{Dynamic, DynamicDraft};
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{Columns as _, Entity, ExternalResources};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::set::*;
use nwb_model::types::{
    CsrMatrix, Data, DataInit, DynamicTable, DynamicTableInit, NwbFileInit, SimpleMultiContainer,
    SimpleMultiContainerInit, Subject, TimeSeries, TimeSeriesInit,
};
use nwb_model::value::Value;
use nwb_model::view::NeurodataType as _;
use nwb_schema::{Strictness, yaml};

fn begin() -> Edit {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap()
}

fn taxon(number: u32) -> Entity {
    Entity::new(format!("NCBITaxon:{number}"), format!("https://example.org/taxon/{number}"))
}

fn annotated() -> File {
    let mut edit = begin();
    let subject = edit.insert(Subject::new().species("Mus musculus")).unwrap();
    let table = DynamicTable::new(DynamicTableInit { name: "animals".into(), description: "all".into() }).column(
        "species",
        "which",
        vec!["Mus musculus".to_owned(), "Rattus norvegicus".to_owned()],
    );
    let table = edit.insert_in(Place::Analysis, table).unwrap();
    let series = TimeSeries::new(TimeSeriesInit {
        name: "s".into(),
        data: vec![1.0].into(),
        unit: "volts".into(),
        timing: nwb_model::ext::Timing::rate(1.0),
    });
    let series = edit.insert_in(Place::Acquisition, series).unwrap();
    let mut resources = edit.external_resources().unwrap();
    let (subject, table, series) = (edit.read(subject).unwrap(), edit.read(table).unwrap(), edit.read(series).unwrap());
    resources.annotate_value(subject.object(), "species", taxon(10090)).unwrap();
    resources.annotate(subject.object(), "species", "Mus musculus", taxon(10090)).unwrap();
    resources.annotate(table.object(), "species", "Rattus norvegicus", taxon(10116)).unwrap();
    resources.annotate(table.object(), "species", "Mus musculus", taxon(10090)).unwrap();
    resources.annotate(table.object(), "", "both", taxon(10090)).unwrap();
    resources.annotate(table.object(), "", "both", taxon(10116)).unwrap();
    resources
        .annotate_value(series.object(), "data/unit", Entity::new("UO:0000218", "https://example.org/UO_0000218"))
        .unwrap();
    assert!(resources.annotate(table.object(), "specie", "x", taxon(1)).unwrap_err().is_not_found());
    let other = Entity::new("NCBITaxon:10090", "https://elsewhere.org");
    assert!(resources.annotate(table.object(), "", "y", other).unwrap_err().to_string().contains("another address"));
    edit.set_external_resources(resources).unwrap();
    edit.commit().unwrap()
}

#[test]
fn terms_mean_entities() {
    let file = annotated();
    let herd = file.external_resources().unwrap().unwrap();
    let resources = herd.resources().unwrap();
    let mut found: Vec<String> = resources
        .references()
        .map(|found| {
            format!("{}.{} {} = {}", found.object.object_type, found.object.relative_path, found.key, found.entity.id)
        })
        .collect();
    found.sort();
    let expected = [
        "DynamicTable. both = NCBITaxon:10090",
        "DynamicTable. both = NCBITaxon:10116",
        "Subject.species Mus musculus = NCBITaxon:10090",
        "TimeSeries.data/unit volts = UO:0000218",
        "VectorData. Mus musculus = NCBITaxon:10090",
        "VectorData. Rattus norvegicus = NCBITaxon:10116",
    ];
    assert_eq!(found, expected);
    let subject = file.subject().unwrap().unwrap();
    let id = subject.object().object_id().unwrap().unwrap();
    assert_eq!(resources.of_object(id).map(|found| found.key).collect::<Vec<_>>(), ["Mus musculus"]);
    assert_eq!(resources.of_key("Mus musculus").count(), 2);
    assert_eq!(resources.of_type("VectorData").count(), 2);
    assert_eq!(resources.entity("NCBITaxon:10116"), Some(&taxon(10116)));
    let file_id = file.object().object_id().unwrap();
    assert!(resources.references().all(|found| Some(found.object.file_id.as_str()) == file_id));
    // As PyNWB writes them: packed records, 32-bit row numbers.
    let objects = herd.objects().unwrap().dataset().unwrap();
    assert_eq!(objects.dtype().unwrap().size(), 36);
    assert_eq!(herd.object().path(), "/general/external_resources");
}

#[test]
fn references_are_added_to_those_that_are_there() {
    let file = annotated();
    let mut edit = file.edit(EditOptions::default()).unwrap();
    let mut resources = edit.external_resources().unwrap();
    let before = resources.references().count();
    resources.annotate(file.object(), "general/subject", "the mouse", taxon(10090)).unwrap();
    let id = file.external_resources().unwrap().unwrap().object().object_id().unwrap().unwrap().to_owned();
    edit.set_external_resources(resources.clone()).unwrap();
    let file = edit.commit().unwrap();
    let herd = file.external_resources().unwrap().unwrap();
    assert_eq!(herd.resources().unwrap(), resources);
    assert_eq!(resources.references().count(), before + 1);
    assert_eq!(resources.of_type("Subject").count(), 2);
    assert_eq!(herd.object().object_id().unwrap(), Some(id.as_str()));
}

#[test]
fn rows_that_are_not_there_are_told() {
    let table = |name: &str, members: Vec<(&str, Value)>| {
        Data::new(DataInit { name: name.into(), data: Value::records(members).unwrap().into() })
    };
    let mut edit = begin();
    let mut draft = ExternalResources::new().into_draft().unwrap();
    draft = draft.keys(table("keys", vec![("key", Value::texts(["a"]))]));
    let pairs = vec![("objects_idx", Value::vector(vec![3u32])), ("keys_idx", Value::vector(vec![0u32]))];
    edit.insert(draft.object_keys(table("object_keys", pairs))).unwrap();
    let file = edit.commit().unwrap();
    let error = file.external_resources().unwrap().unwrap().resources().unwrap_err();
    assert!(error.is_file_fault() && error.to_string().contains("objects_idx"), "{error}");
}

/// A namespace with a place for containers, which NWB has none of.
fn with_box(contents: Draft<SimpleMultiContainer>) -> nwb_model::Result<File> {
    let source = "
groups:
- neurodata_type_def: Box
  neurodata_type_inc: LabMetaData
  doc: A box.
  groups:
  - {name: all, neurodata_type_inc: SimpleMultiContainer, doc: Whatever.}
";
    let namespace = "namespaces: [{name: ndx-box, version: 0.1.0, doc: Ours., schema: [{namespace: core, neurodata_types: [LabMetaData]}, {namespace: hdmf-common, neurodata_types: [SimpleMultiContainer]}, {source: box.yaml}]}]";
    let release =
        yaml::read_namespaces(namespace, "box", Strictness::Strict, |_| Ok(source.to_owned())).unwrap().remove(0);
    let mut edit = begin();
    edit.use_namespace(release)?;
    edit.insert(DynamicDraft::new("ndx-box", "Box").named("box").set("all", contents))?;
    edit.commit()
}

fn contents(matrix: Draft<CsrMatrix>) -> Draft<SimpleMultiContainer> {
    let numbers = Data::new(DataInit { name: "numbers".into(), data: vec![1, 2, 3].into() });
    SimpleMultiContainer::new(SimpleMultiContainerInit { name: "all".into() }).containers([matrix]).data([numbers])
}

#[test]
fn matrices_are_stored_by_rows() {
    let dense = arr2(&[[0.0, 1.5, 0.0, 2.5], [0.0; 4], [3.5, 0.0, 0.0, 4.5]]);
    let file = with_box(contents(CsrMatrix::from_dense("weights", dense.view()))).unwrap();
    let all: SimpleMultiContainer = file.get("/general/box/all").unwrap().cast().unwrap();
    assert_eq!(
        (all.containers().unwrap().names().unwrap(), all.data().unwrap().names().unwrap()),
        (vec!["weights".to_owned()], vec!["numbers".to_owned()])
    );
    let matrix: CsrMatrix = all.containers().unwrap().all().get("weights").unwrap();
    assert_eq!(matrix.dimensions().unwrap(), (3, 4));
    assert_eq!(matrix.row::<f64>(0).unwrap(), [(1, 1.5), (3, 2.5)]);
    assert_eq!((matrix.row::<f64>(1).unwrap(), matrix.row::<f64>(2).unwrap()), (vec![], vec![(0, 3.5), (3, 4.5)]));
    assert!(matrix.row::<f64>(3).unwrap_err().is_caller_fault());
    assert_eq!(matrix.to_dense::<f64>().unwrap(), dense);
    let seen: Dynamic = file.get("/general/box").unwrap().cast().unwrap();
    assert_eq!(seen.object().name(), "box");
}

#[test]
fn parts_of_a_matrix_that_do_not_fit_are_refused() {
    let parts = |shape, indptr: Vec<u64>, indices: Vec<u64>| CsrMatrix::of("m", shape, indptr, indices, vec![1.0, 2.0]);
    let wrong = [
        (parts((2, 3), vec![0, 1], vec![0, 1]), "indptr"),
        (parts((2, 3), vec![0, 2, 1], vec![0, 1]), "ascend"),
        (parts((2, 3), vec![0, 1, 3], vec![0, 1]), "ascend"),
        (parts((2, 3), vec![0, 1, 2], vec![0, 3]), "outside"),
        (parts((2, 3), vec![0, 1, 2], vec![0]), "as many"),
    ];
    for (matrix, word) in wrong {
        let error = with_box(contents(matrix)).unwrap_err();
        assert!(error.is_caller_fault() && error.to_string().contains(word), "{error}");
    }
    let empty = CsrMatrix::from_dense("weights", Array2::<i16>::zeros((2, 0)).view());
    let file = with_box(contents(empty)).unwrap();
    let matrix: CsrMatrix = file.get("/general/box/all/weights").unwrap().cast().unwrap();
    assert_eq!(matrix.to_dense::<i16>().unwrap().dim(), (2, 0));
}
