//! Record batches as columns of a table.

use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder};
use arrow_array::types::Int8Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, DurationSecondArray,
    FixedSizeListArray, Float32Array, Float64Array, Int32Array, Int64Array, LargeStringArray, ListArray, NullArray,
    RecordBatch, RecordBatchIterator, RecordBatchReader, StringArray, StringViewArray, StructArray,
    TimestampMillisecondArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use nwb_arrow::{Dictionaries, Error, Export, Import, Imported, Nulls};
use nwb_model::draft::Draft;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::set::DynamicTableSet as _;
use nwb_model::types::{DynamicTable, DynamicTableInit, NwbFileInit, TimeIntervals};
use nwb_model::value::Value;
use nwb_model::view::NeurodataType;

use crate::raw::{Raw, table};

pub(crate) fn edit() -> Edit {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap()
}

pub(crate) fn empty(name: &str) -> Draft<DynamicTable> {
    DynamicTable::new(DynamicTableInit { name: name.into(), description: "a table".into() })
}

fn written(columns: Imported) -> nwb_model::Result<DynamicTable> {
    let mut edit = edit();
    edit.insert_in(Place::Acquisition, columns.add_to(empty("table")))?;
    edit.commit()?.acquisition()?.get("table")
}

fn batches(columns: Vec<(&str, ArrayRef)>) -> impl RecordBatchReader {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.unwrap();
    let schema = batch.schema();
    RecordBatchIterator::new(vec![Ok(batch)], schema)
}

/// Imports one column `x`, and gives its elements and ends.
fn imported(import: Import, array: ArrayRef) -> Result<(Value, Vec<Vec<u64>>), Error> {
    let table = written(import.describe("x", "what it is").read(batches(vec![("x", array)]))?)?;
    let column = table.column("x")?;
    let cells = column.cells(0..column.row_count()?)?;
    Ok((cells.values, cells.ends))
}

fn lists(rows: &[Option<&[Option<i64>]>]) -> ArrayRef {
    let mut builder = ListBuilder::new(Int64Builder::new());
    for row in rows {
        match row {
            Some(row) => {
                row.iter().for_each(|value| builder.values().append_option(*value));
                builder.append(true);
            }
            None => builder.append(false),
        }
    }
    Arc::new(builder.finish())
}

#[test]
fn arrays_become_columns() {
    let texts = |texts: &[&str]| Value::texts(texts);
    let millis = vec![1_709_631_667_500i64, 0];
    let zoned = |zone: &str| Arc::new(TimestampMillisecondArray::from(millis.clone()).with_timezone(zone));
    let cases: Vec<(ArrayRef, Value)> = vec![
        (Arc::new(Int32Array::from(vec![3, -4])), Value::vector(vec![3i32, -4])),
        (Arc::new(BooleanArray::from(vec![true, false])), Value::vector(vec![true, false])),
        (Arc::new(LargeStringArray::from(vec!["a", ""])), texts(&["a", ""])),
        (
            Arc::new(StringViewArray::from(vec!["a", "a text that is longer than a view"])),
            texts(&["a", "a text that is longer than a view"]),
        ),
        (Arc::new(Date32Array::from(vec![0, 19787])), texts(&["1970-01-01", "2024-03-05"])),
        (
            Arc::new(TimestampMillisecondArray::from(millis.clone())),
            texts(&["2024-03-05T09:41:07.500", "1970-01-01T00:00:00"]),
        ),
        (zoned("UTC"), texts(&["2024-03-05T09:41:07.500Z", "1970-01-01T00:00:00Z"])),
        (zoned("-07:00"), texts(&["2024-03-05T02:41:07.500-07:00", "1969-12-31T17:00:00-07:00"])),
        (Arc::new(vec!["b", "a", "b"].into_iter().collect::<DictionaryArray<Int8Type>>()), texts(&["b", "a", "b"])),
    ];
    for (array, expected) in cases {
        let data_type = array.data_type().clone();
        let (values, ends) = imported(Import::new(), array).unwrap();
        assert!(ends.is_empty());
        assert_eq!(values, expected, "{data_type}");
    }
}

#[test]
fn parts_of_arrays_are_only_their_parts() {
    let whole = lists(&[Some(&[Some(1)]), Some(&[Some(2), Some(3)]), Some(&[]), Some(&[Some(4)])]);
    let (values, ends) = imported(Import::new(), whole.slice(1, 2)).unwrap();
    assert_eq!((values, ends), (Value::vector(vec![2i64, 3]), vec![vec![2, 2]]));
    let pairs = FixedSizeListArray::from_iter_primitive::<arrow_array::types::Int64Type, _, _>(
        (0..4).map(|row| Some(vec![Some(row), Some(row + 10)])),
        2,
    );
    let (values, _) = imported(Import::new(), Arc::new(pairs.slice(2, 2))).unwrap();
    assert_eq!(values.to_vec::<i64>().unwrap(), [2, 12, 3, 13]);
    let record = StructArray::from(vec![(
        Arc::new(Field::new("a", DataType::Int32, true)),
        Arc::new(Int32Array::from(vec![7, 8, 9])) as ArrayRef,
    )]);
    let (values, _) = imported(Import::new(), Arc::new(record.slice(1, 2))).unwrap();
    assert_eq!(values.member("a").unwrap().to_vec::<i32>().unwrap(), [8, 9]);
}

