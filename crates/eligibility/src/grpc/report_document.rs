//! The document of a report in chunks, checked on its way: a stream that ends well was what was written.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use chassis::Error;
use futures::StreamExt as _;
use futures::stream::{BoxStream, try_unfold};
use kernel::ReportId;
use sha2::{Digest as _, Sha256};
use tonic::{Request, Response, Status};
use wire::ErrorReason;
use wire::eligibility::v1::*;

use super::EligibilityApi;
use crate::domain::report::{Report, State};
use crate::store::files::FileError;

/// Bytes of a chunk: the bound of the contract.
const CHUNK: usize = 64 * 1024;
/// When a caller may ask again while the store of documents is away.
const RETRY: Duration = Duration::from_secs(5);

type Chunk = Result<DownloadReportDocumentResponse, Status>;

/// A document on its way.
struct Reading {
    report: ReportId,
    pieces: BoxStream<'static, object_store::Result<Bytes>>,
    /// Read and not yet sent.
    text: BytesMut,
    more: bool,
    digest: Sha256,
    /// What the digest has to be.
    sha256: String,
}

impl EligibilityApi {
    pub(super) async fn report_document(
        &self,
        request: &Request<DownloadReportDocumentRequest>,
    ) -> Result<Response<BoxStream<'static, Chunk>>, Error> {
        let report = self.known(request, &request.get_ref().report_id).await?;
        let State::Done(document) = &report.state else { return Err(not_done(&report)) };
        if report.ended.is_none_or(|end| end.expired || end.files_until <= self.clock.now()) {
            let id = report.id;
            let message =
                format!("the document of report {id} has expired and is deleted: ask for a new report");
            return Err(Error::new(ErrorReason::ReportExpired, message));
        }
        let pieces = self.reports.files.read(report.id, document).await.map_err(unreadable)?;
        let (text, digest, sha256) = (BytesMut::with_capacity(CHUNK), Sha256::new(), document.sha256.clone());
        let reading = Reading { report: report.id, pieces, text, more: true, digest, sha256 };
        let step = move |mut reading: Reading| async move {
            let chunk = reading.chunk().await.map_err(|error| Status::from(unreadable(error)))?;
            Ok(chunk.map(|chunk| (DownloadReportDocumentResponse { chunk }, reading)))
        };
        Ok(Response::new(try_unfold(reading, step).boxed()))
    }
}

impl Reading {
    /// The next chunk; `None` at the end of what was written.
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, FileError> {
        while self.more && self.text.len() < CHUNK {
            match self.pieces.next().await.transpose()? {
                Some(piece) => self.text.extend_from_slice(&piece),
                None => self.more = false,
            }
        }
        let chunk = self.text.split_to(self.text.len().min(CHUNK)).to_vec();
        self.digest.update(&chunk);
        if !chunk.is_empty() {
            return Ok(Some(chunk));
        }
        let whole = hex::encode(self.digest.clone().finalize()) == self.sha256;
        if whole { Ok(None) } else { Err(FileError::Changed(self.report)) }
    }
}

fn not_done(report: &Report) -> Error {
    let (id, state) = (report.id, report.state.name());
    let why = match &report.state {
        State::Cancelled { .. } | State::Fatal(_) => "it says why; ask for a new one",
        _ => "wait until it is DONE",
    };
    let message = format!("report {id} is {state} and has no document: {why}");
    Error::wrong_state(message).precondition("report_id", "must be DONE")
}

fn unreadable(error: FileError) -> Error {
    match error {
        FileError::Store(object_store::Error::NotFound { .. })
        | FileError::Changed(_)
        | FileError::Folder(_) => Error::internal(&error),
        FileError::Store(_) => Error::unavailable("the store of documents does not answer: try again", RETRY),
    }
}
