//! The last units: exactly what is in stock is sold.

use testbed::{fresh_id, soon, until};
use wire::convert::timestamp;
use wire::orders::events::v1::{OrderCancellationRequested, OrdersEvent};
use wire::payments::events::v1::{PaymentFailed, PaymentsEvent};

use crate::support::{BOOK, SHIRT, World, line, now, order_id, placed};

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

/// What is on hand of everything.
async fn in_stock(world: &World) -> i64 {
    sqlx::query_scalar("SELECT sum(on_hand)::bigint FROM stock").fetch_one(&world.pool).await.unwrap()
}

/// Orders decided, and of those accepted.
async fn decided(world: &World) -> (i64, i64) {
    sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE state = 'ACCEPTED') FROM orders")
        .fetch_one(&world.pool)
        .await
        .unwrap()
}

/// Placements, cancellations, failed payments and arrivals want the same two stock rows, and two of them the same orders, on
/// all partitions at once.
#[tokio::test(flavor = "multi_thread")]
async fn no_two_batches_wait_for_each_other() {
    const PLACED: usize = 600;
    let world = World::start().await;
    world.received("LEX1", SHIRT, 1_000_000).await;
    world.received("ONT8", BOOK, 1_000_000).await;
    // Orders overtake stock: the two are told on topics of their own. One that finds too little is rejected.
    soon("both are in stock", async || in_stock(&world).await >= 2 * 1_000_000).await;
    let both = || vec![line(1, "SHIRT", 1), line(2, "BOOK", 1)];
    for round in 0..4 {
        let orders = round * PLACED..(round + 1) * PLACED;
        let place =
            orders.clone().map(|number| (order_id(number), OrdersEvent::from(placed(number, both()))));
        let earlier = round.saturating_sub(1) * PLACED..round * PLACED;
        let (cancel, unpaid) = (earlier.clone().map(cancelled), earlier.map(not_paid));
        tokio::join!(
            world.outside.tell_all(place.chain(cancel)),
            world.outside.tell_all(unpaid),
            world.received("LEX1", SHIRT, 1),
        );
        soon("the round's orders are decided", async || decided(&world).await.0 == orders.end as i64).await;
    }
    soon("all but the last round's orders are cancelled", async || {
        let cancelled: i64 = sqlx::query_scalar("SELECT count(*) FROM orders WHERE state = 'CANCELLED'")
            .fetch_one(&world.pool)
            .await
            .unwrap();
        cancelled == 3 * PLACED as i64
    })
    .await;
    assert_eq!(on_hand(&world).await.1, PLACED as i64, "reserved is what is open");
    assert_eq!(deadlocks(&world).await, 0);
}

fn cancelled(number: usize) -> (String, OrdersEvent) {
    let event = OrderCancellationRequested {
        cancellation_id: fresh_id(),
        order_id: order_id(number),
        line_nos: Vec::new(),
        requested_time: Some(timestamp(now())),
    };
    (order_id(number), event.into())
}

fn not_paid(number: usize) -> (String, PaymentsEvent) {
    let event = PaymentFailed { order_id: order_id(number), reason: "card declined".to_owned() };
    (order_id(number), event.into())
}

/// Deadlocks the database has broken. A session adds what it met at the latest when it ends, so all are ended first.
async fn deadlocks(world: &World) -> i64 {
    let mut own = world.pool.acquire().await.unwrap();
    let sessions: Vec<i32> = sqlx::query_scalar(
        "WITH others AS MATERIALIZED (
             SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())
         SELECT pid FROM others WHERE pg_terminate_backend(pid)",
    )
    .fetch_all(&mut *own)
    .await
    .unwrap();
    until("the sessions are gone and have counted", async || {
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)")
            .bind(&sessions)
            .fetch_one(&mut *own)
            .await
            .map_err(|error| error.to_string())?;
        if left == 0 { Ok(()) } else { Err(format!("{left} are left")) }
    })
    .await;
    sqlx::query_scalar("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        .fetch_one(&mut *own)
        .await
        .unwrap()
}
