//! The project's own format of a catalogue: `data/sample/catalogue.csv`.

use std::collections::HashSet;
use std::io::Read;

use jiff::Timestamp;
use kernel::{FcCode, SellerId};
use wire::catalog::events::v1::{BatteryPackaging, DangerousGoods, ProductGroup};

use super::row::{Row, each_row};
use super::{Report, RowError};
use crate::world::{Holding, Product};

/// Rules of this source.
pub(crate) const RULES: [&str; 2] = [
    "sample catalogue: every cell is taken as it stands, an empty one means unknown",
    "sample catalogue: the column stands_in says which products stand for goods of imported order files",
];

const NEEDED: [&str; 7] = ["seller_id", "sku", "asin", "fnsku", "title", "product_group", "price"];

/// Reads the products of a file.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read(
    file: impl Read,
    sellers: &[SellerId],
    report: &mut Report,
) -> anyhow::Result<Vec<Product>> {
    let mut products = Vec::new();
    let mut seen = HashSet::new();
    each_row(file, &NEEDED, report, |row, _| {
        let product = product(row)?;
        if !sellers.contains(&product.seller) {
            return Err(row.error(
                "seller_id",
                "NO_SELLER",
                format!("{} is not in sellers.csv", product.seller),
            ));
        }
        if !seen.insert((product.seller, product.sku.clone())) {
            return Err(row.error("sku", "SKU_REPEATED", format!("{} came before", product.sku)));
        }
        products.push(product);
        Ok(())
    })?;
    Ok(products)
}

fn product(row: &Row<'_>) -> Result<Product, RowError> {
    Ok(Product {
        seller: row.parse("seller_id")?,
        sku: row.parse("sku")?,
        asin: row.parse("asin")?,
        fnsku: row.parse("fnsku")?,
        title: row.text("title").to_owned(),
        description: row.text("description").to_owned(),
        bullet_points: row.list("bullet_points")?,
        group: group(row)?,
        category: row.text("category").to_owned(),
        dimensions: row.optional("dimensions")?,
        weight: row.optional("weight")?,
        hs_code: row.optional("hs_code")?,
        origin: row.optional("country_of_origin")?,
        price: row.parse("price")?,
        manufacturing_cost: row.optional("manufacturing_cost")?,
        dangerous_goods: dangerous_goods(row)?,
        declared_families: row.list("declared_families")?,
        media_region: row.text("media_region_code").to_owned(),
        stock: stock(row)?,
        listed_at: row.optional::<Timestamp>("listed_at")?,
        stands_in: row.text("stands_in") == "yes",
    })
}

fn group(row: &Row<'_>) -> Result<ProductGroup, RowError> {
    let name = row.text("product_group");
    ProductGroup::from_str_name(&format!("PRODUCT_GROUP_{name}")).ok_or_else(|| {
        row.error("product_group", "MALFORMED", format!("{name:?} is not BOOK, MUSIC, VIDEO, DVD or OTHER"))
    })
}

fn dangerous_goods(row: &Row<'_>) -> Result<DangerousGoods, RowError> {
    let name = row.text("battery_packaging");
    let packaging = if name.is_empty() { "UNSPECIFIED" } else { name };
    let packaging =
        BatteryPackaging::from_str_name(&format!("BATTERY_PACKAGING_{packaging}")).ok_or_else(|| {
            row.error("battery_packaging", "MALFORMED", format!("{name:?} is no way batteries travel"))
        })?;
    Ok(DangerousGoods {
        regulation: row.text("dg_regulation").to_owned(),
        un_number: row.text("un_number").to_owned(),
        battery_packaging: packaging.into(),
        battery_composition: row.text("battery_composition").to_owned(),
        battery_energy_mwh: row.optional("battery_energy_mwh")?.unwrap_or_default(),
        lithium_content_mg: row.optional("lithium_content_mg")?.unwrap_or_default(),
        used_oil: row.text("used_oil") == "yes",
    })
}

/// `LEX1:120|ONT8:40`.
fn stock(row: &Row<'_>) -> Result<Vec<Holding>, RowError> {
    let parts: Vec<String> = row.list("stock")?;
    let parse = |part: &String| {
        let malformed = || row.error("stock", "MALFORMED", format!("{part:?} is not CENTER:UNITS"));
        let (fc, units) = part.split_once(':').ok_or_else(malformed)?;
        let units = units.parse().map_err(|_| malformed())?;
        Ok(Holding { fc: FcCode::parse(fc).map_err(|_| malformed())?, units })
    };
    parts.iter().map(parse).collect()
}
