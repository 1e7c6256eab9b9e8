//! HS codes that people confirmed, and what of offers suggestions and confirmations look at.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use kernel::Asin;
use sqlx::PgConnection;

use super::{known, stored};
use crate::domain::classification::{Confirmation, ConfirmedAs};
use crate::domain::offer::Group;

/// What one of the offers says of its product.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) title: String,
    pub(crate) category: String,
    pub(crate) group: Group,
}

impl Described {
    /// What suggestions go by.
    pub(crate) fn text(&self) -> String {
        format!("{} {}", self.title, self.category)
    }
}

/// The confirmation that holds.
pub(crate) async fn newest(db: &mut PgConnection, asin: Asin) -> sqlx::Result<Option<Confirmation>> {
    page(db, asin, None, 1).await.map(|mut newest| newest.pop())
}

/// The confirmation that held at a time.
pub(crate) async fn newest_at(
    db: &mut PgConnection,
    asin: Asin,
    at: Timestamp,
) -> sqlx::Result<Option<Confirmation>> {
    let later = sqlx::query_scalar!(
        "SELECT min(version) FROM classifications WHERE asin = $1 AND confirmed_at > $2",
        asin.as_str(),
        at.to_sqlx() as _
    );
    let later = later.fetch_one(&mut *db).await?;
    page(db, asin, later, 1).await.map(|mut newest| newest.pop())
}

/// Up to `limit` confirmations of a product before a version, the newest first.
pub(crate) async fn page(
    db: &mut PgConnection,
    asin: Asin,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<Confirmation>> {
    let rows = sqlx::query!(
        "SELECT version, hs_code, confirmed_as, confirmed_by, reason, confirmed_at FROM classifications
          WHERE asin = $1 AND ($2::bigint IS NULL OR version < $2) ORDER BY version DESC LIMIT $3",
        asin.as_str(),
        before,
        limit
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        Ok(Confirmation {
            asin,
            version: row.version,
            code: stored(&row.hs_code)?,
            by_role: known(ConfirmedAs::from_name(&row.confirmed_as), &row.confirmed_as)?,
            by: row.confirmed_by,
            reason: row.reason,
            at: row.confirmed_at.to_jiff(),
        })
    });
    rows.collect()
}

/// Adds a confirmation of a product that is locked.
pub(crate) async fn insert(db: &mut PgConnection, confirmed: &Confirmation) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO classifications (asin, version, hs_code, confirmed_as, confirmed_by, reason, confirmed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        confirmed.asin.as_str(),
        confirmed.version,
        confirmed.code.as_str(),
        confirmed.by_role.name(),
        confirmed.by,
        confirmed.reason,
        confirmed.at.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether the product was ever listed.
pub(crate) async fn is_product(db: &mut PgConnection, asin: Asin) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM products WHERE shard = shard_of($1) AND asin = $1) AS "found!""#,
        asin.as_str()
    );
    found.fetch_one(db).await
}

/// Whether one of these sellers lists the product.
pub(crate) async fn is_listed_by(db: &mut PgConnection, asin: Asin, sellers: &[&str]) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM items WHERE asin = $1 AND listed AND seller_id = ANY($2)) AS "found!""#,
        asin.as_str(),
        sellers as &[&str]
    );
    found.fetch_one(db).await
}

/// What the first listed offers of products say; nothing of a product that nobody lists. Not by a LIMIT: without statistics the
/// planner would look for it among all offers, in the order of their keys.
pub(crate) async fn described(db: &mut PgConnection, asins: &[Asin]) -> sqlx::Result<Vec<(Asin, Described)>> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (asin) asin AS "asin!", title, category, product_group
             FROM items WHERE asin = ANY($1) AND listed ORDER BY asin, seller_id, sku"#,
        &asins as &[&str]
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let group = known(Group::from_name(&row.product_group), &row.product_group)?;
        Ok((stored(&row.asin)?, Described { title: row.title, category: row.category, group }))
    });
    rows.collect()
}

/// The first codes that listed offers of a product declare, sorted, without repeats.
pub(crate) async fn declared(db: &mut PgConnection, asin: Asin, most: i64) -> sqlx::Result<Vec<String>> {
    let codes = sqlx::query_scalar!(
        r#"SELECT DISTINCT hs_code AS "hs_code!" FROM items WHERE asin = $1 AND listed AND hs_code IS NOT NULL
            ORDER BY 1 LIMIT $2"#,
        asin.as_str(),
        most
    );
    codes.fetch_all(db).await
}
