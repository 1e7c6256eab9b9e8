//! Mirrors of the catalogue and of eligibility's size tiers: what a unit is.

use std::collections::HashMap;

use kernel::{Asin, Dimensions, Length, SellerId, Sku, Weight};
use sqlx::PgConnection;

use super::broken;
use crate::domain::Product;

/// An offer as the catalogue told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) seller: SellerId,
    pub(crate) sku: Sku,
    pub(crate) version: i64,
    pub(crate) asin: Asin,
    pub(crate) category: String,
    pub(crate) weight: Option<Weight>,
    pub(crate) dimensions: Option<Dimensions>,
}

/// Takes the newest version of each offer; a lower version than the stored one changes nothing.
pub(crate) async fn upsert(db: &mut PgConnection, items: &[Item]) -> sqlx::Result<()> {
    let mut newest: HashMap<(&SellerId, &Sku), &Item> = HashMap::new();
    for item in items {
        let known = newest.entry((&item.seller, &item.sku)).or_insert(item);
        if known.version < item.version {
            *known = item;
        }
    }
    let items: Vec<&Item> = newest.into_values().collect();
    let side = |of: fn(&Dimensions) -> Length| -> Vec<Option<i64>> {
        items.iter().map(|item| item.dimensions.as_ref().map(|d| of(d).micrometres())).collect()
    };
    let sellers: Vec<String> = items.iter().map(|item| item.seller.to_string()).collect();
    let skus: Vec<String> = items.iter().map(|item| item.sku.to_string()).collect();
    let versions: Vec<i64> = items.iter().map(|item| item.version).collect();
    let asins: Vec<String> = items.iter().map(|item| item.asin.to_string()).collect();
    let categories: Vec<String> = items.iter().map(|item| item.category.clone()).collect();
    let weights: Vec<Option<i64>> = items.iter().map(|item| item.weight.map(|w| w.milligrams())).collect();
    let (longest, median, shortest) =
        (side(Dimensions::longest), side(Dimensions::median), side(Dimensions::shortest));
    sqlx::query!(
        "INSERT INTO items (seller_id, sku, item_version, asin, category, weight_mg, longest_um, median_um, shortest_um)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
                              $8::bigint[], $9::bigint[])
         ON CONFLICT (seller_id, sku) DO UPDATE
            SET item_version = excluded.item_version, asin = excluded.asin, category = excluded.category,
                weight_mg = excluded.weight_mg, longest_um = excluded.longest_um, median_um = excluded.median_um,
                shortest_um = excluded.shortest_um
          WHERE items.item_version < excluded.item_version",
        &sellers,
        &skus,
        &versions,
        &asins,
        &categories,
        &weights as &[Option<i64>],
        &longest as &[Option<i64>],
        &median as &[Option<i64>],
        &shortest as &[Option<i64>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the last size tier of each ASIN.
pub(crate) async fn upsert_size_tiers(db: &mut PgConnection, tiers: &[(Asin, String)]) -> sqlx::Result<()> {
    let last: HashMap<Asin, &String> = tiers.iter().map(|(asin, tier)| (*asin, tier)).collect();
    let (asins, tiers): (Vec<String>, Vec<String>) =
        last.into_iter().map(|(asin, tier)| (asin.to_string(), tier.clone())).unzip();
    sqlx::query!(
        "INSERT INTO size_tiers (asin, size_tier) SELECT * FROM UNNEST($1::text[], $2::text[])
         ON CONFLICT (asin) DO UPDATE SET size_tier = excluded.size_tier",
        &asins,
        &tiers,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What is known of the products of some offers; an offer that is not known is left out.
pub(crate) async fn products(
    db: &mut PgConnection,
    offers: &[(SellerId, Sku)],
) -> sqlx::Result<HashMap<(SellerId, Sku), Product>> {
    let sellers: Vec<String> = offers.iter().map(|(seller, _)| seller.to_string()).collect();
    let skus: Vec<String> = offers.iter().map(|(_, sku)| sku.to_string()).collect();
    let rows = sqlx::query!(
        r#"SELECT i.seller_id, i.sku, i.category, i.weight_mg, i.longest_um, i.median_um, i.shortest_um,
                  t.size_tier AS "size_tier?"
             FROM items i
             JOIN UNNEST($1::text[], $2::text[]) AS wanted (seller_id, sku) USING (seller_id, sku)
             LEFT JOIN size_tiers t ON t.asin = i.asin"#,
        &sellers,
        &skus,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let offer = (super::stored("seller_id", &row.seller_id)?, super::stored("sku", &row.sku)?);
            let product = Product {
                category: row.category,
                size_tier: row.size_tier.filter(|tier| !tier.is_empty()),
                weight: row.weight_mg.map(weight).transpose()?,
                dimensions: sides(row.longest_um, row.median_um, row.shortest_um)?,
            };
            Ok((offer, product))
        })
        .collect()
}

fn weight(milligrams: i64) -> sqlx::Result<Weight> {
    Weight::from_milligrams(milligrams).map_err(|error| broken("weight_mg", error))
}

fn sides(
    longest: Option<i64>,
    median: Option<i64>,
    shortest: Option<i64>,
) -> sqlx::Result<Option<Dimensions>> {
    let (Some(longest), Some(median), Some(shortest)) = (longest, median, shortest) else { return Ok(None) };
    let side = |um: i64| Length::from_micrometres(um).map_err(|error| broken("longest_um", error));
    Ok(Some(Dimensions::new(side(longest)?, side(median)?, side(shortest)?)))
}
