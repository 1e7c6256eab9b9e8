//! Configuration: flags with environment variables; secrets from files; shown without secrets.

mod print;
mod secret;

pub(crate) use print::print_config;
pub use secret::{ConfigError, Secret, secret};
