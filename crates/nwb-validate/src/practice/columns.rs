//! What stands in the columns of tables.

use nwb_model::Result;
use nwb_model::dataset::Dataset;
use nwb_model::diagnosis::{Enough, Finding, Report, Severity};
use nwb_model::dtype::Dtype;
use nwb_model::dynamic::FieldKind;
use nwb_model::tree::Object;

use super::check::{Check, SAMPLE, SAMPLED, at};
use super::containers::said_bytes;
use super::passes;
use super::read::element_bytes;
use super::tables::columns;

/// Pairs of texts that mean yes and no.
const PAIRS: [[&str; 2]; 5] = [["no", "yes"], ["n", "y"], ["false", "true"], ["f", "t"], ["hit", "miss"]];

/// Columns that the table's type knows: nobody can give them another type.
fn is_predefined(table: &Object, column: &str) -> bool {
    table.field(column).is_ok_and(|field| field.kind() == FieldKind::Object && !field.is_any_name())
}

/// Two different values, as long as there are not more; and whether the rows that nwbinspector looks at had both.
struct Pair<T> {
    values: Vec<T>,
    sampled: usize,
}

impl<T: PartialEq> Pair<T> {
    const NONE: Self = Self { values: Vec::new(), sampled: 0 };

    fn see(&mut self, row: u64, is_known: bool, value: impl FnOnce() -> T) -> Enough {
        if !is_known {
            self.values.push(value());
        }
        if row < SAMPLE {
            self.sampled = self.values.len();
        }
        if self.values.len() > 2 { Enough::Yes } else { Enough::No }
    }
}

fn binary(table: &Object, name: &str, values: String, is_sampled: bool, saved: u64) -> Finding {
    let finding = at(table, format!("the column \"{name}\" has two values alone, which mean yes and no"))
        .found(values)
        .remedy(format!("make it bool, and let its name begin with \"is_\"; that saves {}", said_bytes(saved)));
    if is_sampled { finding } else { finding.beyond_peer(SAMPLED) }
}

pub(super) const BINARY: Check = Check {
    code: "check_column_binary_capability",
    severity: Severity::Suggestion,
    of: "DynamicTable",
    doc: "A column of two values that mean yes and no is bool.",
    run: |object, report, _| {
        for (name, column) in columns(object)? {
            let bytes = element_bytes(column.dtype()?);
            let is_region = column.object().is_a("hdmf-common", "DynamicTableRegion")?;
            if bytes == 1 || is_region || is_predefined(object, &name) {
                continue;
            }
            let count = column.shape()?.iter().fold(1, |count: u64, len| count.saturating_mul(*len));
            let saved = count.saturating_mul(bytes.saturating_sub(1));
            binary_numbers(object, report, &name, &column, saved)?;
            binary_texts(object, report, &name, &column, saved)?;
        }
        Ok(())
    },
};

fn binary_numbers(table: &Object, report: &mut Report, name: &str, column: &Dataset, saved: u64) -> Result<()> {
    let see = |pair: &mut Pair<f64>, row, value: f64| {
        let is_known = pair.values.iter().any(|other| *other == value || (other.is_nan() && value.is_nan()));
        pair.see(row, is_known, || value)
    };
    let (table, name) = (table.clone(), name.to_owned());
    passes::numbers(report, column, Pair::NONE, see, move |pair, report| {
        if let [0.0, 1.0] | [1.0, 0.0] = *pair.values {
            report.add(binary(&table, &name, "0 and 1".into(), pair.sampled == 2, saved));
        }
    })
}

fn binary_texts(table: &Object, report: &mut Report, name: &str, column: &Dataset, saved: u64) -> Result<()> {
    let see = |pair: &mut Pair<String>, row, value: &str| {
        let is_known = pair.values.iter().any(|other| other == value);
        pair.see(row, is_known, || value.to_owned())
    };
    let (table, name) = (table.clone(), name.to_owned());
    passes::texts(report, column, Pair::NONE, see, move |pair, report| {
        let [first, second] = &*pair.values else { return };
        let mut values = [first.to_lowercase(), second.to_lowercase()];
        values.sort();
        if PAIRS.iter().any(|known| values == *known) {
            let is_plain = *first == first.to_lowercase() && *second == second.to_lowercase();
            let finding = binary(&table, &name, format!("\"{first}\" and \"{second}\""), pair.sampled == 2, saved);
            report.add(match is_plain {
                true => finding,
                false => {
                    finding.beyond_peer("nwbinspector takes texts of a file for others if they have capital letters")
                }
            });
        }
    })
}

/// Whether there is, in one line, something in braces with a colon within.
fn has_dictionary(text: &str) -> bool {
    text.lines().any(|line| {
        let letters: Vec<char> = line.chars().collect();
        let open = letters.iter().position(|c| *c == '{');
        let close = letters.iter().rposition(|c| *c == '}');
        let (Some(open), Some(close)) = (open, close) else { return false };
        letters.get(open + 2..close.saturating_sub(1)).is_some_and(|within| within.contains(&':'))
    })
}

pub(super) const DICTIONARIES: Check = Check {
    code: "check_table_values_for_dict",
    severity: Severity::Violation,
    of: "DynamicTable",
    doc: "No text in a table holds a dictionary.",
    run: |object, report, _| {
        for (name, column) in columns(object)? {
            let table = object.clone();
            let see = |found: &mut (u64, Option<u64>), row, text: &str| {
                if has_dictionary(text) {
                    found.0 += 1;
                    found.1.get_or_insert(row);
                }
                Enough::No
            };
            passes::texts(report, &column, (0, None), see, move |(count, first), report| {
                let Some(row) = first else { return };
                let finding = at(&table, format!("the column \"{name}\" has texts that hold dictionaries"))
                    .found(format!("{count} of them, the first in row {row}"))
                    .remedy("make columns of what is in them");
                report.add(super::check::sampled(finding, row));
            })?;
        }
        Ok(())
    },
};

pub(super) const NAN: Check = Check {
    code: "check_col_not_nan",
    severity: Severity::Suggestion,
    of: "DynamicTable",
    doc: "No column is NaN throughout.",
    run: |object, report, _| {
        for (name, column) in columns(object)? {
            if !matches!(column.dtype()?, Dtype::Number(number, _) if number.is_float()) {
                continue;
            }
            let table = object.clone();
            let see = |seen: &mut (u64, bool), _, value: f64| {
                seen.0 += 1;
                if value.is_nan() {
                    return Enough::No;
                }
                seen.1 = true;
                Enough::Yes
            };
            passes::numbers(report, &column, (0, false), see, move |(count, has_numbers), report| {
                if count > 0 && !has_numbers {
                    report.add(
                        at(&table, format!("the column \"{name}\" is NaN in every row"))
                            .remedy("leave it out, or fill it"),
                    );
                }
            })?;
        }
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::has_dictionary;

    #[test]
    fn dictionaries_have_braces_and_a_colon() {
        for text in ["{'a': 1}", "{\"a\":1}", "x {a:b} y", "{{:}}", "{a}b:{c}"] {
            assert!(has_dictionary(text), "{text}");
        }
        for text in ["{a}", "a: b", "{:}", "{:a}", "{a:}", "}a:b{", "{a\n:b}", "", "{}", "}{"] {
            assert!(!has_dictionary(text), "{text}");
        }
    }
}
