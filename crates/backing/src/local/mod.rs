//! Servers as processes of our own on this machine.

mod kafka;
mod postgres;
mod process;

pub(crate) use kafka::{LocalKafka, version as kafka_version};
pub(crate) use postgres::LocalPostgres;
pub(crate) use process::Signal;
