//! [`Table`]: rows under a head, as text or as CSV.

use std::fmt;

use serde::Serialize;

/// Rows of text under a head. `Display` aligns it for a terminal, [`Table::to_csv`] is for spreadsheets.
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
/// assert_eq!(table.to_csv(), "permission,editor,reader\r\narticles:edit,x,\r\narticles:view,x,x\r\n");
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Table {
    /// What the columns are.
    pub head: Vec<String>,
    /// The rows, each as wide as the head.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn headed(head: &[&str]) -> Table {
        Table { head: head.iter().map(|&title| title.to_owned()).collect(), rows: Vec::new() }
    }

    /// Comma-separated values by RFC 4180, the head first.
    ///
    /// A cell that a spreadsheet would take for a formula, beginning with `=`, `+`, `-`, `@`, a tab or a
    /// carriage return, has a `'` put before it: names are the users' own, and the file is opened by others.
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

/// Columns as wide as what is in them, counted in characters; a control character is written as its escape.
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

fn line<'c>(
    f: &mut fmt::Formatter<'_>,
    cells: impl Iterator<Item = &'c str>,
    widths: &[usize],
) -> fmt::Result {
    let padded: Vec<String> =
        cells.zip(widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
    writeln!(f, "{}", padded.join("  ").trim_end())
}

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
