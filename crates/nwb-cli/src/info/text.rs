//! The summary for people.

use std::io::{self, Write};

use super::content::{Item, Series, Table};
use super::fields::Fields;
use super::summary::{Summary, plain};
use crate::output::{Paint, exact, printable};

/// Longer values are cut.
const MAX_VALUE: usize = 300;

pub(super) fn write(out: &mut dyn Write, summary: &Summary, paint: Paint) -> io::Result<()> {
    let file = &summary.file;
    writeln!(out, "{}", paint.strong(&exact(&file.path)))?;
    let version = file
        .nwb_version
        .as_deref()
        .map_or_else(|| "NWB of unknown version".into(), |v| format!("NWB {}", printable(v)));
    let block = if file.user_block > 0 { format!(", user block of {} bytes", file.user_block) } else { String::new() };
    writeln!(out, "  {version}, {}, HDF5 superblock {}{block}", bytes(file.bytes), file.superblock)?;
    let cached: Vec<String> = file
        .specifications
        .iter()
        .map(|(namespace, versions)| printable(&format!("{namespace} {}", versions.join(" and "))))
        .collect();
    writeln!(out, "  specifications in it: {}", if cached.is_empty() { "none".into() } else { cached.join(", ") })?;
    heading(out, "Session", paint)?;
    write_fields(out, &summary.session, 1, paint)?;
    if !summary.subject.is_empty() {
        heading(out, "Subject", paint)?;
        write_fields(out, &summary.subject, 1, paint)?;
    }
    for sections in [&summary.metadata, &summary.content] {
        for (name, items) in sections.iter().filter(|(_, items)| !items.is_empty()) {
            heading(out, name, paint)?;
            for item in items {
                write_item(out, item, 1, paint)?;
            }
        }
    }
    heading(out, "Objects", paint)?;
    writeln!(out, "  {} objects, {} soft and external links", summary.objects, summary.links)?;
    let mut types: Vec<(&String, &u64)> = summary.types.iter().collect();
    types.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let width = types.first().map_or(0, |(_, count)| count.to_string().len());
    for (name, count) in types {
        writeln!(out, "  {count:>width$}  {}", paint.type_name(&printable(name)))?;
    }
    if !summary.problems.is_empty() {
        heading(out, "Cannot be read", paint)?;
        for problem in &summary.problems {
            writeln!(out, "  {}", paint.wrong(&printable(problem)))?;
        }
    }
    Ok(())
}

fn heading(out: &mut dyn Write, name: &str, paint: Paint) -> io::Result<()> {
    let mut title = String::new();
    let mut chars = name.chars();
    title.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    title.extend(chars);
    writeln!(out, "\n{}", paint.strong(&exact(&title)))
}

fn indent(level: usize) -> String {
    "  ".repeat(level)
}

