//! Every kind of column as Arrow.

use arrow_array::RecordBatchReader;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt8Type, UInt16Type};
use nwb_arrow::{Error, Export, Offsets};
use nwb_model::backend::Address;
use nwb_model::dtype::{ByteOrder, Charset, Dtype, Number, Padding, TextLength, TextType};
use nwb_model::ndarray::{arr2, arr3};
use nwb_model::types::{DynamicTable, TimeSeries};
use nwb_model::value::{Bytes, Shape, Value};

use crate::raw::{Raw, table};

/// What the batch has, as people read it.
pub(crate) fn shown(array: &dyn arrow_array::Array) -> Vec<String> {
    let options = arrow_cast::display::FormatOptions::new().with_null("null");
    let formatter = arrow_cast::display::ArrayFormatter::try_new(array, &options).unwrap();
    (0..array.len()).map(|row| formatter.value(row).to_string()).collect()
}

fn stored(dtype: Dtype, dims: &[u64], bytes: &[u8]) -> Value {
    Value::from_parts(dtype, Shape::of(dims), Bytes::from_vec(bytes.to_vec()), None).unwrap()
}

fn fixed_text(size: usize, padding: Padding) -> Dtype {
    Dtype::Text(TextType { length: TextLength::Fixed(size), padding, charset: Charset::Ascii })
}

