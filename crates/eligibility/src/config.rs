//! Flags and variables of this service.

use std::path::PathBuf;

use bus::BusArgs;
use chassis::{AuthArgs, ServerArgs};
use messaging::{DatabaseArgs, MessagingArgs};

/// How much of offers is remembered where nothing else is said, MiB.
pub const CHECK_MEMORY_MIB: u32 = 96;

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
    /// Folder of reports' documents, which all replicas share; made where it is missing
    #[arg(long, env = "FBA_DOCUMENTS_FOLDER", default_value = "documents")]
    pub documents_folder: PathBuf,
    /// Memory for offers that were checked, for the next check of them, in MiB; 0 = they are read each time
    #[arg(long, env = "FBA_CHECK_MEMORY_MIB", default_value_t = CHECK_MEMORY_MIB, value_parser = clap::value_parser!(u32).range(..=65_536))]
    pub check_memory_mib: u32,
    /// CSV file with the columns `code` and `text`: what goods are called, beside the shipped words, for suggestions of HS
    /// codes; read when the process starts
    #[arg(long, env = "FBA_HS_REFERENCES")]
    pub hs_references: Option<PathBuf>,
}
