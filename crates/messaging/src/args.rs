//! What a process is told about its database and its messaging.

use std::path::PathBuf;
use std::time::Duration;

use chassis::Secret;

use crate::Probes;

/// Flags and environment of the service's own database.
#[derive(Debug, Clone, clap::Args)]
pub struct DatabaseArgs {
    /// URL of the service's own database: postgres://role:password@host:port/database.
    #[arg(long, env = "FBA_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<Secret>,

    /// File that holds the URL.
    #[arg(long, env = "FBA_DATABASE_URL_FILE", conflicts_with = "database_url")]
    pub database_url_file: Option<PathBuf>,

    /// Connections kept for requests and consumers, 2 to 100. The relay has one per lane and one to listen besides.
    #[arg(long, env = "FBA_DATABASE_POOL_SIZE", default_value_t = 10,
          value_parser = clap::value_parser!(u32).range(2..=100))]
    pub database_pool_size: u32,
}

impl DatabaseArgs {
    /// The database with this URL, everything else as by default.
    pub fn new(url: impl Into<String>) -> Self {
        Self { database_url: Some(Secret::new(url)), database_url_file: None, database_pool_size: 10 }
    }
}

/// Flags and environment of consumers, relay and retention. The defaults are right for production.
#[derive(Debug, Clone, clap::Args)]
pub struct MessagingArgs {
    /// Records that a handler is given at once, 1 to 5,000.
    #[arg(long, env = "FBA_CONSUMER_BATCH", default_value_t = 500,
          value_parser = clap::value_parser!(u16).range(1..=5_000))]
    pub consumer_batch: u16,

    /// Batches in work at the same time, each of another partition and with a connection of its own, 1 to 64.
    #[arg(long, env = "FBA_CONSUMER_CONCURRENCY", default_value_t = 4,
          value_parser = clap::value_parser!(u16).range(1..=64))]
    pub consumer_concurrency: u16,

    /// Milliseconds a busy partition waits for its batch to fill, 0 to 1,000. A quiet one does not wait.
    #[arg(long, env = "FBA_CONSUMER_LINGER_MS", default_value_t = 20,
          value_parser = clap::value_parser!(u16).range(0..=1_000))]
    pub consumer_linger_ms: u16,

    /// Rows that the relay publishes in one Kafka transaction, 1 to 5,000.
    #[arg(long, env = "FBA_RELAY_BATCH", default_value_t = 1_000,
          value_parser = clap::value_parser!(u16).range(1..=5_000))]
    pub relay_batch: u16,

    /// Milliseconds a busy lane of the relay waits for its batch to fill, 0 to 1,000. A quiet one does not wait.
    #[arg(long, env = "FBA_RELAY_LINGER_MS", default_value_t = 20,
          value_parser = clap::value_parser!(u16).range(0..=1_000))]
    pub relay_linger_ms: u16,

    /// Milliseconds between two looks of the relay when no notification came, 10 to 60,000.
    #[arg(long, env = "FBA_RELAY_POLL_MS", default_value_t = 1_000,
          value_parser = clap::value_parser!(u16).range(10..=60_000))]
    pub relay_poll_ms: u16,

    /// Days that the inbox remembers an event, 1 to 365. Not less than topics keep their records: a consumer group that
    /// is set back further would see forgotten events as new.
    #[arg(long, env = "FBA_INBOX_DAYS", default_value_t = 14,
          value_parser = clap::value_parser!(u16).range(1..=365))]
    pub inbox_days: u16,

    /// Days of business time that answers to calls with a request_id are kept, 1 to 365.
    #[arg(long, env = "FBA_REQUEST_DAYS", default_value_t = 30,
          value_parser = clap::value_parser!(u16).range(1..=365))]
    pub request_days: u16,

    /// Hooks for tests that stop the machinery between two steps.
    #[arg(skip)]
    pub probes: Probes,
}

impl Default for MessagingArgs {
    fn default() -> Self {
        Self {
            consumer_batch: 500,
            consumer_concurrency: 4,
            consumer_linger_ms: 20,
            relay_batch: 1_000,
            relay_linger_ms: 20,
            relay_poll_ms: 1_000,
            inbox_days: 14,
            request_days: 30,
            probes: Probes::default(),
        }
    }
}

impl MessagingArgs {
    pub(crate) fn linger(&self) -> Duration {
        Duration::from_millis(self.consumer_linger_ms.into())
    }

    pub(crate) fn relay_linger(&self) -> Duration {
        Duration::from_millis(self.relay_linger_ms.into())
    }

    pub(crate) fn relay_poll(&self) -> Duration {
        Duration::from_millis(self.relay_poll_ms.into())
    }
}
