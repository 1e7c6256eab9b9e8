//! What the audit is told: one fact for each offer, each product, each confirmed and each suggested HS code and each cycle.

use futures::TryStreamExt;
use messaging::{AuditSource, FactSink};
use sqlx::PgConnection;
use wire::ops::v1::Fact;

/// The facts of this service.
pub(crate) struct Facts;

impl AuditSource for Facts {
    async fn facts(&self, db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
        items(db, sink).await?;
        verdicts(db, sink).await?;
        classifications(db, sink).await?;
        suggestions(db, sink).await?;
        cycles(db, sink).await
    }
}

async fn items(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        r#"SELECT i.seller_id AS "seller_id!", i.sku AS "sku!", i.item_version AS "item_version!", i.asin AS "asin?",
                  CASE WHEN i.listed THEN v.state ELSE 'DELISTED' END AS "state!"
             FROM items i LEFT JOIN verdicts_now v ON v.shard = shard_of(i.asin) AND v.asin = i.asin"#
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let units = [("item_version", row.item_version)];
        let refs = row.asin.map(|asin| ("asin", asin)).into_iter();
        let id = format!("{}/{}", row.seller_id, row.sku);
        sink.push(fact("item", id, 0, row.state, &units, refs)).await?;
    }
    Ok(())
}

async fn verdicts(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        r#"SELECT asin AS "asin!", version AS "version!", state AS "state!", coalesce(bit_count(eligible), 0) AS "countries!",
                  cycle_id
             FROM verdicts_now"#
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let units = [("eligible_countries", row.countries)];
        let refs = row.cycle_id.map(|id| ("cycle_id", id.to_string())).into_iter();
        sink.push(fact("verdict", row.asin, row.version, row.state, &units, refs)).await?;
    }
    Ok(())
}

async fn classifications(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        "SELECT DISTINCT ON (asin) asin, version, hs_code FROM classifications ORDER BY asin, version DESC"
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let id = format!("{}/classification", row.asin);
        let refs = [("asin", row.asin), ("hs_code", row.hs_code)].into_iter();
        sink.push(fact("classification", id, row.version, "CONFIRMED".to_owned(), &[], refs)).await?;
    }
    Ok(())
}

async fn suggestions(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows =
        sqlx::query!("SELECT asin, version, hs_code, confidence FROM suggestions WHERE version > 0")
            .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let id = format!("{}/suggestion", row.asin);
        let state = if row.hs_code.is_some() { "SUGGESTED" } else { "NONE" };
        let units = [("confidence", i64::from(row.confidence))];
        let refs = [("asin", row.asin)].into_iter().chain(row.hs_code.map(|code| ("hs_code", code)));
        sink.push(fact("suggestion", id, row.version, state.to_owned(), &units, refs)).await?;
    }
    Ok(())
}

async fn cycles(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        r#"SELECT cycle_id, completed_at IS NOT NULL AS "completed!", cancelled_at IS NOT NULL AS "cancelled!", exportable, not_exportable, needs_review
             FROM cycles"#
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let units = [
            ("evaluated", row.exportable + row.not_exportable + row.needs_review),
            ("exportable", row.exportable),
            ("not_exportable", row.not_exportable),
            ("needs_review", row.needs_review),
        ];
        let state = match (row.completed, row.cancelled) {
            (true, _) => "COMPLETED",
            (false, true) => "CANCELLED",
            (false, false) => "RUNNING",
        };
        let version = i64::from(row.completed);
        let fact =
            fact("cycle", row.cycle_id.to_string(), version, state.to_owned(), &units, None.into_iter());
        sink.push(Fact { r#final: row.completed, ..fact }).await?;
    }
    Ok(())
}

fn fact(
    kind: &str,
    id: String,
    version: i64,
    state: String,
    units: &[(&str, i64)],
    refs: impl Iterator<Item = (&'static str, String)>,
) -> Fact {
    Fact {
        kind: kind.to_owned(),
        id,
        version,
        state,
        units: units.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect(),
        refs: refs.map(|(name, id)| (name.to_owned(), id)).collect(),
        ..Fact::default()
    }
}
