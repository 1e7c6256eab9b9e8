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
                    None => Err(format!("{} is not set", kind.variable())),
                },
                Way::Containers => self.start_container(kind).await.map_err(|error| error.to_string()),
                Way::Local => self.start_locally(kind, &reasons).await.map_err(|error| error.to_string()),
            };
            match tried {
                Ok(server) => return Ok(server),
                Err(reason) => reasons.push(reason),
            }
        }
        let reasons = reasons.join("; ");
        Err(BackingError::Nowhere { server: kind.name(), reasons, variable: kind.variable() })
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

    /// `reasons` say why it came to this.
    async fn start_locally(&self, kind: Kind, reasons: &[String]) -> Result<Server, BackingError> {
        let server = LocalServer::start(kind, &*self.run().await?, self.options.durable).await?;
        let why = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join("; ")) };
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
