//! Sellers' participation as enrollment told it.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use kernel::{AuthorityId, OrderId, SellerId};
use sqlx::PgConnection;
use sqlx::types::Uuid;

use super::parsed;
use crate::domain::placement::Seller;

/// A seller's participation at one version of the settings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Participation {
    /// The authority in force; `None` while the seller does not take part.
    pub(crate) authority: Option<AuthorityId>,
    /// Enrollment's count of changes.
    pub(crate) settings_version: i64,
}

/// The sellers that are known.
///
/// # Errors
/// The database's.
pub(crate) async fn load(db: &mut PgConnection, ids: &[SellerId]) -> sqlx::Result<HashMap<SellerId, Seller>> {
    let keys: Vec<&str> = ids.iter().map(SellerId::as_str).collect();
    let rows = sqlx::query!(
        "SELECT seller_id, authority_id FROM sellers WHERE seller_id = ANY($1)",
        &keys as &[&str]
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| Ok((parsed(&row.seller_id)?, Seller { authority: row.authority_id.map(Into::into) })))
        .collect()
}

/// Takes newer participations over; older ones change nothing.
///
/// # Errors
/// The database's.
pub(crate) async fn save(db: &mut PgConnection, all: &BTreeMap<SellerId, Participation>) -> sqlx::Result<()> {
    let ids: Vec<&str> = all.keys().map(SellerId::as_str).collect();
    let authorities: Vec<Option<Uuid>> =
        all.values().map(|seller| seller.authority.map(Into::into)).collect();
    let versions: Vec<i64> = all.values().map(|seller| seller.settings_version).collect();
    sqlx::query!(
        "INSERT INTO sellers (seller_id, authority_id, settings_version)
         SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[])
         ON CONFLICT (seller_id) DO UPDATE
         SET authority_id = excluded.authority_id, settings_version = excluded.settings_version
         WHERE sellers.settings_version < excluded.settings_version",
        &ids as &[&str],
        &authorities as &[Option<Uuid>],
        &versions,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Remembers that an authority was explicitly revoked.
///
/// # Errors
/// The database's.
pub(crate) async fn revoke(
    db: &mut PgConnection,
    seller: SellerId,
    authority: AuthorityId,
    at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO revoked_authorities (authority_id, seller_id, revoked_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        authority.as_uuid(),
        seller.as_str(),
        at.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The next open orders that were accepted under a revoked authority, oldest first, after the order
/// `after`, at most `limit`.
///
/// # Errors
/// The database's.
pub(crate) async fn open_orders_under(
    db: &mut PgConnection,
    authority: AuthorityId,
    after: Option<OrderId>,
    limit: i64,
) -> sqlx::Result<Vec<OrderId>> {
    let ids = sqlx::query_scalar!(
        "SELECT o.order_id
         FROM revoked_authorities r JOIN orders o ON o.seller_id = r.seller_id AND o.authority_id = r.authority_id
         WHERE r.authority_id = $1 AND o.state IN ('ACCEPTED', 'PAID')
           AND (o.purchased_at, o.order_id)
               > (coalesce((SELECT purchased_at FROM orders WHERE order_id = $2), '-infinity'), $2)
         ORDER BY o.purchased_at, o.order_id LIMIT $3",
        authority.as_uuid(),
        after.as_ref().map_or("", OrderId::as_str),
        limit,
    )
    .fetch_all(db)
    .await?;
    ids.iter().map(|id| parsed(id)).collect()
}
