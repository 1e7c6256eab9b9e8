//! Plays the world: moves the clock, lets the actors act, and waits each time until everything has come to rest.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use kernel::derive_uuid;
use wire::eligibility::v1::StartCycleRequest;

use crate::actors::{Actor, Call, Deeds, cast};
use crate::chance::Chance;
use crate::chronicle::Chronicle;
use crate::feeds::{Ears, Voice};
use crate::flow::{Flow, FlowReport};
use crate::import::MINUTES_A_SECOND;
use crate::progress::{Progress, Stage, StageReport};
use crate::services::{Reading, Services};
use crate::world::World;

/// Calls that are under way at the same time.
const CALLS_AT_ONCE: usize = 4;
/// Pause between two looks at services that still work: each look costs them a little.
const POLL: Duration = Duration::from_millis(40);
/// Turns of a steady flow are this far apart.
const TURN: Duration = Duration::from_millis(100);
/// Services whose progress does not change for so long are stuck.
const STUCK_AFTER: Duration = Duration::from_secs(180);
/// Ticks of a month are this far apart, those of longer plays a day.
const FINE_STEP: SignedDuration = SignedDuration::from_hours(6);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Longest play with fine ticks.
const FINE_PLAY: SignedDuration = SignedDuration::from_hours(45 * 24);
/// When the cycle starts: the catalogue is listed and the stock has arrived.
const CYCLE_AFTER: SignedDuration = SignedDuration::from_hours(48);
/// The longest time after the last order until everything is final: deliveries, the window and the way of returns, and
/// the repeated attempts of refunds.
const LONGEST_AFTERMATH: SignedDuration = SignedDuration::from_hours(240 * 24);

/// A play under way.
pub(crate) struct Play<'a> {
    world: Arc<World>,
    cast: Vec<Box<dyn Actor>>,
    ears: Ears,
    voice: Voice,
    services: Services,
    chronicle: Chronicle,
    flow: Option<Flow>,
    now: Timestamp,
    step: SignedDuration,
    progress: &'a mut dyn Progress,
    shutdown: chassis::Shutdown,
    stages: Vec<StageReport>,
    started: Instant,
}

/// How a play ended.
pub(crate) struct Ended {
    pub(crate) chronicle: Chronicle,
    pub(crate) flow: Option<FlowReport>,
    pub(crate) stages: Vec<StageReport>,
    pub(crate) now: Timestamp,
    pub(crate) reading: Reading,
}

impl<'a> Play<'a> {
    /// Sets the stage; nothing has moved yet.
    pub(crate) fn new(
        world: Arc<World>,
        chance: Chance,
        (ears, voice, services): (Ears, Voice, Services),
        progress: &'a mut dyn Progress,
        shutdown: chassis::Shutdown,
    ) -> Self {
        let period = world.period;
        let long = period.last_order.duration_since(period.first_order) > FINE_PLAY;
        Self {
            cast: cast(&world, chance),
            ears,
            voice,
            services,
            chronicle: Chronicle::default(),
            flow: None,
            now: period.start,
            step: if long { DAY } else { FINE_STEP },
            progress,
            shutdown,
            stages: Vec::new(),
            started: Instant::now(),
            world,
        }
    }

    /// From the first registration until everything is final.
    pub(crate) async fn run(mut self) -> anyhow::Result<Ended> {
        let world = Arc::clone(&self.world);
        let (period, products) = (world.period, world.products.len() as u64);
        let listed_by = period.start + CYCLE_AFTER;
        self.voice.tick(self.now).await?;
        self.begin(Stage::Sellers, world.sellers.len() as u64);
        self.settle().await?;
        self.end(world.sellers.len() as u64);

        self.begin(Stage::Catalogue, products);
        while self.now < listed_by {
            self.tick().await?;
        }
        self.end(products);

        self.begin(Stage::Cycle, products);
        self.cycle().await?;
        self.end(self.chronicle.counts().verdicts.len() as u64);

        self.begin(Stage::Orders, world.orders.len() as u64);
        if world.is_steady {
            self.flow().await?;
        }
        while self.now <= period.last_order {
            self.tick().await?;
            self.show(self.chronicle.placed_orders());
        }
        self.end(self.chronicle.placed_orders());

        self.begin(Stage::Aftermath, self.chronicle.placed_orders());
        while !self.is_final() && self.now < period.last_order + LONGEST_AFTERMATH {
            self.tick().await?;
            self.show(self.chronicle.ended_orders());
        }
        self.end(self.chronicle.ended_orders());
        let reading = self.services.progress().await?;
        let flow = self.flow.map(Flow::report);
        Ok(Ended { chronicle: self.chronicle, flow, stages: self.stages, now: self.now, reading })
    }

    /// Lets business time pass with the machine's and waits for nobody, until all orders are placed.
    async fn flow(&mut self) -> anyhow::Result<()> {
        let (from, begun) = (self.world.period.first_order, Instant::now());
        self.progress.say("the steady flow begins");
        self.flow = Some(Flow::new());
        while self.now <= self.world.period.last_order {
            let turn = Instant::now();
            let passed = SignedDuration::try_from(begun.elapsed())?;
            self.now = self.now.max(from + passed * (60 * MINUTES_A_SECOND));
            self.voice.tick(self.now).await?;
            self.round().await?;
            self.stop_when_told()?;
            self.show(self.chronicle.placed_orders());
            tokio::time::sleep(TURN.saturating_sub(turn.elapsed())).await;
        }
        self.settle().await
    }