#[test]
fn what_is_absent_is_refused_by_column_and_row() {
    let under_null = {
        // Elements lie under a list that is absent.
        let offsets = OffsetBuffer::new(vec![0, 2, 3].into());
        let item = Arc::new(Field::new("item", DataType::Float64, true));
        ListArray::new(item, offsets, Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0])), Some(vec![false, true].into()))
    };
    let cases: [(ArrayRef, u64, bool); 7] = [
        (Arc::new(Int32Array::from(vec![Some(1), None])), 1, false),
        (Arc::new(BooleanArray::from(vec![None, Some(true)])), 0, false),
        (Arc::new(Float32Array::from(vec![Some(1.0), Some(2.0), None])), 2, true),
        (Arc::new(StringArray::from(vec![Some("a"), None])), 1, true),
        (Arc::new(under_null), 0, true),
        (lists(&[Some(&[]), Some(&[Some(1), Some(2)]), Some(&[]), Some(&[Some(3), None])]), 3, false),
        (Arc::new(vec![Some("a"), None].into_iter().collect::<DictionaryArray<Int8Type>>()), 1, true),
    ];
    for (array, row, can_be_blank) in cases {
        let error = imported(Import::new(), array.clone()).unwrap_err();
        assert!(error.is_caller_fault(), "{error}");
        assert!(error.to_string().contains(&format!("column \"x\" has no value in row {row} ")), "{error}");
        assert_eq!(
            imported(Import::new().nulls(Nulls::Blank), array.clone()).is_ok(),
            can_be_blank,
            "{}",
            array.data_type()
        );
        if let DataType::List(_) = array.data_type()
            && can_be_blank
        {
            let (values, ends) = imported(Import::new().nulls(Nulls::Blank), array).unwrap();
            assert_eq!((values, ends), (Value::vector(vec![3.0]), vec![vec![0, 1]]));
        }
    }
    let terms: ArrayRef = Arc::new(vec![Some("a"), None].into_iter().collect::<DictionaryArray<Int8Type>>());
    let import = Import::new().nulls(Nulls::Blank).dictionaries(Dictionaries::Terms);
    assert!(imported(import, terms).unwrap_err().to_string().contains("row 1"));
    let (floats, _) =
        imported(Import::new().nulls(Nulls::Blank), Arc::new(Float64Array::from(vec![Some(1.0), None]))).unwrap();
    assert!(floats.to_vec::<f64>().unwrap()[1].is_nan());
}

#[test]
fn what_no_column_can_be_is_refused_with_what_to_do() {
    let list_in_fixed = {
        let inner = lists(&[Some(&[Some(1)]), Some(&[])]);
        let item = Arc::new(Field::new("item", inner.data_type().clone(), true));
        FixedSizeListArray::new(item, 2, inner, None)
    };
    let list_in_record = {
        let inner = lists(&[Some(&[Some(1)])]);
        StructArray::from(vec![(Arc::new(Field::new("a", inner.data_type().clone(), true)), inner)])
    };
    let cases: [(ArrayRef, &str); 7] = [
        (Arc::new(DurationSecondArray::from(vec![1])), "in seconds"),
        (Arc::new(Decimal128Array::from(vec![1])), "cast it to a float"),
        (Arc::new(BinaryArray::from_vec(vec![b"a"])), "numbers or texts"),
        (Arc::new(NullArray::new(1)), "give it values"),
        (Arc::new(TimestampMillisecondArray::from(vec![0]).with_timezone("America/New_York")), "UTC"),
        (Arc::new(list_in_fixed), "outside"),
        (Arc::new(list_in_record), "one number or text"),
    ];
    for (array, remedy) in cases {
        let error = imported(Import::new(), array).unwrap_err();
        assert!(
            error.is_limit() && error.to_string().contains("\"x\"") && error.to_string().contains(remedy),
            "{error}"
        );
    }
    let numbers = || Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef;
    let read = |import: Import, columns| import.read(batches(columns)).unwrap_err().to_string();
    let undescribed = Import::new().read(batches(vec![("x", numbers())])).unwrap();
    assert!(written(undescribed).unwrap_err().to_string().contains("column \"x\" has no description"));
    assert!(read(Import::new().columns(["y"]), vec![("x", numbers())]).contains("no column \"y\""));
    let floats = Arc::new(Float64Array::from(vec![0.5, 1.5])) as ArrayRef;
    assert!(read(Import::new(), vec![("id", floats)]).contains("\"id\" has no row ids"));
    let region = Field::new("electrodes", DataType::Int64, false).with_metadata(
        [("neurodata_type", "DynamicTableRegion"), ("description", "d"), ("table", "/general/electrodes")]
            .map(|(key, value)| (key.to_owned(), value.to_owned())),
    );
    let error = Import::new().column(&region, &numbers()).unwrap_err().to_string();
    assert!(error.contains("/general/electrodes") && error.contains("`region`"), "{error}");
}

