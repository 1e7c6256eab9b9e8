//! What may go to a country: the list and the check of single lines say the same.

use std::collections::BTreeSet;

use chassis::{Role, reason_of};
use wire::ErrorReason;
use wire::catalog::events::v1::{ItemListed, ProductGroup};
use wire::common::v1::Dimensions;
use wire::eligibility::v1::*;
use wire::enrollment::events::v1::*;

use crate::support::{Client, SELLER, World, asin, item, line};

/// Excludes France.
const OTHER: &str = "A1SELLER00002";
/// Has left.
const GONE: &str = "A1SELLER00003";
/// Nobody told of it.
const UNKNOWN: &str = "A1SELLER00004";
const SELLERS: [&str; 4] = [SELLER, OTHER, GONE, UNKNOWN];
/// Open, closed to some goods, under embargo, not served.
const COUNTRIES: [&str; 8] = ["DE", "FR", "CA", "JP", "DK", "MX", "CU", "US"];
const PRODUCTS: usize = 40;

type Line = (String, String);

/// A product of one of several kinds, offered by the seller of its number.
fn offer(n: usize, seller: usize) -> ItemListed {
    let base =
        ItemListed { seller_id: SELLERS[seller].to_owned(), sku: format!("S~{n}/{seller}"), ..item(n) };
    match n % 6 {
        1 => ItemListed { product_group: ProductGroup::Book.into(), ..base },
        2 => ItemListed { title: "Single malt whisky".to_owned(), ..base },
        3 => {
            let large = Dimensions { length_um: 900_000, width_um: 300_000, height_um: 300_000 };
            ItemListed { package_dimensions: Some(large), ..base }
        }
        4 => ItemListed { title: "Carving knife".to_owned(), ..base },
        _ => base,
    }
}

/// Every product is offered by one to four sellers.
fn offers() -> Vec<ItemListed> {
    let of = |n: usize| (0..=n % 4).map(move |seller| offer(n, (n + seller) % 4));
    (0..PRODUCTS).flat_map(of).collect()
}

fn excluded(seller: &str, n: usize, version: i64, countries: &[&str]) -> ProductExcluded {
    ProductExcluded {
        seller_id: seller.to_owned(),
        asin: asin(n),
        country_codes: countries.iter().map(|code| (*code).to_owned()).collect(),
        settings_version: version,
    }
}

/// A market of everything that counts: verdicts, settings, exclusions, offers that came or went after the cycle.
async fn market() -> (World, Vec<ItemListed>) {
    let world = World::start().await;
    for seller in [SELLER, OTHER, GONE] {
        let enrolled = SellerEnrolled { seller_id: seller.to_owned(), authority: None, settings_version: 1 };
        world.settings(seller, enrolled).await;
    }
    let mut offers = offers();
    world.listed(&offers).await;
    world.cycle().await;
    let france = CountryExclusionsReplaced {
        seller_id: OTHER.to_owned(),
        country_codes: vec!["FR".to_owned()],
        settings_version: 2,
        ..Default::default()
    };
    world.settings(OTHER, france).await;
    for (version, (n, countries)) in (3..).zip([(0, &[][..]), (6, &["DE"][..]), (12, &["JP", "MX"][..])]) {
        world.settings(OTHER, excluded(OTHER, n, version, countries)).await;
    }
    for (version, (n, countries)) in (2..).zip([(0, &["CA"][..]), (5, &[][..]), (12, &["DE"][..])]) {
        world.settings(SELLER, excluded(SELLER, n, version, countries)).await;
    }
    let left = ExportDisabled { seller_id: GONE.to_owned(), settings_version: 2, ..Default::default() };
    world.settings(GONE, left).await;
    for (seller, version) in [(SELLER, 4), (OTHER, 5), (GONE, 2)] {
        world.settings_known(seller, version).await;
    }
    for gone in [0, 7, 30] {
        world.delist(&offers[gone], 2).await;
        world.item_known(&offers[gone], 2).await;
    }
    let new = [offer(PRODUCTS, 0), offer(18, 0)];
    world.listed(&new).await;
    offers.extend(new);
    (world, offers)
}

/// All pages: their offers in order, and how many each held.
async fn pages(client: &mut Client, country: &str, page_size: i32) -> (Vec<DeliverableOffer>, Vec<usize>) {
    let (mut offers, mut sizes, mut page_token) = (Vec::new(), Vec::new(), String::new());
    loop {
        let request = ListDeliverableRequest { country_code: country.to_owned(), page_size, page_token };
        let page = client.list_deliverable(request).await.unwrap().into_inner();
        sizes.push(page.offers.len());
        offers.extend(page.offers);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return (offers, sizes);
        }
    }
}

