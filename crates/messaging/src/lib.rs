//! Effects that happen once, between a service's database and Kafka.
//!
//! - Events leave through the **outbox**: [`outbox::enqueue`] writes them in the caller's transaction, the relay
//!   publishes them in order per key.
//! - Events come in through a [`Handler`], in batches of one partition, inside the transaction that also marks the
//!   **inbox**; repeats are taken out before. What is refused goes to the **dead letters** alone.
//! - [`deadlines`] call a [`DeadlineHandler`] when business time reaches them; [`requests`] make RPCs idempotent.
//! - A mirror that is empty is filled from a state topic ([`Rebuild`]).
//! - A [`Worker`] does what waits in tables of the service's own.
//! - What a process keeps in memory hears of changes from the topic ([`Watch`]) or from the database ([`Notices`]).
//! - [`Messaging`] puts it together for a service and serves `ops.v1`.
//!
//! The tables live in the schema `messaging` of the service's own database; [`migrate`] makes them.

mod args;
mod audit;
pub mod calls;
mod clock_feed;
mod consumer;
mod database;
mod dead_letters;
pub mod deadlines;
mod download;
mod error;
mod event;
mod inbox;
pub mod metrics;
mod notices;
mod ops;
pub mod outbox;
mod probe;
mod rebuild;
mod relay;
pub mod requests;
mod retention;
mod retry;
mod schema;
mod service;
mod watch;
mod work;

pub use args::{DatabaseArgs, MessagingArgs};
pub use audit::{AuditSource, FactSink};
pub use consumer::{Handler, Refusal};
pub use database::{connect, migrate, snapshot};
pub use deadlines::{Deadline, DeadlineHandler};
pub use download::{Rows, download};
pub use error::HandleError;
pub use event::{Outgoing, Received};
pub use notices::Notices;
pub use ops::{OPS_ROLES, OpsServices};
pub use probe::{Point, Probe, Probes};
pub use rebuild::Rebuild;
pub use requests::{Once, RequestKey, Ticket};
pub use service::Messaging;
pub use watch::Watch;
pub use work::Worker;

pub use bus::{Headers, Origin};
