//! Fulfillment: takes export orders, reserves stock, routes shipments to centers and carriers and follows every
//! shipment to the door. The process manager of the programme; see `README.md`.

mod app;
mod clients;
mod config;
mod consumer;
mod domain;
mod grpc;
mod metrics;
mod publish;
mod store;

use std::sync::Arc;

use anyhow::Context;
use bus::Bus;
use chassis::{App, ClientArgs, ClientChannel, GrpcServer, Host, RoleTable, Service};
use messaging::{Messaging, OPS_ROLES};
use wire::carrier::events::v1::CarrierEvent;
use wire::catalog::events::v1::CatalogEvent;
use wire::customs::events::v1::CustomsEvent;
use wire::enrollment::events::v1::EnrollmentEvent;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::fulfillment::v1::fulfillment_service_server::FulfillmentServiceServer;
use wire::orders::events::v1::OrdersEvent;
use wire::payments::events::v1::PaymentsEvent;
use wire::returns::events::v1::ReturnsEvent;
use wire::warehouse::events::v1::WarehouseEvent;

pub use config::Config;

use app::Rules;
use app::fire_deadlines::FireDeadlines;
use app::tell_facts::Facts;
use clients::{Customs, Eligibility, Neighbours};
use consumer::carrier::CarrierHandler;
use consumer::catalog::CatalogHandler;
use consumer::customs::CustomsHandler;
use consumer::enrollment::EnrollmentHandler;
use consumer::orders::OrdersHandler;
use consumer::payments::PaymentsHandler;
use consumer::returns::ReturnsHandler;
use consumer::warehouse::WarehouseHandler;
use grpc::FulfillmentApi;

/// Name in topics, metrics, logs and the consumer group; also `ce_source` of our events and who asks for our refunds.
const NAME: &str = "fulfillment";

/// The service.
pub struct Fulfillment;

impl Service for Fulfillment {
    const NAME: &'static str = NAME;
    type Config = Config;

    fn validate(config: &Config) -> anyhow::Result<()> {
        config.database.validate()?;
        let (clock, _) = chassis::Clock::simulated();
        Rules::embedded(clock).map(drop).context("the embedded tables cannot be used")
    }

    async fn migrate(config: Config) -> anyhow::Result<()> {
        let pool = messaging::connect(&config.database)?;
        messaging::migrate(&pool).await?;
        Ok(store::MIGRATIONS.run(&pool).await?)
    }

    async fn build(config: Config, host: Host) -> anyhow::Result<App> {
        let pool = messaging::connect(&config.database)?;
        let rules = Arc::new(Rules::embedded(host.clock.clone())?);
        let neighbours = Arc::new(neighbours(&config)?);
        let bus = Bus::new(config.bus, NAME);
        let messaging = Messaging::new(NAME, pool.clone(), bus, host.clock.clone(), config.messaging)
            .migrated(&store::MIGRATIONS)
            .consume::<OrdersEvent, _>(OrdersHandler { rules: rules.clone(), neighbours })
            .consume::<PaymentsEvent, _>(PaymentsHandler { rules: rules.clone() })
            .consume::<WarehouseEvent, _>(WarehouseHandler { rules: rules.clone() })
            .consume::<CarrierEvent, _>(CarrierHandler { rules: rules.clone() })
            .consume::<CustomsEvent, _>(CustomsHandler { rules: rules.clone() })
            .consume::<ReturnsEvent, _>(ReturnsHandler)
            .consume::<EnrollmentEvent, _>(EnrollmentHandler { clock: host.clock.clone() })
            .consume::<CatalogEvent, _>(CatalogHandler)
            .publishes::<FulfillmentEvent>()
            .deadlines(FireDeadlines { rules: rules.clone() })
            .audit(Facts);
        let ops = messaging.ops_services();
        let roles = RoleTable::new(grpc::ROLES).with(OPS_ROLES);
        let server =
            GrpcServer::new(&config.server, config.auth.authenticator()?, roles, host.readiness.clone())
                .add(FulfillmentServiceServer::new(FulfillmentApi { pool, rules }))
                .add(ops.dead_letters)
                .add(ops.progress)
                .add(ops.audit)
                .bind()
                .await?;
        messaging.start(&host);
        Ok(App::new(host, server, config.server.drain()))
    }
}

fn neighbours(config: &Config) -> anyhow::Result<Neighbours> {
    let channel = |url: &str| {
        let token = config.token.token_source()?;
        ClientChannel::connect(ClientArgs::new(url, token))
    };
    Ok(Neighbours {
        eligibility: Eligibility::new(channel(&config.eligibility_url)?),
        customs: Customs::new(channel(&config.customs_url)?),
    })
}
