//! One server, wherever it comes from.

use crate::BackingError;
use crate::local::{LocalKafka, LocalPostgres, Signal};

/// What errors and lines for people call them.
pub(crate) const POSTGRES: &str = "PostgreSQL";
/// See [`POSTGRES`].
pub(crate) const KAFKA: &str = "Apache Kafka";

/// How often a server is started when others keep taking its ports.
pub(crate) const START_ATTEMPTS: u32 = 5;

/// A server that serves.
#[derive(Debug)]
pub(crate) struct Server {
    /// PostgreSQL: superuser URL of the maintenance database. Kafka: bootstrap servers.
    pub(crate) address: String,
    /// One phrase for people: `PostgreSQL 15.18: local process on port 15123`.
    pub(crate) description: String,
    pub(crate) handle: Handle,
}

/// What can be done to it.
#[derive(Debug)]
pub(crate) enum Handle {
    Given(&'static str),
    LocalPostgres(LocalPostgres),
    LocalKafka(LocalKafka),
}

impl Server {
    /// Starts it again where it was, with the data it had. Does nothing when it runs.
    pub(crate) async fn start_again(&self) -> Result<(), BackingError> {
        match &self.handle {
            Handle::Given(server) => Err(BackingError::NotOurs { server }),
            Handle::LocalPostgres(server) => server.start_again().await,
            Handle::LocalKafka(server) => server.start_again().await,
        }
    }

    /// Ends it and waits until it is gone. Does nothing when it does not run.
    pub(crate) async fn end(&self, signal: Signal) -> Result<(), BackingError> {
        match &self.handle {
            Handle::Given(server) => Err(BackingError::NotOurs { server }),
            Handle::LocalPostgres(server) => server.end(signal).await,
            Handle::LocalKafka(server) => server.end(signal).await,
        }
    }
}
