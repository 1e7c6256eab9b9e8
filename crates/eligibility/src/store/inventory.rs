//! The rows of the Exportable Inventory report.

use kernel::{CountrySet, SellerId};
use sqlx::PgConnection;

use super::countries::from_bytes;
use super::known;
use crate::domain::inventory::ReportRow;
use crate::domain::verdict::State;

/// Up to `limit` rows of a seller after a SKU, in order.
pub(crate) async fn page(
    db: &mut PgConnection,
    seller: SellerId,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<ReportRow>> {
    let rows = sqlx::query!(
        r#"SELECT i.sku, i.fnsku, i.asin AS "asin!", i.title, i.product_group, i.content_chars, v.state AS "state!",
                  v.size_tier, v.eligible, v.codes AS "codes!", v.warnings AS "warnings!", v.evaluated_at, r.version AS "rule_set?", r.open AS "open?"
             FROM items i
             JOIN verdicts_now v ON v.shard = shard_of(i.asin) AND v.asin = i.asin
             LEFT JOIN rule_sets r ON r.rule_set_id = v.rule_set_id
            WHERE i.seller_id = $1 AND i.sku > $2 AND i.listed ORDER BY i.sku LIMIT $3"#,
        seller.as_str(),
        after,
        limit
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let set =
            |bytes: Option<Vec<u8>>| -> CountrySet { bytes.as_deref().map(from_bytes).unwrap_or_default() };
        Ok(ReportRow {
            sku: row.sku,
            fnsku: row.fnsku,
            asin: row.asin,
            title: row.title,
            product_group: row.product_group,
            content_missing: row.content_chars == 0,
            state: known(State::from_name(&row.state), &row.state)?,
            size_tier: row.size_tier.unwrap_or_default(),
            eligible: set(row.eligible),
            open: set(row.open),
            codes: row.codes,
            warnings: row.warnings,
            evaluated: row.evaluated_at.map(|at| at.to_jiff()),
            rule_set: row.rule_set.unwrap_or_default(),
        })
    });
    rows.collect()
}
