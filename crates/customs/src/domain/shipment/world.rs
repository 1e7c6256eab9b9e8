//! What a shipment is advanced with: the time, the rules and what the others told us.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::{AuthorityId, Country, SellerId, ShipmentId, Sku, Weight, YearMonth};

use crate::domain::hs::{KnownCodes, ProductGroup};
use crate::domain::landed_cost::ExchangeRates;
use crate::domain::party::{Authority, Exporter, Recipient};
use crate::domain::policy::Policy;
use crate::domain::rules::Rules;

/// A product as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Title.
    pub title: String,
    /// Media or other.
    pub group: ProductGroup,
    /// Category as text.
    pub category: String,
    /// Its HS codes.
    pub codes: KnownCodes,
    /// Country of origin, when known.
    pub origin: Option<Country>,
    /// Weight of one packaged unit, when known.
    pub unit_weight: Option<Weight>,
}

/// What the others told us, as far as the shipments at hand need it.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// Products.
    pub items: HashMap<(SellerId, Sku), Item>,
    /// Sellers.
    pub exporters: HashMap<SellerId, Exporter>,
    /// Authorities.
    pub authorities: HashMap<AuthorityId, Authority>,
    /// Exchange rates by month.
    pub rates: HashMap<YearMonth, ExchangeRates>,
    /// Consignees, asked of fulfillment for shipments that are to be examined.
    pub recipients: HashMap<ShipmentId, Recipient>,
}

/// What a shipment is advanced with.
#[derive(Clone, Copy)]
pub(crate) struct World<'a> {
    /// Business time.
    pub now: Timestamp,
    /// All rules.
    pub rules: &'a Rules,
    /// The policies in force.
    pub policy: &'a Policy,
    /// What the others told us.
    pub references: &'a References,
}
