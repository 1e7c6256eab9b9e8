//! Rows `check-batch`, `check-batch-told`, `check-single` and `check-single-p99`: order lines checked against a million products
//! of a thousand sellers, each with exclusions, five hundred in a call (the rules of their reasons told once, or with each) and one
//! in a call, beside a tonic server that does nothing.

use std::sync::Arc;

use anyhow::ensure;
use backing::Backing;
use chassis::{Channel, SigningKey};
use eligibility::rules::Listing;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tonic::Status;
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::eligibility::v1::{CheckEligibilityRequest, EligibilityLine};

use crate::calls::{CONNECTIONS, Empty, connection, median, p99, rate};
use crate::catalogues;
use crate::cycle::{World, fill, show};
use crate::five::Five;
use crate::footprint::peak_mb;
use crate::report::{Report, selected};

const ROWS: [&str; 5] =
    ["check-batch", "check-single", "check-single-p99", "check-memory", "check-batch-told"];
const PRODUCTS: usize = 1_000_000;
const SELLERS: usize = 1_000;
/// Lines of a call of many.
const LINES: usize = 500;
/// Calls of many at a time: more would only wait, the machine has two cores.
const BATCHES: usize = 4;
/// Room for all offers.
const MEMORY_MIB: &str = "700";
/// Rounds, in each of which all are measured; the median counts.
const ROUNDS: usize = 3;
const BATCH_GOAL: f64 = 1_000_000.0;
/// Of the empty server's calls a second; of its p99.
const SINGLE_GOAL: f64 = 0.6;
const P99_GOAL: f64 = 2.0;
const MEMORY_GOAL: f64 = 700.0;
/// Of the calls a second that it can answer: the load at which both are timed.
const LOAD: f64 = 0.3;
/// Where goods go in turn.
const COUNTRIES: [&str; 8] = ["DE", "FR", "JP", "CA", "GB", "AU", "MX", "BR"];

type Client = EligibilityServiceClient<Channel>;

/// Measures the rows that the glob selects.
pub(crate) async fn measure(backing: &Backing, only: &str, report: &mut Report) -> anyhow::Result<()> {
    if !ROWS.iter().any(|row| selected(only, row)) {
        return Ok(());
    }
    let Some(listings) = catalogues::read()? else {
        println!("{}: SKIPPED, there are no real catalogues here", ROWS[0]);
        return Ok(());
    };
    let five = start(backing, listings.into_values()).await?;
    let (url, key) = (five.endpoints.eligibility.clone(), five.key.clone());
    let batches = Arc::new((0..PRODUCTS / LINES).map(batch).collect::<Vec<_>>());
    let eligible = read_all(&url, &key, &batches).await?;
    println!("check: {eligible} of {PRODUCTS} lines are eligible");
    let (mut many, mut told, mut single, mut empty) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut tail, mut empty_tail) = (Vec::new(), Vec::new());
    let nothing = Empty::start().await?;
    for _ in 0..ROUNDS {
        for (lines, rules_apart) in [(&mut many, true), (&mut told, false)] {
            let batches = batches.clone();
            let request = move |n: usize| CheckEligibilityRequest {
                rules_apart,
                ..CheckEligibilityRequest::clone(&batches[n % batches.len()])
            };
            let calls =
                rate(BATCHES, |_| connection(&url, &key), move |channel, n| check(channel, request(n)));
            lines.push(calls.await? * LINES as f64);
        }
        single.push(rate(CONNECTIONS, |_| connection(&url, &key), one).await?);
        empty.push(rate(CONNECTIONS, |_| connection(&nothing.url, &key), Empty::call).await?);
        let load = LOAD * single[single.len() - 1];
        tail.push(p99(load, |_| connection(&url, &key), one).await?);
        empty_tail.push(p99(load, |_| connection(&nothing.url, &key), Empty::call).await?);
    }
    report.row((ROWS[0], median(many), "lines/s"), ("goal", BATCH_GOAL), 1.0);
    report.row((ROWS[1], median(single), "calls/s"), ("empty tonic server", median(empty)), SINGLE_GOAL);
    report.row((ROWS[2], median(tail), "us"), ("empty tonic server", median(empty_tail)), P99_GOAL);
    let peak = peak_mb(five.processes[0].child.id());
    report.row((ROWS[3], peak, "MB"), ("goal", MEMORY_GOAL), 1.0);
    report.row((ROWS[4], median(told), "lines/s"), ("goal", BATCH_GOAL), 1.0);
    Ok(())
}

