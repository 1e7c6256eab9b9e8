//! Rows of figures, as a table for people and as JSON for programs.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

/// A figure beside its baseline.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// `order-intake`; several baselines make several rows of one name.
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    /// What it is compared with.
    pub(crate) baseline: &'static str,
    pub(crate) baseline_value: f64,
    pub(crate) ratio: f64,
    /// The ratio that is asked for: at least, for rates; at most, beside a goal. 0 = none.
    pub(crate) target: f64,
}

/// All rows of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// Adds a figure; the ratio follows.
    pub(crate) fn row(
        &mut self,
        (name, value, unit): (impl Into<String>, f64, &'static str),
        (baseline, baseline_value): (&'static str, f64),
        target: f64,
    ) {
        let ratio = value / baseline_value;
        self.rows.push(Row { name: name.into(), value, unit, baseline, baseline_value, ratio, target });
    }

    /// A Markdown table.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::from(
            "\n| row | value | unit | baseline | its value | ratio | target |\n|---|---:|---|---|---:|---:|---:|\n",
        );
        for row in &self.rows {
            let Row { name, value, unit, baseline, baseline_value, ratio, target } = row;
            let _ = writeln!(
                text,
                "| {name} | {value:.0} | {unit} | {baseline} | {baseline_value:.0} | {ratio:.2} | {target} |"
            );
        }
        text
    }

    /// An array of rows.
    pub(crate) fn write(&self, path: &str) -> anyhow::Result<()> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, serde_json::to_string_pretty(&self.rows)?)?;
        Ok(())
    }
}

/// Whether a glob with `*` matches a row's name.
pub(crate) fn selected(glob: &str, name: &str) -> bool {
    let mut rest = name;
    let parts: Vec<&str> = glob.split('*').collect();
    for (index, part) in parts.iter().enumerate() {
        let Some(at) = rest.find(part) else { return false };
        if index == 0 && at != 0 {
            return false;
        }
        rest = &rest[at + part.len()..];
    }
    parts.last().is_some_and(|last| last.is_empty()) || rest.is_empty()
}
