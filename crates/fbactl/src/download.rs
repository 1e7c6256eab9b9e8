//! Files that a service streams: whole or not there at all.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use futures::Stream;
use futures::TryStreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tempfile::NamedTempFile;
use tonic::{Response, Status};

use crate::client::{Context, Service};
use crate::failure::Failure;

/// How often the progress bar moves while nothing arrives.
const TICK: Duration = Duration::from_millis(200);

/// A file that was written.
#[derive(Debug, Serialize)]
pub(crate) struct Saved {
    path: String,
    bytes: u64,
}

/// A message of a stream that carries a piece of a file.
pub(crate) trait Chunk {
    fn into_bytes(self) -> Vec<u8>;
}

macro_rules! chunks {
    ($($message:ty),+ $(,)?) => {$(
        impl Chunk for $message {
            fn into_bytes(self) -> Vec<u8> {
                self.chunk
            }
        }
    )+};
}

chunks! {
    wire::enrollment::v1::DownloadHistoryResponse,
    wire::enrollment::v1::DownloadExclusionsResponse,
    wire::enrollment::v1::DownloadExclusionReportResponse,
    wire::eligibility::v1::DownloadExportableInventoryResponse,
    wire::eligibility::v1::DownloadReportDocumentResponse,
    wire::fulfillment::v1::DownloadShipmentsReportResponse,
    wire::customs::v1::DownloadInvoiceResponse,
    wire::customs::v1::ExportLedgerResponse,
    wire::returns::v1::ExportLedgerResponse,
}

impl Context {
    /// Writes a stream to `path`: first to a temporary file beside it, renamed once the last piece is there.
    /// An existing file is replaced. Every piece is waited for at most `--timeout`.
    pub(crate) async fn save<S, C>(
        &self,
        service: Service,
        call: impl Future<Output = Result<Response<S>, Status>>,
        path: &Path,
    ) -> Result<(), Failure>
    where
        S: Stream<Item = Result<C, Status>> + Unpin,
        C: Chunk,
    {
        let saved = self.fetch(service, call, path).await?;
        self.print(&saved)
    }

    /// The same, without a word about it.
    pub(crate) async fn fetch<S, C>(
        &self,
        service: Service,
        call: impl Future<Output = Result<Response<S>, Status>>,
        path: &Path,
    ) -> Result<Saved, Failure>
    where
        S: Stream<Item = Result<C, Status>> + Unpin,
        C: Chunk,
    {
        let mut file = beside(path)?;
        let mut pieces = self.call(service, call).await?;
        let bar = bar();
        let mut bytes = 0;
        while let Some(piece) = self.within(service, pieces.try_next()).await? {
            let piece = piece.into_bytes();
            file.write_all(&piece).map_err(|error| unwritable(path, &error))?;
            bytes += piece.len() as u64;
            bar.inc(piece.len() as u64);
        }
        bar.finish_and_clear();
        persisted(file, path, bytes)
    }

    /// Writes a file that came in one answer, as `save` does.
    pub(crate) fn save_whole(&self, bytes: &[u8], path: &Path) -> Result<(), Failure> {
        let mut file = beside(path)?;
        file.write_all(bytes).map_err(|error| unwritable(path, &error))?;
        self.print(&persisted(file, path, bytes.len() as u64)?)
    }
}

/// Says early that a file could not be written later.
pub(crate) fn writable(path: &Path) -> Result<(), Failure> {
    beside(path).map(drop)
}

/// Gives a whole file its name.
fn persisted(file: NamedTempFile, path: &Path, bytes: u64) -> Result<Saved, Failure> {
    file.as_file().sync_all().map_err(|error| unwritable(path, &error))?;
    file.persist(path).map_err(|error| unwritable(path, &error.error))?;
    Ok(Saved { path: path.display().to_string(), bytes })
}

fn beside(path: &Path) -> Result<NamedTempFile, Failure> {
    if path.file_name().is_none() || path.is_dir() {
        return Err(Failure::usage(format!("{} is not the name of a file", path.display())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    NamedTempFile::new_in(folder).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{} cannot be written: {error}", path.display()))
}

/// The bar of a file of known size that is sent.
pub(crate) fn bar_of(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    let template = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {msg}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    bar
}

/// The bar of what a service does meanwhile.
pub(crate) fn bar_of_waiting() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    bar
}

/// On standard error, and only where that is a terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {bytes} {bytes_per_sec} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    bar
}
