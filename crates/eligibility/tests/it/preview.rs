//! What a change of excluded products would stop.

use chassis::reason_of;
use wire::ErrorReason;
use wire::catalog::events::v1::ItemListed;
use wire::eligibility::v1::*;
use wire::enrollment::events::v1::ProductExcluded;

use crate::support::{SELLER, World, asin, item};

fn group(asins: &[usize], countries: &[&str], included: bool) -> PreviewedProducts {
    PreviewedProducts {
        asins: asins.iter().map(|n| asin(*n)).collect(),
        country_codes: countries.iter().map(|code| (*code).to_owned()).collect(),
        included,
    }
}

async fn preview(world: &World, products: Vec<PreviewedProducts>) -> (i64, i64, i64) {
    let request = PreviewExclusionsRequest { seller_id: SELLER.to_owned(), products };
    let answer = world.seller(SELLER).preview_exclusions(request).await.unwrap().into_inner();
    (answer.stopping, answer.narrowing, answer.widening)
}

#[tokio::test]
async fn only_what_is_exportable_now_can_stop() {
    let world = World::start().await;
    world.enrolled().await;
    // Listed and evaluated: 1 to 3; listed, not yet evaluated: 4; not listed: 9.
    world.listed(&[item(1), item(2), item(3)]).await;
    world.cycle().await;
    world.listed(&[item(4)]).await;
    let everywhere = ProductExcluded {
        seller_id: SELLER.to_owned(),
        asin: asin(3),
        country_codes: Vec::new(),
        settings_version: 2,
    };
    world.settings(SELLER, everywhere).await;
    world.settings_known(SELLER, 2).await;
    let asked = vec![group(&[1, 3, 4, 9], &[], false), group(&[2], &["DE", "FR"], false)];
    assert_eq!(preview(&world, asked).await, (1, 1, 0));
    assert_eq!(preview(&world, vec![group(&[3], &["DE"], false)]).await, (0, 0, 1));
    assert_eq!(preview(&world, vec![group(&[1, 3], &[], true)]).await, (0, 0, 1));
}

#[tokio::test]
async fn a_preview_names_each_product_once_and_not_too_many() {
    let world = World::start().await;
    world.enrolled().await;
    let refused = |seller: &'static str, products: Vec<PreviewedProducts>| {
        let request = PreviewExclusionsRequest { seller_id: SELLER.to_owned(), products };
        let mut client = world.seller(seller);
        async move { reason_of(&client.preview_exclusions(request).await.unwrap_err()) }
    };
    let twice = vec![group(&[1], &[], false), group(&[1], &["DE"], false)];
    assert_eq!(refused(SELLER, twice).await, Some(ErrorReason::InvalidArgument));
    assert_eq!(refused(SELLER, Vec::new()).await, Some(ErrorReason::InvalidArgument));
    let many = vec![group(&(1..=2_001).collect::<Vec<_>>(), &[], false)];
    assert_eq!(refused(SELLER, many).await, Some(ErrorReason::LimitExceeded));
    let others = refused("A1OTHER000001", vec![group(&[1], &[], false)]).await;
    assert_eq!(others, Some(ErrorReason::SellerNotAllowed));
}

#[tokio::test]
async fn a_product_is_previewed_as_a_cycle_would_decide_it() {
    let world = World::start().await;
    world.enrolled().await;
    let unmeasured = ItemListed { package_dimensions: None, package_weight: None, ..item(1) };
    world.listed(&[unmeasured.clone(), item(2)]).await;
    world.cycle().await;
    assert_eq!(world.verdict(&asin(1)).await.state(), VerdictState::NeedsReview);
    let as_it_is =
        PreviewProductRequest { seller_id: SELLER.to_owned(), sku: "SKU-1".to_owned(), ..Default::default() };
    let mut client = world.seller(SELLER);
    let same = client.preview_product(as_it_is.clone()).await.unwrap().into_inner();
    assert!(same.opening_country_codes.is_empty() && same.closing_country_codes.is_empty());
    assert_eq!(same.verdict.unwrap().reasons[0].code, "EXP_DIMENSIONS_MISSING");
    let measured = PreviewProductRequest {
        package_dimensions: item(1).package_dimensions,
        package_weight: item(1).package_weight,
        ..as_it_is.clone()
    };
    let measured = client.preview_product(measured).await.unwrap().into_inner();
    assert_eq!(measured.opening_country_codes, world.verdict(&asin(2)).await.eligible_country_codes);
    assert_eq!(measured.verdict.unwrap().state(), VerdictState::Exportable);
    let whisky = PreviewProductRequest {
        sku: "SKU-2".to_owned(),
        title: Some("Single malt whisky".to_owned()),
        ..as_it_is.clone()
    };
    let whisky = client.preview_product(whisky).await.unwrap().into_inner();
    assert!(whisky.closing_country_codes.contains(&"JP".to_owned()), "{whisky:?}");
    // Nothing changed.
    assert_eq!(world.verdict(&asin(1)).await.state(), VerdictState::NeedsReview);
    let unknown = PreviewProductRequest { sku: "SKU-9".to_owned(), ..as_it_is.clone() };
    let refused = client.preview_product(unknown).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::ItemNotFound));
    let refused = world.seller("A2OTHER000002").preview_product(as_it_is).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::SellerNotAllowed));
}
