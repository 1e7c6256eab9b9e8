//! Sellers' offers as the catalogue told them.

use std::collections::{BTreeMap, HashMap};

use kernel::{Dimensions, Length, SellerId, Sku, Weight};
use sqlx::PgConnection;

use super::{decode, parsed};
use crate::domain::placement::Item;

/// An offer at one version.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// What it is.
    pub(crate) item: Item,
    /// Name of the product, for reports.
    pub(crate) title: String,
    /// The catalogue's count of changes.
    pub(crate) item_version: i64,
}

/// The offers that are known.
///
/// # Errors
/// The database's.
pub(crate) async fn load(
    db: &mut PgConnection,
    keys: &[(SellerId, &Sku)],
) -> sqlx::Result<HashMap<(SellerId, Sku), Item>> {
    let sellers: Vec<&str> = keys.iter().map(|(seller, _)| seller.as_str()).collect();
    let skus: Vec<&str> = keys.iter().map(|(_, sku)| sku.as_str()).collect();
    let rows = sqlx::query!(
        "SELECT i.seller_id, i.sku, i.asin, i.fnsku, i.weight_mg, i.longest_um, i.median_um, i.shortest_um,
                i.hs_code, i.delisted
         FROM items i JOIN unnest($1::text[], $2::text[]) AS k (seller_id, sku) USING (seller_id, sku)",
        &sellers as &[&str],
        &skus as &[&str],
    )
    .fetch_all(db)
    .await?;
    let mut items = HashMap::with_capacity(rows.len());
    for row in rows {
        let side = |stored: i64| Length::from_micrometres(stored).map_err(decode);
        let dimensions = match (row.longest_um, row.median_um, row.shortest_um) {
            (Some(a), Some(b), Some(c)) => Some(Dimensions::new(side(a)?, side(b)?, side(c)?)),
            _ => None,
        };
        let item = Item {
            asin: parsed(&row.asin)?,
            fnsku: parsed(&row.fnsku)?,
            weight: row.weight_mg.map(Weight::from_milligrams).transpose().map_err(decode)?,
            dimensions,
            hs_code: row.hs_code.as_deref().map(parsed).transpose()?,
            delisted: row.delisted,
        };
        items.insert((parsed(&row.seller_id)?, parsed(&row.sku)?), item);
    }
    Ok(items)
}

/// Takes newer offers over; older ones change nothing.
///
/// # Errors
/// The database's.
pub(crate) async fn save(db: &mut PgConnection, all: &BTreeMap<(SellerId, Sku), Listed>) -> sqlx::Result<()> {
    let sides = |listed: &Listed, side: fn(&Dimensions) -> Length| {
        listed.item.dimensions.as_ref().map(|dimensions| side(dimensions).micrometres())
    };
    let sellers: Vec<&str> = all.keys().map(|(seller, _)| seller.as_str()).collect();
    let skus: Vec<&str> = all.keys().map(|(_, sku)| sku.as_str()).collect();
    let asins: Vec<&str> = all.values().map(|listed| listed.item.asin.as_str()).collect();
    let fnskus: Vec<&str> = all.values().map(|listed| listed.item.fnsku.as_str()).collect();
    let titles: Vec<&str> = all.values().map(|listed| listed.title.as_str()).collect();
    let weights: Vec<Option<i64>> =
        all.values().map(|listed| listed.item.weight.map(|weight| weight.milligrams())).collect();
    let longest: Vec<Option<i64>> = all.values().map(|listed| sides(listed, Dimensions::longest)).collect();
    let median: Vec<Option<i64>> = all.values().map(|listed| sides(listed, Dimensions::median)).collect();
    let shortest: Vec<Option<i64>> = all.values().map(|listed| sides(listed, Dimensions::shortest)).collect();
    let codes: Vec<Option<String>> =
        all.values().map(|listed| listed.item.hs_code.map(|code| code.to_string())).collect();
    let versions: Vec<i64> = all.values().map(|listed| listed.item_version).collect();
    sqlx::query!(
        "INSERT INTO items (seller_id, sku, asin, fnsku, title, weight_mg, longest_um, median_um, shortest_um, hs_code,
                            item_version, delisted)
         SELECT *, false FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                                     $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::bigint[])
         ON CONFLICT (seller_id, sku) DO UPDATE
         SET asin = excluded.asin, fnsku = excluded.fnsku, title = excluded.title, weight_mg = excluded.weight_mg,
             longest_um = excluded.longest_um, median_um = excluded.median_um, shortest_um = excluded.shortest_um,
             hs_code = excluded.hs_code, item_version = excluded.item_version, delisted = false
         WHERE items.item_version < excluded.item_version",
        &sellers as &[&str],
        &skus as &[&str],
        &asins as &[&str],
        &fnskus as &[&str],
        &titles as &[&str],
        &weights as &[Option<i64>],
        &longest as &[Option<i64>],
        &median as &[Option<i64>],
        &shortest as &[Option<i64>],
        &codes as &[Option<String>],
        &versions,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Marks offers as gone, unless they are newer than that.
///
/// # Errors
/// The database's.
pub(crate) async fn delist(db: &mut PgConnection, all: &BTreeMap<(SellerId, Sku), i64>) -> sqlx::Result<()> {
    let sellers: Vec<&str> = all.keys().map(|(seller, _)| seller.as_str()).collect();
    let skus: Vec<&str> = all.keys().map(|(_, sku)| sku.as_str()).collect();
    let versions: Vec<i64> = all.values().copied().collect();
    sqlx::query!(
        "UPDATE items i SET delisted = true, item_version = n.item_version
         FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (seller_id, sku, item_version)
         WHERE i.seller_id = n.seller_id AND i.sku = n.sku AND i.item_version < n.item_version",
        &sellers as &[&str],
        &skus as &[&str],
        &versions,
    )
    .execute(db)
    .await?;
    Ok(())
}
