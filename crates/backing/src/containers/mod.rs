//! Servers as containers of our own, through testcontainers.
//!
//! Both images only lend their programs: what runs in them are the same `serve.sh` scripts that run locally, so an
//! official image and one made by `deploy/images/servers.sh` behave alike.

mod engine;
mod image;
mod server;

pub(crate) use server::Container;
