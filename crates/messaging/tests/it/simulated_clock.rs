//! A simulated clock follows the ticks of its topic.

use bus::{OutRecord, Producer, TopicSpec};
use chassis::Clock;
use jiff::{Timestamp, ToSpan as _};
use messaging::MessagingArgs;
use wire::clock::events::v1::{ClockEvent, ClockTicked};
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};

use crate::support::{Effects, Process, World, assert_exactly_once, dead_letters, soon, time};

async fn tick(world: &World, producer: &Producer, sequence: i64, now: Timestamp) {
    let ticked = ClockTicked { now: Some(wire::convert::timestamp(now)) };
    let record =
        OutRecord::event::<ClockEvent>(&world.bus(), "clock", "clock", sequence, "test", now, ticked);
    producer.send_all(vec![record]).await.unwrap();
}

fn start(world: &World) -> (Process, Clock) {
    let (clock, _) = Clock::simulated();
    let process = Process::with(world, MessagingArgs::default(), clock.clone(), |messaging| {
        messaging.consume::<SellersEvent, _>(Effects::default())
    });
    (process, clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_ready_when_it_has_all_ticks_and_follows_the_next() {
    let world = World::new().await;
    let producer = world.producer().await;
    world.bus().ensure_topics(&[TopicSpec::of::<ClockEvent>()]).await.unwrap();
    for hour in 0..100 {
        tick(&world, &producer, hour + 1, time().checked_add(hour.hours()).unwrap()).await;
    }
    let (process, clock) = start(&world);
    soon("readiness", async || process.host.readiness.is_ready()).await;
    assert_eq!(clock.now(), time().checked_add(99.hours()).unwrap());
    tick(&world, &producer, 101, time().checked_add(200.hours()).unwrap()).await;
    soon("the next tick", async || clock.now() == time().checked_add(200.hours()).unwrap()).await;
    // Time never goes back.
    tick(&world, &producer, 102, time()).await;
    tick(&world, &producer, 103, time().checked_add(201.hours()).unwrap()).await;
    soon("the tick after", async || clock.now() == time().checked_add(201.hours()).unwrap()).await;
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_ahead_of_the_clock_only_after_the_clock_topic_was_read_to_its_end() {
    let world = World::new().await;
    let producer = world.producer().await;
    let (mut process, _clock) = start(&world);
    soon("readiness", async || process.host.readiness.is_ready()).await;
    // Each tick and its event are sent at once: the consumer may see the event before the feed saw the tick.
    for day in 0..50 {
        let now = time().checked_add((24 * day).hours()).unwrap();
        tick(&world, &producer, day + 1, now).await;
        let registered = SellerRegistered { seller_id: "S1".to_owned(), ..Default::default() };
        let record =
            OutRecord::event::<SellersEvent>(&world.bus(), "S1", "S1", day + 1, "test", now, registered);
        producer.send_all(vec![record]).await.unwrap();
    }
    world.quiet().await;
    assert_exactly_once(&world, 50).await;
    assert!(dead_letters(&mut process).await.is_empty());
    let far = time().checked_add(10_000.hours()).unwrap();
    let registered = SellerRegistered { seller_id: "S1".to_owned(), ..Default::default() };
    let record = OutRecord::event::<SellersEvent>(&world.bus(), "S1", "S1", 51, "test", far, registered);
    producer.send_all(vec![record]).await.unwrap();
    world.quiet().await;
    assert_eq!(dead_letters(&mut process).await[0].reason, "FUTURE_EVENT");
    process.stop().await;
}
