//! What a service's own tests stand on: the service running alone on a real PostgreSQL and a real Kafka, and the outside
//! world that talks to it.
//!
//! - [`Ground`]: a database, topics and a signing key that no other test sees; the service is started on it.
//! - [`Running`]: the service, its callers, and what it tells operators and auditors.
//! - [`Outside`]: whoever sends events, and reads what is published.
//! - [`Time`]: business time, which stands still until the test moves it.
//! - [`serve`]: the neighbours that the service calls, played by the test.
//! - [`soon`], [`until`]: waiting, with one bound.
//! - [`usd`], [`fresh_id`]: what many events carry.
//!
//! The crate knows no service: each names itself by its [`chassis::Service`]. What a test needs and does not get is a
//! panic that says what was missing.
// A test has nobody to return an error to. It plays whole processes, which nobody drains: they end with the test.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod callers;
mod flags;
mod ground;
mod ops;
mod outside;
mod process;
mod running;
mod serve;
mod soon;
mod time;
mod values;

pub use ground::Ground;
pub use outside::{Outside, Said};
pub use running::Running;
pub use serve::serve;
pub use soon::{soon, until};
pub use time::Time;
pub use values::{fresh_id, usd};
