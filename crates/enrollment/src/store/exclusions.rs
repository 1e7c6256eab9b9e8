//! Products that sellers exclude.

use jiff_sqlx::ToSqlx;
use kernel::{Asin, SellerId};
use sqlx::PgConnection;

use super::stored;
use crate::domain::Exclusion;

struct Row {
    asin: String,
    countries: String,
    reason: String,
    changed_at: jiff::Timestamp,
    changed_by: String,
}

/// A product's exclusion. Its seller is locked by the caller where it is about to change.
pub(crate) async fn get(
    conn: &mut PgConnection,
    seller: SellerId,
    asin: Asin,
) -> sqlx::Result<Option<Exclusion>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT asin, countries, reason, changed_at, changed_by
           FROM product_exclusions WHERE seller_id = $1 AND asin = $2",
        seller.as_str(),
        asin.as_str()
    );
    row.fetch_optional(conn).await?.map(Row::exclusion).transpose()
}

/// Up to `limit` exclusions of a seller after an ASIN, in order.
pub(crate) async fn page(
    conn: &mut PgConnection,
    seller: SellerId,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Exclusion>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT asin, countries, reason, changed_at, changed_by
           FROM product_exclusions WHERE seller_id = $1 AND asin > $2 ORDER BY asin LIMIT $3",
        seller.as_str(),
        after,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::exclusion).collect()
}

/// Writes an exclusion in place of the product's earlier one.
pub(crate) async fn put(
    conn: &mut PgConnection,
    seller: SellerId,
    exclusion: &Exclusion,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO product_exclusions (seller_id, asin, countries, reason, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (seller_id, asin) DO UPDATE
            SET countries = EXCLUDED.countries, reason = EXCLUDED.reason,
                changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by",
        seller.as_str(),
        exclusion.asin.as_str(),
        exclusion.countries.to_string(),
        exclusion.reason,
        exclusion.at.to_sqlx(),
        exclusion.by,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a product's exclusion; the history keeps it.
pub(crate) async fn remove(conn: &mut PgConnection, seller: SellerId, asin: Asin) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM product_exclusions WHERE seller_id = $1 AND asin = $2",
        seller.as_str(),
        asin.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

impl Row {
    fn exclusion(self) -> sqlx::Result<Exclusion> {
        Ok(Exclusion {
            asin: stored(&self.asin)?,
            countries: stored(&self.countries)?,
            reason: self.reason,
            at: self.changed_at,
            by: self.changed_by,
        })
    }
}
