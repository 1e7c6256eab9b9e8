//! `make bench`: figures beside named baselines, taken in one run on the same servers. One row a subject; prints a Markdown
//! table and writes `out/bench.json`. `--only <glob>` selects rows (`*` stands for anything).
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::float_arithmetic)] // Figures are measured, not booked.

mod calls;
#[path = "../rules/catalogues.rs"]
mod catalogues;
mod checks;
mod cycle;
#[path = "../rules/engines.rs"]
mod engines;
mod exclusions;
#[path = "../scenarios/five.rs"]
mod five;
mod footprint;
mod hs;
mod intake;
#[path = "../labels/read.rs"]
mod labelled;
mod labels;
#[path = "../scenarios/market.rs"]
#[expect(dead_code, reason = "a scenario makes orders one by one")]
mod market;
mod pgbench;
#[path = "../scenarios/process.rs"]
mod process;
mod reads;
mod report;
mod rules;
#[path = "../scenarios/sellers.rs"]
mod sellers;

use report::{Report, selected};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let only = only(std::env::args().skip(1));
    let backing = backing::shared().await;
    println!("{}", backing.describe());
    let mut report = Report::default();
    if selected(&only, "order-intake") {
        intake::measure(backing, &mut report).await?;
    }
    footprint::measure(backing, &only, &mut report).await?;
    exclusions::measure(backing, &only, &mut report).await?;
    reads::measure(backing, &only, &mut report).await?;
    rules::measure(&only, &mut report)?;
    checks::measure(backing, &only, &mut report).await?;
    hs::measure(&only, &mut report)?;
    cycle::measure(backing, &only, &mut report).await?;
    labels::measure(&only, &mut report)?;
    if report.rows.is_empty() {
        anyhow::bail!(
            "no row matches {only:?}; rows: order-intake, idle-memory-<service>, ready-after-<service>, \
             exclusion-upload, exclusion-upload-memory, exclusion-download, enrollment-get, authority-as-of, \
             enrollment-lag, verdict-kernel, verdict-engines, text-detection, rules-compile, hs-suggestion-<corpus>-<rank>, \
             family-labels-<figure>, \
             check-batch, check-single, check-single-p99, check-memory, monthly-cycle, monthly-cycle-memory, \
             monthly-cycle-again, monthly-cycle-incremental"
        );
    }
    print!("{}", report.markdown());
    report.write("out/bench.json")
}

/// The value of `--only`; cargo adds flags of its own, which are passed over.
fn only(mut arguments: impl Iterator<Item = String>) -> String {
    while let Some(argument) = arguments.next() {
        if argument == "--only" {
            return arguments.next().unwrap_or_default();
        }
    }
    "*".to_owned()
}
