//! Membership of this process in the service's consumer group, for all its topics.

use std::collections::BTreeMap;
use std::sync::Arc;

use bus::{Bus, BusError, GroupConsumer, PartitionStream};
use chassis::{Shutdown, Tasks};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Applier;
use super::worker::Worker;
use crate::metrics;
use crate::retry::Retry;

/// Joins the group, runs a worker per partition, and joins again after an error.
pub(crate) struct Member {
    pub(crate) bus: Bus,
    pub(crate) group: &'static str,
    /// By full name of the topic. The semaphore bounds the batches of the topic that are in work, so that a topic whose
    /// dependency hangs leaves the others their connections.
    pub(crate) topics: BTreeMap<String, (Applier, Arc<Semaphore>)>,
    pub(crate) tasks: Tasks,
}

impl Member {
    /// Runs until the process stops.
    pub(crate) async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let mut retry = Retry::new("consumer group");
        while !shutdown.is_cancelled() {
            if let Err(error) = self.membership(&shutdown, &mut retry).await {
                let pause = retry.failed(&error);
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = tokio::time::sleep(pause) => {}
                }
            }
        }
        Ok(())
    }

    async fn membership(&self, shutdown: &Shutdown, retry: &mut Retry) -> Result<(), BusError> {
        let topics: Vec<String> = self.topics.keys().cloned().collect();
        let mut group = self.bus.join(self.group, &topics)?;
        let stop = shutdown.child_token();
        let workers = TaskTracker::new();
        let outcome = loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break Ok(()),
                partition = group.next_partition() => match partition {
                    Ok(stream) => {
                        retry.succeeded();
                        self.start_worker(stream, &workers, &stop);
                    }
                    Err(error) => break Err(error),
                }
            }
        };
        stop.cancel();
        workers.close();
        finish(&mut group, &workers).await;
        group.close().await;
        outcome
    }

    fn start_worker(&self, stream: PartitionStream, workers: &TaskTracker, stop: &CancellationToken) {
        let Some((applier, turns)) = self.topics.get(stream.topic()) else { return };
        let name = format!("consume {}/{}", stream.topic(), stream.partition());
        let worker =
            Worker { applier: applier.clone(), stream, turns: Arc::clone(turns), stop: stop.child_token() };
        let stop = stop.clone();
        let work = async move {
            let _working = metrics::working();
            if let Err(error) = worker.run().await {
                // The client is broken: all its workers stop, and the group is joined anew.
                tracing::warn!(%error, "consumer.client_broken");
                stop.cancel();
            }
            Ok(())
        };
        self.tasks.spawn(name, workers.track_future(work));
    }
}

/// Goes on serving the client until all workers have ended, so that their last offsets are committed.
async fn finish(group: &mut GroupConsumer, workers: &TaskTracker) {
    loop {
        tokio::select! {
            biased;
            () = workers.wait() => return,
            partition = group.next_partition() => if partition.is_err() {
                return workers.wait().await;
            },
        }
    }
}
