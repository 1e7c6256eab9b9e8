//! Changes between two cycles.

use testbed::soon;
use wire::catalog::events::v1::{DangerousGoods, ItemListed, ProductGroup};
use wire::common::v1::Dimensions;
use wire::eligibility::v1::VerdictState;

use crate::support::{World, asin, item};

fn oversize() -> Option<Dimensions> {
    Some(Dimensions { length_um: 900_000, width_um: 300_000, height_um: 300_000 })
}

async fn state_is(world: &World, asin: &str, state: VerdictState) {
    soon("the verdict follows", async || world.verdict(asin).await.state() == state).await;
}

#[tokio::test]
async fn a_hazard_that_became_known_counts_at_once() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    let goods = DangerousGoods { regulation: "ghs".to_owned(), ..Default::default() };
    world.listed(&[ItemListed { item_version: 2, dangerous_goods: Some(goods), ..item(1) }]).await;
    state_is(&world, &asin(1), VerdictState::NotExportable).await;
    world.answers("SKU-1", "DE", &["EXP_DANGEROUS_GOODS"]).await;
    let events = world.verdict_events(&asin(1), 2).await;
    assert_eq!(
        (events[1].0, events[1].1.reason_codes.as_slice()),
        (2, ["EXP_DANGEROUS_GOODS".to_owned()].as_slice())
    );
}

#[tokio::test]
async fn a_loosening_waits_for_the_next_cycle() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[ItemListed { package_dimensions: oversize(), ..item(1) }]).await;
    world.cycle().await;
    world.listed(&[ItemListed { item_version: 2, ..item(1) }]).await;
    world.answers("SKU-1", "DE", &["EXP_OVERSIZE"]).await;
    world.time.move_to("2026-11-01T00:00:00Z");
    state_is(&world, &asin(1), VerdictState::Exportable).await;
    world.answers("SKU-1", "DE", &[]).await;
}

#[tokio::test]
async fn of_a_mixed_change_only_what_is_stricter_counts_and_the_rest_waits() {
    let world = World::start().await;
    world.enrolled().await;
    let lawn_darts = ItemListed { title: "Lawn darts".to_owned(), ..item(1) };
    world.listed(&[lawn_darts]).await;
    world.cycle().await;
    world.answers("SKU-1", "CA", &["IMP_RESTRICTED_LAWN_DART_CA"]).await;
    // From Canada-only restricted to Denmark-only restricted.
    let knife = ItemListed { item_version: 2, title: "Carving knife".to_owned(), ..item(1) };
    world.listed(&[knife]).await;
    soon("Denmark is closed", async || !world.codes("SKU-1", "DK").await.is_empty()).await;
    world.answers("SKU-1", "DK", &["IMP_RESTRICTED_KNIFE_DK"]).await;
    world.answers("SKU-1", "CA", &["EXP_PENDING_REVIEW"]).await;
    let verdict = world.verdict(&asin(1)).await;
    let waiting = verdict
        .country_reasons
        .iter()
        .find(|reason| reason.reason.as_ref().unwrap().code == "EXP_PENDING_REVIEW");
    assert_eq!(waiting.unwrap().country_codes, ["CA"]);
    world.time.move_to("2026-11-01T00:00:00Z");
    soon("Canada is open", async || world.codes("SKU-1", "CA").await.is_empty()).await;
}

#[tokio::test]
async fn another_sellers_offer_can_tighten_a_product_for_all() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    let other = ItemListed {
        seller_id: "A1SELLER00002".to_owned(),
        product_group: ProductGroup::Book.into(),
        ..item(1)
    };
    world.listed(&[other]).await;
    soon("Canada is closed", async || world.codes("SKU-1", "CA").await == ["MEDIA_BOOK_CA"]).await;
    world.answers("SKU-1", "DE", &[]).await;
}

#[tokio::test]
async fn a_change_that_changes_no_verdict_publishes_nothing() {
    let world = World::start().await;
    world.listed(&[item(1), item(2)]).await;
    world.cycle().await;
    world.listed(&[ItemListed { item_version: 2, title: "Linen shirt".to_owned(), ..item(1) }]).await;
    // A later change that does publish, as a mark.
    world.listed(&[ItemListed { item_version: 2, package_dimensions: oversize(), ..item(2) }]).await;
    world.verdict_events(&asin(2), 2).await;
    assert_eq!(world.verdict_events(&asin(1), 1).await.len(), 1);
}
