//! How commands print: for people, or as JSON with `--json`.

use serde::Serialize;

/// How to print.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Format {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Format {
    /// Prints `value` as JSON, or what `words` makes of it.
    pub fn print<T: Serialize>(self, value: &T, words: impl FnOnce(&T) -> String) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(value)?);
        } else {
            println!("{}", words(value));
        }
        Ok(())
    }
}

/// Prints the version.
pub fn version(format: Format) -> anyhow::Result<()> {
    let version = serde_json::json!({"name": "parcelwire", "version": env!("CARGO_PKG_VERSION")});
    format.print(&version, |_| format!("parcelwire {}", env!("CARGO_PKG_VERSION")))
}

/// Columns padded to the widest cell; the first row is the head.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["name".into(), "role".into()], vec!["amalia".into(), "admin".into()]];
        assert_eq!(super::table(&rows), "name    role\namalia  admin");
    }
}
