//! What duties, taxes and fees a basket will cost at its destination: an estimate from dated tables, each step named
//! with its source. What is not known is never guessed: the answer is then [`NotCalculable`] and says what is missing.
//!
//! The way of the calculation (`domain` facts §2.1):
//! 1. goods and shipping in the destination's currency, at the month's rates ([`exchange`]);
//! 2. customs value: goods (FOB countries) or goods and shipping (CIF countries) ([`country`]);
//! 3. duty: relieved below a threshold, by a special regime ([`regime`]) or by a rate found step by step ([`duty_rate`]);
//! 4. VAT or GST on customs value, shipping and duty;
//! 5. fees of the carrier and the country ([`fees`]).

mod assess;
mod basket;
mod country;
mod duty;
mod duty_rate;
mod estimate;
mod exchange;
mod fees;
mod regime;
mod tariff;
mod tax;
mod values;

#[cfg(test)]
mod tests;

pub(crate) use assess::LandedCost;
pub(crate) use basket::{Basket, BasketLine};
pub(crate) use estimate::{Estimate, EstimatedLine};
pub(crate) use exchange::{ExchangeRates, MissingRate};
pub(crate) use tariff::Tariff;
