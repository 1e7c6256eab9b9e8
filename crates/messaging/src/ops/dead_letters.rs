//! Dead letters: list, show, replay, drop.

use std::collections::BTreeMap;
use std::sync::Arc;

use chassis::{Error, Page, Principal, principal};
use prost::Message as _;
use tonic::{Request, Response, Status};
use uuid::Uuid;
use wire::ops::v1::dead_letter_service_server::DeadLetterService;
use wire::ops::v1::{
    DeadLetter, DropDeadLettersRequest, DropDeadLettersResponse, GetDeadLetterRequest, GetDeadLetterResponse,
    ListDeadLettersRequest, ListDeadLettersResponse, ReplayDeadLettersRequest, ReplayDeadLettersResponse,
};
use wire::{ErrorReason, convert};

use crate::HandleError;
use crate::calls::database;
use crate::consumer::{AnyHandler, Applier};
use crate::dead_letters::{self as store, Rejected};
use crate::requests::{self, Once, RequestKey};
use crate::service::Core;

/// Ids of a request at most.
const MAX_IDS: usize = 500;
/// Characters of the reason for a drop.
const MAX_REASON: usize = 500;
/// Bytes of a payload that `GetDeadLetter` returns; a longer one stays in the table, its text says so.
const MAX_SHOWN_PAYLOAD: usize = 1024 * 1024;

/// Implements `DeadLetterService`.
pub struct DeadLetters {
    core: Core,
    /// By full name of the topic.
    handlers: BTreeMap<String, Arc<dyn AnyHandler>>,
}

impl DeadLetters {
    pub(crate) fn new(core: Core, handlers: BTreeMap<String, Arc<dyn AnyHandler>>) -> Self {
        Self { core, handlers }
    }

    /// Applies one letter's record, or notes why it was refused again. True when it was applied, none when the letter
    /// is gone.
    async fn replay(&self, id: Uuid) -> Result<Option<bool>, HandleError> {
        let mut tx = self.core.begin().await?;
        let Some(letter) = store::lock(&mut tx, id).await? else { return Ok(None) };
        let Some(handler) = self.handlers.get(&letter.topic) else {
            return Err(HandleError::failed(format!(
                "this service does not consume {} any more",
                letter.topic
            )));
        };
        let applier = Applier { core: self.core.clone(), handler: Arc::clone(handler) };
        let records = vec![letter.record()];
        let now = applier.time_for(&records).await?;
        let sifted = Arc::clone(handler).sift(records, now);
        let refused = match sifted.rejected.into_iter().next() {
            Some(rejected) => Some(rejected),
            None => {
                let count = sifted.batch.records().len();
                applier.hand_over(&mut tx, sifted.batch.as_ref(), 0..count).await?.pop()
            }
        };
        match &refused {
            Some(Rejected { reason, detail, .. }) => {
                store::refused_again(&mut tx, id, *reason, detail, now).await?;
            }
            None => store::remove(&mut tx, id).await?,
        }
        tx.commit().await?;
        self.core.acted(1);
        Ok(Some(refused.is_none()))
    }

    /// Replays one letter; one that fails for a fault of ours stays, with the fault as its detail.
    async fn replay_or_note(&self, id: Uuid) -> Result<Option<bool>, Error> {
        match self.replay(id).await {
            Ok(applied) => Ok(applied),
            Err(HandleError::Unavailable(problem)) => {
                let retry = std::time::Duration::from_secs(1);
                Err(Error::unavailable(format!("replay stopped at {id}: {problem}"), retry))
            }
            Err(HandleError::Failed(error)) => {
                let detail = format!("{error:#}");
                tracing::error!(%id, error = detail, "dead_letters.replay_failed");
                let now = self.core.clock.now();
                let mut db = self.core.connection().await.map_err(database)?;
                store::refused_again(&mut db, id, ErrorReason::Internal, &detail, now)
                    .await
                    .map_err(database)?;
                Ok(Some(false))
            }
        }
    }

