//! Outbox to Kafka, in lanes. Per lane one holder in the whole system: an advisory lock says who it is, and the lane's
//! transactional id fences off whoever only believes it.
//!
//! A holder publishes what it sees in `seq` order inside one Kafka transaction, waits for its commit, then deletes just
//! those rows. There is no watermark, since commits do not come in `seq` order. A crash between commit and delete
//! publishes a batch twice, with the same event ids: the consumers' inboxes take the repeat out.
//!
//! Processes share the lanes: one that holds more than its share gives one up.

mod lane;
mod listener;
mod session;
mod share;

use std::sync::Arc;

use chassis::Tasks;
use tokio::sync::watch;

use crate::notices;
use crate::outbox::LANES;
use crate::service::Core;
use listener::Waker;

/// Starts one task per lane and one that listens. They end last, when what the others wrote is published.
pub(crate) fn start(core: &Core, tasks: &Tasks) {
    let (waker, wake) = watch::channel(());
    let listening = core.clone();
    let waker = Arc::new(Waker(waker));
    tasks.spawn_flusher("relay listener", move |stop| notices::run(listening, waker, stop));
    let share = share::Share::default();
    for number in 0..LANES {
        let lane = lane::Lane { core: core.clone(), number, wake: wake.clone(), share: share.clone() };
        tasks.spawn_flusher(format!("relay lane {number}"), move |stop| lane.run(stop));
    }
}
