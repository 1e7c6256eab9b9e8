//! Progress bars on a terminal; elsewhere a line for each stage, and one every ten seconds of a long one.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::progress::{Progress, Stage, StageReport};

/// Pause between two lines of a stage that is under way.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows stages on standard error.
#[derive(Debug)]
pub struct Bars {
    terminal: bool,
    bar: Option<ProgressBar>,
    stage: Option<Stage>,
    expected: u64,
    written: Instant,
}

impl Default for Bars {
    fn default() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { terminal, bar: None, stage: None, expected: 0, written: Instant::now() }
    }
}

impl Progress for Bars {
    fn begin(&mut self, stage: Stage, expected: u64) {
        (self.stage, self.expected, self.written) = (Some(stage), expected, Instant::now());
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
        } else if let Some(stage) = self.stage.filter(|_| self.written.elapsed() >= LINE_EVERY) {
            let (name, unit) = stage.words();
            eprintln!("{name:28} {done} of {} {unit} at {clock}", self.expected);
            self.written = Instant::now();
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
