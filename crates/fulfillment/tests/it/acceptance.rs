//! Taking and refusing orders.

use std::collections::BTreeMap;

use testbed::{soon, usd};
use wire::enrollment::events::v1::{EnrollmentEvent, SellerNotEnrolled};
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::fulfillment::events::v1::fulfillment_event::Event as Told;
use wire::fulfillment::v1::OrderState;
use wire::orders::events::v1::{OrderLine, OrderPlaced, OrdersEvent};

use crate::support::{BOOK, World, line, one_shirt, order_id, placed};

/// Reason codes of an order, the lines' with their number.
async fn reasons(world: &World, number: usize) -> Vec<String> {
    let order = world.order_in(&order_id(number), OrderState::Rejected).await;
    let whole = order.reasons.iter().map(|reason| reason.code.clone());
    let lines = order
        .lines
        .iter()
        .flat_map(|line| line.reasons.iter().map(|reason| format!("{} {}", line.line_no, reason.code)));
    whole.chain(lines).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_says_why_and_which_line() {
    let world = World::start().await;
    let other_seller = |order| OrderPlaced { seller_id: "A1OTHER000001".to_owned(), ..order };
    let disabled = |order| OrderPlaced { seller_id: "A1DISABLED0001".to_owned(), ..order };
    let event = SellerNotEnrolled {
        seller_id: "A1DISABLED0001".to_owned(),
        reason: "policy".to_owned(),
        settings_version: 1,
    };
    world.outside.tell("A1DISABLED0001", EnrollmentEvent::from(event)).await;
    world.listed(("BANNED-KNIFE", "X0000KNIFE"), 1).await;
    soon("seller and item are known", async || {
        let known: (i64, i64) =
            sqlx::query_as("SELECT (SELECT count(*) FROM sellers), (SELECT count(*) FROM items)")
                .fetch_one(&world.pool)
                .await
                .unwrap();
        known == (2, 3)
    })
    .await;
    let to = |country: &str, mut order: OrderPlaced| {
        order.ship_to.as_mut().unwrap().country_code = country.to_owned();
        order
    };
    let orders = [
        OrderPlaced { marketplace_id: "A2EUQ1WTGCTBG2".to_owned(), ..one_shirt(1) },
        other_seller(one_shirt(2)),
        disabled(one_shirt(3)),
        placed(4, vec![line(1, "SHIRT", 1), line(2, "NO-SUCH", 1)]),
        placed(5, vec![line(1, "SHIRT", 1), line(2, "BANNED-KNIFE", 1)]),
        OrderPlaced { quote_id: "deada5b0-0000-7000-8000-000000000001".to_owned(), ..one_shirt(6) },
        placed(7, vec![line(1, "SHIRT", 1), line(2, "BOOK", 101)]),
        to("AQ", one_shirt(8)),
    ];
    for order in orders {
        world.place(order).await;
    }
    assert_eq!(reasons(&world, 1).await, ["MARKETPLACE_NOT_SUPPORTED"]);
    assert_eq!(reasons(&world, 2).await, ["SELLER_UNKNOWN"]);
    assert!(reasons(&world, 3).await.contains(&"PROGRAM_DISABLED".to_owned()));
    assert_eq!(reasons(&world, 4).await, ["2 SKU_UNKNOWN"]);
    assert_eq!(reasons(&world, 5).await, ["2 IMP_RESTRICTED"]);
    assert_eq!(reasons(&world, 6).await, ["QUOTE_NOT_FOUND"]);
    assert_eq!(reasons(&world, 7).await, ["2 OUT_OF_STOCK"]);
    assert_eq!(reasons(&world, 8).await, ["NO_ROUTE"]);

    let told = world.told(&order_id(7), |event| matches!(event, Told::OrderRejected(_))).await;
    let Told::OrderRejected(rejected) = &told[0].1 else { panic!("{told:?}") };
    assert_eq!(
        (rejected.lines[0].line_no, &*rejected.lines[0].reason_codes),
        (2, &["OUT_OF_STOCK".to_owned()][..])
    );
    let reserved: i64 =
        sqlx::query_scalar("SELECT sum(reserved)::bigint FROM stock").fetch_one(&world.pool).await.unwrap();
    assert_eq!(reserved, 0, "a refused order reserves nothing");
    let consignees: i64 =
        sqlx::query_scalar("SELECT count(*) FROM consignees").fetch_one(&world.pool).await.unwrap();
    assert_eq!(consignees, 0, "nor does it leave personal data");
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_orders_become_dead_letters_alone() {
    let world = World::start().await;
    let bad = |number, change: fn(&mut OrderPlaced)| {
        let mut order = one_shirt(number);
        change(&mut order);
        // One key, so that all share a partition, and with luck a batch, with a good order at the end.
        ("same".to_owned(), OrdersEvent::from(order))
    };
    let records = vec![
        bad(1, |order| order.lines[0].quantity = 0),
        bad(2, |order| order.lines[0].quantity = (-1_i32).cast_unsigned()),
        bad(3, |order| order.lines[0].unit_price.as_mut().unwrap().currency_code = "EUR".to_owned()),
        bad(4, |order| order.lines.clear()),
        bad(5, |order| order.lines.push(order.lines[0].clone())),
        bad(6, |order| order.lines[0].promotion_discount = usd(9_999_900)),
        bad(7, |order| order.lines = vec![OrderLine::default(); 2_001]),
        bad(8, |order| order.ship_to = None),
        bad(9, |order| order.order_id = "17".to_owned()),
        bad(10, |_| ()),
    ];
    world.outside.tell_all(records).await;
    world.order_in(&order_id(10), OrderState::Accepted).await;
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for letter in world.service.dead_letters(9).await {
        assert!(!letter.detail.contains("Erika"), "no personal data: {}", letter.detail);
        *found.entry(letter.reason).or_default() += 1;
    }
    let expected = [("INVALID_RECORD", 7), ("LIMIT_EXCEEDED", 1), ("WRONG_CURRENCY", 1)];
    assert_eq!(found, expected.map(|(reason, count)| (reason.to_owned(), count)).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_waits_while_a_neighbour_is_away() {
    let world = World::start().await;
    world.neighbours.set_away(true);
    world.place(one_shirt(1)).await;
    soon("the neighbours were asked again", async || world.neighbours.calls().0 >= 2).await;
    world.neighbours.set_away(false);
    world.order_in(&order_id(1), OrderState::Accepted).await;
    assert!(world.service.dead_letters(0).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_orders_asks_each_neighbour_once() {
    let world = World::start().await;
    world.neighbours.set_away(true);
    world.place(one_shirt(1)).await;
    soon("the partition waits", async || world.neighbours.calls().0 >= 1).await;
    // These wait behind the first on the same partition and are taken together.
    let orders = (2..200).map(|number| (order_id(1), OrdersEvent::from(one_shirt(number))));
    world.outside.tell_all(orders).await;
    world.neighbours.set_away(false);
    world.order_in(&order_id(1), OrderState::Accepted).await;
    let before = world.neighbours.calls();
    world.order_in(&order_id(199), OrderState::Rejected).await;
    let after = world.neighbours.calls();
    assert!(after.0 - before.0 <= 3 && after.1 - before.1 <= 3, "{before:?} {after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_order_placed_again_is_the_same_order() {
    let world = World::start().await;
    world.place(one_shirt(1)).await;
    world.order_in(&order_id(1), OrderState::Accepted).await;
    world.place(placed(1, vec![line(1, BOOK.0, 50)])).await;
    world.place(one_shirt(2)).await;
    world.order_in(&order_id(2), OrderState::Accepted).await;
    soon("all is published", async || world.outside.said::<FulfillmentEvent>().await.len() >= 4).await;
    assert_eq!(world.order(&order_id(1)).await.lines[0].sku, "SHIRT");
    let told = world.told(&order_id(1), |_| true).await;
    assert_eq!(told.len(), 2, "accepted and planned once");
}
