//! What `standalone` is told.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// The whole system in one process, for a laptop
#[derive(Parser)]
#[command(name = "standalone")]
pub struct Cli {
    #[command(subcommand)]
    /// What to do.
    pub command: Command,
}

/// What `standalone` can do.
#[derive(Subcommand)]
pub enum Command {
    /// Play a month of orders until everything is final, print what became of it, and leave the services up. Exit
    /// codes: 0 every check held, 1 it failed or a check did not hold, 2 the command line is wrong
    Run(RunArgs),
}

/// The main job.
#[derive(Args, Debug, Clone)]
pub struct RunArgs {
    /// Catalogue file, plain or gzip; its format is told by its columns (docs/importers.md). Default: the sample
    #[arg(long)]
    pub catalog: Option<PathBuf>,
    /// Order file, plain or gzip; its format is told by its columns (docs/importers.md). Default: the sample
    #[arg(long)]
    pub orders: Option<PathBuf>,
    /// At most so many orders, the earliest ones
    #[arg(long)]
    pub order_limit: Option<usize>,
    /// Decides everything that is left to chance
    #[arg(long, env = "SEED", default_value_t = 1)]
    pub seed: u64,
    /// Folder for reports, invoices and ledgers; made where it is missing
    #[arg(long, default_value = "out")]
    pub out: PathBuf,
    /// Stop everything after the table; so it does also when standard input is not a terminal
    #[arg(long)]
    pub exit: bool,
    /// What the services log on standard error: level, or directives such as info,sqlx=warn
    #[arg(long, env = "FBA_LOG", default_value = "warn,sqlx=error")]
    pub log: String,
}

impl RunArgs {
    /// Whether the services stay up after the table.
    pub(crate) fn stays(&self) -> bool {
        !self.exit && std::io::stdin().is_terminal()
    }
}