async fn eligible(client: &mut Client, offers: &[ItemListed], country: &str) -> BTreeSet<Line> {
    let lines = offers.iter().map(|offer| line(&offer.seller_id, &offer.sku, country)).collect();
    let request = CheckEligibilityRequest { lines, ..Default::default() };
    let results = client.check_eligibility(request).await.unwrap().into_inner().results;
    let yes = offers.iter().zip(results).filter(|(_, result)| result.eligible);
    yes.map(|(offer, _)| (offer.seller_id.clone(), offer.sku.clone())).collect()
}

#[tokio::test]
async fn the_list_holds_what_the_check_answers_with_yes() {
    let (world, all) = market().await;
    let mut client = Client::new(world.service.caller(Role::Storefront));
    let mut counts = Vec::new();
    for country in COUNTRIES {
        let expected = eligible(&mut client, &all, country).await;
        let (whole, _) = pages(&mut client, country, 500).await;
        let lines: Vec<Line> =
            whole.iter().map(|offer| (offer.seller_id.clone(), offer.sku.clone())).collect();
        assert_eq!(lines.iter().cloned().collect::<BTreeSet<_>>(), expected, "{country}");
        assert_eq!(lines.len(), expected.len(), "{country}: each offer once");
        for page_size in [1, 7, 0] {
            let (cut, sizes) = pages(&mut client, country, page_size).await;
            assert_eq!(cut, whole, "{country} in pages of {page_size}");
            let most = if page_size == 0 { 50 } else { usize::try_from(page_size).unwrap() };
            assert!(sizes.iter().all(|size| *size <= most), "{country}: {sizes:?}");
        }
        for offer in &whole {
            let listed = all.iter().find(|item| item.sku == offer.sku).unwrap();
            assert_eq!((&offer.asin, &offer.title), (&listed.asin, &listed.title));
        }
        counts.push((country, whole.len()));
    }
    // The market is one in which the countries differ.
    let lengths: BTreeSet<usize> = counts.iter().map(|(_, count)| *count).collect();
    assert!(lengths.len() >= 5, "{counts:?}");
    assert_eq!(counts[6..], [("CU", 0), ("US", 0)]);
}

#[tokio::test]
async fn a_token_stays_valid_when_rows_change() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&(0..20).map(item).collect::<Vec<_>>()).await;
    world.cycle().await;
    let mut client = world.operator();
    let ask = |page_size, page_token| {
        let country_code = "DE".to_owned();
        ListDeliverableRequest { country_code, page_size, page_token }
    };
    let first = client.list_deliverable(ask(10, String::new())).await.unwrap().into_inner();
    // The very offer that the token names, and one before it.
    for gone in [&first.offers[9], &first.offers[0]] {
        let listed = (0..20).map(item).find(|item| item.sku == gone.sku).unwrap();
        world.delist(&listed, 2).await;
        world.item_known(&listed, 2).await;
    }
    let rest = client.list_deliverable(ask(0, first.next_page_token.clone())).await.unwrap().into_inner();
    let skus: BTreeSet<&String> = first.offers.iter().chain(&rest.offers).map(|offer| &offer.sku).collect();
    assert_eq!((rest.offers.len(), skus.len(), rest.next_page_token.as_str()), (10, 20, ""));

    let of_france = ListDeliverableRequest { country_code: "FR".to_owned(), ..ask(0, first.next_page_token) };
    let refused = client.list_deliverable(of_france).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidPageToken));
}

#[tokio::test]
async fn a_page_looks_at_a_bounded_number_of_products() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    // Products in numbers that may go nowhere.
    let closed = "INSERT INTO verdict_rows (slice, asin, version, announce, state, eligible, size_tier, codes, warnings,
                                            facts, evidence, rule_set_id, evaluated_at)
                  SELECT 16 * generation + shard_of(asin), asin, 1, false, 'NOT_EXPORTABLE', decode(repeat('00', 85), 'hex'),
                         '', '', '', decode(repeat('00', 32), 'hex'), '', standing.rule_set_id, now()
                    FROM standing, (SELECT 'BC' || lpad(n::text, 8, '0') AS asin FROM generate_series(1, 20000) AS n) AS new";
    sqlx::raw_sql(closed).execute(&world.pool).await.unwrap();
    let (offers, sizes) = pages(&mut world.operator(), "DE", 50).await;
    assert_eq!(offers.len(), 1);
    assert!((4..=5).contains(&sizes.len()), "{sizes:?}");
}

#[tokio::test]
async fn only_those_who_sell_may_list() {
    let world = World::start().await;
    let request = ListDeliverableRequest { country_code: "DE".to_owned(), ..Default::default() };
    let refused = world.seller(SELLER).list_deliverable(request.clone()).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RoleNotAllowed));
    Client::new(world.service.caller(Role::Service)).list_deliverable(request.clone()).await.unwrap();
    let wrong = ListDeliverableRequest { country_code: "UK".to_owned(), ..request };
    let refused = world.operator().list_deliverable(wrong).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidArgument));
}