/// A column's name, its type in Arrow, and its three rows as people read them.
pub(crate) type Expected = (&'static str, &'static str, [&'static str; 3]);

/// A table of three rows with every kind of column, and what each is in Arrow.
pub(crate) fn zoo() -> (DynamicTable, Vec<Expected>) {
    let mut raw = Raw::new();
    let mut expected: Vec<Expected> = vec![("id", "Int64", ["10", "11", "12"])];
    let series = raw.group("series");
    let names = [
        "i8",
        "i16",
        "i32",
        "i64",
        "u8",
        "u16",
        "u32",
        "u64",
        "f16",
        "f32",
        "f64",
        "bool",
        "big",
        "text",
        "ascii",
        "padded",
        "when",
        "reference",
        "matrix",
        "ragged",
        "nested",
        "ragged_text",
        "ragged_pairs",
        "mask",
        "span",
        "kind",
        "kinds",
        "region",
        "state",
        "opaque",
        "inner",
        "sequence",
    ];
    let table_at = raw.table(None, "zoo", Value::vector(vec![10i64, 11, 12]), &names);
    let mut add =
        |name: &'static str, value: Value, ends: &[&[u64]], data_type: &'static str, rows: [&'static str; 3]| {
            let column = raw.column(table_at, name, value, ends);
            expected.push((name, data_type, rows));
            column
        };
    add("i8", Value::vector(vec![-1i8, 0, 1]), &[], "Int8", ["-1", "0", "1"]);
    add("i16", Value::vector(vec![-300i16, 0, 1]), &[], "Int16", ["-300", "0", "1"]);
    add("i32", Value::vector(vec![-70_000, 0, 1]), &[], "Int32", ["-70000", "0", "1"]);
    add("i64", Value::vector(vec![i64::MIN, 0, 1]), &[], "Int64", ["-9223372036854775808", "0", "1"]);
    add("u8", Value::vector(vec![255u8, 0, 1]), &[], "UInt8", ["255", "0", "1"]);
    add("u16", Value::vector(vec![300u16, 0, 1]), &[], "UInt16", ["300", "0", "1"]);
    add("u32", Value::vector(vec![70_000u32, 0, 1]), &[], "UInt32", ["70000", "0", "1"]);
    add("u64", Value::vector(vec![u64::MAX, 0, 1]), &[], "UInt64", ["18446744073709551615", "0", "1"]);
    let halves = vec![half::f16::from_f32(0.5), half::f16::NAN, half::f16::from_f32(-2.0)];
    add("f16", Value::vector(halves), &[], "Float16", ["0.5", "NaN", "-2"]);
    add("f32", Value::vector(vec![0.25f32, 1.0, 2.0]), &[], "Float32", ["0.25", "1.0", "2.0"]);
    add("f64", Value::vector(vec![0.1, f64::INFINITY, 2.0]), &[], "Float64", ["0.1", "inf", "2.0"]);
    add("bool", Value::vector(vec![true, false, true]), &[], "Boolean", ["true", "false", "true"]);
    let big = stored(Dtype::Number(Number::U16, ByteOrder::Big), &[3], &[1, 2, 0, 7, 255, 255]);
    add("big", big, &[], "UInt16", ["258", "7", "65535"]);
    add("text", Value::texts(["a", "", "caf\u{e9}"]), &[], "Utf8", ["a", "", "caf\u{e9}"]);
    let nulls = stored(fixed_text(3, Padding::NullPadded), &[3], b"ab\0c\0\0\0\0\0");
    add("ascii", nulls, &[], "Utf8", ["ab", "c", ""]);
    let spaces = stored(fixed_text(2, Padding::SpacePadded), &[3], b"x y zz");
    add("padded", spaces, &[], "Utf8", ["x", "y", "zz"]);
    let dates = ["2024-03-05", "2024-03-05T09:41:07", "2024-03-05T09:41:07-07:00"];
    add("when", Value::texts(dates).relabelled(Dtype::ASCII).unwrap(), &[], "Utf8", dates);
    let references = Value::references([series, Address::NULL, table_at]);
    add("reference", references.clone(), &[], "Utf8", ["/series", "null", "/zoo"]);
    let matrix = Value::array(arr3(&[[[1u8, 2], [3, 4]], [[5, 6], [7, 8]], [[9, 10], [11, 12]]]));
    let matrix_type = "FixedSizeList(2 x non-null FixedSizeList(2 x non-null UInt8))";
    add("matrix", matrix, &[], matrix_type, ["[[1, 2], [3, 4]]", "[[5, 6], [7, 8]]", "[[9, 10], [11, 12]]"]);
    let ends: &[u64] = &[2, 2, 5];
    let ragged = Value::vector(vec![0.5, 1.5, 2.0, 2.5, 3.0]);
    add("ragged", ragged, &[ends], "List(non-null Float64)", ["[0.5, 1.5]", "[]", "[2.0, 2.5, 3.0]"]);
    let nested = Value::vector(vec![1i32, 2, 3, 4]);
    let nested_type = "List(non-null List(non-null Int32))";
    add("nested", nested, &[&[1, 1, 4], &[0, 2, 3]], nested_type, ["[]", "[[1], []]", "[[2, 3, 4]]"]);
    let texts = Value::texts(["a", "b", "c", "d", "e"]);
    add("ragged_text", texts, &[ends], "List(non-null Utf8)", ["[a, b]", "[]", "[c, d, e]"]);
    let pairs = Value::array(arr2(&[[1i16, 2], [3, 4], [5, 6], [7, 8], [9, 10]]));
    let pairs_type = "List(non-null FixedSizeList(2 x non-null Int16))";
    add("ragged_pairs", pairs, &[ends], pairs_type, ["[[1, 2], [3, 4]]", "[]", "[[5, 6], [7, 8], [9, 10]]"]);
    let masks = Value::records([
        ("x", Value::vector(vec![1u32, 2, 3, 4, 5])),
        ("weight", Value::vector(vec![1.0f32, 0.5, 0.25, 1.0, 1.0])),
    ]);
    add(
        "mask",
        masks.unwrap(),
        &[ends],
        "List(non-null Struct(\"x\": non-null UInt32, \"weight\": non-null Float32))",
        [
            "[{x: 1, weight: 1.0}, {x: 2, weight: 0.5}]",
            "[]",
            "[{x: 3, weight: 0.25}, {x: 4, weight: 1.0}, {x: 5, weight: 1.0}]",
        ],
    );
    let spans = Value::records([
        ("idx_start", Value::vector(vec![0i32, -1, 7])),
        ("count", Value::vector(vec![5i32, -1, 2])),
        ("timeseries", references),
    ]);
    add(
        "span",
        spans.unwrap(),
        &[],
        "Struct(\"idx_start\": non-null Int32, \"count\": non-null Int32, \"timeseries\": Utf8)",
        [
            "{idx_start: 0, count: 5, timeseries: /series}",
            "{idx_start: -1, count: -1, timeseries: null}",
            "{idx_start: 7, count: 2, timeseries: /zoo}",
        ],
    );
    let region = raw.dataset(table_at, "region", Value::vector(vec![2i64, 0, 1]), "hdmf-common", "DynamicTableRegion");
    raw.attribute(region, "table", Value::reference(table_at));
    raw.attribute(region, "description", Value::text("rows of the zoo"));
    expected.push(("region", "Int64", ["2", "0", "1"]));
    for (name, values, ends) in [("kind", vec![1u8, 0, 1], None), ("kinds", vec![0, 1, 1], Some(vec![1u64, 1, 3]))] {
        let values = raw.dataset(table_at, name, Value::vector(values), "hdmf-experimental", "EnumData");
        let texts = Value::texts(["cat", "dog"]);
        let elements = raw.dataset(table_at, &format!("{name}_elements"), texts, "hdmf-common", "VectorData");
        raw.attribute(values, "elements", Value::reference(elements));
        raw.attribute(values, "description", Value::text("kinds of animals"));
        if let Some(ends) = ends {
            raw.dataset(table_at, &format!("{name}_index"), Value::vector(ends), "hdmf-common", "VectorIndex");
        }
    }
    expected.push(("kind", "Dictionary(UInt8, Utf8)", ["dog", "cat", "dog"]));
    expected.push(("kinds", "List(non-null Dictionary(UInt8, Utf8))", ["[cat]", "[]", "[dog, dog]"]));
    let states = nwb_model::dtype::Enumeration {
        number: Number::U8,
        order: ByteOrder::Little,
        members: vec![("OFF".into(), 3), ("ON".into(), 4)],
    };
    let states = stored(Dtype::Enum(states.into()), &[3], &[4, 3, 4]);
    raw.column(table_at, "state", states, &[]);
    expected.push(("state", "Dictionary(Int32, Utf8)", ["ON", "OFF", "ON"]));
    let foreign =
        nwb_model::dtype::Foreign { backend: "hdf5", encoding: vec![], size: 2, description: "opaque".into() };
    raw.column(table_at, "opaque", stored(Dtype::Foreign(foreign.into()), &[3], &[1, 2, 3, 4, 0xab, 0xcd]), &[]);
    expected.push(("opaque", "FixedSizeBinary(2)", ["0102", "0304", "abcd"]));
    let inner = Dtype::Array(Dtype::native(Number::U8).into(), vec![2]);
    raw.column(table_at, "inner", stored(inner, &[3], &[1, 2, 3, 4, 5, 6]), &[]);
    expected.push(("inner", "FixedSizeList(2 x non-null UInt8)", ["[1, 2]", "[3, 4]", "[5, 6]"]));
    let mut heap = nwb_model::value::Heap::new();
    let mut places = Vec::new();
    for sequence in [vec![1u8, 2], vec![], vec![3]] {
        places.extend([heap.push_sequence(Value::vector(sequence)), 0]);
    }
    let sequence = Dtype::Sequence(Dtype::native(Number::U8).into());
    let sequences = Value::from_parts(sequence, Shape::of(&[3]), Bytes::from_vec(places), Some(heap)).unwrap();
    raw.column(table_at, "sequence", sequences, &[]);
    expected.push(("sequence", "List(non-null UInt8)", ["[1, 2]", "[]", "[3]"]));
    let root = raw.finish();
    root.get("series").unwrap();
    (table(&root, "zoo"), expected)
}

#[test]
fn every_kind_of_column_has_its_type_and_its_cells() {
    let (zoo, expected) = zoo();
    let batch = Export::of(&zoo).batch().unwrap();
    assert_eq!(*Export::of(&zoo).schema().unwrap(), *batch.schema());
    assert_eq!(batch.num_columns(), expected.len());
    for (name, data_type, rows) in &expected {
        let field = batch.schema().field_with_name(name).unwrap().clone();
        assert_eq!(field.data_type().to_string(), *data_type, "{name}");
        assert_eq!(shown(batch.column_by_name(name).unwrap()), rows, "{name}");
    }
    let order: Vec<String> = zoo.column_names().unwrap();
    let schema = batch.schema();
    let fields: Vec<&str> = schema.fields().iter().skip(1).map(|field| field.name().as_str()).collect();
    assert_eq!(fields, order);
    // Wide offsets change the types and nothing else.
    let wide = Export::of(&zoo).offsets(Offsets::Wide).batch().unwrap();
    for (name, _, rows) in &expected {
        assert_eq!(shown(wide.column_by_name(name).unwrap()), rows, "{name}");
    }
    assert_eq!(
        wide.schema().field_with_name("ragged_text").unwrap().data_type().to_string(),
        "LargeList(non-null LargeUtf8)"
    );
}

#[test]
fn rows_in_parts_and_in_any_order_are_those_of_the_whole() {
    let (zoo, expected) = zoo();
    let whole = Export::of(&zoo).batch().unwrap();
    for rows in [1, 2, 3, 9] {
        let batches = Export::of(&zoo).batch_rows(rows).batches().unwrap();
        let schema = batches.schema();
        let batches = batches.collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(batches.len() as u64, 3u64.div_ceil(rows));
        assert_eq!(arrow_select::concat::concat_batches(&schema, &batches).unwrap(), whole);
    }
    let cut: Vec<usize> = Export::of(&zoo)
        .columns(["ragged"])
        .batch_bytes(16)
        .batches()
        .unwrap()
        .map(|b| b.unwrap().num_rows())
        .collect();
    assert_eq!(cut, [2, 1], "16 bytes hold the first two rows; the third is larger, and comes all the same");
    let listed = Export::of(&zoo).row_list([2, 0, 2]).batch().unwrap();
    for (name, _, rows) in expected {
        assert_eq!(shown(listed.column_by_name(name).unwrap()), [rows[2], rows[0], rows[2]], "{name}");
    }
    let some = Export::of(&zoo).columns(["nested", "id"]).rows(1..3).batch().unwrap();
    assert_eq!(shown(some.column(0)), ["[[1], []]", "[[2, 3, 4]]"]);
    assert_eq!(shown(some.column(1)), ["11", "12"]);
    assert_eq!(Export::of(&zoo).rows(3..3).batch().unwrap().num_rows(), 0);
    for error in [
        Export::of(&zoo).rows(2..4).batches().unwrap_err(),
        Export::of(&zoo).row_list([3]).batches().unwrap_err(),
        Export::of(&zoo).columns(["raged"]).batches().unwrap_err(),
    ] {
        assert!(error.is_caller_fault() && error.path() == Some("/zoo"), "{error}");
    }
    let misspelt = Export::of(&zoo).columns(["raged"]).schema().unwrap_err().to_string();
    assert!(misspelt.contains("did you mean \"ragged\"?"), "{misspelt}");
}

#[test]
fn what_the_file_says_of_columns_and_table_is_kept() {
    let (zoo, _) = zoo();
    let schema = Export::of(&zoo).schema().unwrap();
    let of = |name: &str, key: &str| schema.field_with_name(name).unwrap().metadata().get(key).cloned();
    assert_eq!(of("i8", "description").as_deref(), Some("what i8 is"));
    assert_eq!(of("i8", "neurodata_type").as_deref(), Some("VectorData"));
    assert_eq!(of("region", "neurodata_type").as_deref(), Some("DynamicTableRegion"));
    assert_eq!(of("region", "table").as_deref(), Some("/zoo"));
    assert_eq!(of("kind", "elements").as_deref(), Some("/zoo/kind_elements"));
    assert_eq!(schema.metadata()["path"], "/zoo");
    assert_eq!(schema.metadata()["neurodata_type"], "DynamicTable");
}

#[test]
fn numbers_are_not_copied() {
    let (zoo, _) = zoo();
    // In memory the cells of all rows are the file's own elements: they have one address however often they are asked for.
    let address = || {
        let batch = Export::of(&zoo).columns(["ragged"]).batch().unwrap();
        batch.column(0).as_list::<i32>().values().as_primitive::<Float64Type>().values().as_ptr() as usize
    };
    assert_eq!(address(), address());
    let kinds = Export::of(&zoo).columns(["kind"]).batch().unwrap();
    assert_eq!(kinds.column(0).as_dictionary::<UInt8Type>().keys().values(), &[1, 0, 1]);
    let big = Export::of(&zoo).columns(["big"]).batch().unwrap();
    assert_eq!(big.column(0).as_primitive::<UInt16Type>().value(0), 258);
}

#[test]
fn aligned_tables_have_the_columns_of_their_categories() {
    let mut raw = Raw::new();
    let whole = raw.aligned("recordings", Value::vector(vec![0i64, 1]), &["tag"], &["electrodes"]);
    raw.column(whole, "tag", Value::texts(["x", "y"]), &[]);
    let inner = raw.table(Some(whole), "electrodes", Value::vector(vec![7i64, 8]), &["depth"]);
    raw.column(inner, "depth", Value::vector(vec![0.5, 1.5]), &[]);
    let recordings = table(&raw.finish(), "recordings");
    let batch = Export::of(&recordings).batch().unwrap();
    let schema = batch.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["id", "tag", "electrodes.id", "electrodes.depth"]);
    assert_eq!(shown(batch.column(2)), ["7", "8"]);
    let one = Export::of(&recordings).columns(["electrodes.depth", "electrodes.id"]).batch().unwrap();
    assert_eq!(shown(one.column(0)), ["0.5", "1.5"]);
    assert!(Export::of(&recordings).columns(["electrodes.width"]).schema().unwrap_err().is_not_found());
}

#[test]
fn series_have_times_and_samples() {
    let mut raw = Raw::new();
    let series = raw.group("lfp");
    raw.typed(series, "core", "TimeSeries");
    let data = raw.dataset(series, "data", Value::array(arr2(&[[1i16, 2], [3, 4], [5, 6]])), "", "");
    raw.attribute(data, "unit", Value::text("volts"));
    raw.dataset(series, "timestamps", Value::vector(vec![0.5, 1.0, 4.0]), "", "");
    let series: TimeSeries = raw.finish().get("lfp").unwrap().cast().unwrap();
    let batch = Export::of_series(&series).rows(1..3).batch().unwrap();
    assert_eq!(shown(batch.column(0)), ["1.0", "4.0"]);
    assert_eq!(shown(batch.column(1)), ["[3, 4]", "[5, 6]"]);
    let unit = |column: usize| batch.schema().field(column).metadata()["unit"].clone();
    assert_eq!((unit(0), unit(1)), ("seconds".into(), "volts".into()));
    assert!(Export::of_series(&series).columns(["value"]).schema().unwrap_err().is_not_found());

    let mut raw = Raw::new();
    let movie = raw.group("movie");
    raw.typed(movie, "core", "ImageSeries");
    raw.dataset(movie, "data", Value::array(arr3(&[[[0u8; 0]; 0]; 0])), "", "");
    raw.dataset(movie, "external_file", Value::texts(["movie.avi"]), "", "");
    raw.dataset(movie, "timestamps", Value::vector(vec![0.5, 1.0]), "", "");
    let movie: TimeSeries = raw.finish().get("movie").unwrap().cast().unwrap();
    let batch = Export::of_series(&movie).batch().unwrap();
    assert_eq!((batch.num_columns(), shown(batch.column(0))), (1, vec!["0.5".into(), "1.0".into()]));
}

#[test]
fn damaged_columns_are_errors_that_say_where() {
    let cases: [(&str, Value, &[u64], &str); 5] = [
        ("descends", Value::vector(vec![1u8, 2, 3]), &[2, 1], "row 1"),
        ("runs_out", Value::vector(vec![1u8, 2, 3]), &[2, 9], "row 1"),
        ("too_short", Value::vector(vec![1u8, 2, 3]), &[3], "another length"),
        ("no_text", stored(fixed_text(2, Padding::NullPadded), &[3], b"ab\xff\xfecd"), &[1, 3], "text 1 is not UTF-8"),
        ("scalar", Value::scalar(3.0), &[0, 0], "scalar"),
    ];
    for (name, value, ends, message) in cases {
        let mut raw = Raw::new();
        let at = raw.table(None, "bad", Value::vector(vec![0i64, 1]), &[name]);
        raw.column(at, name, value, &[ends]);
        let bad = table(&raw.finish(), "bad");
        let error = Export::of(&bad).batch().unwrap_err();
        assert!(error.is_file_fault() || error.is_caller_fault(), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("bad") && (text.contains(message) || name == "scalar"), "{name}: {text}");
    }
    // A category that is not there, and elements that are no texts.
    for (texts, message) in [(Value::texts(["one"]), "no category"), (Value::vector(vec![1.0]), "no texts")] {
        let mut raw = Raw::new();
        let at = raw.table(None, "bad", Value::vector(vec![0i64, 1]), &["kind"]);
        let kind = raw.dataset(at, "kind", Value::vector(vec![0u8, 1]), "hdmf-experimental", "EnumData");
        let elements = raw.dataset(at, "kind_elements", texts, "hdmf-common", "VectorData");
        raw.attribute(kind, "elements", Value::reference(elements));
        let error = Export::of(&table(&raw.finish(), "bad")).batch().unwrap_err();
        assert!(error.is_file_fault() && error.to_string().contains(message), "{error}");
    }
    // After an error there is nothing more.
    let mut raw = Raw::new();
    let at = raw.table(None, "bad", Value::vector(vec![0i64, 1]), &["a"]);
    raw.column(at, "a", Value::vector(vec![1u8]), &[&[1, 9]]);
    let mut batches = Export::of(&table(&raw.finish(), "bad")).batch_rows(1).batches().unwrap();
    assert_eq!(batches.next().unwrap().unwrap().num_rows(), 1);
    assert!(Error::from(batches.next().unwrap().unwrap_err()).is_file_fault());
    assert!(batches.next().is_none());
}

/// Units whose electrodes lie in groups that have a device; the second row's electrodes are as given.
fn units(electrodes: &[i64]) -> DynamicTable {
    let mut raw = Raw::new();
    let device = raw.group("device");
    raw.attribute(device, "manufacturer", Value::text("Probes & Co"));
    raw.attribute(device, "channels", Value::scalar(64u16));
    let groups: Vec<Address> = ["shank0", "shank1"].map(|name| raw.group(name)).to_vec();
    raw.attribute(groups[0], "location", Value::text("CA1"));
    raw.link(groups[0], "device", device);
    let electrodes_at = raw.table(None, "electrodes", Value::vector(vec![0i64, 1, 2]), &["location", "x", "group"]);
    raw.column(electrodes_at, "location", Value::texts(["a", "b", "c"]), &[]);
    raw.column(electrodes_at, "x", Value::vector(vec![0.5, 1.5, 2.5]), &[]);
    raw.column(electrodes_at, "group", Value::references([groups[0], groups[1], Address::NULL]), &[]);
    let units = raw.table(None, "units", Value::vector(vec![0i64, 1]), &["electrodes", "peak", "with.dot"]);
    for (name, rows) in [("electrodes", electrodes.to_vec()), ("peak", vec![2, 0])] {
        let region = raw.dataset(units, name, Value::vector(rows), "hdmf-common", "DynamicTableRegion");
        raw.attribute(region, "table", Value::reference(electrodes_at));
        raw.attribute(region, "description", Value::text("rows of electrodes"));
    }
    let ends = Value::vector(vec![1u64, electrodes.len() as u64]);
    raw.dataset(units, "electrodes_index", ends, "hdmf-common", "VectorIndex");
    raw.column(units, "with.dot", Value::vector(vec![1u8, 2]), &[]);
    let root = raw.finish();
    table(&root, "units")
}

#[test]
fn columns_that_others_lead_to_are_joined() {
    let units = units(&[2, 0, 1]);
    let cases: [(&str, &str, [&str; 2]); 11] = [
        ("electrodes.location", "List(non-null Utf8)", ["[c]", "[a, b]"]),
        ("electrodes.x", "List(non-null Float64)", ["[2.5]", "[0.5, 1.5]"]),
        ("electrodes.id", "List(non-null Int64)", ["[2]", "[0, 1]"]),
        ("electrodes.group", "List(Utf8)", ["[null]", "[/shank0, /shank1]"]),
        ("electrodes.group.location", "List(Utf8)", ["[null]", "[CA1, null]"]),
        ("electrodes.group.device", "List(Utf8)", ["[null]", "[/device, null]"]),
        ("electrodes.group.device.manufacturer", "List(Utf8)", ["[null]", "[Probes & Co, null]"]),
        ("electrodes.group.device.channels", "List(Utf8)", ["[null]", "[64, null]"]),
        ("peak.x", "Float64", ["2.5", "0.5"]),
        ("peak.group.location", "Utf8", ["null", "CA1"]),
        ("with.dot", "UInt8", ["1", "2"]),
    ];
    let names = cases.map(|(name, ..)| name);
    let batch = Export::of(&units).columns(names).batch().unwrap();
    for ((name, data_type, rows), column) in cases.iter().zip(batch.columns()) {
        assert_eq!(batch.schema().field_with_name(name).unwrap().data_type().to_string(), *data_type, "{name}");
        assert_eq!(shown(column), rows, "{name}");
        let second = Export::of(&units).columns([*name]).rows(1..2).batch().unwrap();
        assert_eq!(shown(second.column(0)), [rows[1]], "{name}");
        let none = Export::of(&units).columns([*name]).rows(1..1).batch().unwrap();
        assert_eq!(none.num_rows(), 0);
    }
    let all = Export::of(&units).also(["peak.x"]).schema().unwrap();
    assert_eq!(all.fields().len(), 5);
    for name in ["electrodes.depth", "peak.x.y", "nothing.x"] {
        assert!(Export::of(&units).columns([name]).schema().unwrap_err().is_not_found(), "{name}");
    }
}

#[test]
fn joins_to_rows_that_are_not_there_say_which_row() {
    for bad in [3, -1] {
        let units = units(&[2, 0, bad]);
        assert_eq!(Export::of(&units).batch().unwrap().num_rows(), 2, "the numbers themselves can be given");
        let error = Export::of(&units).columns(["electrodes.x"]).batch().unwrap_err();
        assert!(error.is_file_fault() && error.path() == Some("/units/electrodes"), "{error}");
        assert!(error.to_string().contains("row 1 refers to a row that is not there"), "{error}");
        assert!(error.to_string().contains(&format!("found {bad}")), "{error}");
    }
}
