//! What held at a time, by the functions of the migration.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use kernel::{Asin, SellerId, Sku};
use sqlx::PgConnection;

use crate::store::check::{Asked, Known, Row, columns, columns_of_products, decoded};
use crate::store::verdicts::{self, Explained};

/// What the tables said about each offer, in the order given.
pub(crate) async fn offers(
    db: &mut PgConnection,
    offers: &[Asked],
    at: Timestamp,
) -> sqlx::Result<Vec<Known>> {
    let (sellers, skus) = columns(offers);
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT s.settings_version AS "settings_version?", s.enabled AS "enabled?", s.excluded AS "excluded_countries?",
                  i.asin AS "asin?", i.product_group AS "product_group?",
                  x.excluded IS NOT NULL AS "excluded!", x.countries AS "countries?",
                  v.rule_set_id AS "rule_set_id?", v.eligible AS "eligible?", v.facts AS "facts?",
                  v.evidence AS "evidence?", v.findings AS "findings?"
             FROM UNNEST($1::text[], $2::text[]) WITH ORDINALITY AS l (seller_id, sku, place)
             LEFT JOIN LATERAL settings_at(l.seller_id, $3) s ON true
             LEFT JOIN LATERAL item_at(l.seller_id, l.sku, $3) i ON true
             LEFT JOIN LATERAL (SELECT true AS excluded, countries FROM exclusion_at(l.seller_id, i.asin, $3)) x ON true
             LEFT JOIN LATERAL verdict_at(i.asin, $3) v ON i.asin IS NOT NULL
            ORDER BY l.place"#,
        &sellers as &[&str],
        &skus as &[Option<&str>],
        at.to_sqlx() as _,
    );
    rows.fetch_all(db).await?.into_iter().map(Row::known).collect()
}

/// The whole verdict of a product; `None` when it was never listed.
pub(crate) async fn verdict(
    db: &mut PgConnection,
    asin: Asin,
    at: Timestamp,
) -> sqlx::Result<Option<Explained>> {
    let row = sqlx::query_as!(
        verdicts::Row,
        r#"SELECT v.state AS "state?", v.eligible AS "eligible?", v.size_tier AS "size_tier?", v.facts AS "facts?",
                  v.evidence AS "evidence?", v.findings AS "findings?", v.rule_set_id AS "rule_set_id?",
                  v.evaluated_at AS "evaluated_at?", v.cycle_id AS "cycle_id?"
             FROM products p LEFT JOIN LATERAL verdict_at(p.asin, $2) v ON true
            WHERE p.shard = shard_of($1) AND p.asin = $1"#,
        asin.as_str(),
        at.to_sqlx() as _,
    );
    row.fetch_optional(db).await?.map(verdicts::Row::explained).transpose()
}

/// The SKU under which each seller listed each product: of several the first in order.
pub(crate) async fn skus(
    db: &mut PgConnection,
    products: &[(SellerId, Asin)],
    at: Timestamp,
) -> sqlx::Result<Vec<Option<Sku>>> {
    let (sellers, asins) = columns_of_products(products);
    let skus = sqlx::query_scalar!(
        "WITH listed AS MATERIALIZED (SELECT asin, seller_id, sku FROM items WHERE asin = ANY($2) AND listed
                                      UNION SELECT asin, seller_id, sku FROM past_items WHERE asin = ANY($2)),
              of_then AS MATERIALIZED (
                  SELECT o.asin, o.seller_id, o.sku FROM listed o
                   WHERE o.seller_id = ANY($1)
                     AND EXISTS (SELECT FROM item_at(o.seller_id, o.sku, $3) i WHERE i.asin = o.asin))
         SELECT min(i.sku) AS sku
           FROM UNNEST($1::text[], $2::text[]) WITH ORDINALITY AS l (seller_id, asin, place)
           LEFT JOIN of_then i ON i.asin = l.asin AND i.seller_id = l.seller_id
          GROUP BY l.place ORDER BY l.place",
        &sellers as &[&str],
        &asins as &[&str],
        at.to_sqlx() as _,
    );
    decoded(skus.fetch_all(db).await?)
}
