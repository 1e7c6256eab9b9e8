//! Exclusion files: sent with a progress bar, looked up, reported line by line, fetched, taken back.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::{Args, Subcommand, ValueEnum};
use futures::stream::try_unfold;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use indicatif::ProgressBar;
use kernel::SellerId;
use tokio::io::AsyncReadExt as _;
use tonic::Request;
use wire::enrollment::v1::upload_exclusions_request::{Part, UploadEnd, UploadHeader};
use wire::enrollment::v1::{
    self as wire_enrollment, DownloadExclusionReportRequest, ExclusionUploadMode, ExclusionUploadState,
    GetExclusionTemplateRequest, GetExclusionUploadRequest, ListExclusionUploadsRequest,
    RestoreExclusionsRequest, UploadExclusionsRequest,
};

use super::present;
use crate::cli::{Because, Limit};
use crate::client::{Context, Service};
use crate::download::{bar_of, writable};
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::pages::{Listed, all_pages};
use crate::views::{ExclusionTemplate, ExclusionUpload, Restoration, UploadedLine};

const HOME: Service = Service::Enrollment;
/// Bytes of a piece.
const CHUNK: usize = 256 * 1024;
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

/// Of texts for sellers.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Language {
    #[default]
    En,
    /// Simplified Chinese
    Zh,
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

/// Sends the file and answers with what became of it. A large one takes longer than `--timeout`, which therefore does not
/// bound it; that a service is gone is noticed by the connection.
async fn sent(
    context: &Context,
    sending: Sending,
    header: UploadHeader,
) -> Result<wire_enrollment::ExclusionUpload, Failure> {
    let (bar, broken) = (sending.bar.clone(), sending.broken.clone());
    let parts = futures::stream::iter([Part::Header(header)]).chain(sending.parts());
    let messages = parts.map(|part| UploadExclusionsRequest { part: Some(part) });
    let mut client = context.enrollment()?;
    let work = async {
        let mut answers = client.upload_exclusions(Request::new(messages)).await?.into_inner();
        let mut last = None;
        while let Some(answer) = answers.try_next().await? {
            if let Some(upload) = &answer.upload {
                bar.set_message(format!("{} lines, {}", upload.lines, state(upload)));
            }
            last = answer.upload;
        }
        Ok(last)
    };
    let result = work.await;
    bar.finish_and_clear();
    if let Some(failure) = broken.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(failure);
    }
    let last = result.map_err(|status| context.failed(HOME, &status))?;
    let last = last.ok_or_else(Failure::broken_answer)?;
    match last.state() {
        ExclusionUploadState::Done | ExclusionUploadState::Refused => Ok(last),
        _ => Err(Failure::broken_answer()),
    }
}

fn state(upload: &wire_enrollment::ExclusionUpload) -> &'static str {
    match upload.state() {
        ExclusionUploadState::Receiving => "receiving",
        ExclusionUploadState::Applying => "applying",
        _ => "done",
    }
}

/// A local file on its way.
struct Sending {
    file: tokio::fs::File,
    path: PathBuf,
    bar: ProgressBar,
    /// Why it could not be read to its end.
    broken: Arc<Mutex<Option<Failure>>>,
}

impl Sending {
    async fn open(path: &Path) -> Result<Self, Failure> {
        let file = tokio::fs::File::open(path).await.map_err(|error| unreadable(path, &error))?;
        let size = file.metadata().await.map_err(|error| unreadable(path, &error))?;
        if !size.is_file() {
            return Err(Failure::usage(format!("{} is not a file", path.display())));
        }
        let bar = bar_of(size.len());
        Ok(Self { file, path: path.to_owned(), bar, broken: Arc::default() })
    }

    /// Its pieces and its end. Where it cannot be read the end is missing, so that nothing is changed.
    fn parts(self) -> impl Stream<Item = Part> + Send + 'static {
        let broken = self.broken.clone();
        let pieces = try_unfold((self, 0_i64, false), async |(mut sending, sent, ended)| {
            if ended {
                return Ok(None);
            }
            let mut piece = Vec::with_capacity(CHUNK);
            let mut part = (&mut sending.file).take(CHUNK as u64);
            let read =
                part.read_to_end(&mut piece).await.map_err(|error| unreadable(&sending.path, &error))?;
            if read == 0 {
                let end = Part::End(UploadEnd { size_bytes: sent });
                return Ok(Some((end, (sending, sent, true))));
            }
            sending.bar.inc(read as u64);
            let sent = sent + i64::try_from(read).unwrap_or(i64::MAX);
            Ok(Some((Part::Chunk(piece), (sending, sent, false))))
        });
        pieces.scan(broken, |broken, part: Result<Part, Failure>| {
            let part = part.map_err(|failure| {
                *broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
            });
            std::future::ready(part.ok())
        })
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{} cannot be read: {error}", path.display()))
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
        language: language.wire().into(),
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
    let mut report = Report { all, limit: limit as usize, rest: Vec::new(), lines: Vec::new() };
    while let Some(piece) = context.within(HOME, pieces.try_next()).await? {
        if report.take(&piece.chunk) {
            return Ok(Listed { entries: report.lines, truncated: true });
        }
    }
    Ok(Listed { entries: report.lines, truncated: false })
}

/// A report that arrives in pieces.
struct Report {
    all: bool,
    limit: usize,
    rest: Vec<u8>,
    lines: Vec<UploadedLine>,
}

impl Report {
    /// True when there are more lines than are wanted.
    fn take(&mut self, piece: &[u8]) -> bool {
        self.rest.extend_from_slice(piece);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return false };
        let rest = self.rest.split_off(end + 1);
        let whole = std::mem::replace(&mut self.rest, rest);
        for line in String::from_utf8_lossy(&whole).lines() {
            let Some(line) = UploadedLine::parse(line).filter(|line| self.all || line.is_error()) else {
                continue;
            };
            if self.lines.len() == self.limit {
                return true;
            }
            self.lines.push(line);
        }
        false
    }
}

async fn template(context: &Context, out: Option<PathBuf>, language: Language) -> Result<(), Failure> {
    let request = context.ask(GetExclusionTemplateRequest { language: language.wire().into() });
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

impl Language {
    fn wire(self) -> wire_enrollment::Language {
        match self {
            Self::En => wire_enrollment::Language::English,
            Self::Zh => wire_enrollment::Language::SimplifiedChinese,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_report_in_pieces_the_errors_are_kept() {
        let mut report = Report { all: false, limit: 2, rest: Vec::new(), lines: Vec::new() };
        assert!(!report.take(b"line\tresult\tcolumn\tmessage\n1\tSKIPPED\t\theader\n2\tUNKNOWN_S"));
        assert!(!report.take(b"KU\tsku\tno SKU\n3\tACCEPTED\t\t\n4\tDUPLICATE_ROW\t\tsame\n"));
        assert!(!report.take(b"5\tUNKNOWN_ASIN\tasin\tno ASIN\n"));
        let results: Vec<&str> = report.lines.iter().map(|line| line.result.as_str()).collect();
        assert_eq!(results, ["UNKNOWN_SKU", "UNKNOWN_ASIN"]);
        assert!(report.take(b"6\tMALFORMED_LINE\t\tbad\n"));
    }

    #[test]
    fn a_quoted_message_is_shown_without_its_quotes() {
        let mut report = Report { all: false, limit: 1, rest: Vec::new(), lines: Vec::new() };
        report.take(b"2\tUNKNOWN_SKU\tsku\t\"7\"\" nail is no SKU\"\n");
        assert_eq!(report.lines[0].message, "7\" nail is no SKU");
    }
}
