//! Stops the machinery at a place until the test lets it go on, or kills it there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use messaging::{Point, Probe, Probes};
use tokio::sync::watch;

use super::soon;

/// A gate that is shut at one kind of place.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Inner>);

struct Inner {
    at: fn(Point) -> bool,
    arrived: AtomicUsize,
    armed: AtomicBool,
    open: watch::Sender<bool>,
}

impl Gate {
    /// Shut where `at` says so.
    pub(crate) fn shut_at(at: fn(Point) -> bool) -> Self {
        let inner = Inner {
            at,
            arrived: AtomicUsize::new(0),
            armed: AtomicBool::new(true),
            open: watch::Sender::new(false),
        };
        Self(Arc::new(inner))
    }

    pub(crate) fn probes(&self) -> Probes {
        Probes::new(Arc::clone(&self.0) as Arc<dyn Probe>)
    }

    /// Waits until somebody stands before the gate.
    pub(crate) async fn reached(&self) {
        soon("the gate", async || self.0.arrived.load(Ordering::SeqCst) > 0).await;
    }

    /// Lets everybody go on, now and later.
    pub(crate) fn open(&self) {
        self.0.armed.store(false, Ordering::SeqCst);
        self.0.open.send_replace(true);
    }
}

impl Probe for Inner {
    fn at(&self, point: Point) -> BoxFuture<'_, ()> {
        async move {
            if !(self.at)(point) || !self.armed.load(Ordering::SeqCst) {
                return;
            }
            self.arrived.fetch_add(1, Ordering::SeqCst);
            let _ = self.open.subscribe().wait_for(|open| *open).await;
        }
        .boxed()
    }
}
