//! Facts for the audit.

use wire::catalog::events::v1::ItemListed;

use crate::support::{SELLER, World, asin, item};

#[tokio::test]
async fn the_audit_has_a_fact_for_every_offer_product_suggestion_and_cycle() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    let cycle = world.cycle().await;
    let declared = ItemListed { hs_code: "610910".to_owned(), ..item(3) };
    world.listed(&[item(2), declared]).await;
    world.delist(&item(3), 2).await;
    world.item_known(&item(3), 2).await;
    world.all_suggested().await;
    let mut facts: Vec<_> =
        world.service.facts().await.into_iter().map(|f| (f.kind, f.id, f.version, f.state)).collect();
    facts.sort();
    let fact =
        |kind: &str, id: String, version, state: &str| (kind.to_owned(), id, version, state.to_owned());
    let expected = [
        fact("cycle", cycle.cycle_id.clone(), 1, "COMPLETED"),
        fact("item", format!("{SELLER}/SKU-1"), 0, "EXPORTABLE"),
        fact("item", format!("{SELLER}/SKU-2"), 0, "PENDING"),
        fact("item", format!("{SELLER}/SKU-3"), 0, "DELISTED"),
        fact("suggestion", format!("{}/suggestion", asin(1)), 1, "SUGGESTED"),
        fact("suggestion", format!("{}/suggestion", asin(2)), 1, "SUGGESTED"),
        fact("verdict", asin(1), 1, "EXPORTABLE"),
        fact("verdict", asin(2), 0, "PENDING"),
        fact("verdict", asin(3), 0, "PENDING"),
    ];
    assert_eq!(facts, expected);
    let cycle_fact = world.service.facts().await.into_iter().find(|fact| fact.kind == "cycle").unwrap();
    assert!(cycle_fact.r#final);
    assert_eq!((cycle_fact.units["evaluated"], cycle_fact.units["exportable"]), (1, 1));
}
