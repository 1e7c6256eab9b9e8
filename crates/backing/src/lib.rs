//! Finds or starts the two servers everything stands on: PostgreSQL and Apache Kafka.
//!
//! For each of them, in this order:
//! 1. the URL that was given (`FBA_POSTGRES_URL`, `FBA_KAFKA_BROKERS`),
//! 2. a container, when a Docker engine answers and has, or can pull, the image,
//! 3. a local process: PostgreSQL from the installed binaries, Kafka from its published jars.
//!
//! `FBA_BACKING=given|containers|local` allows one of the three ways only. What this crate started it stops, however
//! the process ends (see [`Backing`]). [`shared`] and [`test_database`] serve tests; [`ensure_service_database`]
//! gives each service a database and a role of its own.

mod backing;
mod containers;
mod environment;
mod error;
mod find;
mod given;
mod local;
mod options;
mod ports;
mod probe;
mod run_folder;
mod server;
mod service_database;
mod shared;
mod sql;
mod test_database;
mod url;

pub use backing::Backing;
pub use error::BackingError;
pub use options::{BackingOptions, Need, Way};
pub use ports::free_port;
pub use service_database::ensure_service_database;
pub use shared::{shared, test_database};
pub use test_database::TestDatabase;
