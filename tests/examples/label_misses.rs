//! Lists what the rules find wrongly in labelled listings: `cargo run -p tests --example label_misses [FAMILY [FOLDER]]`. Of the half that
//! terms are tuned on alone; the other half is for `make bench ONLY='family-labels*'` and shows no listing.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::float_arithmetic)]

#[path = "../rules/catalogues.rs"]
mod catalogues;
#[path = "../labels/read.rs"]
#[expect(dead_code, reason = "the figures are for the bench")]
mod labelled;

use std::collections::BTreeSet;

use eligibility::rules::Rules;

fn main() -> anyhow::Result<()> {
    let (family, folder) = (std::env::args().nth(1), std::env::args().nth(2));
    let day = jiff::civil::date(2026, 12, 1);
    let rules = match folder {
        // Terms are tried without building anything.
        Some(folder) => Rules::of_folder(folder.as_ref(), day)?,
        None => Rules::compile(day)?,
    };
    let Some(items) = labelled::read()? else { return Ok(()) };
    for item in items.iter().filter(|item| item.tuned_on) {
        let found = item.found(&rules);
        let names: BTreeSet<String> = found.keys().cloned().collect();
        let wrong = item.families.symmetric_difference(&names);
        for name in wrong.filter(|name| family.as_ref().is_none_or(|asked| asked == *name)) {
            let what = if names.contains(name) { "found" } else { "missed" };
            println!("{name}\t{what}\t{}\t{}", item.listing.asin(), item.listing.title());
        }
    }
    Ok(())
}
