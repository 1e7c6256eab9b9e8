//! How any of our processes starts, knows the time, authenticates its callers, serves, reports and stops.
//!
//! A service implements [`Service`] and its `main` is `chassis::main::<S>()`. Everything that is not business is here
//! once: the clock, ids, tasks and their ordered end, readiness, errors on the wire, callers and roles, the gRPC and
//! admin servers, client channels, logs, metrics and traces. See `README.md` for the order of starting and stopping.

mod allocator;
mod auth;
mod away;
mod client;
mod clock;
mod config;
mod error;
mod host;
mod ids;
mod page;
mod process;
mod readiness;
mod server;
mod tasks;
mod telemetry;

pub use auth::{
    AuthArgs, Authenticator, Principal, Role, RoleRow, RoleTable, Sellers, SigningKey, principal,
};
pub use away::is_away;
pub use client::{Channel, ClientArgs, ClientChannel, ServiceTokenArgs, TokenSource};
pub use clock::{Clock, ClockArgs, ClockDriver, ClockKind};
pub use config::{ConfigError, Secret, secret};
pub use error::{Error, reason_of};
pub use host::{App, Host};
pub use ids::Ids;
pub use page::Page;
pub use process::{Service, exit, main, stop_on_signals};
pub use readiness::{Latch, Readiness};
pub use server::{BoundServer, GrpcServer, LIVE, ServerArgs};
pub use tasks::{DrainError, Shutdown, Tasks};
pub use telemetry::{LogFormat, Telemetry, TelemetryArgs, follow_trace, traceparent};
