//! The five services in one process.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use backing::{Backing, ensure_service_database};
use bus::BusArgs;
use chassis::{
    AuthArgs, Clock, Host, Ids, Principal, Readiness, Role, ServerArgs, Service, ServiceTokenArgs, Shutdown,
    SigningKey, Tasks, TokenSource,
};
use customs::Customs;
use eligibility::Eligibility;
use enrollment::Enrollment;
use fulfillment::Fulfillment;
use messaging::{DatabaseArgs, MessagingArgs};
use returns::Returns;
use simulator::Endpoints;

/// Issuer of the tokens that a signing key of our own signs.
const ISSUER: &str = "fba-export-dev";
/// A service that is not ready after so long is not going to be.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Stopping takes at most so long.
const STOPPED_WITHIN: Duration = Duration::from_secs(40);

/// The running system.
pub struct Stack {
    /// Where the services answer.
    pub endpoints: Endpoints,
    /// Kafka, with this run's topic prefix.
    pub bus: BusArgs,
    tasks: Tasks,
}

/// What the services have in common.
struct Common {
    postgres: String,
    run: String,
    auth: AuthArgs,
    bus: BusArgs,
    key: SigningKey,
    documents: PathBuf,
    seed: u64,
}

impl Stack {
    /// Makes databases and topics of this run's own, and starts the services on simulated clocks. Returns when all are
    /// ready. `out` takes the public key and the documents.
    ///
    /// # Errors
    /// When something does not start; what did is stopped.
    pub async fn start(
        backing: &Backing,
        out: &Path,
        seed: u64,
        key: SigningKey,
        shutdown: Shutdown,
    ) -> anyhow::Result<Self> {
        let jwks_file = out.join("jwks.json");
        std::fs::write(&jwks_file, key.jwks_json()?)
            .with_context(|| format!("write {}", jwks_file.display()))?;
        // Names of this run's databases and topics: servers that were given are left as they are.
        let run = Ids::random().uuid().simple().to_string()[24..].to_owned();
        let common = Common {
            postgres: backing.postgres_url().to_owned(),
            auth: AuthArgs { jwks_file, token_issuer: ISSUER.to_owned() },
            bus: BusArgs::new(backing.kafka_brokers(), format!("run-{run}-")),
            run,
            key,
            documents: out.join("documents"),
            seed,
        };
        let tasks = Tasks::new(shutdown.clone());
        match common.start_services(&tasks, &shutdown).await {
            Ok(endpoints) => Ok(Self { endpoints, bus: common.bus, tasks }),
            Err(error) => {
                shutdown.cancel();
                drain(tasks).await;
                Err(error)
            }
        }
    }

    /// Stops the services in order. Their shutdown has been cancelled before.
    pub async fn stop(self) {
        drain(self.tasks).await;
    }
}

async fn drain(tasks: Tasks) {
    if let Err(error) = tasks.drain(STOPPED_WITHIN).await {
        eprintln!("standalone: {error}");
    }
}

impl Common {
    async fn start_services(&self, tasks: &Tasks, shutdown: &Shutdown) -> anyhow::Result<Endpoints> {
        // Fulfillment calls customs and customs calls fulfillment: one of the addresses is needed before it is bound.
        let fulfillment_addr = free_address()?;
        let fulfillment_url = url(fulfillment_addr);
        let mut starting = Vec::new();
        let mut launch = |name, (addr, readiness): (SocketAddr, Readiness)| {
            starting.push((name, readiness));
            url(addr)
        };

        let config = eligibility::Config {
            server: ServerArgs::local(),
            auth: self.auth.clone(),
            database: self.database(Eligibility::NAME).await?,
            bus: self.bus.clone(),
            messaging: MessagingArgs::default(),
            documents_folder: self.documents.clone(),
            check_memory_mib: eligibility::CHECK_MEMORY_MIB,
            hs_references: None,
        };
        let eligibility =
            launch(Eligibility::NAME, self.start::<Eligibility>(config, tasks, shutdown).await?);

        let config = enrollment::Config {
            server: ServerArgs::local(),
            auth: self.auth.clone(),
            database: self.database(Enrollment::NAME).await?,
            bus: self.bus.clone(),
            messaging: MessagingArgs::default(),
            token: self.token(Enrollment::NAME),
            eligibility_url: eligibility.clone(),
        };
        let enrollment = launch(Enrollment::NAME, self.start::<Enrollment>(config, tasks, shutdown).await?);

        let config = customs::Config {
            server: ServerArgs::local(),
            auth: self.auth.clone(),
            database: self.database(Customs::NAME).await?,
            bus: self.bus.clone(),
            messaging: MessagingArgs::default(),
            token: self.token(Customs::NAME),
            fulfillment_url,
            documents_folder: self.documents.clone(),
            screening: customs::ScreeningArgs::default(),
        };
        let customs = launch(Customs::NAME, self.start::<Customs>(config, tasks, shutdown).await?);

        let config = returns::Config {
            server: ServerArgs::local(),
            auth: self.auth.clone(),
            database: self.database(Returns::NAME).await?,
            bus: self.bus.clone(),
            messaging: MessagingArgs::default(),
        };
        let returns = launch(Returns::NAME, self.start::<Returns>(config, tasks, shutdown).await?);

        let config = fulfillment::Config {
            server: ServerArgs { grpc_addr: fulfillment_addr, ..ServerArgs::local() },
            auth: self.auth.clone(),
            database: self.database(Fulfillment::NAME).await?,
            bus: self.bus.clone(),
            messaging: MessagingArgs::default(),
            token: self.token(Fulfillment::NAME),
            eligibility_url: eligibility.clone(),
            customs_url: customs.clone(),
        };
        let fulfillment =
            launch(Fulfillment::NAME, self.start::<Fulfillment>(config, tasks, shutdown).await?);

        for (name, readiness) in starting {
            if tokio::time::timeout(READY_WITHIN, readiness.ready()).await.is_err() {
                bail!("{name} is not ready; it waits for {}", readiness.waiting_for().join(", "));
            }
        }
        Ok(Endpoints { enrollment, eligibility, fulfillment, customs, returns })
    }

    /// Brings the service's database to its version, builds the service and lets it run.
    async fn start<S: Service>(
        &self,
        config: S::Config,
        tasks: &Tasks,
        shutdown: &Shutdown,
    ) -> anyhow::Result<(SocketAddr, Readiness)> {
        S::validate(&config)?;
        S::migrate(config.clone()).await.with_context(|| format!("migrate {}", S::NAME))?;
        let host = Host::new(Clock::simulated().0, Ids::seeded(self.seed), shutdown);
        let app = S::build(config, host).await.with_context(|| format!("start {}", S::NAME))?;
        let (addr, readiness) = (app.grpc_addr, app.readiness().clone());
        let stop = shutdown.clone();
        tasks.spawn(S::NAME, async move { app.run(stop).await.with_context(|| S::NAME) });
        Ok((addr, readiness))
    }

    async fn database(&self, service: &str) -> anyhow::Result<DatabaseArgs> {
        let name = format!("{service}_{}", self.run);
        Ok(DatabaseArgs::new(ensure_service_database(&self.postgres, &name).await?))
    }

    /// Who a service is when it calls another.
    fn token(&self, service: &str) -> ServiceTokenArgs {
        let principal = Principal::new(format!("service:{service}"), Role::Service);
        ServiceTokenArgs::of(TokenSource::Minted(self.key.clone(), principal))
    }
}

fn url(addr: SocketAddr) -> String {
    format!("http://{addr}")
}

/// A loopback address that is free right now.
fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port")?;
    Ok(listener.local_addr()?)
}
