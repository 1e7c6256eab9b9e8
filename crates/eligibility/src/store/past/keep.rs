//! Rows that are about to be replaced. Where several changes come in one moment, the first says what held until then. Replicas' clocks
//! differ, and who waits for a lock has looked at his before: of a key no time is earlier than the one before.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use kernel::Asin;
use sqlx::PgConnection;

use crate::store::items::Key;

/// Keeps what offers are listed as, which are to be something else.
pub(crate) async fn keep_items(db: &mut PgConnection, keys: &[&Key], until: Timestamp) -> sqlx::Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let sellers: Vec<&str> = keys.iter().map(|(seller, _)| seller.as_str()).collect();
    let skus: Vec<&str> = keys.iter().map(|(_, sku)| sku.as_str()).collect();
    sqlx::query!(
        "INSERT INTO past_items (seller_id, sku, asin, product_group, since, until)
         SELECT i.seller_id, i.sku, CASE WHEN i.listed THEN i.asin END, i.product_group, i.since, greatest($3, i.since)
           FROM UNNEST($1::text[], $2::text[]) AS t (seller_id, sku)
           JOIN items i ON i.seller_id = t.seller_id AND i.sku = t.sku
         ON CONFLICT DO NOTHING",
        &sellers as &[&str],
        &skus as &[&str],
        until.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps the verdicts of products in a generation.
pub(crate) async fn keep_verdicts(
    db: &mut PgConnection,
    generation: i32,
    asins: &[&Asin],
    until: Timestamp,
) -> sqlx::Result<()> {
    let asins: Vec<&str> = asins.iter().map(|asin| asin.as_str()).collect();
    sqlx::query!(
        "INSERT INTO past_verdicts (slice, asin, until, state, eligible, size_tier, facts, evidence, findings, rule_set_id,
                                    evaluated_at, cycle_id)
         SELECT new.slice, new.asin,
                greatest($3, (SELECT max(until) FROM past_verdicts p WHERE p.slice = new.slice AND p.asin = new.asin)),
                v.state, v.eligible, v.size_tier, v.facts, v.evidence, v.findings, v.rule_set_id, v.evaluated_at,
                v.cycle_id
           FROM (SELECT 16 * $1::integer + shard_of(asin) AS slice, asin FROM UNNEST($2::text[]) AS t (asin)) AS new
           LEFT JOIN LATERAL (SELECT * FROM verdict_rows r WHERE r.slice = new.slice AND r.asin = new.asin LIMIT 1) v
             ON true
         ON CONFLICT DO NOTHING",
        generation,
        &asins as &[&str],
        until.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps the verdicts that those of `late_rows` are to replace, where these differ: of one that comes to the same the new evaluation is
/// told for the one before, which was by the same rules.
pub(crate) async fn keep_late(db: &mut PgConnection, until: Timestamp) -> sqlx::Result<()> {
    // Not checked when this compiles: the table is the transaction's own.
    sqlx::query(
        "INSERT INTO past_verdicts (slice, asin, until, state, eligible, size_tier, facts, evidence, findings, rule_set_id,
                                    evaluated_at, cycle_id)
         SELECT l.slice, l.asin,
                greatest($1, (SELECT max(until) FROM past_verdicts p WHERE p.slice = l.slice AND p.asin = l.asin)),
                v.state, v.eligible, v.size_tier, v.facts, v.evidence, v.findings, v.rule_set_id, v.evaluated_at,
                v.cycle_id
           FROM late_rows l
           LEFT JOIN LATERAL (SELECT * FROM verdict_rows r WHERE r.slice = l.slice AND r.asin = l.asin LIMIT 1) v ON true
          WHERE l.announce
         ON CONFLICT DO NOTHING",
    )
    .bind(until.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}
