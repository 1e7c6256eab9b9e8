//! Suggestions that are told without being asked for.

use testbed::{Said, soon};
use wire::catalog::events::v1::{ItemListed, ProductGroup};
use wire::eligibility::events::v1::{
    ClassificationSuggested, EligibilityEvent, eligibility_event::Event as Eligible,
};

use super::calls::*;
use crate::support::{World, asin, item};

const WHISKY: &str = "Single malt whisky";

impl World {
    /// What was told about products, with sequences, once there are `count`; each in the partition of its product's events.
    async fn suggestions(&self, count: usize) -> Vec<(i64, ClassificationSuggested)> {
        let suggested = |said: Said<EligibilityEvent>| match said.event.event {
            Some(Eligible::ClassificationSuggested(event)) => {
                assert_eq!(
                    (said.key.as_str(), said.subject),
                    (event.asin.as_str(), format!("{}/suggestion", event.asin))
                );
                Some((said.sequence, event))
            }
            _ => None,
        };
        self.outside.hear(suggested, |events| events.len() >= count).await
    }

    /// Waits until no product waits, and says how often anything was told of any.
    pub(crate) async fn all_suggested(&self) -> i64 {
        soon("all are looked at", async || {
            self.count("SELECT count(*) FROM suggestion_queue WHERE due_at <= now()").await == 0
        })
        .await;
        self.count("SELECT coalesce(sum(version), 0)::bigint FROM suggestions").await
    }
}

fn version(item_version: i64, title: &str) -> ItemListed {
    ItemListed { item_version, title: title.to_owned(), ..item(1) }
}

#[tokio::test]
async fn a_code_is_told_once_and_again_when_the_text_says_otherwise() {
    let world = World::start().await;
    world.listed(&[version(1, "Cotton T-shirt")]).await;
    assert_eq!(world.all_suggested().await, 1);
    world.listed(&[ItemListed { description: "Warm".to_owned(), ..version(2, "Cotton T-shirt") }]).await;
    assert_eq!(world.all_suggested().await, 1);
    world.listed(&[version(3, WHISKY)]).await;
    assert_eq!(world.all_suggested().await, 2);
    // Words of no reference.
    world.listed(&[version(4, "qzxv wvzk")]).await;
    let told = world.suggestions(3).await;
    let codes: Vec<_> = told.iter().map(|(n, event)| (*n, event.version, event.hs_code.as_str())).collect();
    assert_eq!(codes, [(1, 1, "610910"), (2, 2, "220830"), (3, 3, "")]);
    let confidences: Vec<i32> = told.iter().map(|(_, event)| event.confidence).collect();
    assert!(confidences[..2].iter().all(|confidence| (1..=1_000).contains(confidence)), "{confidences:?}");
    assert_eq!(confidences[2], 0);
}

#[tokio::test]
async fn nothing_is_told_where_a_code_is_declared_or_confirmed_nor_of_media() {
    let world = World::start().await;
    let declared = ItemListed { hs_code: "420292".to_owned(), ..item(1) };
    let without = ItemListed { sku: "SKU-0".to_owned(), ..item(1) };
    let unusable = ItemListed { hs_code: "999998".to_owned(), ..item(2) };
    let book = ItemListed { product_group: ProductGroup::Book.into(), ..item(3) };
    world.listed(&[declared.clone(), without, unusable, book]).await;
    assert_eq!(world.all_suggested().await, 1);
    assert_eq!(world.suggestions(1).await[0].1.asin, asin(2));

    // What the others declare counts for the product, while they are listed.
    world.delist(&declared, 2).await;
    world.item_known(&declared, 2).await;
    assert_eq!(world.all_suggested().await, 2);
    confirm(seller(&world), request("c-1", "610910")).await.unwrap();
    world.listed(&[ItemListed { sku: "SKU-0".to_owned(), ..version(2, WHISKY) }]).await;
    assert_eq!(world.all_suggested().await, 2);
    let mut told: Vec<_> = world.suggestions(2).await.into_iter().map(|(_, event)| event.asin).collect();
    told.sort();
    assert_eq!(told, [asin(1), asin(2)]);
}

#[tokio::test]
async fn what_was_there_before_is_looked_at_when_it_is_due() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    assert_eq!(world.all_suggested().await, 1);
    // As an older version writes beside this one; as the migration queues what it finds.
    let older = "UPDATE items SET title = 'Single malt whisky' WHERE sku = 'SKU-1'";
    sqlx::query(older).execute(&world.pool).await.unwrap();
    let queued =
        "INSERT INTO suggestion_queue (asin, due_at) SELECT asin, now() + interval '1 hour' FROM products";
    sqlx::query(queued).execute(&world.pool).await.unwrap();
    world.listed(&[item(2)]).await;
    assert_eq!(world.all_suggested().await, 2);
    sqlx::query("UPDATE suggestion_queue SET due_at = now()").execute(&world.pool).await.unwrap();
    assert_eq!(world.all_suggested().await, 3);
    let told = world.suggestions(3).await;
    let last = told.iter().rfind(|(_, event)| event.asin == asin(1)).unwrap();
    assert_eq!((last.0, last.1.hs_code.as_str()), (2, "220830"));
}

#[tokio::test]
async fn two_processes_tell_each_code_once_and_the_newest_last() {
    const PRODUCTS: usize = 60;
    let world = World::start().await;
    let _replica = world.replica().await;
    let texts = ["Cotton T-shirt", "Stainless steel kitchen knife", WHISKY];
    for (n, text) in (1..).zip(texts) {
        let listed = |product| ItemListed { title: text.to_owned(), item_version: n, ..item(product) };
        world.list(&(1..=PRODUCTS).map(listed).collect::<Vec<_>>()).await;
    }
    for product in 1..=PRODUCTS {
        world.item_known(&item(product), 3).await;
    }
    let told = world.all_suggested().await;
    let events = world.suggestions(usize::try_from(told).unwrap()).await;
    for product in 1..=PRODUCTS {
        let of_product: Vec<_> = events.iter().filter(|(_, event)| event.asin == asin(product)).collect();
        let sequences: Vec<i64> = of_product.iter().map(|(sequence, _)| *sequence).collect();
        assert_eq!(sequences, (1..=of_product.len() as i64).collect::<Vec<_>>(), "{product}");
        assert_eq!(of_product.last().unwrap().1.hs_code, "220830");
    }
}
