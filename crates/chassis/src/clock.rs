//! Business time. Services ask this clock, never the machine, so that a month can play in minutes.
// The one home of the machine's clock for business time.
#![allow(clippy::disallowed_methods)]

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

/// How long [`Clock::changed`] waits on the system clock: the grain of business timers in production.
const SYSTEM_GRAIN: Duration = Duration::from_secs(1);

/// What time it is for the business: the machine's time in production, the time of the last tick in simulation.
///
/// Back-off, leases, token expiry and Kafka's own timestamps are not business time and use the machine's.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Simulated(Arc<watch::Sender<Timestamp>>),
}

/// Moves a simulated [`Clock`] forward.
#[derive(Clone, Debug)]
pub struct ClockDriver(Arc<watch::Sender<Timestamp>>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at the Unix epoch until its driver moves it: before the first tick everything lies ahead.
    #[must_use]
    pub fn simulated() -> (Self, ClockDriver) {
        let sender = Arc::new(watch::Sender::new(Timestamp::UNIX_EPOCH));
        (Self(Source::Simulated(Arc::clone(&sender))), ClockDriver(sender))
    }

    /// The time now. On a simulated clock it stands still between ticks.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Simulated(sender) => *sender.borrow(),
        }
    }

    /// The driver of a simulated clock; `None` on the system's, which nobody moves.
    #[must_use]
    pub fn driver(&self) -> Option<ClockDriver> {
        match &self.0 {
            Source::System => None,
            Source::Simulated(sender) => Some(ClockDriver(Arc::clone(sender))),
        }
    }

    /// Returns once the time is later than `seen`: at the next tick in simulation, after at most a second on the
    /// system clock. A tick between reading `seen` and this call is not missed.
    pub async fn changed(&self, seen: Timestamp) {
        match &self.0 {
            Source::System => tokio::time::sleep(SYSTEM_GRAIN).await,
            Source::Simulated(sender) => {
                // The sender lives in self, so the wait ends only by a later time.
                let _ = sender.subscribe().wait_for(|now| *now > seen).await;
            }
        }
    }

    /// Returns once the time is `due` or later.
    pub async fn reached(&self, due: Timestamp) {
        loop {
            let now = self.now();
            if now >= due {
                return;
            }
            self.changed(now).await;
        }
    }
}

impl ClockDriver {
    /// Moves the clock forward to `time`. Returns false, and changes nothing, when `time` is not later than the
    /// clock's: business time never goes back, and a repeated tick is no tick.
    pub fn advance_to(&self, time: Timestamp) -> bool {
        self.0.send_if_modified(|now| {
            let forward = time > *now;
            if forward {
                *now = time;
            }
            forward
        })
    }
}

/// Which clock a process runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ClockKind {
    /// The machine's time: production.
    System,
    /// Stands still until the next tick on the `clock` topic: standalone and tests.
    Simulated,
}

/// The choice of the clock.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct ClockArgs {
    /// Business time: the machine's, or the ticks of the `clock` topic
    #[arg(long, env = "FBA_CLOCK", value_enum, default_value = "system")]
    pub clock: ClockKind,
}

impl ClockArgs {
    /// The chosen clock. A simulated one is moved through [`Clock::driver`].
    #[must_use]
    pub fn clock(self) -> Clock {
        match self.clock {
            ClockKind::System => Clock::system(),
            ClockKind::Simulated => Clock::simulated().0,
        }
    }
}
