//! From what a foreign catalogue says of a product to an offer of one of our sellers.

use std::collections::HashSet;

use kernel::{Asin, Country, Currency, Dimensions, FcCode, HsCode, Money, SellerId, Sku, Weight, YearMonth};
use wire::catalog::events::v1::{BatteryPackaging, DangerousGoods, ProductGroup};

use super::fnsku::label;
use super::{Report, RowError};
use crate::chance::Chance;
use crate::world::{Holding, Product, RateTable};

/// Centers that hold stock where the source says nothing of it: ten of the reference table, spread over the country.
pub(crate) const CENTERS: [&str; 10] =
    ["EWR4", "LEX1", "ONT8", "PHX7", "DFW7", "MDW6", "MIA1", "BFI4", "CVG3", "RNO4"];
/// Centers that hold a product of an imported catalogue.
const CENTERS_PER_PRODUCT: usize = 3;
/// Units in each of them.
const UNITS_PER_CENTER: u32 = 500;
/// Price rule: from 6.99 up to 29.98 US dollars.
const LEAST_PRICE_CENTS: i64 = 699;
const PRICE_SPREAD_CENTS: u64 = 2_300;
/// Bounds of the listing's texts (catalogue contract).
const MAX_TITLE: usize = 500;
const MAX_DESCRIPTION: usize = 2_000;
const MAX_BULLETS: usize = 10;

/// Rules that every imported catalogue follows.
pub(crate) const RULES: [&str; 5] = [
    "the brand, or the ASIN where none is named, decides which seller of sellers.csv offers a product",
    "an ASIN that came before is refused; the first row stays",
    "a missing price is 6.99 to 29.98 US dollars by hash of the ASIN; other currencies become US dollars at the latest rates of data/sample/rates.csv, half-up",
    "HS code, origin, sides and weight that the source lacks stay missing",
    "500 units arrive in each of 3 of 10 centers, chosen by hash of the ASIN",
];

/// What a source says of a product.
pub(crate) struct Draft {
    pub(crate) asin: Asin,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) bullet_points: Vec<String>,
    pub(crate) brand: String,
    pub(crate) category: String,
    pub(crate) dimensions: Option<Dimensions>,
    pub(crate) weight: Option<Weight>,
    pub(crate) hs_code: Option<HsCode>,
    pub(crate) origin: Option<Country>,
    pub(crate) price: Option<Money>,
    pub(crate) dangerous_goods: DangerousGoods,
}

/// Makes offers of drafts.
pub(crate) struct Assembler<'a> {
    pub(crate) chance: Chance,
    pub(crate) sellers: &'a [SellerId],
    pub(crate) rates: &'a RateTable,
    pub(crate) month: YearMonth,
    pub(crate) sku_prefix: &'static str,
    seen: HashSet<Asin>,
}

impl<'a> Assembler<'a> {
    /// An assembler for one file; `sellers` is not empty.
    pub(crate) fn new(
        chance: Chance,
        sellers: &'a [SellerId],
        rates: &'a RateTable,
        month: YearMonth,
        sku_prefix: &'static str,
    ) -> Self {
        Self { chance, sellers, rates, month, sku_prefix, seen: HashSet::new() }
    }

    /// The offer of a draft.
    pub(crate) fn product(
        &mut self,
        line: u64,
        draft: Draft,
        report: &mut Report,
    ) -> Result<Product, RowError> {
        let refuse = |column, code, reason: String| RowError { line, column, code, reason };
        if draft.title.trim().is_empty() {
            return Err(refuse(
                "title",
                "TITLE_MISSING",
                "a product without a title cannot be listed".into(),
            ));
        }
        let asin = draft.asin;
        if !self.seen.insert(asin) {
            return Err(refuse("asin", "ASIN_REPEATED", format!("{asin} came before; its first row stays")));
        }
        let by = if draft.brand.trim().is_empty() { asin.as_str() } else { draft.brand.trim() };
        let seller = *self
            .chance
            .pick(self.sellers, "seller of brand", by)
            .ok_or_else(|| refuse("", "NO_SELLER", "sellers.csv names no seller on Amazon.com".into()))?;
        let sku = Sku::parse(&format!("{}-{asin}", self.sku_prefix))
            .map_err(|error| refuse("", "MALFORMED", error.to_string()))?;
        let fnsku = label(seller, &sku).map_err(|error| refuse("", "MALFORMED", error.to_string()))?;
        let price = self.price(draft.price, asin, report).ok_or_else(|| {
            refuse("price", "NO_EXCHANGE_RATE", format!("no rate of {} for {:?}", self.month, draft.price))
        })?;
        let mut product = Product {
            seller,
            sku,
            asin,
            fnsku,
            title: cut(&draft.title, MAX_TITLE),
            description: cut(&draft.description, MAX_DESCRIPTION),
            bullet_points: bullets(&draft.bullet_points),
            group: if asin.is_isbn() { ProductGroup::Book } else { ProductGroup::Other },
            category: cut(&draft.category, MAX_TITLE),
            dimensions: draft.dimensions,
            weight: draft.weight,
            hs_code: draft.hs_code,
            origin: draft.origin,
            price,
            manufacturing_cost: None,
            dangerous_goods: draft.dangerous_goods,
            declared_families: Vec::new(),
            media_region: String::new(),
            stock: self.stock(asin),
            listed_at: None,
            stands_in: false,
        };
        product.stands_in = product.is_plain();
        Ok(product)
    }

