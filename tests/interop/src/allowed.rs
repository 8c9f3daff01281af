//! What is allowed to differ, and where: the table in this package's `README.md`.

use std::path::Path;

use crate::peer::Difference;

/// A row of the table.
#[derive(Clone, Debug)]
struct Row {
    comparison: String,
    file: String,
    path: String,
    class: String,
}

/// The table.
#[derive(Clone, Debug)]
pub struct Allowed {
    rows: Vec<Row>,
}

impl Allowed {
    /// Reads the table from `README.md`: the rows below the header `| comparison | file | path | class | why |`.
    ///
    /// # Errors
    /// When there is no such table, or a row says no reason.
    pub fn load() -> Result<Self, String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let header = "| comparison | file | path | class | why |";
        let rows = text.lines().skip_while(|line| *line != header).skip(2).take_while(|line| line.starts_with('|'));
        let rows: Vec<Row> = rows
            .map(|line| {
                let cells: Vec<&str> =
                    line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
                match cells.as_slice() {
                    [comparison, file, path, class, why] if !why.is_empty() => Ok(Row {
                        comparison: (*comparison).into(),
                        file: (*file).into(),
                        path: (*path).into(),
                        class: (*class).into(),
                    }),
                    _ => Err(format!("README.md: not a row of five cells: {line}")),
                }
            })
            .collect::<Result<_, _>>()?;
        if rows.is_empty() { Err("README.md has no table of allowed differences".into()) } else { Ok(Self { rows }) }
    }

    /// Fails when there is a difference that no row allows, or when a row for just this file allows nothing.
    ///
    /// # Errors
    /// The differences, or the rows that are not needed.
    pub fn check(&self, comparison: &str, file: &str, found: &[Difference]) -> Result<(), String> {
        let rows: Vec<&Row> =
            self.rows.iter().filter(|row| matches(&row.comparison, comparison) && matches(&row.file, file)).collect();
        let allows = |row: &Row, one: &Difference| matches(&row.path, &one.path) && one.classes.contains(&row.class);
        let bad: Vec<&str> =
            found.iter().filter(|one| !rows.iter().any(|row| allows(row, one))).map(|one| one.text.as_str()).collect();
        if !bad.is_empty() {
            return Err(format!("{} differences that no row of README.md allows:\n  {}", bad.len(), bad.join("\n  ")));
        }
        let idle = rows.iter().find(|row| !row.file.contains('*') && !found.iter().any(|one| allows(row, one)));
        match idle {
            Some(row) => Err(format!("README.md allows a difference that is not there: {row:?}")),
            None => Ok(()),
        }
    }

    /// Files that have a row for themselves.
    pub fn named_files(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.file.as_str()).filter(|file| !file.contains('*'))
    }
}

/// Whether a text fits a pattern in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            rest.is_empty() || (0..=text.len()).any(|at| text.get(at..).is_some_and(|text| matches(rest, text)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_text() {
        assert!(matches("odd/*.nwb", "odd/x.nwb") && matches("*", "") && matches("/a", "/a") && matches("*@b", "/a@b"));
        assert!(!matches("/a", "/ab") && !matches("*/b", "/a") && !matches("/a*c", "/ab"));
    }
}
