//! A mutation and its request record in one transaction.

use chassis::Error;
use kernel::RequestId;
use messaging::{HandleError, Once, RequestKey, Ticket, requests};
use prost::Message;
use sqlx::{PgPool, Postgres, Transaction};
use wire::convert::parse;

/// Pause a caller should take before it tries again.
const RETRY: std::time::Duration = std::time::Duration::from_secs(1);

/// A call on its way: either answered before, or to be done now.
pub(crate) enum Begun<R> {
    Repeat(R),
    First(Call),
}

/// The transaction of a first call.
pub(crate) struct Call {
    pub(crate) db: Transaction<'static, Postgres>,
    ticket: Ticket,
}

/// Opens the transaction of a mutation and looks whether the same request was answered before.
pub(crate) async fn begin<R: Message + Default>(
    pool: &PgPool,
    principal: &str,
    method: &'static str,
    request_id: &str,
    request: &impl Message,
    now: jiff::Timestamp,
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
    /// Stores the answer and commits.
    pub(crate) async fn answer<R: Message>(mut self, answer: R) -> Result<tonic::Response<R>, Error> {
        requests::remember(&mut self.db, self.ticket, &answer).await.map_err(database)?;
        self.db.commit().await.map_err(database)?;
        Ok(tonic::Response::new(answer))
    }
}

/// A database error as the caller sees it.
pub(crate) fn database(error: sqlx::Error) -> Error {
    match HandleError::from(error) {
        HandleError::Unavailable(_) => Error::unavailable("the database does not answer: try again", RETRY),
        HandleError::Failed(error) => Error::internal(error.as_ref()),
    }
}
