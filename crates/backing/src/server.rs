//! One server, wherever it comes from.

use std::time::Duration;

use crate::BackingError;
use crate::containers::Container;
use crate::local::{LocalServer, Signal};

/// How often a server is started when others keep taking its ports.
pub(crate) const START_ATTEMPTS: u32 = 5;
/// How long a server may take until it answers. Seconds are usual; a loaded machine takes longer.
pub(crate) const UNTIL_READY: Duration = Duration::from_secs(180);
/// How much of a log goes into an error.
const LOG_LINES: usize = 15;

/// Which of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Postgres,
    Kafka,
}

impl Kind {
    /// What errors and lines for people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Postgres => "PostgreSQL",
            Kind::Kafka => "Apache Kafka",
        }
    }

    /// What its files and containers are called.
    pub(crate) fn short_name(self) -> &'static str {
        match self {
            Kind::Postgres => "postgres",
            Kind::Kafka => "kafka",
        }
    }

    /// Where clients find one of ours: a superuser's URL, or bootstrap servers.
    pub(crate) fn address_on_loopback(self, port: u16) -> String {
        match self {
            Kind::Postgres => format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            Kind::Kafka => format!("127.0.0.1:{port}"),
        }
    }

    /// The variable that names a running one.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Kind::Postgres => "FBA_POSTGRES_URL",
            Kind::Kafka => "FBA_KAFKA_BROKERS",
        }
    }
}

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
    Given(Kind),
    Container(Box<Container>),
    Local(LocalServer),
}

impl Server {
    /// Starts it again where it was, with the data it had. Does nothing when it runs.
    pub(crate) async fn start_again(&self) -> Result<(), BackingError> {
        match &self.handle {
            Handle::Given(kind) => Err(BackingError::NotOurs { server: kind.name() }),
            Handle::Container(server) => server.start_again().await,
            Handle::Local(server) => server.start_again().await,
        }
    }

    /// Ends it and waits until it is gone. Does nothing when it does not run.
    pub(crate) async fn end(&self, signal: Signal) -> Result<(), BackingError> {
        match &self.handle {
            Handle::Given(kind) => Err(BackingError::NotOurs { server: kind.name() }),
            Handle::Container(server) => server.end(signal).await,
            Handle::Local(server) => server.end(signal).await,
        }
    }
}

/// The last lines of a log, for an error.
pub(crate) fn end_of_log(log: &[u8]) -> String {
    let text = String::from_utf8_lossy(log);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}
