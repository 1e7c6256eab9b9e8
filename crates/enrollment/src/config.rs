//! Flags and variables of this service.

use bus::BusArgs;
use chassis::{AuthArgs, ServerArgs, ServiceTokenArgs};
use messaging::{DatabaseArgs, MessagingArgs};

/// Everything enrollment can be told.
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
    #[command(flatten)]
    pub token: ServiceTokenArgs,
    /// Where eligibility answers, for dry runs of exclusion files: http://host:port
    #[arg(long, env = "FBA_ELIGIBILITY_URL", default_value = "http://127.0.0.1:50052")]
    pub eligibility_url: String,
}
