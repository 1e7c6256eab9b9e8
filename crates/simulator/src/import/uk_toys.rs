//! Amazon.co.uk toys: one run-on text holds ASIN, sides, weights and batteries.

use std::io::Read;

use kernel::{Asin, Currency, Money, Rounding};
use rust_decimal::Decimal;

use super::assembly::{Assembler, Draft, battery, no_battery};
use super::measures::{after, dimensions, weight};
use super::row::{Row, each_row};
use super::{Report, RowError};
use crate::world::Product;

/// Rules of this source.
pub(crate) const RULES: [&str; 5] = [
    "UK toys: the ASIN is the ten characters after ASIN in product_information; a row without a valid one is refused",
    "UK toys: the packaged weight is the Shipping Weight, else the Item Weight",
    "UK toys: the packaged sides are the Product Dimensions",
    "UK toys: Batteries Included Yes, or a battery line with (included), means a battery in the box; No and No mean none; nothing said means unknown",
    "UK toys: prices are pounds sterling",
];

const NEEDED: [&str; 5] =
    ["product_name", "manufacturer", "price", "product_information", "product_description"];
const GBP: Currency = Currency::constant("GBP");

/// Reads the products of a file.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read(
    file: impl Read,
    assembler: &mut Assembler<'_>,
    report: &mut Report,
) -> anyhow::Result<Vec<Product>> {
    let mut products = Vec::new();
    each_row(file, &NEEDED, report, |row, report| {
        let draft = draft(row)?;
        products.push(assembler.product(row.line(), draft, report)?);
        Ok(())
    })?;
    Ok(products)
}

fn draft(row: &Row<'_>) -> Result<Draft, RowError> {
    let facts = row.text("product_information");
    let packed = after(facts, "Shipping Weight").and_then(weight);
    Ok(Draft {
        asin: asin(row, facts)?,
        title: row.text("product_name").to_owned(),
        description: row.text("product_description").to_owned(),
        bullet_points: Vec::new(),
        brand: row.text("manufacturer").to_owned(),
        category: category(row),
        dimensions: after(facts, "Product Dimensions").and_then(dimensions).map(|(sides, _)| sides),
        weight: packed.or_else(|| after(facts, "Item Weight").and_then(weight)),
        hs_code: None,
        origin: None,
        price: price(row)?,
        dangerous_goods: batteries(facts),
    })
}

/// The first `ASIN` that is followed by a valid one: the word also stands in sentences.
fn asin(row: &Row<'_>, facts: &str) -> Result<Asin, RowError> {
    let candidates =
        facts.match_indices("ASIN").filter_map(|(at, label)| facts.get(at + label.len()..)?.get(..10));
    candidates.into_iter().find_map(|text| Asin::parse(text).ok()).ok_or_else(|| {
        row.error(
            "product_information",
            "ASIN_MISSING",
            "no ASIN follows the word ASIN; the product has no key",
        )
    })
}

fn category(row: &Row<'_>) -> String {
    let columns = ["category", "subcategory_1", "subcategory_2", "subcategory_3", "subcategory_4"];
    let parts: Vec<&str> =
        columns.iter().map(|column| row.text(column)).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "Toys".to_owned() } else { format!("Toys > {}", parts.join(" > ")) }
}

fn price(row: &Row<'_>) -> Result<Option<Money>, RowError> {
    let Some(pounds) = row.optional::<Decimal>("price")? else { return Ok(None) };
    let price = Money::from_decimal(GBP, pounds, Rounding::HalfUp);
    price.map(Some).map_err(|error| row.error("price", "MALFORMED", error))
}

fn batteries(facts: &str) -> wire::catalog::events::v1::DangerousGoods {
    if let Some(statement) = after(facts, "Batteries:") {
        let sentence: String = statement.chars().take(60).collect();
        let sentence = sentence.split("Additional").next().unwrap_or_default().to_owned();
        return battery(&sentence);
    }
    let says = |label| after(facts, label).map(|answer| answer.starts_with("Yes"));
    match (says("Batteries Included?"), says("Batteries Required?")) {
        (Some(true), _) => battery("batteries (included)"),
        (Some(false), _) | (None, Some(false)) => no_battery(),
        (None, Some(true) | None) => Default::default(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use wire::catalog::events::v1::{BatteryPackaging, ProductGroup};

    use super::super::testing::{month, rates, sellers};
    use super::*;
    use crate::chance::Chance;

    const SAMPLE: &str = "product_id,product_name,manufacturer,price,product_information,product_description,category\n\
        1,Tin train,Gauge & Co,7.25,Technical Details Item Weight998 g Product Dimensions40 x 29.8 x 8 cm Batteries Required?Yes Batteries Included?No ASINB002N55P6E Best Sellers Rank Shipping Weight18 g Delivery,Runs on rails,Hobbies\n\
        2,Paper craft,Gauge & Co,,Technical Details ASIN0857261363 Shipping Weight141 g,,Crafts\n\
        3,No key,Gauge & Co,1.00,Technical Details Item Weight9 g,,Crafts\n\
        4,Tin train again,Other,1.00,x ASINB002N55P6E,,Hobbies\n\
        5,Robot,Other,1200.50,Batteries:2 AAA batteries required. (included) ASINB00AGDE7XW Shipping Weight1.6 Kg,x,\n";

    fn imported() -> (Vec<Product>, Report) {
        let (sellers, rates) = (sellers(), rates());
        let mut report = Report::new("uk toys", "inline", &RULES);
        let mut assembler = Assembler::new(Chance::new(1), &sellers, &rates, month(), "UKT");
        let products = read(SAMPLE.as_bytes(), &mut assembler, &mut report).unwrap();
        (products, report)
    }

    #[test]
    fn run_on_text_gives_asin_sides_and_the_shipping_weight() {
        let (products, _) = imported();
        let train = &products[0];
        assert_eq!(train.asin.as_str(), "B002N55P6E");
        assert_eq!(train.weight.unwrap().milligrams(), 18_000);
        assert_eq!(train.dimensions.unwrap().to_string(), "400 x 298 x 80 mm");
        assert_eq!(train.dangerous_goods.battery_packaging(), BatteryPackaging::None);
        assert_eq!(train.price, Money::usd(906));
    }

    #[test]
    fn an_isbn_is_a_book_and_a_missing_price_is_filled_by_rule() {
        let (products, report) = imported();
        assert_eq!(products[1].group, ProductGroup::Book);
        assert!((699..2_999).contains(&products[1].price.minor()));
        assert_eq!(report.filled["price"], 1);
        assert!(products[1].dimensions.is_none(), "what the source lacks stays missing");
    }

    #[test]
    fn rows_without_asin_and_repeated_asins_end_with_a_reason() {
        let (products, report) = imported();
        assert_eq!(products.len(), 3);
        assert_eq!(report.refused["ASIN_MISSING"], 1);
        assert_eq!(report.refused["ASIN_REPEATED"], 1);
        assert_eq!(report.errors[0].line, 4);
        assert_eq!(report.errors[0].column, "product_information");
    }

    #[test]
    fn included_cells_are_packed_with_the_toy() {
        let (products, _) = imported();
        let robot = &products[2];
        assert_eq!(robot.dangerous_goods.battery_packaging(), BatteryPackaging::PackedWithEquipment);
        assert_eq!(robot.weight.unwrap().milligrams(), 1_600_000);
        assert_eq!(robot.price, Money::usd(150_063));
    }
}
