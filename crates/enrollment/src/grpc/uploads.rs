//! Exclusion files: sent, looked up, listed.

use std::time::Duration;

use chassis::{Error, Page, Principal, principal};
use futures::channel::mpsc;
use futures::stream::{BoxStream, once, select, try_unfold};
use futures::{FutureExt as _, Stream, StreamExt as _};
use kernel::RequestId;
use messaging::calls::database;
use sqlx::PgConnection;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;
use wire::ErrorReason;
use wire::convert::parse;
use wire::enrollment::v1::upload_exclusions_request::{Part, UploadHeader};
use wire::enrollment::v1::*;

use super::convert::{self, reason};
use super::queries::own_seller;
use super::{EnrollmentApi, commands};
use crate::app::{self, Arrived, Begun, Order, standing};
use crate::domain::Upload;
use crate::store;

/// How long the next piece is waited for.
const PIECE: Duration = Duration::from_secs(60);
/// Largest piece, in bytes.
const MAX_CHUNK: usize = 1024 * 1024;
/// Longest name of a file, in characters.
const MAX_FILE_NAME: usize = 200;
/// Answers that wait until the caller takes them; of progress, more than these are not sent.
const ANSWERS: usize = 4;

/// An answer of the stream.
type Progress = Result<UploadExclusionsResponse, Status>;

impl EnrollmentApi {
    pub(super) async fn upload(
        &self,
        request: Request<Streaming<UploadExclusionsRequest>>,
    ) -> Result<Response<BoxStream<'static, Progress>>, Error> {
        let caller = principal(&request)?.clone();
        let mut messages = request.into_inner();
        let Some(Part::Header(header)) = next(&mut messages).await? else {
            return Err(Error::invalid("part", "the first one must be the header"));
        };
        let order = order(&caller, header)?;
        let receiving = match self.uploads.begin(order).await? {
            Begun::Repeat(upload) => {
                return Ok(Response::new(once(async move { Ok(answer(&upload)) }).boxed()));
            }
            Begun::First(receiving) => receiving,
        };
        let (told, heard) = mpsc::channel::<Upload>(ANSWERS);
        let work = receiving.run(pieces(messages), told.clone());
        let remembered = self.remembered.clone();
        let work = async move {
            match work.await {
                // Through the same queue, so that it is the last answer.
                Ok(upload) => {
                    remembered.forget(upload.seller);
                    sent_last(told, upload).await
                }
                Err(error) => Some(Err(Status::from(Error::from(error)))),
            }
        };
        let failure = work.into_stream().filter_map(std::future::ready);
        let progress = heard.map(|upload| Ok(answer(&upload)));
        Ok(Response::new(select(progress, failure).boxed()))
    }

    pub(super) async fn exclusion_upload(
        &self,
        request: &Request<GetExclusionUploadRequest>,
    ) -> Result<Response<GetExclusionUploadResponse>, Error> {
        let mut db = self.pool.acquire().await.map_err(database)?;
        let upload = known(&mut db, request, &request.get_ref().upload_id).await?;
        let upload = standing(&mut db, upload).await.map_err(database)?;
        Ok(Response::new(GetExclusionUploadResponse { upload: Some(convert::upload(&upload)) }))
    }

    pub(super) async fn exclusion_uploads(
        &self,
        request: &Request<ListExclusionUploadsRequest>,
    ) -> Result<Response<ListExclusionUploadsResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        let page = Page::parse(format!("exclusion_uploads/{seller}"), asked.page_size, &asked.page_token)?;
        let before = page.start()?.unwrap_or(i64::MAX);
        let mut db = self.pool.acquire().await.map_err(database)?;
        let rows = store::uploads::page(&mut db, seller, before, page.limit()).await;
        let mut rows = rows.map_err(database)?;
        let next_page_token = page.cut(&mut rows, |upload| upload.number.to_string());
        let mut uploads = Vec::with_capacity(rows.len());
        for upload in rows {
            uploads.push(convert::upload(&standing(&mut db, upload).await.map_err(database)?));
        }
        Ok(Response::new(ListExclusionUploadsResponse { uploads, next_page_token }))
    }
}

/// An upload that the caller may see.
pub(super) async fn known<T>(
    db: &mut PgConnection,
    request: &Request<T>,
    upload_id: &str,
) -> Result<Upload, Error> {
    let id: Uuid = parse("upload_id", upload_id)?;
    let upload = store::uploads::get(db, id).await.map_err(database)?;
    let upload = upload.ok_or_else(|| {
        Error::not_found(ErrorReason::UploadNotFound, format!("there is no exclusion upload {id}"))
    })?;
    principal(request)?.may_act_for(&upload.seller)?;
    Ok(upload)
}

fn order(caller: &Principal, header: UploadHeader) -> Result<Order, Error> {
    let mode = convert::upload_mode(header.mode())?;
    let request_id: RequestId = parse("request_id", &header.request_id)?;
    let seller = parse("seller_id", &header.seller_id)?;
    caller.may_act_for(&seller)?;
    if header.file_name.chars().count() > MAX_FILE_NAME {
        return Err(Error::invalid("file_name", format!("has more than {MAX_FILE_NAME} characters")));
    }
    Ok(Order {
        request_id: request_id.to_string(),
        seller,
        mode,
        dry_run: header.dry_run,
        accept_good_lines: header.accept_good_lines,
        reason: reason(&header.reason)?.to_owned(),
        file_name: header.file_name,
        expected_version: header.expected_settings_version,
        by: caller.subject.clone(),
        channel: commands::channel(caller),
    })
}

/// What comes after the header.
fn pieces(messages: Streaming<UploadExclusionsRequest>) -> impl Stream<Item = Result<Arrived, app::Error>> {
    try_unfold(messages, async |mut messages| {
        let part = next(&mut messages).await.map_err(|_| app::Error::BrokenOff)?;
        let arrived = match part {
            None => return Ok(None),
            Some(Part::Header(_)) => return Err(app::Error::NotAPiece("a second header came: send it once")),
            Some(Part::Chunk(chunk)) if chunk.is_empty() || chunk.len() > MAX_CHUNK => {
                return Err(app::Error::NotAPiece("chunk: must have 1 byte to 1 MiB"));
            }
            Some(Part::Chunk(chunk)) => Arrived::Bytes(chunk),
            Some(Part::End(end)) => Arrived::End(end.size_bytes.try_into().unwrap_or_default()),
        };
        Ok(Some((arrived, messages)))
    })
}

async fn next(messages: &mut Streaming<UploadExclusionsRequest>) -> Result<Option<Part>, Error> {
    let message = tokio::time::timeout(PIECE, messages.message()).await;
    let message = message.map_err(|_| app::Error::BrokenOff)?.map_err(|_| app::Error::BrokenOff)?;
    message.map(|message| message.part.ok_or_else(|| Error::invalid("part", "is required"))).transpose()
}

/// Nothing to add, where the caller is still there.
async fn sent_last(mut told: mpsc::Sender<Upload>, upload: Upload) -> Option<Progress> {
    use futures::SinkExt as _;
    match told.send(upload).await {
        Ok(()) => None,
        Err(_gone) => None,
    }
}

fn answer(upload: &Upload) -> UploadExclusionsResponse {
    UploadExclusionsResponse { upload: Some(convert::upload(upload)) }
}
