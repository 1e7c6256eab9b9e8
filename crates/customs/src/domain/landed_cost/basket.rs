//! What is to be quoted.

use jiff::civil::Date;
use kernel::{Country, LineNo, Money, Weight};

use crate::domain::hs::Classification;

/// Goods of one seller to one country, priced before promotions (the deposit's base).
#[derive(Debug, Clone)]
pub(crate) struct Basket {
    /// Where it goes.
    pub destination: Country,
    /// Province or region where its tax differs (Canada: `ON`); may be empty.
    pub region: String,
    /// At least one line, all in one currency.
    pub lines: Vec<BasketLine>,
    /// Shipping charged to the buyer, in the currency of the lines.
    pub shipping: Money,
    /// The day whose rules hold.
    pub date: Date,
}

/// One line of a basket.
#[derive(Debug, Clone)]
pub(crate) struct BasketLine {
    /// Its number.
    pub line_no: LineNo,
    /// The code it will be declared under.
    pub classification: Classification,
    /// Units.
    pub quantity: u32,
    /// Price of one unit before promotions, zero or more.
    pub unit_price: Money,
    /// Weight of one packaged unit, when the catalogue knows it.
    pub unit_weight: Option<Weight>,
}
