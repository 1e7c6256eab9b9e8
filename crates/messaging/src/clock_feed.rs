//! Moves a simulated clock by the ticks of the clock topic.

use bus::{Bus, BusError, Follower, InRecord};
use chassis::{ClockDriver, Shutdown};
use tokio::sync::{mpsc, oneshot};
use wire::Event;
use wire::clock::events::v1::ClockEvent;
use wire::clock::events::v1::clock_event::Event as Inner;

use crate::HandleError;
use crate::retry::Retry;

/// Requests to catch up that may wait.
const MAX_WAITING: usize = 64;

/// Asks the feed to catch up. Cheap to clone; on the system's clock there is nothing to catch up with.
#[derive(Clone)]
pub(crate) struct ClockFeed(Option<mpsc::Sender<oneshot::Sender<()>>>);

/// The task that reads the topic.
pub(crate) struct ClockFeeder {
    bus: Bus,
    driver: ClockDriver,
    requests: mpsc::Receiver<oneshot::Sender<()>>,
}

impl ClockFeed {
    /// A feed that moves `driver`, and the task that must run for it; no task without a driver.
    pub(crate) fn new(bus: &Bus, driver: Option<ClockDriver>) -> (Self, Option<ClockFeeder>) {
        let Some(driver) = driver else { return (Self(None), None) };
        let (sender, requests) = mpsc::channel(MAX_WAITING);
        (Self(Some(sender)), Some(ClockFeeder { bus: bus.clone(), driver, requests }))
    }

    /// Returns when the clock has all ticks that were published before the call.
    pub(crate) async fn catch_up(&self) -> Result<(), HandleError> {
        let Some(requests) = &self.0 else { return Ok(()) };
        let gone = |_| HandleError::unavailable("the clock feed has stopped");
        let (done, wait) = oneshot::channel();
        requests.send(done).await.map_err(|_| gone(()))?;
        wait.await.map_err(|_| HandleError::unavailable("the clock topic cannot be read now"))
    }
}

impl ClockFeeder {
    /// Runs until `stop`; calls `caught_up` when the topic was read to its end for the first time.
    pub(crate) async fn run(mut self, caught_up: impl FnOnce() + Send, stop: Shutdown) -> anyhow::Result<()> {
        let mut caught_up = Some(caught_up);
        let mut retry = Retry::new("clock feed");
        while !stop.is_cancelled() {
            let Err(error) = self.follow(&mut caught_up, &mut retry, &stop).await else { continue };
            let pause = retry.failed(&error);
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        Ok(())
    }

    async fn follow(
        &mut self,
        caught_up: &mut Option<impl FnOnce() + Send>,
        retry: &mut Retry,
        stop: &Shutdown,
    ) -> Result<(), BusError> {
        let topic = self.bus.topic::<ClockEvent>();
        let mut follower = self.bus.follow(&topic).await?;
        self.to_the_end(&mut follower).await?;
        retry.succeeded();
        if let Some(caught_up) = caught_up.take() {
            caught_up();
        }
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                Some(done) = self.requests.recv() => {
                    self.to_the_end(&mut follower).await?;
                    // Who asked may have given up meanwhile.
                    let _ = done.send(());
                }
                ticks = follower.next_batch() => ticks?.iter().for_each(|tick| self.tick(tick)),
            }
        }
    }

    async fn to_the_end(&self, follower: &mut Follower) -> Result<(), BusError> {
        follower.read_to_end(|record| self.tick(&record)).await
    }

    fn tick(&self, record: &InRecord) {
        match tick_time(record) {
            Some(time) => drop(self.driver.advance_to(time)),
            None => tracing::warn!(origin = %record.origin, topic = ClockEvent::PACKAGE, "clock.not_a_tick"),
        }
    }
}

fn tick_time(record: &InRecord) -> Option<jiff::Timestamp> {
    let event: ClockEvent = prost::Message::decode(record.payload.as_slice()).ok()?;
    match event.event? {
        Inner::ClockTicked(tick) => wire::convert::parse_timestamp("now", tick.now).ok(),
    }
}
