//! Tables of rules: checked, compared on the catalogue of now, put in force.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use wire::eligibility::v1::{
    ActivateRuleSetRequest, DiffRuleSetsRequest, DiffRuleSetsResponse, ImportRuleSetRequest,
    ListRuleSetsRequest, RuleTable,
};

use super::present;
use crate::cli::Repeatable;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::views::{ImportedRules, RuleActivation, RuleSetDifference, RuleSets};

const HOME: Service = Service::Eligibility;
/// The tables that verdicts depend on; what else is in a folder is left out.
const TABLES: [&str; 12] = [
    "goods.csv",
    "goods_hs.csv",
    "goods_terms.csv",
    "languages.csv",
    "size_tiers.csv",
    "policies.csv",
    "dangerous_goods.csv",
    "export_control.csv",
    "destinations.csv",
    "embargoes.csv",
    "restrictions.csv",
    "programme_rules.csv",
];

/// What can be done with tables of rules.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say whether the tables of a folder can be used, and name file and line of what cannot
    Check {
        /// Folder with the tables, such as data/eligibility
        folder: PathBuf,
    },
    /// Bring the tables of a folder; nothing is decided by them before they are put in force
    Import {
        /// Folder with the tables, such as data/eligibility
        folder: PathBuf,
    },
    /// The tables that are known, and which were put in force when
    List,
    /// What other tables would decide about the products of now
    Diff {
        /// Digest of imported tables, or `shipped`
        to: String,
        /// Compare with these, not with those in force
        #[arg(long, default_value = "")]
        from: String,
    },
    /// Put tables in force: what gets stricter counts at once, the rest from the next cycle on
    Activate {
        /// Digest of imported tables, or `shipped`
        digest: String,
        /// Why, for those who ask later
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        repeatable: Repeatable,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Check { folder } => import(context, &folder, true).await,
        Command::Import { folder } => import(context, &folder, false).await,
        Command::List => {
            let request = context.ask(ListRuleSetsRequest {});
            let answer = context.call(HOME, context.eligibility()?.list_rule_sets(request)).await?;
            context.print(&RuleSets::from(answer))
        }
        Command::Diff { to, from } => diff(context, from, to).await,
        Command::Activate { digest, reason, repeatable } => {
            let request_id = context.request_id(&repeatable);
            let request = context.ask(ActivateRuleSetRequest { request_id, digest, reason });
            let answer = context.call(HOME, context.eligibility()?.activate_rule_set(request)).await?;
            context.print(&present::<_, RuleActivation>(answer.activation)?)
        }
    }
}

async fn import(context: &Context, folder: &Path, check_only: bool) -> Result<(), Failure> {
    let tables = TABLES.iter().map(|file| read(folder, file)).collect::<Result<_, _>>()?;
    let request = context.ask(ImportRuleSetRequest { tables, check_only });
    let answer = context.call(HOME, context.eligibility()?.import_rule_set(request)).await?;
    context.print(&ImportedRules::from(answer))
}

fn read(folder: &Path, file: &str) -> Result<RuleTable, Failure> {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Failure::usage(format!("{} cannot be read: {error}", path.display())))?;
    Ok(RuleTable { file: file.to_owned(), text })
}

/// Shows how far it has come, and in the end the difference.
async fn diff(context: &Context, from_digest: String, to_digest: String) -> Result<(), Failure> {
    let request = tonic::Request::new(DiffRuleSetsRequest { from_digest, to_digest });
    let mut answers = context.call(HOME, context.eligibility()?.diff_rule_sets(request)).await?;
    let bar = ProgressBar::new(0).with_style(style());
    let mut last = None;
    while let Some(answer) = context.call(HOME, next(&mut answers)).await? {
        bar.set_length(u64::try_from(answer.product_count).unwrap_or_default());
        bar.set_position(u64::try_from(answer.compared_count).unwrap_or_default());
        last = answer.difference;
    }
    bar.finish_and_clear();
    context.print(&present::<_, RuleSetDifference>(last)?)
}

async fn next(
    answers: &mut tonic::Streaming<DiffRuleSetsResponse>,
) -> Result<tonic::Response<Option<DiffRuleSetsResponse>>, tonic::Status> {
    answers.message().await.map(tonic::Response::new)
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} products compared")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
