//! Suggestions.

use chassis::reason_of;
use wire::ErrorReason;
use wire::catalog::events::v1::ItemListed;
use wire::eligibility::v1::suggest_classification_request::Subject;

use super::calls::*;
use crate::support::{SELLER, World, asin, item};

fn text(text: &str) -> Option<Subject> {
    Some(Subject::Text(text.to_owned()))
}

#[tokio::test]
async fn suggestions_are_ranked_and_come_with_their_evidence() {
    let world = World::start().await;
    let suggested =
        suggest(classifier(&world), text("Bottle of single malt whisky, 12 years")).await.unwrap();
    assert!((1..=10).contains(&suggested.len()), "{suggested:?}");
    let first = &suggested[0];
    assert_eq!(first.hs_code, "220830");
    assert!(suggested.iter().all(|other| (1..=1_000).contains(&other.confidence)), "{suggested:?}");
    assert!(first.matched_words.contains(&"whisky".to_owned()), "{first:?}");
    assert!(first.reference.contains("whisky") && first.reference_origin.starts_with("hs_words.csv, line "));
    assert_eq!(first.restricted_classes, ["ALCOHOL"]);
    // Nothing but the words of the shipped table: no list is filled up.
    assert_eq!(suggest(classifier(&world), text("qzxv wvzk 12345")).await.unwrap(), []);
}

#[tokio::test]
async fn an_asin_is_suggested_for_by_its_listing_and_no_verdict_follows() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    let suggested = suggest(seller(&world), Some(Subject::Asin(asin(1)))).await.unwrap();
    assert_eq!(suggested[0].hs_code, "610910");
    assert_eq!(get(seller(&world), &asin(1)).await.unwrap().classification, None);
    assert!(world.codes("SKU-1", "DE").await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_suggested_for_is_refused_by_field() {
    let world = World::start().await;
    world.listed(&[item(1), ItemListed { seller_id: "A1SELLER00002".to_owned(), ..item(2) }]).await;
    for (subject, reason) in [
        (None, ErrorReason::InvalidArgument),
        (text("  "), ErrorReason::InvalidArgument),
        (text(&"x".repeat(2_001)), ErrorReason::InvalidArgument),
        (Some(Subject::Asin("B1".to_owned())), ErrorReason::InvalidArgument),
        (Some(Subject::Asin(asin(9))), ErrorReason::ItemNotFound),
        (Some(Subject::Asin(asin(2))), ErrorReason::SellerNotAllowed),
    ] {
        let refused = suggest(world.seller(SELLER), subject.clone()).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(reason), "{subject:?}: {refused}");
    }
    world.delist(&item(1), 2).await;
    world.item_known(&item(1), 2).await;
    let refused = suggest(classifier(&world), Some(Subject::Asin(asin(1)))).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::WrongState));
}
