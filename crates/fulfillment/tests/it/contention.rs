//! The last units: exactly what is in stock is sold.

use testbed::soon;
use wire::orders::events::v1::OrdersEvent;

use crate::support::{BOOK, World, line, order_id, placed};

#[tokio::test(flavor = "multi_thread")]
async fn exactly_what_is_in_stock_is_sold() {
    let world = World::start().await;
    // 37 more books in a second center: 137 in all, wanted by 400 orders of one book on all partitions at once.
    world.received("LEX1", BOOK, 37).await;
    soon("the books are there", async || on_hand(&world).await == (137, 0)).await;
    let order = |number| (order_id(number), OrdersEvent::from(placed(number, vec![line(1, "BOOK", 1)])));
    world.outside.tell_all((0..400).map(order)).await;
    soon("all orders are decided", async || decided(&world).await.0 == 400).await;
    assert_eq!(decided(&world).await, (400, 137));
    assert_eq!(on_hand(&world).await, (137, 137));
    let planned: i64 = sqlx::query_scalar(
        "SELECT sum((line->>'quantity')::bigint)::bigint FROM shipments, jsonb_array_elements(lines) AS line",
    )
    .fetch_one(&world.pool)
    .await
    .unwrap();
    assert_eq!(planned, 137);
}

async fn on_hand(world: &World) -> (i64, i64) {
    sqlx::query_as("SELECT sum(on_hand)::bigint, sum(reserved)::bigint FROM stock WHERE sku = 'BOOK'")
        .fetch_one(&world.pool)
        .await
        .unwrap()
}

/// Orders decided, and of those accepted.
async fn decided(world: &World) -> (i64, i64) {
    sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE state = 'ACCEPTED') FROM orders")
        .fetch_one(&world.pool)
        .await
        .unwrap()
}
