//! Cases that PyNWB cannot read, and why: the table in this package's `README.md`.

use std::path::Path;

/// A row of the table.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// Type and form: `EventWaveform/required`.
    pub(crate) case: String,
    /// What PyNWB says.
    pub(crate) says: String,
}

/// Reads the table: the rows below the header `| case | PyNWB says | why |`.
pub(crate) fn load() -> Result<Vec<Known>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let header = "| case | PyNWB says | why |";
    let rows = text.lines().skip_while(|line| *line != header).skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        match cells.as_slice() {
            [case, says, why] if !why.is_empty() && !says.is_empty() => {
                Ok(Known { case: (*case).into(), says: (*says).into() })
            }
            _ => Err(format!("README.md: not a row of three cells: {line}")),
        }
    })
    .collect()
}
