//! Reviews that sellers asked for.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use kernel::{Asin, ReviewId, SellerId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::stored;
use crate::domain::review::{Evaluated, Outcome, Review};

struct Row {
    review_id: Uuid,
    seller_id: String,
    asin: String,
    created_by: String,
    created_at: jiff_sqlx::Timestamp,
    evaluated_at: Option<jiff_sqlx::Timestamp>,
    version: Option<i64>,
    changed: Option<bool>,
}

/// Waits until nobody else asks for a review of this seller, until the end of the transaction.
pub(crate) async fn lock_seller(db: &mut PgConnection, seller: SellerId) -> sqlx::Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('reviews of ' || $1, 0))", seller.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Times of a seller's reviews after a time, newest first, at most `limit`.
pub(crate) async fn times_since(
    db: &mut PgConnection,
    seller: SellerId,
    since: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<Timestamp>> {
    let times = sqlx::query_scalar!(
        "SELECT created_at FROM reviews WHERE seller_id = $1 AND created_at > $2
          ORDER BY created_at DESC LIMIT $3",
        seller.as_str(),
        since.to_sqlx(),
        limit
    );
    Ok(times.fetch_all(db).await?.into_iter().map(|at| at.to_jiff()).collect())
}

/// The last evaluation of a product; `None` before the first.
pub(crate) async fn last_evaluation(db: &mut PgConnection, asin: Asin) -> sqlx::Result<Option<Evaluated>> {
    let row = sqlx::query!(
        r#"SELECT v.version AS "version!", v.evaluated_at AS "evaluated_at!", r.version AS rule_set_version,
                  (EXISTS (SELECT FROM touched t WHERE t.asin = $1 AND t.reviewed IS DISTINCT FROM t.xid)
                   OR EXISTS (SELECT FROM unsettled u WHERE u.asin = $1)) AS "changed_since!"
             FROM verdicts_now v JOIN rule_sets r ON r.rule_set_id = v.rule_set_id
            WHERE v.shard = shard_of($1) AND v.asin = $1"#,
        asin.as_str()
    );
    Ok(row.fetch_optional(db).await?.map(|row| Evaluated {
        outcome: Outcome { at: row.evaluated_at.to_jiff(), version: row.version, changed: false },
        rule_set_version: row.rule_set_version,
        changed_since: row.changed_since,
    }))
}

/// A seller's review of a product that waits, locked. One that is being done is waited for, and does not wait any more.
pub(crate) async fn waiting(
    db: &mut PgConnection,
    seller: SellerId,
    asin: Asin,
) -> sqlx::Result<Option<Review>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT review_id, seller_id, asin, created_by, created_at, evaluated_at, version, changed
           FROM reviews WHERE seller_id = $1 AND asin = $2 AND evaluated_at IS NULL FOR UPDATE",
        seller.as_str(),
        asin.as_str()
    );
    row.fetch_optional(db).await?.map(Row::review).transpose()
}

/// A review.
pub(crate) async fn get(db: &mut PgConnection, id: ReviewId) -> sqlx::Result<Option<Review>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT review_id, seller_id, asin, created_by, created_at, evaluated_at, version, changed
           FROM reviews WHERE review_id = $1",
        id.as_uuid()
    );
    row.fetch_optional(db).await?.map(Row::review).transpose()
}

/// Writes a new review, which waits.
pub(crate) async fn insert(db: &mut PgConnection, review: &Review) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO reviews (review_id, seller_id, asin, created_by, created_at) VALUES ($1, $2, $3, $4, $5)",
        review.id.as_uuid(),
        review.seller.as_str(),
        review.asin.as_str(),
        review.created_by,
        review.created.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Up to `limit` reviews that wait, with their products, locked; those that others hold are passed over.
pub(crate) async fn take(db: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<(ReviewId, Asin)>> {
    let rows = sqlx::query!(
        "SELECT review_id, asin FROM reviews WHERE evaluated_at IS NULL
          ORDER BY number LIMIT $1 FOR UPDATE SKIP LOCKED",
        limit
    );
    let rows = rows.fetch_all(db).await?.into_iter();
    rows.map(|row| Ok((ReviewId::new(row.review_id), stored(&row.asin)?))).collect()
}

/// Writes what reviews came to.
pub(crate) async fn done(db: &mut PgConnection, reviews: &[(ReviewId, Outcome)]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = reviews.iter().map(|(id, _)| id.as_uuid()).collect();
    let times: Vec<jiff_sqlx::Timestamp> = reviews.iter().map(|(_, outcome)| outcome.at.to_sqlx()).collect();
    let versions: Vec<i64> = reviews.iter().map(|(_, outcome)| outcome.version).collect();
    let changed: Vec<bool> = reviews.iter().map(|(_, outcome)| outcome.changed).collect();
    sqlx::query!(
        "UPDATE reviews r SET evaluated_at = new.evaluated_at, version = new.version, changed = new.changed
           FROM UNNEST($1::uuid[], $2::timestamptz[], $3::bigint[], $4::boolean[])
                AS new (review_id, evaluated_at, version, changed)
          WHERE r.review_id = new.review_id",
        &ids,
        &times,
        &versions,
        &changed,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes up to `limit` reviews that were done before a time, and says how many.
pub(crate) async fn forget(db: &mut PgConnection, before: Timestamp, limit: i64) -> sqlx::Result<u64> {
    let forgotten = sqlx::query!(
        "DELETE FROM reviews WHERE review_id IN
             (SELECT review_id FROM reviews WHERE evaluated_at < $1
               ORDER BY evaluated_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        before.to_sqlx(),
        limit
    );
    Ok(forgotten.execute(db).await?.rows_affected())
}

impl Row {
    fn review(self) -> sqlx::Result<Review> {
        let outcome = self.evaluated_at.zip(self.version).zip(self.changed);
        Ok(Review {
            id: ReviewId::new(self.review_id),
            seller: stored(&self.seller_id)?,
            asin: stored(&self.asin)?,
            created_by: self.created_by,
            created: self.created_at.to_jiff(),
            outcome: outcome.map(|((at, version), changed)| Outcome { at: at.to_jiff(), version, changed }),
        })
    }
}
