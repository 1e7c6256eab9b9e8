//! What the catalogue sends, also when it is wrong, late or twice.

use chassis::reason_of;
use testbed::soon;
use wire::ErrorReason;
use wire::catalog::events::v1::{CatalogEvent, ExportControl, ItemListed, ProductGroup};
use wire::common::v1::{Dimensions, Weight};
use wire::eligibility::v1::*;

use crate::support::{SELLER, World, asin, item};

#[tokio::test]
async fn records_that_cannot_be_taken_are_dead_letters_alone() {
    let world = World::start().await;
    let zero_side = Dimensions { length_um: 0, width_um: 1, height_um: 1 };
    let wrong = [
        ItemListed { asin: "nonsense".to_owned(), ..item(1) },
        ItemListed { item_version: 0, ..item(2) },
        ItemListed { title: "x".repeat(501), ..item(3) },
        ItemListed { bullet_points: vec!["x".to_owned(); 11], ..item(4) },
        ItemListed { product_group: ProductGroup::Unspecified.into(), ..item(5) },
        ItemListed { package_dimensions: Some(zero_side), ..item(6) },
        ItemListed { package_weight: Some(Weight { milligrams: -1 }), ..item(7) },
        ItemListed { hs_code: "12".to_owned(), ..item(8) },
        ItemListed { seller_id: "who".to_owned(), ..item(9) },
        ItemListed { title: "a\0b".to_owned(), ..item(10) },
    ];
    world.list(&wrong).await;
    world.listed(&[item(11)]).await;
    let letters = world.service.dead_letters(wrong.len()).await;
    assert!(letters.iter().all(|letter| letter.reason == ErrorReason::InvalidRecord.name()), "{letters:?}");
}

#[tokio::test]
async fn an_older_version_of_an_offer_changes_nothing() {
    let world = World::start().await;
    world.listed(&[ItemListed { item_version: 5, title: "Newest".to_owned(), ..item(1) }]).await;
    world.list(&[ItemListed { item_version: 4, title: "Older".to_owned(), ..item(1) }]).await;
    world.listed(&[item(2)]).await;
    soon("the older one was handled", async || {
        let seen = "SELECT count(*) FROM messaging.inbox";
        sqlx::query_scalar::<_, i64>(seen).fetch_one(&world.pool).await.unwrap() == 3
    })
    .await;
    let request = ListItemsRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    let items = world.operator().list_items(request).await.unwrap().into_inner().items;
    assert_eq!(items[0].title, "Newest");
}

#[tokio::test]
async fn an_offer_that_was_delisted_before_it_was_seen_stays_delisted() {
    let world = World::start().await;
    world.delist(&item(1), 3).await;
    world.item_known(&item(1), 3).await;
    world.list(&[ItemListed { item_version: 2, ..item(1) }]).await;
    world.listed(&[item(2)]).await;
    let request = ListItemsRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    let items = world.operator().list_items(request).await.unwrap().into_inner().items;
    assert_eq!(items.iter().map(|item| item.sku.as_str()).collect::<Vec<_>>(), ["SKU-2"]);
}

#[tokio::test]
async fn an_offer_may_move_to_another_product() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1), item(2)]).await;
    world.cycle().await;
    world.listed(&[ItemListed { item_version: 2, asin: asin(2), ..item(1) }]).await;
    let results = world.check(&[("SKU-1", "DE")]).await;
    assert_eq!((results[0].asin.clone(), results[0].eligible), (asin(2), true));
}

#[tokio::test]
async fn a_seller_lists_its_own_items_page_by_page() {
    let world = World::start().await;
    world.listed(&[item(1), item(2), item(3)]).await;
    world.cycle().await;
    let list = |page_token| ListItemsRequest { seller_id: SELLER.to_owned(), page_size: 2, page_token };
    let mut client = world.seller(SELLER);
    let first = client.list_items(list(String::new())).await.unwrap().into_inner();
    let second = client.list_items(list(first.next_page_token)).await.unwrap().into_inner();
    let skus: Vec<_> = first.items.iter().chain(&second.items).map(|item| item.sku.as_str()).collect();
    assert_eq!(skus, ["SKU-1", "SKU-2", "SKU-3"]);
    assert_eq!(
        (first.items[0].verdict_state(), first.items[0].eligible_country_count),
        (VerdictState::Exportable, 210)
    );
    let refused = world.seller("A1SELLER00002").list_items(list(String::new())).await.unwrap_err();
    assert_eq!(chassis::reason_of(&refused), Some(ErrorReason::SellerNotAllowed));
    world.time.move_to("2026-10-06T00:00:00Z");
    let unknown = GetVerdictRequest { asin: asin(99), ..Default::default() };
    let refused = world.operator().get_verdict(unknown).await.unwrap_err();
    assert_eq!(chassis::reason_of(&refused), Some(ErrorReason::ItemNotFound));
}