#[test]
fn dictionaries_of_several_batches_have_terms_in_common() {
    let batch = |terms: Vec<&str>| {
        let array: DictionaryArray<Int8Type> = terms.into_iter().collect();
        RecordBatch::try_from_iter([("x", Arc::new(array) as ArrayRef)]).unwrap()
    };
    let batches = [batch(vec!["b", "a", "b"]), batch(vec!["c", "a"])];
    let schema = batches[0].schema();
    let import = Import::new().describe("x", "what it is").dictionaries(Dictionaries::Terms);
    let columns = import.read(RecordBatchIterator::new(batches.map(Ok), schema)).unwrap();
    let table = written(columns).unwrap();
    assert_eq!(table.object().get("x").unwrap().type_name().unwrap(), Some(("hdmf-experimental", "EnumData")));
    let elements = table.object().get("x_elements").unwrap().dataset().unwrap();
    assert_eq!(elements.read_texts(..).unwrap(), ["b", "a", "c"]);
    let values = table.column("x").unwrap().cells(0..5).unwrap().values;
    assert_eq!(values, Value::vector(vec![0u8, 1, 0, 2, 1]));
    assert_eq!(table.column_names().unwrap(), ["x"]);
}

#[test]
fn a_category_becomes_a_table_of_its_own() {
    let mut raw = Raw::new();
    let whole = raw.aligned("recordings", Value::vector(vec![5i64, 6]), &["tag"], &["electrodes"]);
    raw.column(whole, "tag", Value::texts(["x", "y"]), &[]);
    let inner = raw.table(Some(whole), "electrodes", Value::vector(vec![7i64, 8]), &["depth"]);
    raw.column(inner, "depth", Value::vector(vec![0.5, 1.5]), &[]);
    let recordings = table(&raw.finish(), "recordings");
    let columns = Import::new().category("electrodes").read(Export::of(&recordings).batches().unwrap()).unwrap();
    let electrodes = written(columns).unwrap();
    assert_eq!(electrodes.column_names().unwrap(), ["depth"]);
    assert_eq!(electrodes.row_ids().unwrap(), [7, 8]);
}

#[test]
fn a_table_that_is_there_gets_more_columns() {
    let mut edit = edit();
    let table = edit.insert_in(Place::Acquisition, {
        let columns =
            Import::new().describe("a", "first").read(batches(vec![("a", Arc::new(Int64Array::from(vec![1, 2])))]));
        columns.unwrap().add_to(empty("table"))
    });
    let field = Field::new("b", DataType::Utf8, false).with_metadata([("description".to_owned(), "second".to_owned())]);
    let column = Import::new().column(&field, &StringArray::from(vec!["x", "y"])).unwrap();
    edit.update(table.unwrap(), |table| table.with_column(column)).unwrap();
    let table: DynamicTable = edit.commit().unwrap().acquisition().unwrap().get("table").unwrap();
    assert_eq!(table.column_names().unwrap(), ["a", "b"]);
    assert_eq!(table.column("b").unwrap().data().description().unwrap(), "second");
}

#[test]
fn columns_that_the_schema_names_are_described_and_typed_by_it() {
    let floats = |values: Vec<f64>| Arc::new(Float64Array::from(values)) as ArrayRef;
    let tags: ArrayRef = Arc::new(ListArray::new(
        Arc::new(Field::new("item", DataType::Utf8, true)),
        OffsetBuffer::new(vec![0, 1, 1].into()),
        Arc::new(StringArray::from(vec!["go"])),
        None,
    ));
    let columns = vec![("start_time", floats(vec![0.5, 3.0])), ("stop_time", floats(vec![1.0, 4.0])), ("tags", tags)];
    let mut edit = edit();
    let trials = Draft::<TimeIntervals>::begin(Some("trials".into())).description("trials");
    edit.insert(Import::new().read(batches(columns)).unwrap().add_to(trials)).unwrap();
    let trials: TimeIntervals = edit.commit().unwrap().object().get("/intervals/trials").unwrap().cast().unwrap();
    assert_eq!(trials.start_time().unwrap().description().unwrap(), "Start time of epoch, in seconds.");
    assert_eq!(trials.column("tags").unwrap().cells(0..2).unwrap().ends, [[1, 1]]);
    assert_eq!(trials.row_count().unwrap(), 2);
}

#[test]
fn batches_can_be_read_in_another_thread() {
    fn can_be_sent<T: Send + 'static>() {}
    can_be_sent::<nwb_arrow::Batches>();
    can_be_sent::<Imported>();
    can_be_sent::<Error>();
}