    /// The stored answer of a repeated replay, or the right to do it. A replay is many transactions, one a letter, so
    /// its answer is stored after the last: a replay that was cut off goes on where it stopped when it is called again.
    async fn known_answer(&self, key: RequestKey<'_>) -> Result<Option<ReplayDeadLettersResponse>, Error> {
        let mut tx = self.core.begin().await.map_err(database)?;
        match requests::once(&mut tx, key, self.core.clock.now()).await? {
            Once::Repeat(answer) => Ok(Some(answer)),
            Once::First(_reserved_until_rollback) => Ok(None),
        }
    }
}

#[tonic::async_trait]
impl DeadLetterService for DeadLetters {
    async fn list_dead_letters(
        &self,
        request: Request<ListDeadLettersRequest>,
    ) -> Result<Response<ListDeadLettersResponse>, Status> {
        let ListDeadLettersRequest { page_size, page_token, reason } = request.into_inner();
        let page = Page::parse(format!("dead letters/{reason}"), page_size, &page_token)?;
        if !reason.is_empty() && ErrorReason::from_name(&reason).is_none() {
            return Err(
                Error::invalid("reason", "must be an ErrorReason without its prefix, or empty").into()
            );
        }
        let before = page.start()?.unwrap_or(i64::MAX);
        let found = async {
            let mut db = self.core.connection().await?;
            let letters = store::list(&mut db, before, &reason, page.limit()).await?;
            Ok((letters, store::count(&mut db, &reason).await?))
        };
        let (mut letters, total) = found.await.map_err(database)?;
        let next_page_token = page.cut(&mut letters, |last| last.number.to_string());
        let dead_letters = letters.into_iter().map(to_wire).collect();
        Ok(Response::new(ListDeadLettersResponse { dead_letters, next_page_token, total }))
    }

    async fn get_dead_letter(
        &self,
        request: Request<GetDeadLetterRequest>,
    ) -> Result<Response<GetDeadLetterResponse>, Status> {
        let id = parse_id("dead_letter_id", &request.into_inner().dead_letter_id)?;
        let found = async {
            let mut db = self.core.connection().await?;
            store::get(&mut db, id).await
        };
        let letter = found.await.map_err(database)?.ok_or_else(|| {
            Error::not_found(
                ErrorReason::DeadLetterNotFound,
                format!("no dead letter {id}: it was replayed or dropped, or belongs to another service"),
            )
        })?;
        let headers = letter.header_pairs().into_iter();
        let headers =
            headers.map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned())).collect();
        let (payload, payload_text) = self.show(&letter);
        let dead_letter = Some(to_wire(letter));
        Ok(Response::new(GetDeadLetterResponse { dead_letter, payload, payload_text, headers }))
    }

    async fn replay_dead_letters(
        &self,
        request: Request<ReplayDeadLettersRequest>,
    ) -> Result<Response<ReplayDeadLettersResponse>, Status> {
        let caller = principal(&request)?.clone();
        let request = request.into_inner();
        let ids = parse_ids(&request.dead_letter_ids)?;
        let content = request.encode_to_vec();
        let key = request_key(&caller, "ReplayDeadLetters", &request.request_id, &content);
        if let Some(answer) = self.known_answer(key).await? {
            return Ok(Response::new(answer));
        }
        let ordered = async {
            let mut db = self.core.connection().await?;
            store::in_order(&mut db, &ids).await
        };
        let (mut applied, mut refused_again) = (0, 0);
        for id in ordered.await.map_err(database)? {
            match self.replay_or_note(id).await? {
                Some(true) => applied += 1,
                Some(false) => refused_again += 1,
                None => {}
            }
        }
        tracing::info!(by = caller.subject, applied, refused_again, "dead_letters.replayed");
        let answer = ReplayDeadLettersResponse { applied, refused_again };
        let answer = self.store_answer(key, answer).await?;
        Ok(Response::new(answer))
    }

    async fn drop_dead_letters(
        &self,
        request: Request<DropDeadLettersRequest>,
    ) -> Result<Response<DropDeadLettersResponse>, Status> {
        let caller = principal(&request)?.clone();
        let request = request.into_inner();
        let ids = parse_ids(&request.dead_letter_ids)?;
        if request.reason.trim().is_empty() || request.reason.chars().count() > MAX_REASON {
            return Err(Error::invalid("reason", "must say why, in 1 to 500 characters").into());
        }
        let content = request.encode_to_vec();
        let key = request_key(&caller, "DropDeadLetters", &request.request_id, &content);
        let now = self.core.clock.now();
        let mut tx = self.core.begin().await.map_err(database)?;
        let ticket = match requests::once(&mut tx, key, now).await? {
            Once::Repeat(answer) => return Ok(Response::new(answer)),
            Once::First(ticket) => ticket,
        };
        let dropped = async {
            let dropped = store::give_up(&mut tx, &ids, &caller.subject, &request.reason, now).await?;
            let answer = DropDeadLettersResponse { dropped: i32::try_from(dropped).unwrap_or(i32::MAX) };
            requests::remember(&mut tx, ticket, &answer).await?;
            tx.commit().await?;
            Ok(answer)
        };
        let answer = dropped.await.map_err(database)?;
        tracing::info!(by = caller.subject, dropped = answer.dropped, "dead_letters.dropped");
        Ok(Response::new(answer))
    }
}

