//! Flags and variables of this service.

use bus::BusArgs;
use chassis::{AuthArgs, ServerArgs};
use messaging::{DatabaseArgs, MessagingArgs};

/// Everything eligibility can be told.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    #[command(flatten)]
    pub server: ServerArgs,
    #[command(flatten)]
    pub auth: AuthArgs,
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub bus: BusArgs,
    #[command(flatten)]
    pub messaging: MessagingArgs,
}
