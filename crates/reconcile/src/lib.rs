//! Proves that nothing was lost, doubled or left unbalanced: from the audit facts of every service and from the
//! topics alone, never from a database.
//!
//! [`run`] waits until the system is at rest, streams the facts ([`ops.v1.AuditService`](wire::ops::v1)), reads every
//! topic to its end and compares. What the facts mean is written in `docs/events.md` under "Audit facts". Memory is
//! bounded by the number of aggregates: maps keyed by id with small values, no payload is kept.

mod channel;
mod checks;
mod facts;
mod report;
mod rest;
mod run;
#[cfg(test)]
mod tests;
mod topics;

pub use bus::{Bus, BusArgs, BusError};
pub use channel::Channel;
pub use report::{Check, MAX_VIOLATIONS, Report};
pub use run::{Error, Inputs, Options, Step, run};
