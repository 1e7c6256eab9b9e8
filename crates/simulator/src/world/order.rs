//! Orders that will be placed.

use jiff::{SignedDuration, Timestamp};
use kernel::{Address, Country, LineNo, MarketplaceId, Money, OrderId, Quantity, SellerId, Sku, TaxId};

/// Who receives an order.
#[derive(Debug, Clone)]
pub enum Consignee {
    /// As the source says.
    Given(Box<Address>, Option<TaxId>),
    /// The source names only a country: name and address follow from the buyer's key by the buyers' rule.
    ByRule(Country),
}

impl Consignee {
    /// Where the order goes.
    pub fn country(&self) -> Country {
        match self {
            Self::Given(address, _) => address.country(),
            Self::ByRule(country) => *country,
        }
    }
}

/// How fast the buyer wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceLevel {
    Standard,
    Expedited,
    Priority,
}

impl ServiceLevel {
    /// As the storefront writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::Expedited => "Expedited",
            Self::Priority => "Priority",
        }
    }

    /// Reads what [`ServiceLevel::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Standard, Self::Expedited, Self::Priority].into_iter().find(|level| level.as_str() == text)
    }
}

/// One line of an order.
#[derive(Debug, Clone)]
pub struct PlannedLine {
    /// Unique in the order.
    pub line_no: LineNo,
    /// What is ordered; need not exist.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
    /// Of one unit before promotions, USD.
    pub unit_price: Money,
    /// On the whole line, USD.
    pub discount: Money,
}

/// An order with the time at which it is placed.
#[derive(Debug, Clone)]
pub struct PlannedOrder {
    /// Number of the order.
    pub id: OrderId,
    /// When the buyer places it.
    pub at: Timestamp,
    /// Where it is placed; only Amazon.com exports.
    pub marketplace: MarketplaceId,
    /// Who sells.
    pub seller: SellerId,
    /// Opaque key of the buyer.
    pub buyer: String,
    /// 1 to 2,000.
    pub lines: Vec<PlannedLine>,
    /// Who receives it.
    pub consignee: Consignee,
    /// Shipping charged to the buyer, USD.
    pub shipping_price: Money,
    /// How fast.
    pub level: ServiceLevel,
    /// The buyer takes the order back so long after placing it.
    pub cancelled_after: Option<SignedDuration>,
}

/// A buyer wants units of an order no longer: a cancellation while they have not left, a return afterwards.
#[derive(Debug, Clone)]
pub struct TakeBack {
    /// When.
    pub at: Timestamp,
    /// Of which order.
    pub order: OrderId,
    /// Units by line.
    pub lines: Vec<(LineNo, Quantity)>,
    /// The source's own number of it, for reports and ids.
    pub reference: String,
}