#[tokio::test]
async fn a_description_counts_with_the_version_of_the_offer_it_came_with() {
    let world = World::start().await;
    world.enrolled().await;
    let described = ItemListed {
        title: "Gadget 1".to_owned(),
        description: "<b>Green laser</b> pointer, 5 mW".to_owned(),
        ..item(1)
    };
    world.listed(&[described, item(2)]).await;
    // As version 0.4.0 writes beside this one: it leaves what it does not know.
    let older = "UPDATE items SET item_version = 2, description = 'green laser' WHERE sku = 'SKU-2'";
    sqlx::query(older).execute(&world.pool).await.unwrap();
    world.cycle().await;
    let [result] = world.check(&[("SKU-1", "DE")]).await.try_into().unwrap();
    assert_eq!(result.reasons[0].code, "EXP_RESTRICTED_LASER");
    assert!(result.reasons[0].evidence.starts_with("description: "), "{result:?}");
    world.answers("SKU-2", "DE", &[]).await;
}

#[tokio::test]
async fn what_is_declared_of_export_control_decides() {
    let world = World::start().await;
    world.enrolled().await;
    let declared = |n: usize, eccn: &str, licence_required: bool, military: bool| {
        let export_control = Some(ExportControl { eccn: eccn.to_owned(), licence_required, military });
        ItemListed { export_control, ..item(n) }
    };
    let items = [
        declared(1, "EAR99", false, false),
        declared(2, "5A002.a", false, false),
        declared(3, "", true, false),
        declared(4, "0A606.x", false, false),
    ];
    world.listed(&items).await;
    world.cycle().await;
    for (sku, codes) in [
        ("SKU-1", [].as_slice()),
        ("SKU-2", &["EXP_RESTRICTED_LICENCE"]),
        ("SKU-3", &["EXP_RESTRICTED_LICENCE"]),
        ("SKU-4", &["EXP_RESTRICTED_MILITARY"]),
    ] {
        assert_eq!(world.codes(sku, "DE").await, codes, "{sku}");
    }
    let states = [1, 2, 3, 4].map(asin);
    let state = async |n: usize| world.verdict(&states[n - 1]).await.state();
    assert_eq!((state(1).await, state(2).await), (VerdictState::Exportable, VerdictState::NeedsReview));
    assert_eq!((state(3).await, state(4).await), (VerdictState::NotExportable, VerdictState::NotExportable));
}

#[tokio::test]
async fn offers_come_in_bulk_too_and_count_by_their_versions() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[ItemListed { item_version: 5, title: "Newer".to_owned(), ..item(1) }]).await;
    let wrong = ItemListed { asin: "short".to_owned(), ..item(9) };
    let message = |items: Vec<ItemListed>| ImportItemsRequest {
        events: items.into_iter().map(CatalogEvent::from).collect(),
    };
    let messages = vec![message((1..=150).map(item).collect()), message(vec![wrong, item(151)])];
    let mut answers =
        world.operator().import_items(futures::stream::iter(messages)).await.unwrap().into_inner();
    let first = answers.message().await.unwrap().unwrap();
    assert_eq!((first.taken_count, first.refused.len()), (150, 0));
    let second = answers.message().await.unwrap().unwrap();
    assert_eq!((second.taken_count, second.refused[0].index), (1, 0));
    assert!(second.refused[0].message.contains("asin"), "{}", second.refused[0].message);
    assert_eq!(answers.message().await.unwrap(), None);
    world.item_known(&item(1), 5).await;
    world.item_known(&item(151), 1).await;
    assert_eq!(world.cycle().await.evaluated_count, 151);

    for (events, reason) in [(0, ErrorReason::InvalidArgument), (201, ErrorReason::LimitExceeded)] {
        let messages = vec![message((0..events).map(item).collect())];
        let mut answers =
            world.operator().import_items(futures::stream::iter(messages)).await.unwrap().into_inner();
        let refused = answers.message().await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(reason));
    }
}
