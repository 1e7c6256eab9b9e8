//! Sellers as the registry knows them, and what they set in the programme.

use kernel::{Asin, Country, MarketplaceId, SellerId};

/// One account.
#[derive(Debug, Clone)]
pub struct Seller {
    /// Merchant token.
    pub id: SellerId,
    /// Registered name of the business.
    pub legal_name: String,
    /// Street lines of the business, 1 to 3.
    pub lines: Vec<String>,
    /// City.
    pub city: String,
    /// State; may be empty.
    pub region: String,
    /// Postal code.
    pub postal_code: String,
    /// Where the business is registered.
    pub country: Country,
    /// Phone of the business.
    pub phone: String,
    /// E-mail of the business.
    pub email: String,
    /// US employer identification number; may be empty.
    pub ein: String,
    /// The marketplace it sells in.
    pub marketplace: MarketplaceId,
    /// Countries it excludes once it is enrolled.
    pub excluded_countries: Vec<Country>,
    /// Products it excludes once it is enrolled, each from some countries or, when there are none, from all.
    pub excluded_products: Vec<(Asin, Vec<Country>)>,
    /// It leaves the programme before the first order.
    pub leaves: bool,
}
