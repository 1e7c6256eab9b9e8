//! Flags and variables of this service.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use bus::BusArgs;
use chassis::{AuthArgs, ServerArgs, ServiceTokenArgs};
use messaging::{DatabaseArgs, MessagingArgs};

use crate::domain::screening::{DeniedParties, ListFiles};

/// Everything customs can be told.
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
    /// The token of this service for calling others.
    #[command(flatten)]
    pub token: ServiceTokenArgs,
    /// URL of fulfillment, which knows consignees: http://host:port
    #[arg(long, env = "FBA_FULFILLMENT_URL", default_value = "http://127.0.0.1:50053")]
    pub fulfillment_url: String,
    /// Folder of issued invoices; made where it is missing
    #[arg(long, env = "FBA_DOCUMENTS_FOLDER", default_value = "documents")]
    pub documents_folder: PathBuf,
    /// The list of denied parties to screen against.
    #[command(flatten)]
    pub screening: ScreeningArgs,
}

/// The list of denied parties. Without a file the small fictional list that ships with the product is used, which stops
/// nobody real: production names the files of OFAC, fetched by its operators.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ScreeningArgs {
    /// Denied parties in the form of OFAC's SDN.CSV; read when the process starts
    #[arg(long, env = "FBA_DENIED_PARTIES_FILE", requires = "denied_parties_date")]
    pub denied_parties_file: Option<PathBuf>,
    /// Their aliases in the form of OFAC's ALT.CSV
    #[arg(long, env = "FBA_DENIED_PARTIES_ALT_FILE", requires = "denied_parties_file")]
    pub denied_parties_alt_file: Option<PathBuf>,
    /// As-of date of the list, YYYY-MM-DD; kept with every hit
    #[arg(long, env = "FBA_DENIED_PARTIES_DATE")]
    pub denied_parties_date: Option<String>,
    /// Name of the list; kept with every hit
    #[arg(long, env = "FBA_DENIED_PARTIES_LIST", default_value = "OFAC-SDN")]
    pub denied_parties_list: String,
}

impl ScreeningArgs {
    /// Reads the list.
    ///
    /// # Errors
    /// When a file cannot be read or has another form; the message names the option.
    pub(crate) fn denied_parties(&self) -> anyhow::Result<DeniedParties> {
        let Some(file) = &self.denied_parties_file else {
            return Ok(DeniedParties::shipped()?);
        };
        let read =
            |path: &PathBuf| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let parties = read(file).context("--denied-parties-file")?;
        let aliases = self.denied_parties_alt_file.as_ref().map(read).transpose();
        let aliases = aliases.context("--denied-parties-alt-file")?.unwrap_or_default();
        let list_date = self.denied_parties_date.as_deref().unwrap_or_default();
        ensure!(
            list_date.parse::<jiff::civil::Date>().is_ok(),
            "--denied-parties-date must be the list's date as YYYY-MM-DD"
        );
        let files =
            ListFiles { list: &self.denied_parties_list, list_date, parties: &parties, aliases: &aliases };
        DeniedParties::parse(&files).context("--denied-parties-file")
    }
}
