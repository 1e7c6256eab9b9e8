//! Units that come in.

use testbed::soon;
use wire::convert::timestamp;
use wire::fulfillment::v1::ListStockRequest;
use wire::returns::events::v1::{ReturnsEvent, UnitRestocked};
use wire::warehouse::events::v1::{StockReceived, WarehouseEvent};

use crate::support::{SELLER, SHIRT, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_arrival_counts_once_however_often_it_is_told() {
    let world = World::start().await;
    let received = StockReceived {
        receipt_id: "0190a5b0-0000-7000-8000-0000000000f1".to_owned(),
        fc: "LEX1".to_owned(),
        seller_id: SELLER.to_owned(),
        sku: SHIRT.0.to_owned(),
        fnsku: SHIRT.1.to_owned(),
        quantity: 7,
        received_time: Some(timestamp(world.time.now())),
    };
    let restocked = UnitRestocked {
        lpn: "LPNAA00001".to_owned(),
        rma_id: "0190a5b0-0000-7000-8000-0000000000f2".to_owned(),
        fc: "LEX1".to_owned(),
        seller_id: SELLER.to_owned(),
        sku: SHIRT.0.to_owned(),
        fnsku: SHIRT.1.to_owned(),
        quantity: 1,
    };
    for _ in 0..3 {
        world.outside.tell("LEX1/X00000SHRT", WarehouseEvent::from(received.clone())).await;
        world.outside.tell("rma", ReturnsEvent::from(restocked.clone())).await;
    }
    // Told after them on the same partition.
    world.received("LEX1", SHIRT, 1).await;
    world
        .outside
        .tell("rma", ReturnsEvent::from(UnitRestocked { lpn: "LPNAA00002".to_owned(), ..restocked }))
        .await;
    soon("the last ones are counted", async || {
        let fact = stock_of(&world).await;
        (fact["received"], fact["restocked"]) == (108, 2)
    })
    .await;
    assert_eq!(stock_of(&world).await["on_hand"], 110);
    let restocks = world.service.facts_of("restock").await;
    assert_eq!(restocks.len(), 2);
    let zero = StockReceived { quantity: 0, ..received };
    world.outside.tell("LEX1/X00000SHRT", WarehouseEvent::from(zero)).await;
    assert_eq!(world.service.dead_letters(1).await[0].reason, "INVALID_RECORD");
}

async fn stock_of(world: &World) -> std::collections::HashMap<String, i64> {
    let facts = world.service.facts_of("stock").await;
    facts.into_iter().find(|fact| fact.id == "LEX1/X00000SHRT").unwrap().units
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_is_listed_in_pages() {
    let world = World::start().await;
    world.received("ABE2", SHIRT, 3).await;
    soon("three rows are there", async || world.service.facts_of("stock").await.len() == 3).await;
    let mut client = world.seller(SELLER);
    let mut request =
        ListStockRequest { seller_id: SELLER.to_owned(), page_size: 2, page_token: String::new() };
    let first = client.list_stock(request.clone()).await.unwrap().into_inner();
    request.page_token = first.next_page_token.clone();
    let second = client.list_stock(request).await.unwrap().into_inner();
    let rows: Vec<_> =
        first.stock.iter().chain(&second.stock).map(|row| (row.fc.as_str(), row.on_hand)).collect();
    assert_eq!(rows, [("ONT8", 100), ("ABE2", 3), ("LEX1", 100)]);
    assert!(second.next_page_token.is_empty());
}
