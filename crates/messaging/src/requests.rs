//! Idempotent calls: the answer to a `request_id` is stored with the effects and given again to a repeat.

use jiff::{Timestamp, ToSpan as _};
use jiff_sqlx::ToSqlx as _;
use prost::Message;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use wire::ErrorReason;

use crate::calls::database;

/// Characters of a request id.
const MAX_REQUEST_ID: usize = 100;

/// What makes two calls the same call.
#[derive(Debug, Clone, Copy)]
pub struct RequestKey<'a> {
    /// Subject of the caller.
    pub principal: &'a str,
    /// Name of the method, e.g. `StartCycle`.
    pub method: &'a str,
    /// The caller's id of the request, 1 to 100 characters.
    pub request_id: &'a str,
    /// The encoded request.
    pub content: &'a [u8],
}

/// Whether the work is to be done.
#[derive(Debug)]
pub enum Once<R> {
    /// The first call: do the work and [`remember`] its answer in the same transaction.
    First(Ticket),
    /// The call was made before: this was the answer.
    Repeat(R),
}

/// The right and duty to store the answer.
#[derive(Debug)]
#[must_use = "the answer must be remembered in the same transaction"]
pub struct Ticket {
    principal: String,
    method: String,
    request_id: String,
}

/// Looks up the request, or reserves it until the end of the transaction. A call that is being worked on by another
/// transaction is waited for. `now` is business time.
///
/// # Errors
/// `INVALID_ARGUMENT` without a request id, `REQUEST_ID_REUSED` when the id came with another content, `UNAVAILABLE` or
/// `INTERNAL` when the database fails.
pub async fn once<R: Message + Default>(
    db: &mut PgConnection,
    key: RequestKey<'_>,
    now: Timestamp,
) -> Result<Once<R>, chassis::Error> {
    if key.request_id.is_empty() || key.request_id.chars().count() > MAX_REQUEST_ID {
        return Err(chassis::Error::invalid(
            "request_id",
            "must have 1 to 100 characters, new for each call",
        ));
    }
    let hash = Sha256::digest(key.content).to_vec();
    if reserve(db, key, &hash, now).await.map_err(database)? {
        return Ok(Once::First(Ticket {
            principal: key.principal.to_owned(),
            method: key.method.to_owned(),
            request_id: key.request_id.to_owned(),
        }));
    }
    let stored = sqlx::query!(
        "SELECT content_hash, response FROM messaging.requests
         WHERE principal = $1 AND method = $2 AND request_id = $3",
        key.principal,
        key.method,
        key.request_id,
    )
    .fetch_one(db)
    .await
    .map_err(database)?;
    if stored.content_hash != hash {
        return Err(chassis::Error::new(
            ErrorReason::RequestIdReused,
            format!(
                "request_id {} was used for another {} request: use a new one",
                key.request_id, key.method
            ),
        ));
    }
    let response = stored.response.unwrap_or_default();
    R::decode(response.as_slice()).map(Once::Repeat).map_err(|error| chassis::Error::internal(&error))
}

async fn reserve(
    db: &mut PgConnection,
    key: RequestKey<'_>,
    hash: &[u8],
    now: Timestamp,
) -> sqlx::Result<bool> {
    let result = sqlx::query!(
        "INSERT INTO messaging.requests (principal, method, request_id, content_hash, made_time)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        key.principal,
        key.method,
        key.request_id,
        hash,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Stores the answer, in the transaction of the effects.
///
/// # Errors
/// The database's.
pub async fn remember<R: Message>(db: &mut PgConnection, ticket: Ticket, response: &R) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE messaging.requests SET response = $4 WHERE principal = $1 AND method = $2 AND request_id = $3",
        ticket.principal,
        ticket.method,
        ticket.request_id,
        response.encode_to_vec(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets at most `most` answers that are more than `days` days of business time old.
pub(crate) async fn forget(db: &mut PgConnection, now: Timestamp, days: i64, most: i64) -> sqlx::Result<u64> {
    // Before the first tick a simulated clock stands at 1970; nothing is older.
    let Ok(before) = now.checked_sub((days * 24).hours()) else { return Ok(0) };
    let result = sqlx::query!(
        "DELETE FROM messaging.requests WHERE ctid = ANY(ARRAY(
             SELECT ctid FROM messaging.requests WHERE made_time < $1 ORDER BY made_time LIMIT $2))",
        before.to_sqlx(),
        most,
    )
    .execute(db)
    .await?;
    Ok(result.rows_affected())
}
