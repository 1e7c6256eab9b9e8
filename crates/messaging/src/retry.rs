//! Waiting before the next attempt: exponential, with jitter, bounded, and reported once per episode.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

use crate::metrics;

/// First pause.
const MIN_DELAY: Duration = Duration::from_millis(100);
/// Longest pause, so that work goes on soon after a dependency is back.
const MAX_DELAY: Duration = Duration::from_secs(5);

/// One activity that may fail for a while. Never gives up.
pub(crate) struct Retry {
    what: String,
    episode: Option<ExponentialBackoff>,
}

impl Retry {
    /// `what` names the activity in logs and metrics.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), episode: None }
    }

    /// Records a failure and returns how long to wait.
    pub(crate) fn failed(&mut self, error: &dyn std::fmt::Display) -> Duration {
        metrics::retried(&self.what);
        let episode = self.episode.get_or_insert_with(|| {
            tracing::warn!(what = self.what, %error, "messaging.waiting");
            backoff()
        });
        // Without a bound on attempts there is always a next pause.
        episode.next().unwrap_or(MAX_DELAY)
    }

    /// Records a success.
    pub(crate) fn succeeded(&mut self) {
        if self.episode.take().is_some() {
            tracing::info!(what = self.what, "messaging.resumed");
        }
    }
}

fn backoff() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(MIN_DELAY)
        .with_max_delay(MAX_DELAY)
        .with_jitter()
        .without_max_times()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_never_end() {
        let mut retry = Retry::new("test");
        let pauses: Vec<Duration> = (0..100).map(|_| retry.failed(&"away")).collect();
        assert!(pauses[0] < Duration::from_millis(300));
        assert!(pauses.iter().all(|pause| *pause <= 2 * MAX_DELAY));
        assert!(pauses[99] >= MAX_DELAY);
    }
}
