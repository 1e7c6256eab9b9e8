//! How a server is found: one way after the other, until one serves.

use std::sync::Arc;

use crate::containers::Container;
use crate::local::{LocalServer, kafka_version};
use crate::run_folder::RunFolder;
use crate::server::{Handle, Kind, Server};
use crate::{Backing, BackingError, Way, given, probe, url};

impl Backing {
    /// Finds or starts a server in the first way that is allowed and works. A given URL that does not answer ends the
    /// search: who names a server wants that one.
    pub(crate) async fn find(&self, kind: Kind) -> Result<Server, BackingError> {
        let mut reasons = Vec::new();
        for way in self.ways() {
            let tried = match way {
                Way::Given => match self.given(kind) {
                    Some(address) => return use_given(kind, address).await,
                    None => Err(BackingError::NotGiven { variable: kind.variable() }),
                },
                Way::Containers => self.start_container(kind).await,
                Way::Local => self.start_locally(kind, &reasons).await,
            };
            match tried {
                Ok(server) => return Ok(server),
                Err(reason) => reasons.push(reason),
            }
        }
        let reasons: Vec<String> = reasons.iter().map(BackingError::to_string).collect();
        Err(BackingError::Nowhere {
            server: kind.name(),
            reasons: reasons.join("; "),
            variable: kind.variable(),
        })
    }

    /// The ways allowed by the caller and the environment, in order.
    fn ways(&self) -> impl Iterator<Item = Way> {
        let only = self.environment.way;
        self.options.ways.iter().copied().filter(move |way| only.is_none_or(|only| only == *way))
    }

    fn given(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Postgres => self.environment.postgres_url.as_deref(),
            Kind::Kafka => self.environment.kafka_brokers.as_deref(),
        }
    }

    async fn start_container(&self, kind: Kind) -> Result<Server, BackingError> {
        let server = Container::start(kind, &*self.run().await?, self.options.durable).await?;
        let place = format!("container of {} on port {}", server.image(), server.port());
        Ok(own(kind, server.port(), place, Handle::Container(Box::new(server))).await)
    }

    /// `reasons` say why it came to this. One is worth telling: an engine that is there and was of no use.
    async fn start_locally(&self, kind: Kind, reasons: &[BackingError]) -> Result<Server, BackingError> {
        let server = LocalServer::start(kind, &*self.run().await?, self.options.durable).await?;
        let unused = reasons.iter().find(|reason| matches!(reason, BackingError::Containers { .. }));
        let why = unused.map(|reason| format!(" ({reason})")).unwrap_or_default();
        let place = format!("local process on port {}{why}", server.port());
        Ok(own(kind, server.port(), place, Handle::Local(server)).await)
    }

    /// The folder of this run, made by the first who needs it.
    async fn run(&self) -> Result<Arc<RunFolder>, BackingError> {
        let run = self.run.get_or_try_init(async || RunFolder::create().map(Arc::new)).await?;
        Ok(run.clone())
    }
}

async fn use_given(kind: Kind, address: &str) -> Result<Server, BackingError> {
    let description = match kind {
        Kind::Postgres => {
            format!("{} {}: given, {}", kind.name(), given::postgres(address).await?, url::address(address))
        }
        Kind::Kafka => {
            given::kafka(address).await?;
            format!("{}: given, {address}", kind.name())
        }
    };
    Ok(Server { address: address.to_owned(), description, handle: Handle::Given(kind) })
}

/// A server of our own that answers.
async fn own(kind: Kind, port: u16, place: String, handle: Handle) -> Server {
    let address = kind.address_on_loopback(port);
    let version = match kind {
        Kind::Postgres => probe::postgres(&address).await.unwrap_or_default(),
        Kind::Kafka => kafka_version().to_owned(),
    };
    Server { address, description: format!("{} {version}: {place}", kind.name()), handle }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use tokio::net::TcpListener;

    use super::*;
    use crate::BackingOptions;
    use crate::environment::Environment;

    fn backing(environment: Environment) -> Backing {
        let mut backing = Backing::on_demand(BackingOptions::for_tests()).unwrap();
        backing.environment = environment;
        backing
    }

    #[tokio::test]
    async fn a_given_url_that_does_not_answer_is_an_error_and_no_reason_to_start_a_server() {
        let given = Some("postgres://root:secret@127.0.0.1:1/postgres".to_owned());
        let backing = backing(Environment { postgres_url: given, ..Environment::default() });
        let error = backing.find(Kind::Postgres).await.unwrap_err().to_string();
        assert!(
            error.starts_with("PostgreSQL was given as 127.0.0.1:1, but does not answer there"),
            "{error}"
        );
        assert!(!error.contains("secret"), "{error}");
        assert!(backing.run.get().is_none());
    }

    #[tokio::test]
    async fn where_no_way_is_left_the_error_names_the_remedies() {
        let backing = backing(Environment { way: Some(Way::Given), ..Environment::default() });
        let error = backing.find(Kind::Kafka).await.unwrap_err().to_string();
        assert!(error.contains("make setup") && error.contains("FBA_KAFKA_BROKERS"), "{error}");
    }

    #[tokio::test]
    async fn a_given_server_is_not_ours_to_stop() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let given = Some(listener.local_addr().unwrap().to_string());
        let backing = backing(Environment { kafka_brokers: given, ..Environment::default() });
        let error = backing.stop_kafka().await.unwrap_err();
        assert!(matches!(error, BackingError::NotOurs { .. }), "{error}");
    }
}
