//! Products as the catalogue lists them, with the stock that arrives for them.

use jiff::Timestamp;
use kernel::{Asin, Country, Dimensions, FcCode, Fnsku, HsCode, Money, SellerId, Sku, Weight};
use wire::catalog::events::v1::{DangerousGoods, ItemListed, ProductGroup};
use wire::convert;

/// Units of a product that are put away in one center before the first order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The center.
    pub fc: FcCode,
    /// 1 to 1,000,000.
    pub units: u32,
}

/// One seller's offer of a product.
#[derive(Debug, Clone)]
pub struct Product {
    /// Who sells it.
    pub seller: SellerId,
    /// The seller's key.
    pub sku: Sku,
    /// Catalogue number.
    pub asin: Asin,
    /// Label of the stored unit.
    pub fnsku: Fnsku,
    /// At most 500 characters.
    pub title: String,
    /// At most 2,000 characters; may be empty.
    pub description: String,
    /// At most 10, each at most 500 characters.
    pub bullet_points: Vec<String>,
    /// Media group or other.
    pub group: ProductGroup,
    /// Category path as text; may be empty.
    pub category: String,
    /// Sides of the packaged unit; `None` = unknown.
    pub dimensions: Option<Dimensions>,
    /// Weight of the packaged unit; `None` = unknown.
    pub weight: Option<Weight>,
    /// Declared HS code.
    pub hs_code: Option<HsCode>,
    /// Country of origin.
    pub origin: Option<Country>,
    /// Price of a new unit, USD.
    pub price: Money,
    /// What a unit cost to make or buy, USD.
    pub manufacturing_cost: Option<Money>,
    /// Batteries and hazards.
    pub dangerous_goods: DangerousGoods,
    /// Restriction families the catalogue assigned.
    pub declared_families: Vec<String>,
    /// Media region; may be empty.
    pub media_region: String,
    /// Stock at the beginning.
    pub stock: Vec<Holding>,
    /// Listed later than at the beginning.
    pub listed_at: Option<Timestamp>,
    /// May stand in for goods of an imported order file.
    pub stands_in: bool,
}

impl Product {
    /// The listing as an event.
    pub fn listing(&self) -> ItemListed {
        ItemListed {
            seller_id: self.seller.to_string(),
            sku: self.sku.to_string(),
            asin: self.asin.to_string(),
            fnsku: self.fnsku.to_string(),
            item_version: 1,
            title: self.title.clone(),
            description: self.description.clone(),
            bullet_points: self.bullet_points.clone(),
            product_group: self.group.into(),
            category: self.category.clone(),
            package_dimensions: self.dimensions.map(convert::dimensions),
            package_weight: self.weight.map(convert::weight),
            hs_code: self.hs_code.map(|code| code.to_string()).unwrap_or_default(),
            country_of_origin: self.origin.map(|country| country.to_string()).unwrap_or_default(),
            price: Some(convert::money(self.price)),
            dangerous_goods: Some(self.dangerous_goods.clone()),
            declared_families: self.declared_families.clone(),
            media_region_code: self.media_region.clone(),
            manufacturing_cost: self.manufacturing_cost.map(convert::money),
            export_control: None,
        }
    }

    /// True when nothing a rule needs is missing and nothing about it is special: the rule for standing in.
    pub fn is_plain(&self) -> bool {
        let goods = &self.dangerous_goods;
        self.dimensions.is_some()
            && self.weight.is_some()
            && !(self.description.is_empty() && self.bullet_points.is_empty())
            && self.declared_families.is_empty()
            && goods.battery_composition.is_empty()
            && goods.un_number.is_empty()
            && !goods.used_oil
            && self.listed_at.is_none()
    }
}
