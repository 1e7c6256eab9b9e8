//! Rates, printed: `cargo test -p eligibility --test it -- --ignored --nocapture`.

use std::time::Instant;

use testbed::soon;
use wire::catalog::events::v1::ItemListed;
use wire::eligibility::v1::*;

use crate::support::{SELLER, World, item, line};

const ITEMS: usize = 20_000;

/// Fails never: it prints how long intake, the cycle and checks take, for somebody to look at.
#[tokio::test]
#[ignore = "prints rates; run it alone"]
async fn rates_of_intake_cycle_and_checks() {
    let world = World::start().await;
    world.enrolled().await;
    let items: Vec<_> = (0..ITEMS).map(described).collect();
    let began = Instant::now();
    world.list(&items).await;
    soon("all items are known", async || {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM items").fetch_one(&world.pool).await.unwrap();
        count == i64::try_from(ITEMS).unwrap()
    })
    .await;
    print_rate("items taken over", ITEMS, began);

    let began = Instant::now();
    let cycle = world.cycle().await;
    print_rate("products evaluated", ITEMS, began);
    println!("{cycle:?}");
    sqlx::query("ANALYZE").execute(&world.pool).await.unwrap();

    for lines in [1, 50, 500, 2_000] {
        let asked = (0..lines)
            .map(|n| line(SELLER, &format!("SKU-{}", n * 7 % ITEMS), COUNTRIES[n % COUNTRIES.len()]));
        let request = CheckEligibilityRequest { lines: asked.collect(), ..Default::default() };
        let mut client = world.operator();
        client.check_eligibility(request.clone()).await.unwrap();
        let (calls, began) = (100, Instant::now());
        for _ in 0..calls {
            client.check_eligibility(request.clone()).await.unwrap();
        }
        let millis = began.elapsed().as_micros() / calls / 1_000;
        print_rate(
            &format!("lines checked, {lines} a call, one caller, {millis} ms a call"),
            lines * calls as usize,
            began,
        );
    }
}

const COUNTRIES: [&str; 8] = ["DE", "CA", "JP", "FR", "MX", "CU", "AU", "BR"];

/// Every tenth product is restricted somewhere.
fn described(n: usize) -> ItemListed {
    let title = match n % 20 {
        0 => format!("Single malt whisky {n}"),
        10 => format!("Lawn darts {n}"),
        _ => format!("Cotton T-shirt number {n}, crew neck, four colours, machine washable"),
    };
    let bullet_points = vec!["Soft combed cotton that keeps its shape after many washes".to_owned(); 5];
    ItemListed { title, bullet_points, category: "Clothing > Men > Shirts".to_owned(), ..item(n) }
}

fn print_rate(what: &str, count: usize, began: Instant) {
    let elapsed = began.elapsed();
    let rate = u128::try_from(count).unwrap() * 1_000_000 / elapsed.as_micros().max(1);
    println!("{what}: {count} in {elapsed:?}, {rate}/s");
}
