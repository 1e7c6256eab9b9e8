//! Products that wait to be suggested for, and what was told of them.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Asin, HsCode};
use sqlx::PgConnection;

use super::stored;
use crate::domain::classification::{Likeliest, Suggested};

/// Has products looked at anew, in one statement that waits for nobody.
pub(crate) async fn queue(db: &mut PgConnection, asins: &BTreeSet<Asin>) -> sqlx::Result<()> {
    if asins.is_empty() {
        return Ok(());
    }
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    sqlx::query!(
        "INSERT INTO suggestion_queue (asin) SELECT asin FROM UNNEST($1::text[]) AS changed (asin)",
        &asins as &[&str]
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The products of up to `limit` rows of the queue, those that have waited longest; others who take some at the same time take
/// others.
pub(crate) async fn take(db: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Asin>> {
    let taken = sqlx::query_scalar!(
        "DELETE FROM suggestion_queue WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM suggestion_queue WHERE due_at <= now()
                 ORDER BY due_at, number LIMIT $1 FOR UPDATE SKIP LOCKED))
         RETURNING asin",
        limit
    );
    let asins: BTreeSet<String> = taken.fetch_all(db).await?.into_iter().collect();
    asins.iter().map(|asin| stored(asin)).collect()
}

/// Of products that some listed offer says are no media, and that nobody confirmed a code of: the codes that their listed offers
/// declare.
pub(crate) async fn declared(
    db: &mut PgConnection,
    asins: &[Asin],
) -> sqlx::Result<Vec<(Asin, Vec<HsCode>)>> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    let rows = sqlx::query!(
        r#"SELECT t.asin AS "asin!",
                  ARRAY(SELECT DISTINCT hs_code FROM items i WHERE i.asin = t.asin AND listed AND hs_code IS NOT NULL)
                      AS "codes!"
             FROM UNNEST($1::text[]) AS t (asin)
            WHERE EXISTS (SELECT FROM items i WHERE i.asin = t.asin AND listed AND product_group = 'OTHER')
              AND NOT EXISTS (SELECT FROM classifications c WHERE c.asin = t.asin)"#,
        &asins as &[&str]
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let codes = row.codes.iter().map(|code| stored(code)).collect::<sqlx::Result<_>>()?;
        Ok((stored(&row.asin)?, codes))
    });
    rows.collect()
}

/// What was told last of products, locked in the order of their ASINs. Only who suggests waits for it.
pub(crate) async fn lock(db: &mut PgConnection, asins: &[Asin]) -> sqlx::Result<BTreeMap<Asin, Suggested>> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    sqlx::query!(
        "INSERT INTO suggestions (asin) SELECT asin FROM UNNEST($1::text[]) AS new (asin) ORDER BY asin
         ON CONFLICT DO NOTHING",
        &asins as &[&str]
    )
    .execute(&mut *db)
    .await?;
    let rows = sqlx::query!(
        "SELECT s.asin, s.version, s.hs_code, s.confidence
           FROM UNNEST($1::text[]) AS t (asin) JOIN suggestions s ON s.asin = t.asin
          ORDER BY s.asin FOR UPDATE OF s",
        &asins as &[&str]
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let asin = stored(&row.asin)?;
        let confidence = u16::try_from(row.confidence).unwrap_or_default();
        let code: Option<HsCode> = row.hs_code.as_deref().map(stored).transpose()?;
        let likeliest = code.map(|code| Likeliest { code, confidence });
        Ok((asin, Suggested { asin, version: row.version, likeliest }))
    });
    rows.collect()
}

/// Writes what is told of products that are locked.
pub(crate) async fn save(db: &mut PgConnection, told: &[Suggested]) -> sqlx::Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let asins: Vec<&str> = told.iter().map(|told| told.asin.as_str()).collect();
    let versions: Vec<i64> = told.iter().map(|told| told.version).collect();
    let codes: Vec<Option<&str>> =
        told.iter().map(|told| told.likeliest.as_ref().map(|likeliest| likeliest.code.as_str())).collect();
    let confidences: Vec<i32> =
        told.iter().map(|told| told.likeliest.map_or(0, |likeliest| likeliest.confidence.into())).collect();
    sqlx::query!(
        "UPDATE suggestions s SET version = new.version, hs_code = new.hs_code, confidence = new.confidence
           FROM UNNEST($1::text[], $2::bigint[], $3::text[], $4::integer[]) AS new (asin, version, hs_code, confidence)
          WHERE s.asin = new.asin",
        &asins as &[&str],
        &versions,
        &codes as &[Option<&str>],
        &confidences,
    )
    .execute(db)
    .await?;
    Ok(())
}
