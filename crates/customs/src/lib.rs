//! Duties, taxes, screening, export filing, one commercial invoice per shipment, and the import-fee deposit. See
//! `README.md`.

mod app;
mod clients;
mod config;
mod consumer;
mod document;
mod domain;
mod grpc;
mod metrics;
mod publish;
mod store;

use std::num::NonZero;
use std::sync::Arc;

use anyhow::Context;
use bus::Bus;
use chassis::{App, ClientArgs, ClientChannel, GrpcServer, Host, RoleTable, Service};
use messaging::{Messaging, OPS_ROLES};
use tokio::sync::Semaphore;
use wire::brokerage::events::v1::BrokerageEvent;
use wire::catalog::events::v1::CatalogEvent;
use wire::customs::events::v1::CustomsEvent;
use wire::customs::v1::customs_service_server::CustomsServiceServer;
use wire::eligibility::events::v1::EligibilityEvent;
use wire::enrollment::events::v1::EnrollmentEvent;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::payments::events::v1::PaymentsEvent;
use wire::rates::events::v1::RatesEvent;
use wire::sellers::events::v1::SellersEvent;
use wire::warehouse::events::v1::WarehouseEvent;

pub use config::{Config, ScreeningArgs};

use clients::Consignees;
use consumer::Consumer;
use document::Renderer;
use domain::rules::Rules;
use grpc::CustomsApi;
use store::documents::Documents;
use store::facts::Facts;

/// Name in topics, metrics, logs and the consumer group; also `ce_source` of our events.
const NAME: &str = "customs";

/// The service.
pub struct Customs;

impl Service for Customs {
    const NAME: &'static str = NAME;
    type Config = Config;

    fn validate(config: &Config) -> anyhow::Result<()> {
        config.database.validate()?;
        Rules::load(config.screening.denied_parties()?).map(drop).context("the tables cannot be used")
    }

    async fn migrate(config: Config) -> anyhow::Result<()> {
        let pool = messaging::connect(&config.database)?;
        messaging::migrate(&pool).await?;
        ledger::migrate(&pool).await?;
        Ok(store::MIGRATIONS.run(&pool).await?)
    }

    async fn build(config: Config, host: Host) -> anyhow::Result<App> {
        metrics::describe();
        let pool = messaging::connect(&config.database)?;
        let customs = assemble(&config, &host)?;
        let bus = Bus::new(config.bus, NAME);
        let consumer = Consumer(customs.clone());
        let messaging = Messaging::new(NAME, pool.clone(), bus, host.clock.clone(), config.messaging)
            .migrated(&store::MIGRATIONS)
            .migrated(&ledger::MIGRATIONS)
            .consume::<CatalogEvent, _>(consumer.clone())
            .consume::<EligibilityEvent, _>(consumer.clone())
            .consume::<SellersEvent, _>(consumer.clone())
            .consume::<EnrollmentEvent, _>(consumer.clone())
            .consume::<RatesEvent, _>(consumer.clone())
            .consume::<FulfillmentEvent, _>(consumer.clone())
            .consume::<WarehouseEvent, _>(consumer.clone())
            .consume::<BrokerageEvent, _>(consumer.clone())
            .consume::<PaymentsEvent, _>(consumer.clone())
            .deadlines(consumer)
            .publishes::<CustomsEvent>()
            .audit(Facts);
        let ops = messaging.ops_services();
        let roles = RoleTable::new(grpc::ROLES).with(OPS_ROLES);
        let api = CustomsApi { pool, customs, tasks: host.tasks.clone() };
        let server =
            GrpcServer::new(&config.server, config.auth.authenticator()?, roles, host.readiness.clone())
                .add(CustomsServiceServer::new(api))
                .add(ops.dead_letters)
                .add(ops.progress)
                .add(ops.audit)
                .bind()
                .await?;
        messaging.start(&host);
        Ok(App::new(host, server, config.server.drain()))
    }
}

/// What the use cases work with.
fn assemble(config: &Config, host: &Host) -> anyhow::Result<app::Customs> {
    let denied_parties = config.screening.denied_parties()?;
    let (list, list_date) = denied_parties.identity();
    tracing::info!(list, list_date, names = denied_parties.names(), "screening.list_loaded");
    let fulfillment = ClientArgs::new(config.fulfillment_url.clone(), config.token.token_source()?);
    Ok(app::Customs {
        rules: Arc::new(Rules::load(denied_parties)?),
        renderer: Arc::new(Renderer::new()?),
        drawing: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, NonZero::get))),
        documents: Documents::local(&config.documents_folder)?,
        consignees: Consignees::new(ClientChannel::connect(fulfillment)?),
        clock: host.clock.clone(),
        ids: host.ids.clone(),
    })
}
