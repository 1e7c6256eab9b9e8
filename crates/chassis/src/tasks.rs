//! Background work of a process: named, watched, and ended in order.
// The one home of `tokio::spawn`.
#![allow(clippy::disallowed_methods)]

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Cancelled once: from then on nothing new is begun.
pub type Shutdown = CancellationToken;

/// The process's background tasks, in two stages. Ordinary tasks are told to stop first and finish what they have
/// begun; flushers (the relay, the admin server) go on until all ordinary tasks have ended, then stop too.
///
/// A task that fails or panics stops the process: half a service is worse than none.
#[derive(Clone)]
pub struct Tasks(Arc<Inner>);

struct Inner {
    shutdown: Shutdown,
    work: TaskTracker,
    flush: Shutdown,
    flushers: TaskTracker,
    failure: Mutex<Option<anyhow::Error>>,
}

/// Why the tasks did not end well.
#[derive(Debug, thiserror::Error)]
pub enum DrainError {
    /// A task failed; the others were stopped because of it.
    #[error("{0:#}")]
    Failed(anyhow::Error),
    /// Tasks still ran when the deadline passed.
    #[error("{0} tasks still ran when the drain deadline passed")]
    Late(usize),
}

impl Tasks {
    /// No tasks yet; `shutdown` tells the ordinary ones to stop.
    #[must_use]
    pub fn new(shutdown: Shutdown) -> Self {
        Self(Arc::new(Inner {
            shutdown,
            work: TaskTracker::new(),
            flush: Shutdown::new(),
            flushers: TaskTracker::new(),
            failure: Mutex::new(None),
        }))
    }

    /// Cancelled when ordinary tasks must stop.
    #[must_use]
    pub fn shutdown(&self) -> &Shutdown {
        &self.0.shutdown
    }

    /// Runs `task` until it ends. It must watch [`Tasks::shutdown`] and end soon after.
    pub fn spawn<F>(&self, name: impl Into<String>, task: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.0.work.spawn(self.clone().watch(name.into(), task));
    }

    /// Runs a task that goes on while the ordinary ones drain; its token is cancelled when they have ended.
    pub fn spawn_flusher<F>(&self, name: impl Into<String>, task: impl FnOnce(Shutdown) -> F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.0.flushers.spawn(self.clone().watch(name.into(), task(self.0.flush.clone())));
    }

    async fn watch(self, name: String, task: impl Future<Output = anyhow::Result<()>>) {
        let failure = match AssertUnwindSafe(task).catch_unwind().await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.context(format!("task {name} failed")),
            Err(_) => anyhow::anyhow!("task {name} panicked"),
        };
        tracing::error!(task = name, error = format!("{failure:#}"), "task.failed");
        self.failed(failure);
    }

    fn failed(&self, failure: anyhow::Error) {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
        self.0.shutdown.cancel();
    }

    /// Stops everything in order within `deadline`: ordinary tasks, then flushers. What still runs afterwards is
    /// told to stop but not waited for.
    ///
    /// # Errors
    /// The first failure of a task, or how many still ran at the deadline.
    pub async fn drain(&self, deadline: Duration) -> Result<(), DrainError> {
        self.0.shutdown.cancel();
        self.0.work.close();
        self.0.flushers.close();
        let in_order = async {
            self.0.work.wait().await;
            self.0.flush.cancel();
            self.0.flushers.wait().await;
        };
        let late = tokio::time::timeout(deadline, in_order).await.is_err();
        self.0.flush.cancel();
        if let Some(failure) = self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(DrainError::Failed(failure));
        }
        if late { Err(DrainError::Late(self.0.work.len() + self.0.flushers.len())) } else { Ok(()) }
    }
}
