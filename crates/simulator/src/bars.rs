//! Progress bars on a terminal; a line for each stage elsewhere.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

use crate::progress::{Progress, Stage, StageReport};

/// Shows stages on standard error.
#[derive(Debug)]
pub struct Bars {
    terminal: bool,
    bar: Option<ProgressBar>,
}

impl Default for Bars {
    fn default() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), bar: None }
    }
}

impl Progress for Bars {
    fn begin(&mut self, stage: Stage, expected: u64) {
        if !self.terminal {
            return;
        }
        let (name, unit) = stage.words();
        let style = format!("{{prefix:28}} [{{bar:32}}] {{pos}}/{{len}} {unit}  {{msg}}  {{elapsed}}");
        let bar = ProgressBar::new(expected);
        if let Ok(style) = ProgressStyle::with_template(&style) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(name);
        self.bar = Some(bar);
    }

    fn advance(&mut self, done: u64, clock: &str) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            bar.set_message(clock.to_owned());
        }
    }

    fn end(&mut self, report: &StageReport) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let (name, unit) = report.stage.words();
        let (seconds, rate) = (report.took.as_secs(), report.per_second());
        eprintln!(
            "{name:28} {} {unit} in {seconds}.{:01} s, {rate}/s",
            report.count,
            report.took.subsec_millis() / 100
        );
    }

    fn say(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => eprintln!("{text}"),
        }
    }
}
