//! [`Table`]: rows of text under a head, written for a terminal or as CSV.

use std::fmt;

use serde::Serialize;

/// Rows of text under a head. `Display` aligns the columns for a terminal; [`Table::to_csv`] writes
/// the table for spreadsheets.
///
/// ```
/// use alcada::{Policy, Snapshot};
/// let facts = Snapshot::new(Policy::from_toml(r#"
///     version = 1
///     functions.articles.actions = ["view", "edit"]
///     roles.reader.permissions = ["*:view"]
///     roles.editor = { permissions = ["articles:edit"], includes = ["reader"] }
/// "#)?);
/// let table = facts.role_matrix(None);
/// assert_eq!(table.to_string(), "\
/// permission     editor  reader
/// -------------  ------  ------
/// articles:edit  x
/// articles:view  x       x
/// ");
/// let csv = table.to_csv();
/// assert_eq!(csv, "permission,editor,reader\r\narticles:edit,x,\r\narticles:view,x,x\r\n");
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Table {
    /// The titles of the columns.
    pub head: Vec<String>,
    /// The rows, each with one cell for each column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(super) fn headed(head: &[&str]) -> Table {
        Table { head: head.iter().map(|&title| title.to_owned()).collect(), rows: Vec::new() }
    }

    /// The table as comma-separated values (RFC 4180), the head first.
    ///
    /// A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return is preceded by `'`,
    /// since a spreadsheet would run it as a formula. Users choose names, and others open the file.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = String::new();
        for row in [&self.head].into_iter().chain(&self.rows) {
            for (n, cell) in row.iter().enumerate() {
                if n > 0 {
                    csv.push(',');
                }
                push_cell(cell, &mut csv);
            }
            csv.push_str("\r\n");
        }
        csv
    }
}

/// Writes one cell, quoted if need be.
fn push_cell(cell: &str, csv: &mut String) {
    let formula = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if cell.contains([',', '"', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
        csv.push('"');
        csv.push_str(formula);
        csv.push_str(&cell.replace('"', "\"\""));
        csv.push('"');
    } else {
        csv.push_str(formula);
        csv.push_str(cell);
    }
}

/// Each column is as wide as its longest cell, counted in characters. Control characters are
/// escaped.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain =
            |row: &Vec<String>| row.iter().map(|cell| on_one_line(cell)).collect::<Vec<String>>();
        let rows: Vec<Vec<String>> =
            [&self.head].into_iter().chain(&self.rows).map(plain).collect();
        let mut widths: Vec<usize> = Vec::new();
        for row in &rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        for (n, row) in rows.iter().enumerate() {
            line(f, row.iter().map(String::as_str), &widths)?;
            if n == 0 {
                let rules: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
                line(f, rules.iter().map(String::as_str), &widths)?;
            }
        }
        Ok(())
    }
}

/// Writes one row, padded to the widths of the columns.
fn line<'c>(
    f: &mut fmt::Formatter<'_>,
    cells: impl Iterator<Item = &'c str>,
    widths: &[usize],
) -> fmt::Result {
    let padded: Vec<String> =
        cells.zip(widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
    writeln!(f, "{}", padded.join("  ").trim_end())
}

/// The text of a cell with control characters, line breaks among them, escaped.
fn on_one_line(cell: &str) -> String {
    let mut plain = String::with_capacity(cell.len());
    for character in cell.chars() {
        if character.is_control() {
            plain.extend(character.escape_default())
        } else {
            plain.push(character)
        }
    }
    plain
}
