//! The proof from end to end.

use std::time::Duration;

use bus::{Bus, BusError};
use tonic::Status;

use crate::facts::{self, Facts};
use crate::rest::{self, Rest};
use crate::topics::{self, Topics};
use crate::{Channel, Report, checks};

/// What is compared.
pub struct Inputs<C> {
    /// Every service by name, with a channel whose token is an auditor's or an operator's.
    pub services: Vec<(String, C)>,
    /// The topics.
    pub bus: Bus,
    /// What must hold.
    pub options: Options,
}

/// What must hold beyond the balances.
#[derive(Debug, Clone)]
pub struct Options {
    /// Every order, shipment, return, refund and payout must have reached its end. Otherwise open ones are noted.
    pub require_final: bool,
    /// Dead letters are noted instead of being violations (tests that send bad records).
    pub allow_dead_letters: bool,
    /// How long the system may take to come to rest.
    pub rest_within: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { require_final: true, allow_dead_letters: false, rest_within: Duration::from_secs(120) }
    }
}

/// How far the proof has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Waits for the system to come to rest; what still moves.
    Resting {
        /// e.g. `fulfillment: 12 in the outbox`.
        waiting_for: Vec<String>,
    },
    /// Facts of a service were read.
    Facts {
        /// The service.
        service: String,
        /// How many so far.
        facts: u64,
    },
    /// A topic was read to its end.
    Topic {
        /// Its package.
        package: &'static str,
        /// Its records.
        records: u64,
    },
}

/// Why nothing could be proven.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A service does not answer, or refuses.
    #[error("{service} does not answer: {status}")]
    Service {
        /// The service.
        service: String,
        /// Its answer.
        status: Box<Status>,
    },
    /// The topics cannot be read.
    #[error("the topics cannot be read")]
    Bus(#[from] BusError),
}

/// Waits until the system is at rest, reads facts and topics and makes every check. A system that does not come to
/// rest, or moves while it is read, fails the first check, and no other is made: they would prove nothing.
///
/// # Errors
/// When a service or Kafka cannot be read.
pub async fn run<C: Channel>(inputs: Inputs<C>, mut progress: impl FnMut(Step)) -> Result<Report, Error> {
    let Inputs { services, bus, options } = inputs;
    let before = match rest::wait(&services, options.rest_within, &mut progress).await? {
        Rest::Reached(activity) => activity,
        Rest::Missed(waiting_for) => return Ok(checks::not_at_rest(waiting_for)),
    };
    let mut facts = Facts::default();
    for (name, channel) in &services {
        facts::read(name, channel.clone(), &mut facts, &mut progress).await?;
    }
    let mut topics = Topics::new(facts.dead_letters.clone());
    topics::read(&bus, &mut topics, &mut progress).await?;
    let moved = rest::moved_since(&services, &before).await?;
    if !moved.is_empty() {
        return Ok(checks::not_at_rest(moved));
    }
    Ok(checks::all(&facts, &topics, &options))
}
