//! HS codes: suggested, confirmed, looked up.

use clap::Subcommand;
use kernel::{Asin, HsCode};
use wire::eligibility::v1::suggest_classification_request::Subject;
use wire::eligibility::v1::{
    ConfirmClassificationRequest, GetClassificationRequest, ListClassificationHistoryRequest,
    SuggestClassificationRequest,
};

use super::present;
use crate::cli::{Because, Limit};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::{Listed, all_pages};
use crate::views::{Classification, HsSuggestion, KnownCodes};

const HOME: Service = Service::Eligibility;

/// What can be done with HS codes.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// HS codes that an ASIN or a text may have, the likeliest first; none where nothing is likely enough
    Suggest(What),
    /// Confirm the HS code of an ASIN, as a seller that lists it or as a classifier
    Confirm {
        asin: Asin,
        /// 6, 8 or 10 digits without dots
        code: HsCode,
        /// Refuse when the classification is no longer of this version; 0: when anything was confirmed
        #[arg(long)]
        expected_version: Option<i64>,
        #[command(flatten)]
        because: Because,
    },
    /// The confirmed code of an ASIN, and those that its offers declare
    Show { asin: Asin },
    /// All confirmations of an ASIN, newest first
    History {
        asin: Asin,
        #[command(flatten)]
        limit: Limit,
    },
}

/// An ASIN, or a text.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct What {
    asin: Option<Asin>,
    /// What the goods are called, in place of an ASIN
    #[arg(long)]
    text: Option<String>,
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Suggest(what) => suggest(context, what).await,
        Command::Confirm { asin, code, expected_version, because } => {
            let request = context.ask(ConfirmClassificationRequest {
                request_id: context.request_id(&because.repeatable),
                asin: asin.to_string(),
                hs_code: code.to_string(),
                reason: because.reason,
                expected_version,
            });
            let answer = context.call(HOME, context.eligibility()?.confirm_classification(request)).await?;
            context.print_applied::<Classification>(answer.already_applied, present(answer.classification)?)
        }
        Command::Show { asin } => {
            let request = context.ask(GetClassificationRequest { asin: asin.to_string() });
            let answer = context.call(HOME, context.eligibility()?.get_classification(request)).await?;
            context.print(&KnownCodes::from(answer))
        }
        Command::History { asin, limit } => history(context, asin, limit).await,
    }
}

async fn suggest(context: &Context, what: What) -> Result<(), Failure> {
    let asin = what.asin.map(|asin| Subject::Asin(asin.to_string()));
    let subject = asin.or_else(|| what.text.map(Subject::Text));
    let request = context.ask(SuggestClassificationRequest { subject });
    let answer = context.call(HOME, context.eligibility()?.suggest_classification(request)).await?;
    let listed = Listed { entries: answer.suggestions, truncated: false };
    context.print_list(listed.shown_as::<HsSuggestion>())
}

async fn history(context: &Context, asin: Asin, limit: Limit) -> Result<(), Failure> {
    let mut client = context.eligibility()?;
    let asin = asin.to_string();
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = ListClassificationHistoryRequest { asin: asin.clone(), page_size, page_token };
        let page = context.call(HOME, client.list_classification_history(context.ask(request))).await?;
        Ok((page.classifications, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Classification>())
}
