//! The command line: global options and subcommands. Each noun's own arguments are in its module of `commands`.

use std::path::PathBuf;
use std::time::Duration;

use chassis::Secret;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;
use kernel::RequestId;

use crate::commands::{
    catalogue, check, classification, cycle, dead_letters, deliverable, explain, ledger, order, quote,
    reconcile, reimbursements, report, returns, review, rules, seller, shipment, stock, token, verdicts,
};
use crate::output::Format;

/// Shown at the end of every `--help`.
const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    a check failed: `check` found a line that may not go, `order follow` read only a part of a list,
       `reconcile` found a violation
  2    usage: the command line, a token or a local file cannot be used
  3    refused by the service; the reason is on standard error
  4    unreachable or out of time: the same call may succeed later
  130  interrupted";

/// Longest wait for an answer that may be asked for.
const MAX_TIMEOUT: Duration = Duration::from_secs(3_600);

/// Operate the export programme: sellers, verdicts, orders, shipments, returns, dead letters.
#[derive(Debug, Parser)]
#[command(name = "fbactl", version, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    #[command(flatten)]
    pub(crate) endpoints: Endpoints,
    /// Token to call with
    #[arg(long, env = "FBA_TOKEN", hide_env_values = true, global = true)]
    pub(crate) token: Option<Secret>,
    /// File that holds the token
    #[arg(long, env = "FBA_TOKEN_FILE", global = true)]
    pub(crate) token_file: Option<PathBuf>,
    /// How answers and errors are written
    #[arg(long, value_enum, default_value_t, global = true)]
    pub(crate) output: Format,
    /// How long each answer is waited for: `30s`, `2m`
    #[arg(long, default_value = "30s", value_parser = timeout, global = true)]
    pub(crate) timeout: Duration,
}

/// gRPC addresses of the services.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Endpoints")]
pub(crate) struct Endpoints {
    /// Where enrollment answers
    #[arg(long, env = "FBA_ENROLLMENT_URL", default_value = "http://127.0.0.1:50051", global = true)]
    pub(crate) endpoint_enrollment: String,
    /// Where eligibility answers
    #[arg(long, env = "FBA_ELIGIBILITY_URL", default_value = "http://127.0.0.1:50052", global = true)]
    pub(crate) endpoint_eligibility: String,
    /// Where fulfillment answers
    #[arg(long, env = "FBA_FULFILLMENT_URL", default_value = "http://127.0.0.1:50053", global = true)]
    pub(crate) endpoint_fulfillment: String,
    /// Where customs answers
    #[arg(long, env = "FBA_CUSTOMS_URL", default_value = "http://127.0.0.1:50054", global = true)]
    pub(crate) endpoint_customs: String,
    /// Where returns answers
    #[arg(long, env = "FBA_RETURNS_URL", default_value = "http://127.0.0.1:50055", global = true)]
    pub(crate) endpoint_returns: String,
}

/// The nouns.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sellers: participation, authorities, exclusions
    #[command(subcommand, visible_alias = "enrollment")]
    Seller(seller::Command),
    /// Items, verdicts, the Exportable Inventory report
    #[command(subcommand)]
    Catalogue(catalogue::Command),
    /// HS codes: suggested, confirmed
    #[command(subcommand)]
    Classification(classification::Command),
    /// Reports that are written in the background
    #[command(subcommand)]
    Report(report::Command),
    /// Products that a seller has evaluated before the next cycle
    #[command(subcommand)]
    Review(review::Command),
    /// Tables of rules: checked, compared, put in force
    #[command(subcommand)]
    Rules(rules::Command),
    /// Monthly eligibility cycles
    #[command(subcommand)]
    Cycle(cycle::Command),
    /// Say whether items may go to countries; fails (1) when one may not
    Check(check::Command),
    /// Say step by step why an item may go to a country, or why not
    Explain(explain::Command),
    /// The offers that may go to a country now
    Deliverable(deliverable::Command),
    /// All verdicts of one moment
    #[command(subcommand)]
    Verdicts(verdicts::Command),
    /// Orders, and one order through all services
    #[command(subcommand)]
    Order(order::Command),
    /// Shipments: clearance, holds, invoice, report
    #[command(subcommand)]
    Shipment(shipment::Command),
    /// Quoted duties, taxes and fees
    #[command(subcommand)]
    Quote(quote::Command),
    /// Returns of buyers
    #[command(subcommand)]
    Return(returns::Command),
    /// What the programme paid sellers for units
    Reimbursements(reimbursements::Command),
    /// Units per center
    Stock(stock::Command),
    /// All postings of a ledger as CSV
    Ledger(ledger::Command),
    /// Records that a service refused
    #[command(subcommand)]
    DeadLetters(dead_letters::Command),
    /// How far every service has come; fails (4) when one does not answer
    Progress,
    /// Prove from facts and topics that nothing is lost, doubled or unbalanced; fails (1) when a check does not hold
    Reconcile(reconcile::Command),
    /// Development tokens
    #[command(subcommand)]
    Token(token::Token),
    /// Development keys
    #[command(subcommand)]
    Key(token::Key),
}

/// Of every mutation.
#[derive(Debug, Args)]
pub(crate) struct Repeatable {
    /// Makes a repeat harmless: the same id with the same content is done once; default: a new UUID, printed
    #[arg(long)]
    pub(crate) request_id: Option<RequestId>,
}

/// Of every mutation that is recorded with its reason.
#[derive(Debug, Args)]
pub(crate) struct Because {
    #[command(flatten)]
    pub(crate) repeatable: Repeatable,
    /// Why; kept in the history, 1 to 500 characters
    #[arg(long)]
    pub(crate) reason: String,
}

/// Of every list.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Limit {
    /// Entries at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) limit: u32,
}

/// Of texts for sellers.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Language {
    #[default]
    En,
    /// Simplified Chinese
    Zh,
}

impl Language {
    /// Of reasons and remedies.
    pub(crate) fn of_reasons(self) -> wire::common::v1::Language {
        match self {
            Self::En => wire::common::v1::Language::English,
            Self::Zh => wire::common::v1::Language::SimplifiedChinese,
        }
    }

    /// Of exclusion files, their reports and templates.
    pub(crate) fn of_files(self) -> wire::enrollment::v1::Language {
        match self {
            Self::En => wire::enrollment::v1::Language::English,
            Self::Zh => wire::enrollment::v1::Language::SimplifiedChinese,
        }
    }
}

pub(crate) fn timeout(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<SignedDuration>().map_err(|error| error.to_string())?;
    let timeout = Duration::try_from(parsed).map_err(|error| error.to_string())?;
    if timeout.is_zero() || timeout > MAX_TIMEOUT {
        return Err("expected more than 0 and at most 1h".to_owned());
    }
    Ok(timeout)
}