    fn price(&self, stated: Option<Money>, asin: Asin, report: &mut Report) -> Option<Money> {
        if let Some(price) = stated.filter(|price| price.minor() > 0) {
            return self.rates.convert(price, Currency::USD, self.month);
        }
        report.fill("price");
        let spread = self.chance.below(PRICE_SPREAD_CENTS, "price", asin.as_str());
        Some(Money::usd(LEAST_PRICE_CENTS + i64::try_from(spread).unwrap_or_default()))
    }

    fn stock(&self, asin: Asin) -> Vec<Holding> {
        stock_in(self.chance, asin.as_str(), CENTERS_PER_PRODUCT, UNITS_PER_CENTER)
    }
}

/// So many units in each of so many neighbours in the list of centers, from one that the key decides.
pub(crate) fn stock_in(chance: Chance, key: &str, centers: usize, units: u32) -> Vec<Holding> {
    let first = chance.below(CENTERS.len() as u64, "first center", key) as usize;
    let chosen = CENTERS.iter().cycle().skip(first).step_by(3).take(centers);
    chosen.filter_map(|code| FcCode::parse(code).ok()).map(|fc| Holding { fc, units }).collect()
}

/// The first so many characters, without blanks at the ends.
fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect::<String>().trim_end().to_owned()
}

fn bullets(points: &[String]) -> Vec<String> {
    points
        .iter()
        .map(|point| cut(point, MAX_TITLE))
        .filter(|point| !point.is_empty())
        .take(MAX_BULLETS)
        .collect()
}

/// What a listing's battery line says, such as `2 AAA batteries required. (included)`.
pub(crate) fn battery(statement: &str) -> DangerousGoods {
    let text = statement.to_lowercase();
    let composition = if text.contains("lithium ion") {
        "lithium_ion"
    } else if text.contains("lithium poly") {
        "lithium_polymer"
    } else if text.contains("lithium") {
        "lithium_metal"
    } else {
        "alkaline"
    };
    let lithium = composition != "alkaline";
    let packaging = match (text.contains("(included)"), lithium) {
        (true, true) => BatteryPackaging::ContainedInEquipment,
        (true, false) => BatteryPackaging::PackedWithEquipment,
        // Lithium that is not said to be in the box may be built in: how it travels stays unknown.
        (false, true) => BatteryPackaging::Unspecified,
        // Cells that the buyer puts in.
        (false, false) => return no_battery(),
    };
    DangerousGoods {
        battery_packaging: packaging.into(),
        battery_composition: composition.to_owned(),
        ..DangerousGoods::default()
    }
}

/// The listing says that there is no battery.
pub(crate) fn no_battery() -> DangerousGoods {
    DangerousGoods { battery_packaging: BatteryPackaging::None.into(), ..DangerousGoods::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_lithium_is_in_the_equipment_and_cells_of_the_buyer_are_none() {
        let goods = battery("1 Lithium Polymer batteries required. (included)");
        assert_eq!(goods.battery_packaging(), BatteryPackaging::ContainedInEquipment);
        assert_eq!(goods.battery_composition, "lithium_polymer");
        assert_eq!(battery("2 AAA batteries required.").battery_packaging(), BatteryPackaging::None);
        let goods = battery("1 Lithium Ion batteries required.");
        assert_eq!(goods.battery_packaging(), BatteryPackaging::Unspecified);
        assert_eq!(goods.battery_composition, "lithium_ion");
    }

    #[test]
    fn stock_lies_in_different_centers() {
        let stock = stock_in(Chance::new(1), "B00005N5PF", 4, 7);
        let mut centers: Vec<_> = stock.iter().map(|holding| holding.fc).collect();
        centers.dedup();
        assert_eq!(centers.len(), 4);
    }
}
