//! Amazon product pages of five marketplaces as JSON lines.

use std::io::BufRead;

use kernel::{Asin, Country, Currency, Dimensions, Money, Rounding, Weight};
use rust_decimal::Decimal;
use serde::Deserialize;
use wire::catalog::events::v1::DangerousGoods;

use super::assembly::{Assembler, Draft, battery, no_battery};
use super::countries::CountryNames;
use super::measures::{dimensions, weight};
use super::{Report, RowError};
use crate::world::Product;

/// Rules of this source.
pub(crate) const RULES: [&str; 5] = [
    "Bright Data: packaged sides are Package Dimensions, else product_dimensions, else Item Dimensions; only three sides with a unit count",
    "Bright Data: the packaged weight is Package or Shipping Weight, else the one after the sides, else item_weight or Item Weight",
    "Bright Data: the currency GPB is read as GBP; the final price counts, else the initial one",
    "Bright Data: the battery line, else the cell composition, tells of batteries; Batteries Required No means none; nothing said means unknown",
    "Bright Data: the country of origin is taken by its English name; a name that is no country's stays missing",
];

/// A longer line is not read.
const MAX_LINE_BYTES: usize = 1024 * 1024;

#[derive(Deserialize)]
struct Page {
    asin: String,
    title: Option<String>,
    brand: Option<String>,
    description: Option<String>,
    #[serde(default)]
    features: Option<Vec<String>>,
    #[serde(default)]
    categories: Option<Vec<String>>,
    final_price: Option<Decimal>,
    initial_price: Option<Decimal>,
    currency: Option<String>,
    product_dimensions: Option<String>,
    item_weight: Option<String>,
    country_of_origin: Option<String>,
    #[serde(default)]
    product_details: Option<Vec<Detail>>,
}

#[derive(Deserialize)]
struct Detail {
    r#type: String,
    value: Option<String>,
}

