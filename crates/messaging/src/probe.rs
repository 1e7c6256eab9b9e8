//! Places at which a test can stop the machinery. Production has no probe, and passing a place costs nothing.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;

/// Between which two steps the machinery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// The relay holds its lane and has read rows, and has published none of them.
    RelayRead {
        /// The lane.
        lane: i16,
    },
    /// Kafka has committed the relay's batch, its rows are still there.
    RelayPublished {
        /// The lane.
        lane: i16,
    },
    /// The handler has returned, its transaction is not committed.
    ConsumerHandled,
    /// The database has committed a batch, its offset is not committed.
    ConsumerCommitted,
}

/// What a test does at a place: count, wait, never return.
pub trait Probe: Send + Sync {
    /// Called at each place; the machinery goes on when the future is done.
    fn at(&self, point: Point) -> BoxFuture<'_, ()>;
}

/// At most one probe.
#[derive(Clone, Default)]
pub struct Probes(Option<Arc<dyn Probe>>);

impl Probes {
    /// This probe.
    pub fn new(probe: Arc<dyn Probe>) -> Self {
        Self(Some(probe))
    }

    pub(crate) async fn at(&self, point: Point) {
        if let Some(probe) = &self.0 {
            probe.at(point).await;
        }
    }
}

impl fmt::Debug for Probes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "a probe" } else { "none" })
    }
}
