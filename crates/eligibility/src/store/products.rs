//! What products show, and which of them a cycle has to look at.

use kernel::Asin;
use sqlx::PgConnection;

use super::evidence;
use super::stored;
use crate::domain::facts::Facts;
use crate::domain::verdict::Shown;

/// A product with what it shows.
#[derive(Debug)]
pub(crate) struct Showing {
    pub(crate) asin: Asin,
    /// The tables by which that was found.
    pub(crate) detector: Option<i32>,
    pub(crate) shown: Shown,
}

struct Row {
    asin: String,
    detector_id: Option<i32>,
    facts: Vec<u8>,
    size_tier: String,
    evidence: String,
}

/// Adds products that are new, and locks all of them in the order of their ASINs.
pub(crate) async fn lock(db: &mut PgConnection, asins: &[Asin]) -> sqlx::Result<()> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    sqlx::query!(
        "INSERT INTO products (shard, asin)
         SELECT shard_of(asin), asin FROM UNNEST($1::text[]) AS new (asin) ORDER BY asin
         ON CONFLICT DO NOTHING",
        &asins as &[&str]
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "SELECT p.asin FROM UNNEST($1::text[]) AS t (asin)
           JOIN products p ON p.shard = shard_of(t.asin) AND p.asin = t.asin
          ORDER BY p.asin FOR UPDATE OF p",
        &asins as &[&str]
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

/// Keeps up to `limit` products of a shard after an ASIN from being changed until the transaction ends.
pub(crate) async fn hold(
    db: &mut PgConnection,
    shard: i32,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Asin>> {
    let rows = sqlx::query_scalar!(
        "SELECT asin FROM products WHERE shard = $1 AND asin > $2 ORDER BY asin LIMIT $3 FOR KEY SHARE",
        shard,
        after,
        limit
    );
    rows.fetch_all(db).await?.iter().map(|asin| stored(asin)).collect()
}

/// Locks up to `limit` products of a shard after an ASIN whose facts another detector has found, or none yet.
pub(crate) async fn lock_stale(
    db: &mut PgConnection,
    shard: i32,
    after: &str,
    detector: i32,
    limit: i64,
) -> sqlx::Result<Vec<Asin>> {
    let rows = sqlx::query_scalar!(
        "SELECT asin FROM products
          WHERE shard = $1 AND asin > $2 AND detector_id IS DISTINCT FROM $3
          ORDER BY asin LIMIT $4 FOR UPDATE",
        shard,
        after,
        detector,
        limit
    );
    rows.fetch_all(db).await?.iter().map(|asin| stored(asin)).collect()
}

/// Up to `limit` products of a shard after an ASIN, with what they show.
pub(crate) async fn page(
    db: &mut PgConnection,
    shard: i32,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Showing>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT asin, detector_id, facts AS "facts!", size_tier, evidence FROM products
            WHERE shard = $1 AND asin > $2 AND facts IS NOT NULL ORDER BY asin LIMIT $3"#,
        shard,
        after,
        limit
    );
    rows.fetch_all(db).await?.into_iter().map(Row::showing).collect()
}

/// The same, locked.
pub(crate) async fn lock_page(
    db: &mut PgConnection,
    shard: i32,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Showing>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT asin, detector_id, facts AS "facts!", size_tier, evidence FROM products
            WHERE shard = $1 AND asin > $2 AND facts IS NOT NULL ORDER BY asin LIMIT $3 FOR UPDATE"#,
        shard,
        after,
        limit
    );
    rows.fetch_all(db).await?.into_iter().map(Row::showing).collect()
}

impl Row {
    fn showing(self) -> sqlx::Result<Showing> {
        let facts = self.facts.as_slice().try_into().map(Facts::from_bytes).unwrap_or_default();
        let evidence = evidence::lines(&self.evidence).map(|(fact, text)| (fact, text.to_owned())).collect();
        let size_tier = Some(self.size_tier).filter(|tier| !tier.is_empty());
        Ok(Showing {
            asin: stored(&self.asin)?,
            detector: self.detector_id,
            shown: Shown { facts, size_tier, evidence },
        })
    }
}

