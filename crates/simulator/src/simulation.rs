//! A whole play, from the files to the outcome.

use std::sync::Arc;
use std::time::Instant;

use bus::Bus;
use chassis::{Shutdown, SigningKey};
use jiff::Timestamp;
use kernel::SellerId;

use crate::chance::Chance;
use crate::chronicle::{Counts, Open};
use crate::conductor::Play;
use crate::feeds::{Ears, Voice};
use crate::flow::FlowReport;
use crate::import::{self, Inputs, Report};
use crate::progress::{Progress, Stage, StageReport};
use crate::services::{Endpoints, Services};
use crate::world::Period;

/// How many shipments an outcome names for those who want to look at one.
const NAMED_SHIPMENTS: usize = 10;

/// What became of a play.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What was counted.
    pub counts: Counts,
    /// What is not final; nothing, when all went well.
    pub open: Open,
    /// How a steady flow went, where there was one.
    pub flow: Option<FlowReport>,
    /// Stages with their times.
    pub stages: Vec<StageReport>,
    /// What the importers did.
    pub reports: Vec<Report>,
    /// Records that services refused.
    pub dead_letters: i64,
    /// Business time at the end.
    pub clock: Timestamp,
    /// The time that was played.
    pub period: Period,
    /// Sellers on Amazon.com that stayed in the programme.
    pub sellers: Vec<SellerId>,
    /// Some shipments that left a center.
    pub shipments: Vec<String>,
}

/// The outside world against running services.
pub struct Simulation {
    inputs: Inputs,
    endpoints: Endpoints,
    bus: Bus,
    key: SigningKey,
}

impl Simulation {
    /// A play of these inputs with the services at these endpoints. `key` signs the actors' tokens: the services must
    /// take it.
    pub fn new(inputs: Inputs, endpoints: Endpoints, bus: Bus, key: SigningKey) -> Self {
        Self { inputs, endpoints, bus, key }
    }

    /// Plays. The services run on the simulated clock and have not been played with before.
    ///
    /// # Errors
    /// Input that cannot be read, a service or Kafka that stays away, services that come to no rest, or a shutdown.
    pub async fn run(self, progress: &mut dyn Progress, shutdown: Shutdown) -> anyhow::Result<Outcome> {
        let begun = Instant::now();
        progress.begin(Stage::Import, 0);
        let mut world = import::load(&self.inputs)?;
        let reports = std::mem::take(&mut world.reports);
        let rows = reports.iter().map(|report| report.rows).sum();
        let read = StageReport { stage: Stage::Import, count: rows, took: begun.elapsed() };
        progress.end(&read);
        reports.iter().for_each(|report| progress.say(&report.to_string()));
        let period = world.period;
        progress.say(&format!(
            "plays from {} on: orders from {} to {}, then until everything is final",
            period.start, period.first_order, period.last_order
        ));

        let stays = |seller: &&crate::world::Seller| {
            seller.marketplace == kernel::MarketplaceId::US && !seller.leaves
        };
        let sellers = world.sellers.iter().filter(stays).map(|seller| seller.id).collect();
        let services = Services::new(self.endpoints, self.key)?;
        let voice = Voice::open(&self.bus).await?;
        let ears = Ears::open(&self.bus).await?;
        let chance = Chance::new(self.inputs.seed);
        let play = Play::new(Arc::new(world), chance, (ears, voice, services), progress, shutdown);
        let ended = play.run().await?;

        let mut stages = vec![read];
        stages.extend(ended.stages);
        Ok(Outcome {
            counts: ended.chronicle.counts(),
            open: ended.chronicle.open(),
            flow: ended.flow,
            stages,
            reports,
            dead_letters: ended.reading.dead_letters(),
            clock: ended.now,
            period,
            sellers,
            shipments: ended.chronicle.dispatched().take(NAMED_SHIPMENTS).cloned().collect(),
        })
    }
}
