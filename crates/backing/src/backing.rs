//! The two servers of a process: found or started on demand, ended with it.

use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::environment::Environment;
use crate::local::Signal;
use crate::run_folder::RunFolder;
use crate::server::{Kind, Server};
use crate::{BackingError, BackingOptions, Need};

/// PostgreSQL and Apache Kafka, found or started.
///
/// What it started ends with it: on [`shutdown`](Backing::shutdown), when it is dropped, and, through a process that
/// watches this one, also after Ctrl-C, a panic or `kill -9`. Data and logs go with the servers. What was given by
/// its URL is left alone.
#[derive(Debug)]
pub struct Backing {
    pub(crate) options: BackingOptions,
    pub(crate) environment: Environment,
    pub(crate) run: OnceCell<Arc<RunFolder>>,
    postgres: OnceCell<Server>,
    kafka: OnceCell<Server>,
}

impl Backing {
    /// Finds or starts what `options` ask for and waits until it answers.
    ///
    /// Seconds where servers must be started; the first time on a machine also what it takes to fetch Kafka's jars.
    ///
    /// # Errors
    /// When a required server could not be had in any allowed way; the message says why and names the remedy.
    pub async fn start(options: BackingOptions) -> Result<Backing, BackingError> {
        let backing = Backing::on_demand(options)?;
        let postgres = async {
            match backing.options.postgres {
                Need::Required => backing.postgres().await.map(drop),
                Need::NotNeeded => Ok(()),
            }
        };
        let kafka = async {
            match backing.options.kafka {
                Need::Required => backing.kafka().await.map(drop),
                Need::NotNeeded => Ok(()),
            }
        };
        tokio::try_join!(postgres, kafka)?;
        Ok(backing)
    }

    /// One that starts nothing yet.
    pub(crate) fn on_demand(options: BackingOptions) -> Result<Backing, BackingError> {
        Ok(Backing {
            options,
            environment: Environment::read()?,
            run: OnceCell::new(),
            postgres: OnceCell::new(),
            kafka: OnceCell::new(),
        })
    }

    /// Superuser URL of PostgreSQL's maintenance database, without TLS or password when the server is ours.
    ///
    /// # Panics
    /// When this backing was started without PostgreSQL.
    pub fn postgres_url(&self) -> &str {
        &self.postgres.get().expect("this backing was started without PostgreSQL").address
    }

    /// Kafka's bootstrap servers, `host:port`, comma-separated; plain text when the server is ours.
    ///
    /// # Panics
    /// When this backing was started without Apache Kafka.
    pub fn kafka_brokers(&self) -> &str {
        &self.kafka.get().expect("this backing was started without Apache Kafka").address
    }

    /// Which servers serve, in one line for people:
    /// `PostgreSQL 15.18: local process on port 15123; Apache Kafka 4.3.1: local process on port 15124`.
    pub fn describe(&self) -> String {
        let servers = [self.postgres.get(), self.kafka.get()];
        let phrases: Vec<&str> =
            servers.into_iter().flatten().map(|server| server.description.as_str()).collect();
        phrases.join("; ")
    }

    /// Ends what was started and waits until it is gone.
    pub async fn shutdown(self) {
        if let Some(run) = self.run.get().cloned() {
            // Should the waiting fail, the drop of this value ends the servers all the same.
            tokio::task::spawn_blocking(move || run.clean_up()).await.ok();
        }
    }

    /// Stops PostgreSQL in order and starts it again, on the same port and data.
    ///
    /// # Errors
    /// As all the methods below: when the server was given by its URL, or does not stop or start within its bound.
    pub async fn restart_postgres(&self) -> Result<(), BackingError> {
        self.stop_postgres().await?;
        self.start_postgres().await
    }

    /// Stops PostgreSQL in order; its clients are cut off.
    pub async fn stop_postgres(&self) -> Result<(), BackingError> {
        self.postgres().await?.end(Signal::Stop).await
    }

    /// Kills PostgreSQL as a crash would.
    pub async fn kill_postgres(&self) -> Result<(), BackingError> {
        self.postgres().await?.end(Signal::Kill).await
    }

    /// Starts PostgreSQL again after a stop or kill and waits until it answers.
    pub async fn start_postgres(&self) -> Result<(), BackingError> {
        self.postgres().await?.start_again().await
    }

    /// Stops Kafka in order and starts it again, on the same port and data.
    pub async fn restart_kafka(&self) -> Result<(), BackingError> {
        self.stop_kafka().await?;
        self.start_kafka().await
    }

    /// Stops Kafka in order.
    pub async fn stop_kafka(&self) -> Result<(), BackingError> {
        self.kafka().await?.end(Signal::Stop).await
    }

    /// Kills Kafka as a crash would.
    pub async fn kill_kafka(&self) -> Result<(), BackingError> {
        self.kafka().await?.end(Signal::Kill).await
    }

    /// Starts Kafka again after a stop or kill and waits until it answers.
    pub async fn start_kafka(&self) -> Result<(), BackingError> {
        self.kafka().await?.start_again().await
    }

    /// PostgreSQL, found or started by the first who asks.
    pub(crate) async fn postgres(&self) -> Result<&Server, BackingError> {
        self.postgres.get_or_try_init(|| self.find(Kind::Postgres)).await
    }

    /// Kafka, found or started by the first who asks.
    pub(crate) async fn kafka(&self) -> Result<&Server, BackingError> {
        self.kafka.get_or_try_init(|| self.find(Kind::Kafka)).await
    }
}
