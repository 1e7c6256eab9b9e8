//! What the RPCs of services have in common: a mutation and its request record in one transaction, and failures as callers
//! see them.

use std::time::Duration;

use chassis::Error;
use jiff::Timestamp;
use kernel::RequestId;
use prost::Message;
use sqlx::{PgPool, Postgres, Transaction};
use wire::convert::parse;

use crate::HandleError;
use crate::requests::{self, Once, RequestKey, Ticket};

/// Pause a caller should take before it tries again.
const RETRY: Duration = Duration::from_secs(1);

/// A mutation on its way: either answered before, or to be done now.
pub enum Begun<R> {
    /// The answer that the same request got.
    Repeat(R),
    /// To be done in its transaction.
    First(Call),
}

/// The transaction of a first call. Dropped without an answer, nothing has happened.
pub struct Call {
    /// Everything the call changes goes through it.
    pub db: Transaction<'static, Postgres>,
    ticket: Ticket,
}

/// Opens the transaction of a mutation and looks whether the same request was answered before. `principal` is the
/// caller's subject, `method` the name of the RPC, `now` business time.
///
/// # Errors
/// `INVALID_ARGUMENT` for a request id that is none, `REQUEST_ID_REUSED` when it came with another content, and as
/// [`database`].
pub async fn begin<R: Message + Default>(
    pool: &PgPool,
    principal: &str,
    method: &'static str,
    request_id: &str,
    request: &impl Message,
    now: Timestamp,
) -> Result<Begun<R>, Error> {
    let request_id: RequestId = parse("request_id", request_id)?;
    let content = request.encode_to_vec();
    let key = RequestKey { principal, method, request_id: request_id.as_str(), content: &content };
    let mut db = pool.begin().await.map_err(database)?;
    match requests::once(&mut db, key, now).await? {
        Once::Repeat(answer) => Ok(Begun::Repeat(answer)),
        Once::First(ticket) => Ok(Begun::First(Call { db, ticket })),
    }
}

impl Call {
    /// Stores the answer, commits, and gives the answer back.
    ///
    /// # Errors
    /// As [`database`].
    pub async fn answer<R: Message>(mut self, answer: R) -> Result<R, Error> {
        requests::remember(&mut self.db, self.ticket, &answer).await.map_err(database)?;
        self.db.commit().await.map_err(database)?;
        Ok(answer)
    }
}

/// A database error as a caller sees it: `UNAVAILABLE` when it passes by itself, else `INTERNAL`.
pub fn database(error: sqlx::Error) -> Error {
    failed(error)
}

/// As [`database`], for what may also be the failure of a dependency.
pub fn failed(error: impl Into<HandleError>) -> Error {
    match error.into() {
        HandleError::Unavailable(problem) => {
            tracing::warn!(problem, "call.unavailable");
            Error::unavailable("a dependency does not answer: try again", RETRY)
        }
        HandleError::Failed(error) => Error::internal(error.as_ref()),
    }
}
