//! Items, verdicts, the Exportable Inventory report.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::Timestamp;
use kernel::{Asin, Dimensions, SellerId, Sku, Weight};
use tonic::Request;
use wire::convert;
use wire::eligibility::v1::{
    DownloadExportableInventoryRequest, GetVerdictRequest, ListItemsRequest, PreviewProductRequest,
};

use super::present;
use crate::cli::{Language, Limit};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::{Item, Preview, Verdict};

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
        /// The verdict that stood then: `2026-11-01T00:00:00Z`
        #[arg(long)]
        at: Option<Timestamp>,
        /// Of reasons and remedies
        #[arg(long, value_enum, default_value_t)]
        language: Language,
    },
    /// What would be decided about a product if one of its offers were otherwise; nothing changes
    Preview {
        seller: SellerId,
        sku: Sku,
        /// Sides of the packaged unit, in any order: `300 x 200 x 50 mm`
        #[arg(long)]
        dimensions: Option<Dimensions>,
        /// Weight of the packaged unit: `0.5 kg`
        #[arg(long)]
        weight: Option<Weight>,
        #[arg(long)]
        title: Option<String>,
        #[arg(long)]
        description: Option<String>,
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
        Command::Verdict { asin, at, language } => {
            let request = context.ask(GetVerdictRequest {
                asin: asin.to_string(),
                language: language.of_reasons().into(),
                at: at.map(convert::timestamp),
            });
            let answer = context.call(HOME, context.eligibility()?.get_verdict(request)).await?;
            context.print(&present::<_, Verdict>(answer.verdict)?)
        }
        Command::Preview { seller, sku, dimensions, weight, title, description, language } => {
            let request = PreviewProductRequest {
                seller_id: seller.to_string(),
                sku: sku.to_string(),
                package_dimensions: dimensions.map(convert::dimensions),
                package_weight: weight.map(convert::weight),
                title,
                description,
                language: language.of_reasons().into(),
            };
            let answer =
                context.call(HOME, context.eligibility()?.preview_product(context.ask(request))).await?;
            context.print(&Preview::from(answer))
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