fn write_fields(out: &mut dyn Write, fields: &Fields, level: usize, paint: Paint) -> io::Result<()> {
    let width = fields.keys().map(|name| name.chars().count()).max().unwrap_or(0).min(28);
    for (name, value) in fields {
        let name = exact(name);
        writeln!(
            out,
            "{}{}  {}",
            indent(level),
            paint.faint(&format!("{name:width$}")),
            cut(&printable(&plain(value)))
        )?;
    }
    Ok(())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{} ...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn write_item(out: &mut dyn Write, item: &Item, level: usize, paint: Paint) -> io::Result<()> {
    let mut line = format!("{}{}", indent(level), paint.strong(&exact(&item.name)));
    if let Some(name) = &item.type_name {
        line.push_str(&format!("  {}", paint.type_name(&printable(name))));
    }
    if let Some(target) = &item.link {
        line.push_str(&format!("  {}", paint.link(&format!("-> {}", exact(target)))));
    }
    let mut said = Vec::new();
    if let Some(elements) = &item.elements {
        said.push(array(&elements.dtype, elements.shape.as_deref()));
    }
    if let Some(series) = &item.series {
        said.extend(series_words(series));
    }
    if let Some(table) = &item.table {
        said.extend(table_words(table));
    }
    if !said.is_empty() {
        line.push_str(&format!("  {}", said.join(", ")));
    }
    writeln!(out, "{line}")?;
    if let Some(error) = &item.error {
        writeln!(out, "{}{}", indent(level + 1), paint.wrong(&format!("cannot be read: {}", printable(error))))?;
    }
    write_fields(out, &item.fields, level + 1, paint)?;
    if let Some(table) = &item.table {
        write_columns(out, table, level + 1, paint)?;
    }
    for child in &item.children {
        write_item(out, child, level + 1, paint)?;
    }
    Ok(())
}

fn array(dtype: &str, shape: Option<&[u64]>) -> String {
    let dtype = printable(dtype);
    match shape {
        None => format!("{dtype} null"),
        Some([]) => dtype,
        Some(dims) => format!("{dtype} {dims:?}"),
    }
}

fn series_words(series: &Series) -> Vec<String> {
    let mut words = Vec::new();
    match (&series.data, series.external_files.as_slice()) {
        (_, [file]) => words.push(format!("frames in the file {}", printable(file))),
        (_, [_, ..]) => words.push(format!(
            "frames in {} files: {}",
            series.external_files.len(),
            printable(&cut(&series.external_files.join(", ")))
        )),
        (Some(data), []) => words.push(array(&data.dtype, data.shape.as_deref())),
        (None, []) => words.push("no data".into()),
    }
    if let Some(other) = &series.data_of {
        words.push(format!("data of {}", exact(other)));
    }
    if let Some(rois) = series.rois {
        words.push(format!("{} x {}", counted(rois, "ROI"), counted(series.samples.unwrap_or(0), "sample")));
    }
    match (series.rate, series.timestamps) {
        (_, Some(count)) => {
            let of = series.timestamps_of.as_ref().map_or_else(String::new, |other| format!(" of {}", exact(other)));
            words.push(format!("{}{of}", counted(count, "timestamp")));
        }
        (Some(rate), None) => words.push(format!("{rate} Hz")),
        (None, None) => {}
    }
    if let Some(start) = series.start.filter(|start| *start != 0.0) {
        words.push(format!("from {} s on", rounded(start)));
    }
    if let Some(duration) = series.duration {
        words.push(format!("{} s long", rounded(duration)));
    }
    if let Some(unit) = &series.unit {
        words.push(format!("unit {}", printable(unit)));
    }
    if let Some(plane) = &series.imaging_plane {
        words.push(format!("plane {}", exact(plane.rsplit('/').next().unwrap_or(plane))));
    }
    words
}

fn table_words(table: &Table) -> Vec<String> {
    let mut words = Vec::new();
    match &table.masks {
        Some(masks) => {
            words.push(counted(table.rows, "ROI"));
            words.push(if masks.is_empty() { "no masks".into() } else { masks.join(" and ") });
        }
        None => words.push(counted(table.rows, "row")),
    }
    if let Some(plane) = &table.imaging_plane {
        words.push(format!("plane {}", exact(plane.rsplit('/').next().unwrap_or(plane))));
    }
    if !table.reference_images.is_empty() {
        words.push(format!(
            "seen on {}",
            table.reference_images.iter().map(|name| exact(name)).collect::<Vec<_>>().join(", ")
        ));
    }
    words
}

fn write_columns(out: &mut dyn Write, table: &Table, level: usize, paint: Paint) -> io::Result<()> {
    let width = table.columns.iter().map(|column| column.name.chars().count()).max().unwrap_or(0).min(28);
    for column in &table.columns {
        let name = exact(&column.name);
        let mut words = Vec::new();
        if let Some(dtype) = &column.dtype {
            words.push(array(dtype, column.shape.as_deref()));
        }
        if column.ragged {
            words.push("ragged".into());
        }
        if let Some(type_name) = &column.type_name {
            words.push(paint.type_name(&printable(type_name)));
        }
        if let Some(error) = &column.error {
            words.push(paint.wrong(&format!("cannot be read: {}", printable(error))));
        }
        writeln!(out, "{}{}  {}", indent(level), paint.faint(&format!("{name:width$}")), words.join(", "))?;
    }
    Ok(())
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn rounded(seconds: f64) -> String {
    let text = format!("{seconds:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A size for people.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if count < 1000 {
        return counted(count, "byte");
    }
    let mut size = count as f64 / 1000.0;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    while size >= 999.95 {
        let Some(next) = units.next() else { break };
        (size, unit) = (size / 1000.0, Some(next));
    }
    format!("{size:.1} {}", unit.unwrap_or(&"PB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations() {
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1_310_720), "1.3 MB");
        assert_eq!(bytes(999_960), "1.0 MB");
        assert_eq!(rounded(20.0), "20");
        assert_eq!(rounded(0.66667), "0.667");
    }
}
