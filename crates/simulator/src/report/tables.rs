//! The tables at the end.

use std::collections::BTreeMap;

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};
use kernel::Money;

use super::{Books, Checks};
use crate::{Counts, OrderEnd, Outcome};

/// Countries and reasons that have a row of their own; the rest share one.
const ROWS: usize = 15;

/// Prints everything on standard output.
pub fn print(outcome: &Outcome, books: &Books, checks: &Checks) {
    let counts = &outcome.counts;
    verdicts(counts);
    orders(counts);
    reasons("Why orders were rejected", &counts.rejections);
    reasons("Why orders were cancelled", &counts.cancellations);
    reasons("Why shipments were held", &counts.holds);
    shipments(counts);
    deposits(counts);
    returns(counts);
    money(counts, books);
    stages(outcome);
    if let Some(flow) = &outcome.flow {
        println!("{flow}");
    }
    open(outcome);
    println!("\n{checks}");
}

fn table(title: &str, header: &[&str]) -> Table {
    println!("\n{title}");
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_header(header.iter().copied());
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn verdicts(counts: &Counts) {
    let mut states: BTreeMap<&str, u64> = BTreeMap::new();
    let mut codes: BTreeMap<String, u64> = BTreeMap::new();
    for (state, reasons) in counts.verdicts.values() {
        *states.entry(state).or_default() += 1;
        let families: std::collections::BTreeSet<&str> = reasons.iter().map(|code| family(code)).collect();
        for code in families {
            *codes.entry(code.to_owned()).or_default() += 1;
        }
    }
    let mut shown = table("ASINs by verdict", &["verdict", "ASINs"]);
    for (state, number) in states {
        shown.add_row([state.to_owned(), number.to_string()]);
    }
    println!("{shown}");
    reasons("ASINs by reason, for some country or all", &codes);
}

/// A reason without the country at its end: `IMP_RESTRICTED_ALCOHOL_DE` counts as `IMP_RESTRICTED_ALCOHOL`.
fn family(code: &str) -> &str {
    match code.rsplit_once('_') {
        Some((family, country)) if kernel::Country::parse(country).is_ok() => family,
        _ => code,
    }
}

fn orders(counts: &Counts) {
    let mut by_country: BTreeMap<&str, BTreeMap<OrderEnd, u64>> = BTreeMap::new();
    for ((end, country), number) in &counts.orders {
        *by_country.entry(country).or_default().entry(*end).or_default() += number;
    }
    let total = |ends: &BTreeMap<OrderEnd, u64>| ends.values().sum::<u64>();
    let mut sorted: Vec<_> = by_country.iter().collect();
    sorted.sort_by_key(|(country, ends)| (std::cmp::Reverse(total(ends)), **country));
    let header = ["country", "closed", "cancelled", "rejected", "open", "all"];
    let mut shown = table("Orders by outcome and country", &header);
    let row = |name: String, ends: &BTreeMap<OrderEnd, u64>| {
        let of = |end: OrderEnd| ends.get(&end).copied().unwrap_or_default();
        let open = of(OrderEnd::Open) + of(OrderEnd::Unanswered);
        let numbers =
            [of(OrderEnd::Closed), of(OrderEnd::Cancelled), of(OrderEnd::Rejected), open, total(ends)];
        std::iter::once(name).chain(numbers.map(|number| number.to_string())).collect::<Vec<_>>()
    };
    let sum = |some: &[(&&str, &BTreeMap<OrderEnd, u64>)]| {
        let mut sum: BTreeMap<OrderEnd, u64> = BTreeMap::new();
        for (end, number) in some.iter().flat_map(|(_, ends)| ends.iter()) {
            *sum.entry(*end).or_default() += number;
        }
        sum
    };
    let (top, rest) = sorted.split_at(sorted.len().min(ROWS));
    for (country, ends) in top {
        shown.add_row(row((**country).to_owned(), ends));
    }
    if !rest.is_empty() {
        shown.add_row(row(format!("{} other countries", rest.len()), &sum(rest)));
    }
    shown.add_row(row("all".to_owned(), &sum(&sorted)));
    println!("{shown}");
}

fn reasons(title: &str, reasons: &BTreeMap<String, u64>) {
    if reasons.is_empty() {
        return;
    }
    let mut sorted: Vec<_> = reasons.iter().collect();
    sorted.sort_by_key(|(reason, number)| (std::cmp::Reverse(**number), (*reason).clone()));
    let mut shown = table(title, &["reason", "number"]);
    for (reason, number) in sorted.iter().take(ROWS) {
        shown.add_row([(*reason).clone(), number.to_string()]);
    }
    let rest: u64 = sorted.iter().skip(ROWS).map(|(_, number)| **number).sum();
    if rest > 0 {
        shown.add_row([format!("{} other reasons", sorted.len() - ROWS), rest.to_string()]);
    }
    println!("{shown}");
}

fn shipments(counts: &Counts) {
    let mut shown = table("Shipments and parcels", &["", "number"]);
    for (state, number) in &counts.shipments {
        shown.add_row([format!("shipments {}", state.to_lowercase()), number.to_string()]);
    }
    shown.add_row(["commercial invoices".to_owned(), counts.invoices.to_string()]);
    shown.add_row(["parcels packed".to_owned(), counts.parcels.to_string()]);
    println!("{shown}");
}

fn deposits(counts: &Counts) {
    let mut shown = table("Import-fee deposits", &["", "amount"]);
    for (name, cents) in [
        ("held", counts.deposits_held),
        ("of these paid to authorities", counts.deposits_charged),
        ("of these given back", counts.deposits_refunded),
        ("charges above them, paid by the programme", counts.deposits_shortfall),
    ] {
        shown.add_row([name.to_owned(), usd(cents)]);
    }
    println!("{shown}");
}

fn returns(counts: &Counts) {
    let mut shown = table("Returned units by disposition", &["disposition", "units"]);
    for (disposition, number) in &counts.dispositions {
        shown.add_row([disposition.clone(), number.to_string()]);
    }
    shown.add_row(["back in stock".to_owned(), counts.restocked.to_string()]);
    println!("{shown}");
}

/// What buyers paid is what went back to them, what authorities took, and what the programme keeps.
fn money(counts: &Counts, books: &Books) {
    let mut shown = table("Money in = money out", &["", "amount"]);
    for (name, cents) in [
        ("in: captured from buyers", books.captured),
        ("out: refunds of orders and deposits", books.refunds),
        ("out: import charges paid from deposits", books.charges),
        ("kept: goods and shipping of what was sent", books.retained),
        ("kept: deposits still held", books.held),
        ("difference", books.difference()),
        ("besides: refunds of returns", counts.refunded - books.settled_refunds),
        ("besides: reimbursements paid to sellers", counts.paid_out),
    ] {
        shown.add_row([name.to_owned(), usd(cents)]);
    }
    println!("{shown}");
}

fn stages(outcome: &Outcome) {
    let mut shown = table("Stages", &["stage", "number", "", "seconds", "a second"]);
    for stage in &outcome.stages {
        let (name, unit) = stage.stage.words();
        shown.add_row([
            name.to_owned(),
            stage.count.to_string(),
            unit.to_owned(),
            format!("{}.{:01}", stage.took.as_secs(), stage.took.subsec_millis() / 100),
            stage.per_second().to_string(),
        ]);
    }
    println!("{shown}");
    println!(
        "{} events said, {} heard; business time is {}",
        outcome.counts.said, outcome.counts.heard, outcome.clock
    );
}

fn open(outcome: &Outcome) {
    let open = &outcome.open;
    if open.total() > 0 {
        println!(
            "not final: {} orders without an answer, {} orders, {} returns, {} refunds, {} payouts, {} deposits",
            open.unanswered, open.orders, open.returns, open.refunds, open.payouts, open.deposits
        );
    }
}

fn usd(cents: i64) -> String {
    Money::usd(cents).to_string()
}
