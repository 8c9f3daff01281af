//! Batches as CSV, lines of JSON, Parquet.

use nwb_arrow::{Export, write_csv, write_json_lines};
use nwb_model::types::DynamicTable;
use nwb_model::value::Value;

#[cfg(feature = "parquet")]
use crate::export::shown;
use crate::export::zoo;
use crate::raw::{Raw, table};

/// A table that has what no table of plain cells has: commas and quotes in a text, numbers that are none, nothing at all.
fn awkward() -> DynamicTable {
    let mut raw = Raw::new();
    let at = raw.table(None, "awkward", Value::vector(vec![0i64, 1]), &["text", "number", "spikes", "target"]);
    raw.column(at, "text", Value::texts(["a, \"b\"\nc", ""]), &[]);
    raw.column(at, "number", Value::vector(vec![f64::NAN, 1e-300]), &[]);
    raw.column(at, "spikes", Value::vector(vec![0.5, f64::NAN]), &[&[2, 2]]);
    raw.column(at, "target", Value::references([nwb_model::backend::Address::NULL, at]), &[]);
    table(&raw.finish(), "awkward")
}

#[test]
fn csv_has_lists_as_json() {
    let mut out = Vec::new();
    write_csv(Export::of(&awkward()).batches().unwrap(), &mut out).unwrap();
    let lines = "id,text,number,spikes,target\n\
                 0,\"a, \"\"b\"\"\nc\",NaN,\"[0.5,null]\",\n\
                 1,,1e-300,[],/awkward\n";
    assert_eq!(String::from_utf8(out).unwrap(), lines);
    let mut header = Vec::new();
    write_csv(Export::of(&awkward()).rows(1..1).batches().unwrap(), &mut header).unwrap();
    assert_eq!(header, b"id,text,number,spikes,target\n");
}

#[test]
fn json_has_a_line_for_each_row() {
    let mut out = Vec::new();
    write_json_lines(Export::of(&awkward()).batch_rows(1).batches().unwrap(), &mut out).unwrap();
    let lines = concat!(
        r#"{"id":0,"text":"a, \"b\"\nc","number":null,"spikes":[0.5,null],"target":null}"#,
        "\n",
        r#"{"id":1,"text":"","number":1.0e-300,"spikes":[],"target":"/awkward"}"#,
        "\n"
    );
    assert_eq!(String::from_utf8(out).unwrap(), lines);
}

#[test]
fn every_kind_of_column_can_be_written() {
    let (zoo, expected) = zoo();
    let (mut csv, mut json) = (Vec::new(), Vec::new());
    write_csv(Export::of(&zoo).batches().unwrap(), &mut csv).unwrap();
    write_json_lines(Export::of(&zoo).batches().unwrap(), &mut json).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv.lines().count(), 4);
    for name in expected.iter().map(|(name, _, _)| *name) {
        assert!(csv.lines().next().unwrap().split(',').any(|found| found == name), "{name}");
    }
    let rows: Vec<serde_json::Value> = json
        .split(|byte| *byte == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect();
    assert_eq!(rows[0]["mask"], serde_json::json!([{"x": 1, "weight": 1.0}, {"x": 2, "weight": 0.5}]));
    assert_eq!(rows[2]["kinds"], serde_json::json!(["dog", "dog"]));
    assert_eq!(rows[1]["span"], serde_json::json!({"idx_start": -1, "count": -1, "timeseries": null}));
    assert_eq!(rows[0]["matrix"], serde_json::json!([[1, 2], [3, 4]]));
    assert!(csv.contains(r#""[{""x"":1,""weight"":1.0},{""x"":2,""weight"":0.5}]""#), "{csv}");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_gives_the_same_cells_types_and_metadata() {
    let (zoo, expected) = zoo();
    let mut out = Vec::new();
    nwb_arrow::write_parquet(Export::of(&zoo).batch_rows(2).batches().unwrap(), &mut out).unwrap();
    let read = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(out)).unwrap();
    let (written, schema) = (read.schema().clone(), Export::of(&zoo).schema().unwrap());
    assert_eq!(written.metadata()["path"], schema.metadata()["path"]);
    let batches = read.build().unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    let [batch] = batches.as_slice() else { panic!("{} batches", batches.len()) };
    for (name, data_type, rows) in expected {
        let field = written.field_with_name(name).unwrap();
        assert_eq!(field.data_type().to_string(), data_type, "{name}");
        assert_eq!(field.metadata(), schema.field_with_name(name).unwrap().metadata(), "{name}");
        assert_eq!(shown(batch.column_by_name(name).unwrap()), rows, "{name}");
    }
}
