//! What may go to a country: products that are looked through in the order of shard and ASIN, and their offers.

use kernel::{Asin, Country};
use sqlx::PgConnection;

use super::cycle_rows::SHARDS;
use super::{slot, stored};
use crate::domain::deliverable::{Offer, Position};

/// A product that was looked at.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) asin: Asin,
    /// Its verdict opens the country.
    pub(crate) permits: bool,
}

/// The next products of a position's shard, in order; fewer than `limit` at the shard's end.
pub(crate) async fn products(
    db: &mut PgConnection,
    generation: i32,
    from: &Position,
    country: Country,
    limit: i64,
) -> sqlx::Result<Vec<Seen>> {
    let rows = sqlx::query!(
        r#"SELECT asin, get_bit(eligible, $4::integer) = 1 AS "permits!" FROM verdict_rows
            WHERE slice = $1 AND asin >= $2 AND (asin > $2 OR $3) ORDER BY asin LIMIT $5"#,
        generation * SHARDS + from.shard,
        from.asin,
        from.offer.is_some(),
        slot(country),
        limit
    );
    let rows = rows.fetch_all(db).await?.into_iter();
    rows.map(|row| Ok(Seen { asin: stored(&row.asin)?, permits: row.permits })).collect()
}

/// Up to `limit` offers of products after a position that their sellers send to a country, in order.
pub(crate) async fn offers(
    db: &mut PgConnection,
    asins: &[Asin],
    from: &Position,
    country: Country,
    limit: i64,
) -> sqlx::Result<Vec<Offer>> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    let (seller, sku) = from.offer.as_ref().map(|(seller, sku)| (seller.as_str(), sku.as_str())).unzip();
    let rows = sqlx::query!(
        r#"SELECT i.asin AS "asin!", i.seller_id, i.sku, i.title
             FROM items i
             JOIN sellers s ON s.seller_id = i.seller_id AND s.enabled AND get_bit(s.excluded, $5::integer) = 0
             LEFT JOIN product_exclusions x ON x.seller_id = i.seller_id AND x.asin = i.asin
            WHERE i.asin = ANY($1) AND i.listed
              AND (i.asin > $2 OR (i.seller_id, i.sku) > ($3, $4))
              AND (x.asin IS NULL OR get_bit(x.countries, $5::integer) = 0)
            ORDER BY i.asin, i.seller_id, i.sku LIMIT $6"#,
        &asins as &[&str],
        from.asin,
        seller,
        sku,
        slot(country),
        limit
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        Ok(Offer {
            asin: stored(&row.asin)?,
            seller: stored(&row.seller_id)?,
            sku: stored(&row.sku)?,
            title: row.title,
        })
    });
    rows.collect()
}
