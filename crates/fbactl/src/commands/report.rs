//! Reports: asked for, waited for, downloaded.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use kernel::{ReportId, SellerId};
use tonic::Request;
use wire::eligibility::v1::{
    CancelReportRequest, CreateReportRequest, DownloadReportDocumentRequest, GetReportRequest,
    ListReportsRequest, ReportType,
};

use super::present;
use super::report_wait::finished;
use crate::cli::{Language, Limit, Repeatable, timeout};
use crate::client::{Context, Service};
use crate::download::writable;
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::Report;

pub(super) const HOME: Service = Service::Eligibility;

/// What can be done with reports.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask for a report of a seller, which is written in the background
    Create {
        seller: SellerId,
        /// Its key or its id
        #[arg(long = "type", value_enum, default_value_t)]
        kind: Kind,
        #[command(flatten)]
        wait: Wait,
        #[command(flatten)]
        repeatable: Repeatable,
    },
    /// One report: its state, why it has no document, how large that is
    Show {
        report: ReportId,
        /// Of its reason
        #[arg(long, value_enum, default_value_t)]
        language: Language,
    },
    /// A seller's reports, newest first
    List {
        seller: SellerId,
        /// Of their reasons
        #[arg(long, value_enum, default_value_t)]
        language: Language,
        #[command(flatten)]
        limit: Limit,
    },
    /// Give up a report that is not final
    Cancel {
        report: ReportId,
        #[command(flatten)]
        repeatable: Repeatable,
    },
    /// The document of a report that is done
    Download {
        report: ReportId,
        /// File to write; replaced when it exists
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        wait: Wait,
    },
}

/// The reports there are and were.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Kind {
    /// 26600: every listed offer, where it may go and why not elsewhere
    #[default]
    #[value(alias = "26600")]
    ExportableInventory,
    /// 2620: discontinued
    #[value(alias = "2620")]
    ExportableInventoryLegacy,
}

/// Of commands that can wait until a report is final.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Wait {
    /// Wait until the report is done, at most so long (`--wait=2m`); fails (3) when it ends without a document
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "10m", value_parser = timeout)]
    wait: Option<Duration>,
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Create { seller, kind, wait, repeatable } => {
            create(context, seller, kind, wait, &repeatable).await
        }
        Command::Show { report, language } => {
            let language = language.of_reasons().into();
            let request = context.ask(GetReportRequest { report_id: report.to_string(), language });
            let answer = context.call(HOME, context.eligibility()?.get_report(request)).await?;
            context.print(&present::<_, Report>(answer.report)?)
        }
        Command::List { seller, language, limit } => list(context, seller, language, limit).await,
        Command::Cancel { report, repeatable } => {
            let request = context.ask(CancelReportRequest {
                request_id: context.request_id(&repeatable),
                report_id: report.to_string(),
            });
            let answer = context.call(HOME, context.eligibility()?.cancel_report(request)).await?;
            context.print_applied::<Report>(answer.already_applied, present(answer.report)?)
        }
        Command::Download { report, out, wait } => {
            writable(&out)?;
            if let Some(most) = wait.wait {
                finished(context, &report.to_string(), most).await?;
            }
            let request = Request::new(DownloadReportDocumentRequest { report_id: report.to_string() });
            context.save(HOME, context.eligibility()?.download_report_document(request), &out).await
        }
    }
}

async fn create(
    context: &Context,
    seller: SellerId,
    kind: Kind,
    wait: Wait,
    repeatable: &Repeatable,
) -> Result<(), Failure> {
    let report_type = match kind {
        Kind::ExportableInventory => ReportType::ExportableInventory,
        Kind::ExportableInventoryLegacy => ReportType::ExportableInventoryLegacy,
    };
    let request = context.ask(CreateReportRequest {
        request_id: context.request_id(repeatable),
        seller_id: seller.to_string(),
        report_type: report_type.into(),
    });
    let answer = context.call(HOME, context.eligibility()?.create_report(request)).await?;
    let mut report = answer.report.ok_or_else(Failure::broken_answer)?;
    if let Some(most) = wait.wait {
        report = finished(context, &report.report_id, most).await?;
    }
    context.print_applied::<Report>(false, report.into())
}

async fn list(context: &Context, seller: SellerId, language: Language, limit: Limit) -> Result<(), Failure> {
    let mut client = context.eligibility()?;
    let (seller_id, language) = (seller.to_string(), language.of_reasons().into());
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = ListReportsRequest { seller_id: seller_id.clone(), page_size, page_token, language };
        let page = context.call(HOME, client.list_reports(context.ask(request))).await?;
        Ok((page.reports, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Report>())
}
