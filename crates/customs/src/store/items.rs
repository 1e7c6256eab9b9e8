//! Products of the catalogue.

use std::collections::HashMap;

use kernel::{Asin, SellerId, Sku, Weight};
use sqlx::PgConnection;

use super::stored;
use crate::domain::hs::{KnownCodes, ProductGroup, SuggestedCode};
use crate::domain::shipment::Item;

/// A product with its key and version.
pub(crate) struct Listed {
    pub(crate) seller_id: SellerId,
    pub(crate) sku: Sku,
    pub(crate) version: i64,
    pub(crate) asin: Asin,
    /// Without a confirmed or suggested code: the catalogue knows none.
    pub(crate) item: Item,
}

/// Writes products, each key at most once in the slice; one that is stored in the same or a later version stays.
pub(crate) async fn upsert(db: &mut PgConnection, listed: &[Listed]) -> sqlx::Result<()> {
    if listed.is_empty() {
        return Ok(());
    }
    let seller_ids: Vec<&str> = listed.iter().map(|l| l.seller_id.as_str()).collect();
    let skus: Vec<&str> = listed.iter().map(|l| l.sku.as_str()).collect();
    let versions: Vec<i64> = listed.iter().map(|l| l.version).collect();
    let titles: Vec<&str> = listed.iter().map(|l| l.item.title.as_str()).collect();
    let groups: Vec<&str> = listed.iter().map(|l| l.item.group.as_str()).collect();
    let categories: Vec<&str> = listed.iter().map(|l| l.item.category.as_str()).collect();
    let hs_codes: Vec<Option<String>> =
        listed.iter().map(|l| l.item.codes.declared.map(String::from)).collect();
    let origins: Vec<Option<&str>> =
        listed.iter().map(|l| l.item.origin.as_ref().map(|c| c.as_str())).collect();
    let weights: Vec<Option<i64>> =
        listed.iter().map(|l| l.item.unit_weight.map(|w| w.milligrams())).collect();
    let asins: Vec<&str> = listed.iter().map(|l| l.asin.as_str()).collect();
    sqlx::query!(
        "INSERT INTO items (seller_id, sku, item_version, title, product_group, category, hs_code,
                            country_of_origin, unit_weight_mg, asin)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::text[], $9::bigint[], $10::text[])
          ORDER BY 1, 2
         ON CONFLICT (seller_id, sku) DO UPDATE
            SET item_version = excluded.item_version, title = excluded.title, product_group = excluded.product_group,
                category = excluded.category, hs_code = excluded.hs_code,
                country_of_origin = excluded.country_of_origin, unit_weight_mg = excluded.unit_weight_mg,
                asin = excluded.asin
          WHERE items.item_version < excluded.item_version",
        &seller_ids as &[&str],
        &skus as &[&str],
        &versions,
        &titles as &[&str],
        &groups as &[&str],
        &categories as &[&str],
        &hs_codes as &[Option<String>],
        &origins as &[Option<&str>],
        &weights as &[Option<i64>],
        &asins as &[&str],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The products with these keys; unknown ones are left out.
pub(crate) async fn load(
    db: &mut PgConnection,
    keys: &[(SellerId, Sku)],
) -> sqlx::Result<HashMap<(SellerId, Sku), Item>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let seller_ids: Vec<&str> = keys.iter().map(|(seller, _)| seller.as_str()).collect();
    let skus: Vec<&str> = keys.iter().map(|(_, sku)| sku.as_str()).collect();
    let rows = sqlx::query!(
        r#"SELECT seller_id, sku, title, product_group, category, items.hs_code, country_of_origin, unit_weight_mg,
                  confirmed.hs_code AS "confirmed_code?", suggested.hs_code AS "suggested_code?",
                  suggested.confidence AS "confidence?"
           FROM items LEFT JOIN confirmed_codes confirmed USING (asin) LEFT JOIN suggested_codes suggested USING (asin)
          WHERE (seller_id, sku) IN (SELECT * FROM UNNEST($1::text[], $2::text[]))"#,
        &seller_ids as &[&str],
        &skus as &[&str],
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let weight = row.unit_weight_mg.map(Weight::from_milligrams).transpose();
            let item = Item {
                title: row.title,
                group: ProductGroup::parse(&row.product_group).unwrap_or(ProductGroup::Other),
                category: row.category,
                codes: KnownCodes {
                    confirmed: row.confirmed_code.as_deref().map(stored).transpose()?,
                    declared: row.hs_code.as_deref().map(stored).transpose()?,
                    suggested: suggested(row.suggested_code.as_deref(), row.confidence)?,
                },
                origin: row.country_of_origin.as_deref().map(stored).transpose()?,
                unit_weight: weight.map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            };
            Ok(((stored(&row.seller_id)?, stored(&row.sku)?), item))
        })
        .collect()
}

fn suggested(code: Option<&str>, confidence: Option<i32>) -> sqlx::Result<Option<SuggestedCode>> {
    let confidence = confidence.and_then(|confidence| u16::try_from(confidence).ok()).unwrap_or_default();
    code.map(|code| Ok(SuggestedCode { hs_code: stored(code)?, confidence })).transpose()
}
