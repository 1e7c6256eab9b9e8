//! Whole files of others, from `../shared/data` or FBA_TEST_DATA; skipped loudly where they are not.

use std::path::PathBuf;

use simulator::import::{Inputs, Report, load};
use simulator::world::World;

/// The file, or `None` with a loud word when the data are not on this machine.
fn file(name: &str) -> Option<PathBuf> {
    // A test's own switch, not configuration of a process.
    #[allow(clippy::disallowed_methods)]
    let folder = std::env::var("FBA_TEST_DATA").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join("input").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there; set FBA_TEST_DATA to the folder of the test data", path.display());
    None
}

fn with_catalogue(name: &str) -> Option<World> {
    let inputs = Inputs { catalogue: Some(file(name)?), seed: 1, ..Inputs::default() };
    Some(load(&inputs).unwrap())
}

fn with_orders(name: &str) -> Option<World> {
    let inputs = Inputs { orders: Some(file(name)?), seed: 1, ..Inputs::default() };
    Some(load(&inputs).unwrap())
}

fn refused(report: &Report, code: &str) -> u64 {
    report.refused.get(code).copied().unwrap_or_default()
}

#[test]
fn amazon_uk_toys_give_their_asins_sides_and_weights() {
    let Some(world) = with_catalogue("amazon_uk_toys_dims_863/amazon_uk_toys.csv.gz") else { return };
    let report = &world.reports[0];
    assert_eq!(report.rows, 863);
    assert_eq!((refused(report, "ASIN_MISSING"), refused(report, "ASIN_REPEATED")), (5, 2));
    assert_eq!(world.products.len(), 856);
    assert_eq!(
        report.filled["price"], 143,
        "145 rows without a price, two of them repeat an ASIN or have none"
    );
    let measured =
        world.products.iter().filter(|product| product.dimensions.is_some() && product.weight.is_some());
    assert!(measured.count() >= 660);
}

#[test]
fn bright_data_pages_of_five_marketplaces_are_read() {
    let Some(world) = with_catalogue("amazon_multimarket_brightdata_2024/products.jsonl.gz") else { return };
    let report = &world.reports[0];
    assert_eq!(report.rows, 403);
    assert_eq!(world.products.len(), 374);
    assert_eq!(refused(report, "ASIN_REPEATED"), 29);
    assert!(world.products.iter().filter(|product| product.dimensions.is_some()).count() >= 160);
    assert!(world.products.iter().filter(|product| product.origin.is_some()).count() >= 200);
}

#[test]
fn books_get_their_zeros_back_and_bad_isbns_are_refused() {
    let Some(world) = with_catalogue("books_isbn_asin_10k/books.csv.gz") else { return };
    let report = &world.reports[0];
    assert_eq!(report.rows, 10_000);
    assert_eq!(refused(report, "ASIN_MISSING"), 700);
    assert_eq!(refused(report, "ISBN_INVALID"), 23);
    assert!(world.products.len() >= 9_270);
}

#[test]
fn every_line_of_the_uci_year_is_taken_or_refused_with_a_reason() {
    let Some(world) = with_orders("uci_online_retail_2011/online_retail_2010-12_2011-12.csv.gz") else {
        return;
    };
    let report = &world.reports[1];
    assert_eq!(report.rows, 541_909);
    assert_eq!(report.taken + report.refused_total(), report.rows);
    assert_eq!(refused(report, "BAD_DEBT"), 3);
    assert!(world.orders.len() > 19_000, "{}", world.orders.len());
    assert!(world.take_backs.len() > 3_000, "{}", world.take_backs.len());
    assert_eq!(world.orders[0].at.to_string(), "2025-10-01T08:26:00Z");
    assert_eq!(world.orders[world.orders.len() - 1].at.to_string(), "2026-10-09T12:50:00Z");
    assert!(world.orders.is_sorted_by_key(|order| order.at));
}

#[test]
fn dataco_orders_of_164_countries_fall_into_one_year() {
    let Some(world) = with_orders("dataco_orders_164_countries/dataco_orders.csv.gz") else { return };
    let report = &world.reports[1];
    assert_eq!(report.rows, 180_519);
    assert_eq!(report.taken + report.refused_total(), report.rows);
    assert_eq!(world.orders.len(), 65_752);
    let countries: std::collections::BTreeSet<_> =
        world.orders.iter().map(|order| order.consignee.country()).collect();
    assert_eq!(countries.len(), 164);
    assert!(world.orders[0].at.to_string().starts_with("2025-10-01"));
    assert!(world.orders[65_751].at.to_string().starts_with("2026-09-30"));
}

#[test]
fn the_sample_orders_play_with_another_catalogue() {
    let Some(world) = with_catalogue("amazon_uk_toys_dims_863/amazon_uk_toys.csv.gz") else { return };
    let listed = |order: &simulator::world::PlannedOrder| {
        order.lines.iter().all(|line| {
            world.products.iter().any(|product| product.seller == order.seller && product.sku == line.sku)
        })
    };
    let mapped = world.orders.iter().filter(|order| listed(order)).count();
    assert!(mapped > 1_000, "{mapped}");
}
