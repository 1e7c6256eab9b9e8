//! Who takes part in the programme, what they authorised and what they excluded. See `README.md`.

mod app;
mod clients;
mod config;
mod consumer;
mod domain;
mod grpc;
mod publish;
mod remembered;
mod store;

use std::sync::Arc;

use anyhow::Context;
use bus::Bus;
use chassis::{App, ClientArgs, ClientChannel, GrpcServer, Host, RoleTable, Service};
use messaging::{Messaging, OPS_ROLES};
use wire::catalog::events::v1::CatalogEvent;
use wire::enrollment::events::v1::EnrollmentEvent;
use wire::enrollment::state::v1::EnrollmentState;
use wire::enrollment::v1::enrollment_service_server::EnrollmentServiceServer;
use wire::sellers::events::v1::SellersEvent;

pub use config::Config;

use app::{StatePublisher, Uploads};
use clients::Eligibility;
use consumer::{CatalogHandler, RegionsHandler, SellersHandler};
use domain::{Messages, Policy};
use grpc::EnrollmentApi;
use remembered::Remembered;
use store::facts::Facts;

/// Name in topics, metrics, logs and the consumer group; also `ce_source` of our events.
const NAME: &str = "enrollment";

/// The service.
pub struct Enrollment;

impl Service for Enrollment {
    const NAME: &'static str = NAME;
    type Config = Config;

    fn validate(config: &Config) -> anyhow::Result<()> {
        config.database.validate()?;
        Policy::embedded().context("the embedded policy cannot be used")?;
        Messages::embedded().map(drop).context("the embedded messages cannot be used")
    }

    async fn migrate(config: Config) -> anyhow::Result<()> {
        let pool = messaging::connect(&config.database)?;
        messaging::migrate(&pool).await?;
        Ok(store::MIGRATIONS.run(&pool).await?)
    }

    async fn build(config: Config, host: Host) -> anyhow::Result<App> {
        let pool = messaging::connect(&config.database)?;
        let bus = Bus::new(config.bus, NAME);
        let policy = Arc::new(Policy::embedded()?);
        let messages = Arc::new(Messages::embedded()?);
        let remembered = Arc::new(Remembered::default());
        let clock = host.clock.clone();
        let sellers = SellersHandler { policy: policy.clone(), clock: clock.clone() };
        let messaging = Messaging::new(NAME, pool.clone(), bus, clock.clone(), config.messaging)
            .migrated(&store::MIGRATIONS)
            .consume::<SellersEvent, _>(sellers)
            .consume::<CatalogEvent, _>(CatalogHandler)
            .deadlines(RegionsHandler { policy: policy.clone() })
            .publishes::<EnrollmentState>()
            .work(StatePublisher)
            .watch::<EnrollmentEvent>(remembered.clone())
            .audit(Facts);
        let ops = messaging.ops_services();
        let roles = RoleTable::new(grpc::ROLES).with(OPS_ROLES);
        let client = ClientArgs::new(&config.eligibility_url, config.token.token_source()?);
        let eligibility = Eligibility::new(ClientChannel::connect(client)?);
        let uploads =
            Uploads::new(pool.clone(), policy.clone(), messages.clone(), clock.clone(), eligibility.clone());
        let api = EnrollmentApi { pool, policy, messages, clock, uploads, eligibility, remembered };
        let server =
            GrpcServer::new(&config.server, config.auth.authenticator()?, roles, host.readiness.clone())
                .add(EnrollmentServiceServer::new(api))
                .add(ops.dead_letters)
                .add(ops.progress)
                .add(ops.audit)
                .bind()
                .await?;
        messaging.start(&host);
        Ok(App::new(host, server, config.server.drain()))
    }
}
