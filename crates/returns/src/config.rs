//! What the process is told.

use bus::BusArgs;
use chassis::{AuthArgs, ServerArgs};
use messaging::{DatabaseArgs, MessagingArgs};

/// Flags and environment of returns.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub bus: BusArgs,
    #[command(flatten)]
    pub messaging: MessagingArgs,
    #[command(flatten)]
    pub server: ServerArgs,
    #[command(flatten)]
    pub auth: AuthArgs,
}