/// Eligibility with its offers, all of them evaluated.
async fn start(backing: &Backing, listings: impl Iterator<Item = Listing>) -> anyhow::Result<Five> {
    let rules = crate::engines::rules();
    let shown = show(&rules, listings)?;
    let mut five = Five::start(backing).await;
    five.keep("eligibility");
    let mut database = PgConnection::connect(five.databases["eligibility"].url()).await?;
    fill(&mut database, &rules, &shown, PRODUCTS).await?;
    let mut world = World::of(five)?;
    world.tick(1, "2026-10-15T12:00:00Z").await?;
    world.start().await?;
    world.completed("2026-10", PRODUCTS).await?;
    world.told(&mut database).await?;
    offers(&mut database).await?;
    let mut five = world.five;
    five.processes[0].environment.insert("FBA_CHECK_MEMORY_MIB", MEMORY_MIB.to_owned());
    five.restart("eligibility");
    Ok(five)
}

/// Each product is one seller's; each seller has excluded two countries and one of a hundred of its products.
async fn offers(database: &mut PgConnection) -> anyhow::Result<()> {
    let (products, sellers) = (PRODUCTS - 1, SELLERS - 1);
    let statements = format!(
        "INSERT INTO sellers (seller_id, enabled, excluded, settings_version)
         SELECT 'A' || lpad(n::text, 12, '0'), true, set_bit(set_bit(decode(repeat('00', 85), 'hex'), 26 * (n % 26)::integer, 1), 3, 1), 1
           FROM generate_series(0, {sellers}) AS n;
         TRUNCATE product_exclusions;
         INSERT INTO product_exclusions (seller_id, asin)
         SELECT 'A' || lpad((n % {SELLERS})::text, 12, '0'), 'B' || lpad(n::text, 9, '0')
           FROM generate_series(0, {products}) AS n WHERE n / {SELLERS} % 100 = 0;
         INSERT INTO items (seller_id, sku, item_version, listed, asin, fnsku, title, bullet_points, category, product_group,
                            content_chars, declared_families, dg_regulation, un_number, battery_packaging,
                            battery_composition, used_oil)
         SELECT 'A' || lpad((n % {SELLERS})::text, 12, '0'), 'SKU-' || n, 1, true, 'B' || lpad(n::text, 9, '0'),
                'X' || lpad(n::text, 9, '0'), 'A product', '', '', 'OTHER', 100, '', '', '', '', '', false
           FROM generate_series(0, {products}) AS n;
         VACUUM ANALYZE items; VACUUM ANALYZE product_exclusions; VACUUM ANALYZE sellers; CHECKPOINT;"
    );
    for statement in statements.split_inclusive(';') {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut *database).await?;
    }
    Ok(())
}

/// Lines of products that have nothing in common.
fn batch(n: usize) -> CheckEligibilityRequest {
    let lines = (0..LINES).map(|place| line((n + place * (PRODUCTS / LINES)) % PRODUCTS)).collect();
    CheckEligibilityRequest { lines, ..Default::default() }
}

fn line(n: usize) -> EligibilityLine {
    EligibilityLine {
        seller_id: format!("A{:012}", n % SELLERS),
        sku: format!("SKU-{n}"),
        country_code: COUNTRIES[n / 7 % COUNTRIES.len()].to_owned(),
        ..Default::default()
    }
}

/// Every offer once, as a service that runs for a while has seen them; how many of the lines are eligible.
async fn read_all(url: &str, key: &SigningKey, batches: &[CheckEligibilityRequest]) -> anyhow::Result<usize> {
    let mut client = Client::new(connection(url, key)?);
    let mut eligible = 0;
    for request in batches {
        let results = client.check_eligibility(request.clone()).await?.into_inner().results;
        ensure!(results.iter().all(|result| !result.asin.is_empty()), "an offer is not known");
        eligible += results.iter().filter(|result| result.eligible).count();
    }
    Ok(eligible)
}

async fn check(channel: Channel, request: CheckEligibilityRequest) -> Result<(), Status> {
    Client::new(channel).check_eligibility(request).await.map(drop)
}

async fn one(channel: Channel, n: usize) -> Result<(), Status> {
    let lines = vec![line(n * 7_919 % PRODUCTS)];
    check(channel, CheckEligibilityRequest { lines, ..Default::default() }).await
}