    fn is_final(&self) -> bool {
        self.chronicle.open().total() == 0 && !self.cast.iter().any(|actor| actor.has_plans())
    }

    /// Moves the clock to where something is due, by whole steps and at most a day, and waits until all is at rest.
    async fn tick(&mut self) -> anyhow::Result<()> {
        let soonest = self.now + self.step;
        let due = self.cast.iter().filter_map(|actor| actor.next_due()).min();
        let wanted = due.map_or(self.now + DAY, |due| self.step_after(due));
        self.now = wanted.clamp(soonest, self.now + DAY);
        self.voice.tick(self.now).await?;
        self.settle().await
    }

    /// The first step at or after a time.
    fn step_after(&self, time: Timestamp) -> Timestamp {
        let (start, step) = (self.world.period.start.as_second(), self.step.as_secs());
        let steps = (time.as_second() - start).div_euclid(step) + 1;
        Timestamp::from_second(start + steps * step).unwrap_or(time)
    }

    /// Runs the eligibility cycle of the month and waits until it is complete.
    async fn cycle(&mut self) -> anyhow::Result<()> {
        let request_id = derive_uuid("cycle", &[&self.now.to_string()]).to_string();
        let request = StartCycleRequest { request_id, month: String::new() };
        let cycle = self.services.start_cycle(request).await.context("start the cycle")?;
        let begun = Instant::now();
        while !self.services.cycle_is_complete(&cycle).await? {
            ensure!(begun.elapsed() < STUCK_AFTER, "cycle {cycle} does not complete");
            self.stop_when_told()?;
            tokio::time::sleep(POLL).await;
        }
        self.settle().await
    }

    /// Lets actors and services react to each other until nothing moves: two equal readings of every service's progress
    /// say that it reached the tick and has nothing left to do, and nobody has anything more to say.
    async fn settle(&mut self) -> anyhow::Result<()> {
        let mut last: Option<Reading> = None;
        let mut changed = Instant::now();
        loop {
            while self.round().await? {
                self.stop_when_told()?;
            }
            self.stop_when_told()?;
            let reading = self.services.progress().await?;
            if reading.is_quiet(self.now) && self.services.progress().await? == reading {
                if self.round().await? {
                    continue;
                }
                return Ok(());
            }
            if last.as_ref() != Some(&reading) {
                (last, changed) = (Some(reading), Instant::now());
            } else if changed.elapsed() > STUCK_AFTER {
                bail!("nothing moves any more at {}: {}", self.now, reading.describe());
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// One turn of every actor; false when nothing was heard and nobody did anything.
    async fn round(&mut self) -> anyhow::Result<bool> {
        let heard = self.ears.listen().await?;
        for event in &heard {
            self.chronicle.heard(event);
            self.flow.iter_mut().for_each(|flow| flow.heard(event));
        }
        let mut moved = !heard.is_empty();
        for index in 0..self.cast.len() {
            let mut deeds = Deeds::default();
            let actor = &mut self.cast[index];
            heard.iter().for_each(|event| actor.hear(event, self.now, &mut deeds));
            actor.act(self.now, &mut deeds);
            moved |= !deeds.is_empty();
            self.perform(index, deeds).await?;
        }
        Ok(moved)
    }

    /// Says what an actor says, makes the calls it asks, and hands it the answers, until it asks no more.
    async fn perform(&mut self, index: usize, mut deeds: Deeds) -> anyhow::Result<()> {
        while !deeds.is_empty() {
            for said in &deeds.said {
                self.chronicle.said(said);
                self.flow.iter_mut().for_each(|flow| flow.said(said));
            }
            let source = self.cast[index].name();
            self.voice.say(source, std::mem::take(&mut deeds.said)).await?;
            let calls: Vec<Call> = std::mem::take(&mut deeds.asked);
            self.services.introduce(&calls)?;
            let services = &self.services;
            let answers: Vec<_> = stream::iter(calls.into_iter().map(|call| services.make(call)))
                .buffered(CALLS_AT_ONCE)
                .try_collect()
                .await?;
            for answer in answers {
                self.cast[index].answered(answer, self.now, &mut deeds);
            }
        }
        Ok(())
    }

    fn stop_when_told(&self) -> anyhow::Result<()> {
        ensure!(!self.shutdown.is_cancelled(), "the play was stopped at {}", self.now);
        Ok(())
    }

    fn begin(&mut self, stage: Stage, expected: u64) {
        self.stages.push(StageReport { stage, count: 0, took: Duration::ZERO });
        self.started = Instant::now();
        self.progress.begin(stage, expected);
    }

    fn show(&mut self, done: u64) {
        self.progress.advance(done, &self.now.strftime("%Y-%m-%d %H:%M").to_string());
    }

    fn end(&mut self, count: u64) {
        if let Some(stage) = self.stages.last_mut() {
            (stage.count, stage.took) = (count, self.started.elapsed());
            self.progress.end(stage);
        }
    }
}
