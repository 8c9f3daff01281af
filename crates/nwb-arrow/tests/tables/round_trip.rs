//! A table, its batches, and a table of these are the same.

use half::f16;
use nwb_arrow::{Export, Import, Offsets};
use nwb_model::draft::{Draft, Handle};
use nwb_model::ext::{Columns, NewColumn};
use nwb_model::ndarray::Array;
use nwb_model::place::Place;
use nwb_model::types::DynamicTable;
use nwb_model::value::Value;
use nwb_model::view::NeurodataType;
use proptest::prelude::*;

use crate::import::{edit, empty};

/// What a column is, before it has rows.
#[derive(Clone, Copy, Debug)]
enum Kind {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F16,
    F32,
    F64,
    Bool,
    Text,
    Pairs,
    Blocks,
    Record,
    Terms,
    Region,
}

const KINDS: [Kind; 18] = [
    Kind::I8,
    Kind::I16,
    Kind::I32,
    Kind::I64,
    Kind::U8,
    Kind::U16,
    Kind::U32,
    Kind::U64,
    Kind::F16,
    Kind::F32,
    Kind::F64,
    Kind::Bool,
    Kind::Text,
    Kind::Pairs,
    Kind::Blocks,
    Kind::Record,
    Kind::Terms,
    Kind::Region,
];

/// A kind, and for each level of raggedness the lengths of its cells; there are always enough of them.
type Plan = (Kind, Vec<Vec<u64>>, Vec<u64>);

fn plan() -> impl Strategy<Value = Plan> {
    let lengths = || prop::collection::vec(0u64..4, 64);
    (
        prop::sample::select(KINDS.to_vec()),
        prop::collection::vec(lengths(), 0..3),
        prop::collection::vec(any::<u64>(), 97),
    )
}

/// Where the cells of each level end, and how many elements there are.
fn ends(levels: &[Vec<u64>], rows: u64) -> (Vec<Vec<u64>>, usize) {
    let mut count = rows;
    let mut all = Vec::new();
    for lengths in levels {
        let mut end = 0;
        let level = lengths.iter().cycle().take(count as usize).map(|n| {
            end += n;
            end
        });
        all.push(level.collect());
        count = end;
    }
    (all, count as usize)
}

fn column(name: &str, plan: &Plan, rows: u64, region: Handle<DynamicTable>) -> NewColumn {
    let (kind, levels, noise) = plan;
    let (ends, count) = ends(levels, rows);
    let number = |at: usize| noise[at % noise.len()].wrapping_mul(at as u64 + 1);
    macro_rules! numbers {
        ($t:ty) => {
            Value::vector((0..count).map(|at| number(at) as $t).collect())
        };
    }
    let value = match kind {
        Kind::I8 => numbers!(i8),
        Kind::I16 => numbers!(i16),
        Kind::I32 => numbers!(i32),
        Kind::I64 => numbers!(i64),
        Kind::U8 => numbers!(u8),
        Kind::U16 => numbers!(u16),
        Kind::U32 => numbers!(u32),
        Kind::U64 => numbers!(u64),
        Kind::F16 => Value::vector((0..count).map(|at| f16::from_bits(number(at) as u16)).collect()),
        Kind::F32 => Value::vector((0..count).map(|at| f32::from_bits(number(at) as u32)).collect()),
        Kind::F64 => Value::vector((0..count).map(|at| f64::from_bits(number(at))).collect()),
        Kind::Bool => Value::vector((0..count).map(|at| number(at) % 2 == 0).collect()),
        Kind::Text => Value::texts((0..count).map(|at| "caf\u{e9} ".repeat(number(at) as usize % 4))),
        Kind::Pairs => Value::array(Array::from_shape_fn((count, 2), |(at, axis)| number(at) as i16 ^ axis as i16)),
        Kind::Blocks => Value::array(Array::from_shape_fn((count, 2, 3), |(at, a, b)| number(at + a + b) as f32)),
        Kind::Record => Value::records([
            ("x", numbers!(u32)),
            ("weight", Value::vector((0..count).map(|at| number(at) as f32).collect())),
        ])
        .unwrap(),
        Kind::Terms => Value::vector((0..count).map(|at| (number(at) % 3) as u8).collect()),
        Kind::Region => Value::vector((0..count).map(|at| (number(at) % 2) as i64).collect()),
    };
    let column = NewColumn::new(name, format!("what {name} is"), value).ragged(ends);
    match kind {
        Kind::Terms => column.terms(["one", "two", "three"]),
        Kind::Region => column.rows_of(region),
        _ => column,
    }
}

/// What there is to know of a table's column.
fn known(table: &DynamicTable, name: &str) -> (Value, Vec<Vec<u64>>, String, String) {
    let column = table.column(name).unwrap();
    let cells = column.cells(0..column.row_count().unwrap()).unwrap();
    let object = column.data().object();
    let description = column.data().description().unwrap().to_owned();
    (cells.values, cells.ends, description, object.type_name().unwrap().unwrap().1.to_owned())
}

/// The table, beside one of two rows that it may refer to.
fn in_a_file(make: impl FnOnce(Handle<DynamicTable>) -> Draft<DynamicTable>) -> DynamicTable {
    let mut edit = edit();
    let target = empty("target").column("a", "a", vec![1.0, 2.0]);
    let target = edit.insert_in(Place::Acquisition, target).unwrap();
    edit.insert_in(Place::Acquisition, make(target)).unwrap();
    edit.commit().unwrap().acquisition().unwrap().get("table").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_is_the_same_after_it(
        plans in prop::collection::vec(plan(), 0..6),
        rows in 0u64..7,
        batch_rows in 1u64..5,
        batch_bytes in prop::option::of(0u64..64),
        wide in any::<bool>(),
    ) {
        let ids: Vec<i64> = (0..rows as i64).map(|id| id * 3 - 1).collect();
        let names: Vec<String> = (0..plans.len()).map(|at| format!("c{at}")).collect();
        let table = in_a_file(|target| {
            let columns = names.iter().zip(&plans).map(|(name, plan)| column(name, plan, rows, target));
            columns.fold(empty("table").ids(ids.clone()), |table, column| table.with_column(column))
        });
        let offsets = if wide { Offsets::Wide } else { Offsets::Narrow };
        let export = Export::of(&table).batch_rows(batch_rows).offsets(offsets);
        let export = match batch_bytes {
            Some(bytes) => export.batch_bytes(bytes),
            None => export,
        };
        let back = in_a_file(|target| {
            let regions = names.iter().zip(&plans).filter(|(_, plan)| matches!(plan.0, Kind::Region));
            let import = regions.fold(Import::new(), |import, (name, _)| import.region(name, target));
            import.read(export.batches().unwrap()).unwrap().add_to(empty("table"))
        });
        prop_assert_eq!(back.column_names().unwrap(), names.clone());
        prop_assert_eq!(back.row_ids().unwrap(), ids);
        for name in &names {
            prop_assert_eq!(known(&back, name), known(&table, name));
        }
    }
}
