//! Ready only when every part that was announced has finished starting, and never again once stopping began.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::watch;

/// Collects the parts a process waits for before it takes traffic.
#[derive(Clone, Debug)]
pub struct Readiness(Arc<watch::Sender<State>>);

#[derive(Clone, Debug, Default)]
struct State {
    waiting_for: BTreeSet<String>,
    stopping: bool,
}

/// One part that is not ready yet. Dropping it without [`Latch::release`] leaves the process not ready: a part that
/// died while starting never counts as started.
#[derive(Debug)]
#[must_use = "the process stays not ready until the latch is released"]
pub struct Latch {
    readiness: Readiness,
    name: String,
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new()
    }
}

impl Readiness {
    /// Waits for nothing yet, so it is ready: take latches before the servers start.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(State::default())))
    }

    /// Not ready until the returned latch is released. `name` must be unique in the process; it is shown by `/ready`.
    pub fn latch(&self, name: impl Into<String>) -> Latch {
        let name = name.into();
        self.0.send_modify(|state| {
            state.waiting_for.insert(name.clone());
        });
        Latch { readiness: self.clone(), name }
    }

    /// True when every latch is released and stopping has not begun.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.borrow().is_ready()
    }

    /// What is still waited for, sorted.
    #[must_use]
    pub fn waiting_for(&self) -> Vec<String> {
        self.0.borrow().waiting_for.iter().cloned().collect()
    }

    /// Not ready from now on: the first step of stopping.
    pub fn stop(&self) {
        self.0.send_modify(|state| state.stopping = true);
    }

    /// Returns when the process is ready. Never returns after [`Readiness::stop`].
    pub async fn ready(&self) {
        // The sender lives in self, so the wait ends only by becoming ready.
        let _ = self.0.subscribe().wait_for(State::is_ready).await;
    }

    /// Returns once readiness differs from `known`.
    pub(crate) async fn differs_from(&self, known: bool) {
        let _ = self.0.subscribe().wait_for(|state| state.is_ready() != known).await;
    }
}

impl State {
    fn is_ready(&self) -> bool {
        self.waiting_for.is_empty() && !self.stopping
    }
}

impl Latch {
    /// The part has started.
    pub fn release(self) {
        self.readiness.0.send_modify(|state| {
            state.waiting_for.remove(&self.name);
        });
    }
}
