//! Returned and lost goods: judged, restocked, reimbursed, refunded, in a ledger that balances. What it owns, consumes
//! and publishes is in the crate's README.

mod app;
mod config;
mod consumer;
mod domain;
mod grpc;
mod publish;
mod store;

use anyhow::Context as _;
use bus::Bus;
use chassis::{App, GrpcServer, Host, RoleTable, Service};
use messaging::{Messaging, OPS_ROLES};
use wire::catalog::events::v1::CatalogEvent;
use wire::eligibility::events::v1::EligibilityEvent;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::payments::events::v1::PaymentsEvent;
use wire::returns::events::v1::ReturnsEvent;
use wire::returns::v1::returns_service_server::ReturnsServiceServer;
use wire::warehouse::events::v1::WarehouseEvent;

pub use config::Config;

use app::{Rules, SERVICE};
use consumer::Consumer;
use grpc::Api;
use store::audit::Facts;

/// The service.
pub struct Returns;

impl Service for Returns {
    const NAME: &'static str = SERVICE;
    type Config = Config;

    fn validate(config: &Config) -> anyhow::Result<()> {
        config.database.validate()?;
        Rules::load().map(drop).context("the embedded rules cannot be used")
    }

    async fn migrate(config: Config) -> anyhow::Result<()> {
        let pool = messaging::connect(&config.database)?;
        messaging::migrate(&pool).await?;
        ledger::migrate(&pool).await?;
        Ok(store::MIGRATIONS.run(&pool).await?)
    }

    async fn build(config: Config, host: Host) -> anyhow::Result<App> {
        let pool = messaging::connect(&config.database)?;
        let bus = Bus::new(config.bus, SERVICE);
        let rules = Rules::load()?;
        let consumer = Consumer { rules: rules.clone(), clock: host.clock.clone() };
        let messaging = Messaging::new(SERVICE, pool.clone(), bus, host.clock.clone(), config.messaging)
            .migrated(&store::MIGRATIONS)
            .migrated(&ledger::MIGRATIONS)
            .consume::<CatalogEvent, _>(consumer.clone())
            .consume::<EligibilityEvent, _>(consumer.clone())
            .consume::<FulfillmentEvent, _>(consumer.clone())
            .consume::<WarehouseEvent, _>(consumer.clone())
            .consume::<PaymentsEvent, _>(consumer.clone())
            .publishes::<ReturnsEvent>()
            .deadlines(consumer)
            .audit(Facts);
        let ops = messaging.ops_services();
        let api = Api { pool, rules, clock: host.clock.clone(), tasks: host.tasks.clone() };
        let roles = RoleTable::new(grpc::ROLES).with(OPS_ROLES);
        let server =
            GrpcServer::new(&config.server, config.auth.authenticator()?, roles, host.readiness.clone())
                .add(ReturnsServiceServer::new(api))
                .add(ops.dead_letters)
                .add(ops.progress)
                .add(ops.audit)
                .bind()
                .await?;
        messaging.start(&host);
        Ok(App::new(host, server, config.server.drain()))
    }
}