/// Writes what products show that were locked before; nothing where no offer describes one.
pub(crate) async fn save(
    db: &mut PgConnection,
    detector: i32,
    products: &[(Asin, Option<&Shown>)],
) -> sqlx::Result<()> {
    let asins: Vec<&str> = products.iter().map(|(asin, _)| asin.as_str()).collect();
    let facts: Vec<Option<Vec<u8>>> =
        products.iter().map(|(_, shown)| shown.map(|shown| shown.facts.to_bytes().to_vec())).collect();
    let tiers: Vec<&str> = products
        .iter()
        .map(|(_, shown)| shown.and_then(|shown| shown.size_tier.as_deref()).unwrap_or_default())
        .collect();
    let evidence: Vec<String> = products
        .iter()
        .map(|(_, shown)| shown.map(|shown| evidence::to_text(&shown.evidence)).unwrap_or_default())
        .collect();
    sqlx::query!(
        "UPDATE products p SET detector_id = $1, facts = new.facts, size_tier = new.size_tier, evidence = new.evidence
           FROM UNNEST($2::text[], $3::bytea[], $4::text[], $5::text[]) AS new (asin, facts, size_tier, evidence)
          WHERE p.shard = shard_of(new.asin) AND p.asin = new.asin",
        detector,
        &asins as &[&str],
        &facts as &[Option<Vec<u8>>],
        &tiers as &[&str],
        &evidence,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Has the next cycle look at products.
pub(crate) async fn touch(db: &mut PgConnection, asins: &[Asin]) -> sqlx::Result<()> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    sqlx::query!(
        "INSERT INTO touched (asin, shard)
         SELECT asin, shard_of(asin) FROM UNNEST($1::text[]) AS t (asin) ORDER BY asin
         ON CONFLICT (asin) DO UPDATE SET xid = pg_current_xact_id()",
        &asins as &[&str]
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Has a cycle that is running look once more at products that this transaction evaluates; the next one need not.
pub(crate) async fn touch_reviewed(db: &mut PgConnection, asins: &[Asin]) -> sqlx::Result<()> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    sqlx::query!(
        "INSERT INTO touched (asin, shard, reviewed)
         SELECT asin, shard_of(asin), pg_current_xact_id() FROM UNNEST($1::text[]) AS t (asin) ORDER BY asin
         ON CONFLICT (asin) DO UPDATE SET xid = pg_current_xact_id(), reviewed = pg_current_xact_id()",
        &asins as &[&str]
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many products there are.
pub(crate) async fn count(db: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM products"#).fetch_one(db).await
}

/// How many products were touched.
pub(crate) async fn count_touched(db: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM touched"#).fetch_one(db).await
}

/// Products that a version before this one has written, at most `limit`; others of this service that take some at the same
/// time take others.
pub(crate) async fn take_unsettled(db: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Asin>> {
    let taken = sqlx::query_scalar!(
        "DELETE FROM unsettled WHERE asin IN
                (SELECT asin FROM unsettled ORDER BY asin LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING asin",
        limit
    );
    taken.fetch_all(db).await?.iter().map(|asin| stored(asin)).collect()
}

/// The id of the tables by which facts are found, when any were found by them.
pub(crate) async fn detector(db: &mut PgConnection, version: &str) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!("SELECT detector_id FROM detectors WHERE version = $1", version)
        .fetch_optional(db)
        .await
}

/// The id of the tables by which facts are found.
pub(crate) async fn ensure_detector(db: &mut PgConnection, version: &str) -> sqlx::Result<i32> {
    if let Some(id) = detector(&mut *db, version).await? {
        return Ok(id);
    }
    sqlx::query!("INSERT INTO detectors (version) VALUES ($1) ON CONFLICT (version) DO NOTHING", version)
        .execute(&mut *db)
        .await?;
    detector(db, version).await?.ok_or(sqlx::Error::RowNotFound)
}
