//! Items, verdicts, the Exportable Inventory report.

use std::path::PathBuf;

use clap::Subcommand;
use kernel::{Asin, SellerId};
use tonic::Request;
use wire::eligibility::v1::{DownloadExportableInventoryRequest, GetVerdictRequest, ListItemsRequest};

use super::present;
use crate::cli::{Language, Limit};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::{Item, Verdict};

const HOME: Service = Service::Eligibility;

/// What can be asked about the catalogue.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// A seller's items, by SKU
    List {
        seller: SellerId,
        #[command(flatten)]
        limit: Limit,
    },
    /// Where an ASIN may go, and why not elsewhere
    Verdict {
        asin: Asin,
        /// Of reasons and remedies
        #[arg(long, value_enum, default_value_t)]
        language: Language,
    },
    /// The Exportable Inventory report of a seller as TSV
    Inventory {
        seller: SellerId,
        /// File to write; replaced when it exists
        #[arg(long)]
        out: PathBuf,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::List { seller, limit } => list(context, seller, limit).await,
        Command::Verdict { asin, language } => {
            let language = language.of_reasons().into();
            let request = context.ask(GetVerdictRequest { asin: asin.to_string(), language });
            let answer = context.call(HOME, context.eligibility()?.get_verdict(request)).await?;
            context.print(&present::<_, Verdict>(answer.verdict)?)
        }
        Command::Inventory { seller, out } => {
            let request = Request::new(DownloadExportableInventoryRequest { seller_id: seller.to_string() });
            context.save(HOME, context.eligibility()?.download_exportable_inventory(request), &out).await
        }
    }
}

async fn list(context: &Context, seller: SellerId, limit: Limit) -> Result<(), Failure> {
    let mut client = context.eligibility()?;
    let seller_id = seller.to_string();
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = ListItemsRequest { seller_id: seller_id.clone(), page_size, page_token };
        let page = context.call(HOME, client.list_items(context.ask(request))).await?;
        Ok((page.items, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Item>())
}
