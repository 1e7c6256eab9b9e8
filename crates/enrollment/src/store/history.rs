//! What changed, read back.

use kernel::SellerId;
use serde_json::Value;
use sqlx::PgConnection;

use super::stored;
use crate::domain::Channel;

/// A row of the history.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) seller: SellerId,
    pub(crate) version: i64,
    /// Name of what happened.
    pub(crate) change: String,
    pub(crate) at: jiff::Timestamp,
    pub(crate) by: String,
    /// `None` where version 0.1.0 wrote it.
    pub(crate) channel: Option<Channel>,
    pub(crate) reason: String,
    pub(crate) before: Value,
    pub(crate) after: Value,
}

/// Up to `limit` changes of a seller after a settings version, oldest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    seller: SellerId,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Changed>> {
    let rows = sqlx::query!(
        "SELECT seller_id, version, change, at, by, channel, reason, before, after
             FROM history WHERE seller_id = $1 AND version > $2 ORDER BY version LIMIT $3",
        seller.as_str(),
        after,
        limit
    );
    let changed = rows.fetch_all(conn).await?.into_iter().map(|row| {
        Ok(Changed {
            seller: stored(&row.seller_id)?,
            version: row.version,
            change: row.change,
            at: row.at.to_jiff(),
            by: row.by,
            channel: row.channel.as_deref().and_then(Channel::from_name),
            reason: row.reason,
            before: row.before,
            after: row.after,
        })
    });
    changed.collect()
}