impl DeadLetters {
    async fn store_answer(
        &self,
        key: RequestKey<'_>,
        answer: ReplayDeadLettersResponse,
    ) -> Result<ReplayDeadLettersResponse, Error> {
        let mut tx = self.core.begin().await.map_err(database)?;
        match requests::once(&mut tx, key, self.core.clock.now()).await? {
            Once::Repeat(first) => Ok(first),
            Once::First(ticket) => {
                requests::remember(&mut tx, ticket, &answer).await.map_err(database)?;
                tx.commit().await.map_err(database)?;
                Ok(answer)
            }
        }
    }

    /// The payload and its text, each as far as it can be shown.
    fn show(&self, letter: &store::DeadLetter) -> (Vec<u8>, String) {
        let size = letter.payload.len();
        if size > MAX_SHOWN_PAYLOAD {
            return (Vec::new(), format!("{size} bytes, too many to show; they are kept for a replay"));
        }
        let package = self.handlers.get(&letter.topic).map(|handler| handler.package());
        let text = package.and_then(|package| wire::inspect(package, &letter.payload));
        let text = match text {
            Some(Ok(inspection)) => inspection.text,
            Some(Err(_)) | None => String::new(),
        };
        (letter.payload.clone(), text)
    }
}

fn request_key<'a>(
    caller: &'a Principal,
    method: &'a str,
    request_id: &'a str,
    content: &'a [u8],
) -> RequestKey<'a> {
    RequestKey { principal: &caller.subject, method, request_id, content }
}

fn parse_id(field: &str, text: &str) -> Result<Uuid, Error> {
    Uuid::try_parse(text).map_err(|_| Error::invalid(field, "must be a UUID"))
}

fn parse_ids(texts: &[String]) -> Result<Vec<Uuid>, Error> {
    if texts.is_empty() || texts.len() > MAX_IDS {
        return Err(Error::invalid("dead_letter_ids", "must have 1 to 500 ids"));
    }
    texts.iter().map(|text| parse_id("dead_letter_ids", text)).collect()
}

fn to_wire(letter: store::DeadLetter) -> DeadLetter {
    DeadLetter {
        dead_letter_id: letter.id.to_string(),
        consumer: letter.consumer,
        topic: letter.topic,
        partition: letter.partition,
        offset: letter.record_offset,
        key: letter.key,
        event_type: letter.event_type,
        reason: letter.reason,
        detail: letter.detail,
        failed_time: Some(convert::timestamp(letter.failed_time)),
        attempts: u32::try_from(letter.attempts).unwrap_or_default(),
    }
}
