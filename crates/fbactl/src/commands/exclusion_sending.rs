//! Sends an exclusion file, with a progress bar.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures::stream::try_unfold;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use indicatif::ProgressBar;
use tokio::io::AsyncReadExt as _;
use tonic::Request;
use wire::enrollment::v1::upload_exclusions_request::{Part, UploadEnd, UploadHeader};
use wire::enrollment::v1::{ExclusionUpload, ExclusionUploadState, UploadExclusionsRequest};

use crate::client::{Context, Service};
use crate::download::bar_of;
use crate::failure::Failure;

const HOME: Service = Service::Enrollment;
/// Bytes of a piece.
const CHUNK: usize = 256 * 1024;

/// Sends the file and answers with what became of it. A large one takes longer than `--timeout`, which therefore does not
/// bound it; that a service is gone is noticed by the connection.
pub(super) async fn sent(
    context: &Context,
    sending: Sending,
    header: UploadHeader,
) -> Result<ExclusionUpload, Failure> {
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

fn state(upload: &ExclusionUpload) -> &'static str {
    match upload.state() {
        ExclusionUploadState::Receiving => "receiving",
        ExclusionUploadState::Applying => "applying",
        _ => "done",
    }
}

/// A local file on its way.
pub(super) struct Sending {
    file: tokio::fs::File,
    path: PathBuf,
    bar: ProgressBar,
    /// Why it could not be read to its end.
    broken: Arc<Mutex<Option<Failure>>>,
}

impl Sending {
    pub(super) async fn open(path: &Path) -> Result<Self, Failure> {
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
