//! Exclusion files: sent, looked up, reported line by line, fetched, taken back.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use futures::TryStreamExt as _;
use kernel::SellerId;
use tonic::Request;
use wire::enrollment::v1::upload_exclusions_request::UploadHeader;
use wire::enrollment::v1::{
    self as wire_enrollment, DownloadExclusionReportRequest, ExclusionUploadMode, ExclusionUploadState,
    GetExclusionTemplateRequest, GetExclusionUploadRequest, ListExclusionUploadsRequest,
    RestoreExclusionsRequest,
};

use super::exclusion_report::Report;
use super::exclusion_sending::{Sending, sent};
use super::present;
use crate::cli::{Because, Language, Limit};
use crate::client::{Context, Service};
use crate::download::writable;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::pages::{Listed, all_pages};
use crate::views::{ExclusionTemplate, ExclusionUpload, Restoration, UploadedLine};

const HOME: Service = Service::Enrollment;
/// Longest name of a file that is told, in characters.
const MAX_FILE_NAME: usize = 200;
/// Lines with errors that a refused upload shows at once.
const SHOWN: u32 = 20;

/// What can be done with exclusion files.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Change the list of excluded products by a file, whole or not at all
    UploadExclusions {
        seller: SellerId,
        file: PathBuf,
        #[command(flatten)]
        args: UploadArgs,
        #[command(flatten)]
        because: Because,
    },
    /// The files that were sent, newest first
    ExclusionUploads {
        seller: SellerId,
        #[command(flatten)]
        limit: Limit,
    },
    /// One file that was sent, and what became of it
    ExclusionUpload {
        /// The upload_id of an answer
        upload: String,
    },
    /// What became of the lines of a file: those with errors
    ExclusionReport {
        /// The upload_id of an answer
        upload: String,
        /// Every line
        #[arg(long)]
        all: bool,
        /// Write every line to a file instead, as TSV
        #[arg(long, conflicts_with_all = ["limit", "all"])]
        out: Option<PathBuf>,
        #[arg(long, value_enum, default_value_t)]
        language: Language,
        /// Lines at most
        #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// An empty exclusion file with its instructions
    ExclusionTemplate {
        /// Write it to a file
        #[arg(long)]
        out: Option<PathBuf>,
        #[arg(long, value_enum, default_value_t)]
        language: Language,
    },
    /// Make the list of an earlier version of the settings the list again
    RestoreExclusions {
        seller: SellerId,
        /// The settings_version that had the list
        settings_version: i64,
        /// Change nothing; tell what would change
        #[arg(long)]
        dry_run: bool,
        /// Refuse when the settings are no longer of this version
        #[arg(long, default_value_t = 0, hide_default_value = true)]
        expected_version: i64,
        #[command(flatten)]
        because: Because,
    },
}

/// How a file is used.
#[derive(Debug, Args)]
pub(crate) struct UploadArgs {
    /// What the file does with the list
    #[arg(long, value_enum)]
    mode: Mode,
    /// Change nothing; tell what would change
    #[arg(long)]
    dry_run: bool,
    /// Leave lines with errors out; otherwise one refuses the whole file
    #[arg(long)]
    accept_good_lines: bool,
    /// Refuse when the settings are no longer of this version
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    expected_version: i64,
    /// Write what became of each line to a file, as TSV
    #[arg(long)]
    report: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    language: Language,
}

/// What a file does with the list.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mode {
    /// Its products are added, or get its destinations; others stay
    Merge,
    /// It is the whole new list
    Replace,
    /// Its products are taken off the list
    Remove,
}

pub(super) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::UploadExclusions { seller, file, args, because } => {
            upload(context, seller, &file, args, because).await
        }
        Command::ExclusionUploads { seller, limit } => uploads(context, seller, limit).await,
        Command::ExclusionUpload { upload } => {
            let request = context.ask(GetExclusionUploadRequest { upload_id: upload });
            let answer = context.call(HOME, context.enrollment()?.get_exclusion_upload(request)).await?;
            context.print(&present::<_, ExclusionUpload>(answer.upload)?)
        }
        Command::ExclusionReport { upload, out: Some(out), language, .. } => {
            save_report(context, &upload, language, &out).await
        }
        Command::ExclusionReport { upload, all, out: None, language, limit } => {
            context.print_list(lines(context, &upload, language, all, limit).await?)
        }
        Command::ExclusionTemplate { out, language } => template(context, out, language).await,
        Command::RestoreExclusions { seller, settings_version, dry_run, expected_version, because } => {
            let request = context.ask(RestoreExclusionsRequest {
                request_id: context.request_id(&because.repeatable),
                seller_id: seller.to_string(),
                settings_version,
                reason: because.reason,
                dry_run,
                expected_settings_version: expected_version,
            });
            let answer = context.call(HOME, context.enrollment()?.restore_exclusions(request)).await?;
            context.print_applied::<Restoration>(answer.already_applied, answer.into())
        }
    }
}

