//! Plays the outside world over the public contract only: sellers, catalogue, buyers, payments, centers, carriers,
//! brokers, the treasury and the clock. It never sees a service's tables.
//!
//! [`import`] reads a [`world`] from files; [`actors`] are its parts, plain state machines on simulated time; the
//! conductor inside [`Simulation`] moves the clock and connects them with Kafka and the services.

pub mod actors;
pub mod agenda;
mod bars;
pub mod chance;
mod chronicle;
mod conductor;
mod feeds;
mod flow;
pub mod import;
mod progress;
pub mod report;
mod services;
mod simulation;
pub mod world;

pub use bars::Bars;
pub use chronicle::{Counts, Open, OrderEnd};
pub use feeds::tick;
pub use flow::FlowReport;
pub use import::{Inputs, Steady};
pub use progress::{Progress, Silent, Stage, StageReport};
pub use services::Endpoints;
pub use simulation::{Outcome, Simulation};
