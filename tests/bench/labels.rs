//! Rows `family-labels-*`: the families that were read in listings (`tests/labels`), and those that the rules find. Only
//! the half that no term was tuned on makes rows; the other is printed beside it.

use crate::engines;
use crate::labelled::{self, Table, Tally};
use crate::report::{Report, selected};

const ROWS: [&str; 4] = [
    "family-labels-precision",
    "family-labels-recall",
    "family-labels-worst-precision",
    "family-labels-worst-recall",
];
/// Thousandths: of all families together, of each.
const GOAL: f64 = 950.0;
const GOAL_OF_EACH: f64 = 900.0;

/// Measures all rows if the glob selects any of them.
pub(crate) fn measure(only: &str, report: &mut Report) -> anyhow::Result<()> {
    if !ROWS.iter().any(|row| selected(only, row)) {
        return Ok(());
    }
    let Some(labelled) = labelled::read()? else {
        println!("family-labels: SKIPPED, there are no real catalogues here");
        return Ok(());
    };
    let rules = engines::rules();
    print("the half that terms were TUNED ON", &Table::of(&labelled, &rules, true));
    let held_out = Table::of(&labelled, &rules, false);
    print("the held-out half", &held_out);
    let all = held_out.all();
    let worst = |of: fn(&Tally) -> f64| held_out.0.values().map(of).fold(f64::INFINITY, f64::min);
    let figures = [
        (all.precision(), GOAL),
        (all.recall(), GOAL),
        (worst(Tally::precision), GOAL_OF_EACH),
        (worst(Tally::recall), GOAL_OF_EACH),
    ];
    for (row, (figure, goal)) in ROWS.into_iter().zip(figures) {
        report.row((row, figure, "‰"), ("goal", goal), 1.0);
    }
    Ok(())
}

fn print(half: &str, table: &Table) {
    println!("\nfamilies of labelled listings, {half}\n");
    println!("| family | labelled | found | right | precision | recall | found, but only possible |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let all = table.all();
    for (name, tally) in table.0.iter().map(|(name, tally)| (name.as_str(), tally)).chain([("all", &all)]) {
        let Tally { labelled, found, right, possible } = tally;
        let (precision, recall) = (tally.precision() / 1_000.0, tally.recall() / 1_000.0);
        let possible = labelled::thousandths(*possible, *found) / 10.0;
        println!(
            "| {name} | {labelled} | {found} | {right} | {precision:.3} | {recall:.3} | {possible:.0}% |"
        );
    }
}