async fn upload(
    context: &Context,
    seller: SellerId,
    file: &Path,
    args: UploadArgs,
    because: Because,
) -> Result<(), Failure> {
    if let Some(report) = &args.report {
        writable(report)?;
    }
    let sending = Sending::open(file).await?;
    let name = file.file_name().map(|name| name.to_string_lossy().chars().take(MAX_FILE_NAME).collect());
    let header = UploadHeader {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        mode: args.mode.wire().into(),
        dry_run: args.dry_run,
        accept_good_lines: args.accept_good_lines,
        reason: because.reason,
        file_name: name.unwrap_or_default(),
        expected_settings_version: args.expected_version,
    };
    let upload = sent(context, sending, header).await?;
    told(context, upload, args.language, args.report.as_deref()).await
}

/// Shows what became of a file that was sent; a refused one is a failure.
async fn told(
    context: &Context,
    mut upload: wire_enrollment::ExclusionUpload,
    language: Language,
    report: Option<&Path>,
) -> Result<(), Failure> {
    let refused = upload.state() == ExclusionUploadState::Refused;
    let (id, code) = (upload.upload_id.clone(), upload.refusal_code.clone());
    if matches!(language, Language::Zh) {
        upload.refusal.clone_from(&upload.refusal_zh);
    }
    context.print_applied::<ExclusionUpload>(false, upload.into())?;
    if let Some(report) = report {
        write_report(context, &id, language, report).await?;
    }
    if !refused {
        return Ok(());
    }
    if context.output == Format::Table {
        // The refusal counts, whether or not its lines can be shown, too.
        let _ = show_errors(context, &id, language).await;
    }
    let message = format!(
        "the file was refused and nothing was changed: `fbactl seller exclusion-report {id}` has every line with an error"
    );
    Err(Failure::refused(&code, message))
}

/// The first lines with errors. What is beyond them is in the report, which the failure names.
async fn show_errors(context: &Context, upload: &str, language: Language) -> Result<(), Failure> {
    let errors = lines(context, upload, language, false, SHOWN).await?;
    output::line("")?;
    context.print_list(Listed { entries: errors.entries, truncated: false })
}

async fn uploads(context: &Context, seller: SellerId, limit: Limit) -> Result<(), Failure> {
    let mut client = context.enrollment()?;
    let seller_id = seller.to_string();
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = ListExclusionUploadsRequest { seller_id: seller_id.clone(), page_size, page_token };
        let page = context.call(HOME, client.list_exclusion_uploads(context.ask(request))).await?;
        Ok((page.uploads, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<ExclusionUpload>())
}

fn asked(upload: &str, language: Language) -> Request<DownloadExclusionReportRequest> {
    Request::new(DownloadExclusionReportRequest {
        upload_id: upload.to_owned(),
        language: language.of_files().into(),
    })
}

async fn save_report(context: &Context, upload: &str, language: Language, out: &Path) -> Result<(), Failure> {
    let call = context.enrollment()?.download_exclusion_report(asked(upload, language)).await;
    context.save(HOME, async { call }, out).await
}

/// The same, without a word on standard output.
async fn write_report(
    context: &Context,
    upload: &str,
    language: Language,
    out: &Path,
) -> Result<(), Failure> {
    let call = context.enrollment()?.download_exclusion_report(asked(upload, language)).await;
    context.fetch(HOME, async { call }, out).await.map(drop)
}

/// Lines of a report, those with errors or all, up to a bound.
async fn lines(
    context: &Context,
    upload: &str,
    language: Language,
    all: bool,
    limit: u32,
) -> Result<Listed<UploadedLine>, Failure> {
    let request = asked(upload, language);
    let mut pieces = context.call(HOME, context.enrollment()?.download_exclusion_report(request)).await?;
    let mut report = Report::new(all, limit as usize);
    while let Some(piece) = context.within(HOME, pieces.try_next()).await? {
        if report.take(&piece.chunk) {
            return Ok(Listed { entries: report.lines, truncated: true });
        }
    }
    Ok(Listed { entries: report.lines, truncated: false })
}

async fn template(context: &Context, out: Option<PathBuf>, language: Language) -> Result<(), Failure> {
    let request = context.ask(GetExclusionTemplateRequest { language: language.of_files().into() });
    let file = context.call(HOME, context.enrollment()?.get_exclusion_template(request)).await?.file;
    let text = String::from_utf8_lossy(&file);
    match (out, context.output) {
        (Some(path), _) => context.save_whole(&file, &path),
        (None, Format::Table) => output::line(text.trim_end()),
        (None, Format::Json) => context.print(&ExclusionTemplate { file: text.into_owned() }),
    }
}

impl Mode {
    fn wire(self) -> ExclusionUploadMode {
        match self {
            Self::Merge => ExclusionUploadMode::Merge,
            Self::Replace => ExclusionUploadMode::Replace,
            Self::Remove => ExclusionUploadMode::Remove,
        }
    }
}
