//! Which product may go to which country: decided monthly, checked for every order line, always explained. See
//! `README.md`.

mod app;
mod config;
mod consumer;
mod deadlines;
mod domain;
mod grpc;
mod memory;
mod publish;
pub mod rules;
mod store;
pub mod suggestions;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use bus::Bus;
use chassis::{App, GrpcServer, Host, Latch, RoleTable, Service};
use messaging::{Messaging, OPS_ROLES};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use wire::catalog::events::v1::CatalogEvent;
use wire::eligibility::events::v1::EligibilityEvent;
use wire::eligibility::state::v1::EligibilityState;
use wire::eligibility::v1::eligibility_service_server::EligibilityServiceServer;
use wire::eligibility::work::v1::EligibilityWork;
use wire::enrollment::events::v1::EnrollmentEvent;
use wire::enrollment::state::v1::EnrollmentState;

pub use config::{CHECK_MEMORY_MIB, Config};

use app::{
    CodeSuggester, PastKeeper, Reevaluation, ReportKeeper, ReportRules, ReportWriter, Reviewer, Rules,
    StandingPublisher, Suggester, Takeover, caught_up, follow,
};
use consumer::{CatalogHandler, EnrollmentHandler, SettingsMirror, WorkHandler};
use deadlines::{CycleDeadlines, schedule_first};
use domain::past::PastDays;
use domain::review_limits::ReviewLimits;
use grpc::{EligibilityApi, ReportsApi, ReviewsApi};
use memory::Memory;
use store::facts::Facts;
use store::files::Files;

/// Name in topics, metrics, logs and the consumer group; also `ce_source` of our events.
const NAME: &str = "eligibility";

/// The service.
pub struct Eligibility;

impl Service for Eligibility {
    const NAME: &'static str = NAME;
    type Config = Config;

    fn validate(config: &Config) -> anyhow::Result<()> {
        config.database.validate()?;
        Suggester::new(config.hs_references.as_deref())?;
        ReportRules::embedded().context("the embedded tables of reports cannot be used")?;
        ReviewLimits::embedded().context("the embedded table of reviews cannot be used")?;
        PastDays::embedded().context("the embedded table of the past cannot be used")?;
        Rules::shipped().map(drop).context("the embedded rules cannot be used")
    }

    async fn migrate(config: Config) -> anyhow::Result<()> {
        let pool = messaging::connect(&config.database)?;
        messaging::migrate(&pool).await?;
        Ok(store::MIGRATIONS.run(&pool).await?)
    }

    async fn build(config: Config, host: Host) -> anyhow::Result<App> {
        let pool = messaging::connect(&config.database)?;
        let bus = Bus::new(config.bus, NAME);
        let rules = Arc::new(Rules::shipped()?);
        let clock = host.clock.clone();
        let reports = reports(&config.documents_folder, &host)?;
        let memory = Arc::new(Memory::new(config.check_memory_mib));
        let suggester = Arc::new(Suggester::new(config.hs_references.as_deref())?);
        let review_limits = Arc::new(ReviewLimits::embedded()?);
        let past = Arc::new(PastDays::embedded()?);
        let messaging = Messaging::new(NAME, pool.clone(), bus, clock.clone(), config.messaging)
            .migrated(&store::MIGRATIONS)
            .consume::<CatalogEvent, _>(CatalogHandler { rules: rules.clone(), clock: clock.clone() })
            .consume::<EnrollmentEvent, _>(EnrollmentHandler { clock: clock.clone() })
            .consume::<EligibilityWork, _>(WorkHandler { rules: rules.clone(), clock: clock.clone() })
            .rebuild::<EnrollmentState>(SettingsMirror)
            .publishes::<EligibilityEvent>()
            .listen(memory.clone())
            .publishes::<EligibilityState>()
            .work(Takeover { rules: rules.clone() })
            .work(Reevaluation { rules: rules.clone() })
            .work(StandingPublisher)
            .work(CodeSuggester { suggester: suggester.clone() })
            .work(Reviewer { rules: rules.clone(), limits: review_limits.clone() })
            .work(PastKeeper { days: past.clone() })
            .deadlines(CycleDeadlines { pool: pool.clone(), rules: rules.clone(), past: past.clone() })
            .work(reports.writer(&pool, &host))
            .work(reports.keeper())
            .audit(Facts);
        let ops = messaging.ops_services();
        let roles = RoleTable::new(grpc::ROLES).with(OPS_ROLES);
        let authenticator = config.auth.authenticator()?;
        let server = GrpcServer::new(&config.server, authenticator, roles, host.readiness.clone())
            .add(EligibilityServiceServer::new(EligibilityApi {
                pool: pool.clone(),
                rules: rules.clone(),
                memory,
                clock: clock.clone(),
                reports,
                suggester,
                reviews: ReviewsApi { limits: review_limits, ids: host.ids.clone() },
                past,
                snapshots: Arc::new(Semaphore::new(grpc::STREAMS_MAX)),
            }))
            .add(ops.dead_letters)
            .add(ops.progress)
            .add(ops.audit)
            .bind()
            .await?;
        let first_cycle = schedule_first(pool.clone(), clock, host.shutdown.clone());
        let known = host.readiness.latch("rules in force");
        host.tasks.spawn("rules", start_by_rules(messaging, rules, pool, host.clone(), known));
        host.tasks.spawn("first cycle", first_cycle);
        Ok(App::new(host, server, config.server.drain()))
    }
}

/// Begins to work, and to take calls, when the rules in force are known; then hears of others.
async fn start_by_rules(
    messaging: Messaging,
    rules: Arc<Rules>,
    pool: PgPool,
    host: Host,
    known: Latch,
) -> anyhow::Result<()> {
    if caught_up(&pool, &rules, &host.shutdown).await {
        messaging.start(&host);
        known.release();
        follow(&pool, &rules, &host.shutdown).await;
    }
    Ok(())
}

/// What deals with reports.
fn reports(folder: &Path, host: &Host) -> anyhow::Result<ReportsApi> {
    let files = Files::local(folder).with_context(|| format!("--documents-folder {}", folder.display()))?;
    Ok(ReportsApi { files, rules: Arc::new(ReportRules::embedded()?), ids: host.ids.clone() })
}

impl ReportsApi {
    fn writer(&self, pool: &PgPool, host: &Host) -> ReportWriter {
        let shutdown = host.tasks.shutdown().clone();
        ReportWriter { pool: pool.clone(), files: self.files.clone(), rules: self.rules.clone(), shutdown }
    }

    fn keeper(&self) -> ReportKeeper {
        ReportKeeper { files: self.files.clone(), rules: self.rules.clone() }
    }
}
