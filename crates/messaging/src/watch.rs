//! Watching a topic from now on, in every replica: for what a process keeps in memory and must let go when it changes.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, BusError, InRecord};
use chassis::Shutdown;
use wire::Event;

use crate::retry::Retry;

/// Where nothing comes for so long, the brokers are asked whether they are there.
const LOOK: Duration = Duration::from_secs(5);

/// Hears every event of a topic, whoever published it.
pub trait Watch<E: Event>: Send + Sync + 'static {
    /// An event was published. Repeats come, too.
    fn seen(&self, event: &E);

    /// Whether events are heard: from `true` on, all of them, until `false`, after which some may have been missed.
    fn hears(&self, hears: bool);
}

/// A watch that waits for its topic.
pub(crate) type Watcher =
    Box<dyn FnOnce(Bus, Shutdown) -> Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>> + Send>;

/// The task of a watch.
pub(crate) fn watcher<E: Event>(watch: Arc<impl Watch<E>>) -> Watcher {
    Box::new(move |bus, stop| Box::pin(run(bus, watch, stop)))
}

async fn run<E: Event, W: Watch<E>>(bus: Bus, watch: Arc<W>, stop: Shutdown) -> anyhow::Result<()> {
    let mut retry = Retry::new(format!("watch of {}", E::PACKAGE));
    while !stop.is_cancelled() {
        let Err(error) = follow::<E, W>(&bus, &watch, &mut retry, &stop).await else { continue };
        watch.hears(false);
        let pause = retry.failed(&error);
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    Ok(())
}

async fn follow<E: Event, W: Watch<E>>(
    bus: &Bus,
    watch: &W,
    retry: &mut Retry,
    stop: &Shutdown,
) -> Result<(), BusError> {
    let mut follower = bus.follow_on(&bus.topic::<E>()).await?;
    retry.succeeded();
    watch.hears(true);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            batch = follower.next_batch() => batch?.iter().for_each(|record| seen(watch, record)),
            () = tokio::time::sleep(LOOK) => drop(follower.caught_up().await?),
        }
    }
}

fn seen<E: Event, W: Watch<E>>(watch: &W, record: &InRecord) {
    match E::decode(record.payload.as_slice()) {
        Ok(event) => watch.seen(&event),
        // Consumers make a dead letter of it.
        Err(error) => tracing::debug!(origin = %record.origin, %error, "watch.malformed"),
    }
}
