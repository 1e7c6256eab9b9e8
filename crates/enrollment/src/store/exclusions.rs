//! Products that sellers exclude, one at a time, and the lists of past versions.

use jiff_sqlx::ToSqlx;
use kernel::{Asin, SellerId};
use sqlx::PgConnection;

use super::stored;
use crate::domain::{Destination, Excluded, Exclusion, Grounds, Scope, joined};

struct Row {
    asin: String,
    countries: String,
    destinations: Option<String>,
    grounds: Option<String>,
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
        "SELECT asin, countries, destinations, grounds, reason, changed_at, changed_by
           FROM product_exclusions WHERE seller_id = $1 AND asin = $2",
        seller.as_str(),
        asin.as_str()
    );
    row.fetch_optional(conn).await?.map(Row::exclusion).transpose()
}

/// Up to `limit` exclusions of a seller after an ASIN, in order; where a country is given, only those from it.
pub(crate) async fn page(
    conn: &mut PgConnection,
    seller: SellerId,
    country: Option<&str>,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Exclusion>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT asin, countries, destinations, grounds, reason, changed_at, changed_by
           FROM product_exclusions
          WHERE seller_id = $1 AND asin > $2
            AND ($4::text IS NULL OR countries = '' OR $4 = ANY(string_to_array(countries, '|')))
          ORDER BY asin LIMIT $3",
        seller.as_str(),
        after,
        limit,
        country
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::exclusion).collect()
}

/// Writes an exclusion in place of the product's earlier one, which is kept. `version` is the settings version that it
/// brings.
pub(crate) async fn put(
    conn: &mut PgConnection,
    seller: SellerId,
    version: i64,
    exclusion: &Exclusion,
) -> sqlx::Result<()> {
    keep(conn, seller, version, exclusion.asin).await?;
    sqlx::query!(
        "INSERT INTO product_exclusions
                (seller_id, asin, countries, destinations, grounds, reason, changed_at, changed_by, since_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (seller_id, asin) DO UPDATE
            SET countries = EXCLUDED.countries, destinations = EXCLUDED.destinations, grounds = EXCLUDED.grounds,
                reason = EXCLUDED.reason, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by,
                since_version = EXCLUDED.since_version",
        seller.as_str(),
        exclusion.asin.as_str(),
        exclusion.scope.excluded.countries().to_string(),
        joined(exclusion.scope.excluded.named().keys()),
        exclusion.scope.grounds.map(Grounds::name),
        exclusion.reason,
        exclusion.at.to_sqlx(),
        exclusion.by,
        version,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a product's exclusion, which is kept among the past ones.
pub(crate) async fn remove(
    conn: &mut PgConnection,
    seller: SellerId,
    version: i64,
    asin: Asin,
) -> sqlx::Result<()> {
    keep(conn, seller, version, asin).await?;
    sqlx::query!(
        "DELETE FROM product_exclusions WHERE seller_id = $1 AND asin = $2",
        seller.as_str(),
        asin.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts what ends with `version` among the past exclusions.
async fn keep(conn: &mut PgConnection, seller: SellerId, version: i64, asin: Asin) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO product_exclusions_past
                (seller_id, asin, countries, destinations, grounds, reason, changed_at, changed_by, since_version,
                 until_version)
         SELECT seller_id, asin, countries, destinations, grounds, reason, changed_at, changed_by,
                coalesce(since_version, 0), $3
           FROM product_exclusions WHERE seller_id = $1 AND asin = $2",
        seller.as_str(),
        asin.as_str(),
        version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A line of the exclusion file.
pub(crate) struct Line {
    pub(crate) asin: String,
    /// As the seller named them, joined by |; empty = all.
    pub(crate) destinations: String,
    pub(crate) grounds: Option<String>,
    pub(crate) reason: String,
}

/// Up to `limit` lines of the list as it was at a settings version, after an ASIN, in order.
pub(crate) async fn lines_at(
    conn: &mut PgConnection,
    seller: SellerId,
    version: i64,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Line>> {
    let lines = sqlx::query_as!(
        Line,
        r#"SELECT asin AS "asin!", coalesce(destinations, countries) AS "destinations!", grounds, reason AS "reason!"
             FROM ((SELECT asin, destinations, countries, grounds, reason FROM product_exclusions
                     WHERE seller_id = $1 AND asin > $2 AND coalesce(since_version, 0) <= $3
                     ORDER BY asin LIMIT $4)
                   UNION ALL
                   (SELECT asin, destinations, countries, grounds, reason FROM product_exclusions_past
                     WHERE seller_id = $1 AND asin > $2 AND since_version <= $3 AND until_version > $3
                     ORDER BY asin LIMIT $4)) AS list
            ORDER BY asin LIMIT $4"#,
        seller.as_str(),
        after,
        version,
        limit
    );
    lines.fetch_all(conn).await
}

impl Row {
    fn exclusion(self) -> sqlx::Result<Exclusion> {
        let named = self.destinations.as_deref().unwrap_or(&self.countries);
        let named = named.split('|').filter(|name| !name.is_empty()).map(Destination::stored);
        let named = named.map(|destination| (destination, None)).collect();
        let grounds = self.grounds.as_deref().map(|name| {
            Grounds::from_name(name)
                .ok_or_else(|| sqlx::Error::Decode(format!("no grounds are called {name}").into()))
        });
        Ok(Exclusion {
            asin: stored(&self.asin)?,
            scope: Scope {
                excluded: Excluded::stored(named, stored(&self.countries)?),
                grounds: grounds.transpose()?,
            },
            reason: self.reason,
            at: self.changed_at,
            by: self.changed_by,
        })
    }
}