impl Page {
    /// The value of the first detail with one of these names.
    fn detail(&self, names: &[&str]) -> Option<&str> {
        let details = self.product_details.as_deref().unwrap_or_default();
        names
            .iter()
            .find_map(|name| details.iter().find(|d| d.r#type.eq_ignore_ascii_case(name))?.value.as_deref())
    }
}

/// Reads the products of a file.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read(
    mut file: impl BufRead,
    assembler: &mut Assembler<'_>,
    report: &mut Report,
) -> anyhow::Result<Vec<Product>> {
    let countries = CountryNames::english()?;
    let mut products = Vec::new();
    let mut text = String::new();
    for line in 1.. {
        text.clear();
        if file.read_line(&mut text)? == 0 {
            break;
        }
        report.rows += 1;
        let outcome = page(line, &text)
            .and_then(|page| draft(line, &page, &countries))
            .and_then(|draft| assembler.product(line, draft, report));
        match outcome {
            Ok(product) => {
                report.taken += 1;
                products.push(product);
            }
            Err(error) => report.refuse(error),
        }
    }
    Ok(products)
}

fn page(line: u64, text: &str) -> Result<Page, RowError> {
    let refuse = |code, reason| RowError { line, column: "", code, reason };
    if text.len() > MAX_LINE_BYTES {
        return Err(refuse("TOO_LONG", format!("the line is longer than {MAX_LINE_BYTES} bytes")));
    }
    serde_json::from_str(text).map_err(|error| refuse("MALFORMED", error.to_string()))
}

fn draft(line: u64, page: &Page, countries: &CountryNames) -> Result<Draft, RowError> {
    let asin = Asin::parse(&page.asin).map_err(|error| RowError {
        line,
        column: "asin",
        code: "ASIN_MISSING",
        reason: error.to_string(),
    })?;
    let (sides, weight) = measures(page);
    Ok(Draft {
        asin,
        title: page.title.clone().unwrap_or_default(),
        description: page.description.clone().unwrap_or_default(),
        bullet_points: page.features.clone().unwrap_or_default(),
        brand: page.brand.clone().unwrap_or_default(),
        category: page.categories.as_deref().unwrap_or_default().join(" > "),
        dimensions: sides,
        weight,
        hs_code: None,
        origin: origin(page, countries),
        price: price(line, page)?,
        dangerous_goods: batteries(page),
    })
}

fn measures(page: &Page) -> (Option<Dimensions>, Option<Weight>) {
    let packaged = ["Package Dimensions", "Item Package Dimensions L x W x H"];
    let bare =
        ["Product Dimensions", "Item Dimensions LxWxH", "Item Dimensions L x W x H", "Item Dimensions"];
    let statements = [page.detail(&packaged), page.product_dimensions.as_deref(), page.detail(&bare)];
    let sides = statements.into_iter().flatten().find_map(dimensions);
    let trailing = sides.as_ref().and_then(|(_, rest)| weight(rest.trim_start_matches([';', ' '])));
    let packed = page.detail(&["Package Weight", "Shipping Weight"]).and_then(weight);
    let bare = page.item_weight.as_deref().and_then(weight);
    let detail = page.detail(&["Item Weight", "Weight"]).and_then(weight);
    (sides.map(|(sides, _)| sides), packed.or(trailing).or(bare).or(detail))
}

fn origin(page: &Page, countries: &CountryNames) -> Option<Country> {
    countries.get(page.country_of_origin.as_deref().or_else(|| page.detail(&["Country of Origin"]))?)
}

fn price(line: u64, page: &Page) -> Result<Option<Money>, RowError> {
    let Some(amount) = page.final_price.or(page.initial_price) else { return Ok(None) };
    let refuse = |reason: String| RowError { line, column: "currency", code: "MALFORMED", reason };
    let code = match page.currency.as_deref().unwrap_or_default() {
        "GPB" => "GBP",
        other => other,
    };
    let currency = Currency::parse(code).map_err(|error| refuse(error.to_string()))?;
    Money::from_decimal(currency, amount, Rounding::HalfUp)
        .map(Some)
        .map_err(|error| refuse(error.to_string()))
}

fn batteries(page: &Page) -> DangerousGoods {
    let mut goods = if let Some(statement) = page.detail(&["Batteries"]) {
        battery(statement)
    } else if let Some(composition) = page.detail(&["Battery cell composition"]) {
        battery(&format!("{composition} (included)"))
    } else if page.detail(&["Batteries Required", "Batteries Required?"]).is_some_and(|answer| answer == "No")
    {
        no_battery()
    } else {
        DangerousGoods::default()
    };
    if let Some(watt_hours) = page.detail(&["Lithium Battery Energy Content"]).and_then(watt_hours) {
        goods.battery_energy_mwh = watt_hours;
    }
    goods
}

/// `187.2 Watt Hours` in milliwatt-hours.
fn watt_hours(text: &str) -> Option<i64> {
    let number: Decimal = text.strip_suffix("Watt Hours")?.trim().parse().ok()?;
    i64::try_from((number * Decimal::ONE_THOUSAND).round()).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use wire::catalog::events::v1::BatteryPackaging;

    use super::super::testing::{month, rates, sellers};
    use super::*;
    use crate::chance::Chance;

    const SAMPLE: &str = r#"{"asin":"B0DG2185X4","title":"Wrist watch","brand":"Tikk","description":null,"features":["Shows time"],"categories":["Watches","Smart"],"final_price":29.99,"currency":"GPB","product_details":[{"type":"Package Dimensions","value":"17.4 x 9.5 x 1.9 cm; 38.19 g"},{"type":"Batteries","value":"1 Lithium Polymer batteries required. (included)"},{"type":"Lithium Battery Energy Content","value":"1.11 Watt Hours"}],"country_of_origin":"Macedonia"}
{"asin":"B01N6C3EGR","title":"Caliper","brand":null,"description":"Steel","final_price":null,"initial_price":137,"currency":"USD","product_dimensions":"18 x 5 x 0.04 inches; 1 Pounds","item_weight":"500 Grams","product_details":null}
not json
{"asin":"short","title":"x","currency":"USD"}
{"asin":"B01N6C3EGR","title":"Caliper again","currency":"USD"}
{"asin":"B00027958O","title":"Bag","description":"d","final_price":5,"currency":"EUR","product_dimensions":"10\"W x 13.25\"H","item_weight":"1.06 ounces"}
"#;

    fn imported() -> (Vec<Product>, Report) {
        let (sellers, rates) = (sellers(), rates());
        let mut report = Report::new("bright data", "inline", &RULES);
        let mut assembler = Assembler::new(Chance::new(1), &sellers, &rates, month(), "BRD");
        let products = read(SAMPLE.as_bytes(), &mut assembler, &mut report).unwrap();
        (products, report)
    }

    #[test]
    fn package_facts_go_before_product_facts() {
        let (products, _) = imported();
        let watch = &products[0];
        assert_eq!(watch.dimensions.unwrap().to_string(), "174 x 95 x 19 mm");
        assert_eq!(watch.weight.unwrap().milligrams(), 38_190);
        assert_eq!(watch.origin.unwrap().as_str(), "MK");
        assert_eq!(watch.price, Money::usd(3_749));
        assert_eq!(watch.dangerous_goods.battery_packaging(), BatteryPackaging::ContainedInEquipment);
        assert_eq!(watch.dangerous_goods.battery_energy_mwh, 1_110);
    }

    #[test]
    fn the_weight_after_the_sides_goes_before_the_bare_item_weight() {
        let (products, _) = imported();
        assert_eq!(products[1].weight.unwrap().milligrams(), 453_592);
        assert_eq!(products[1].price, Money::usd(13_700));
    }

    #[test]
    fn two_sides_are_no_dimensions() {
        let (products, _) = imported();
        assert!(products[2].dimensions.is_none());
        assert_eq!(products[2].weight.unwrap().milligrams(), 30_050);
    }

    #[test]
    fn bad_lines_end_with_their_number_and_a_reason() {
        let (_, report) = imported();
        assert_eq!((report.rows, report.taken), (6, 3));
        let lines: Vec<(u64, &str)> = report.errors.iter().map(|error| (error.line, error.code)).collect();
        assert_eq!(lines, [(3, "MALFORMED"), (4, "ASIN_MISSING"), (5, "ASIN_REPEATED")]);
    }
}
