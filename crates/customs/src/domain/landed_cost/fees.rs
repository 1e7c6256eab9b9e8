//! What carriers and countries charge for clearing a parcel.

use jiff::civil::Date;
use kernel::{Country, Effective, Money, Rounding};
use rust_decimal::Decimal;

use super::country::bound;
use super::estimate::NotCalculable;
use super::values::Values;
use super::{Basket, ExchangeRates};
use crate::domain::destinations::FeeCarrier;
use crate::domain::table::{self, Evidence, TableError};

#[derive(Debug, Clone)]
enum Kind {
    /// The greater of a percentage of duty and tax, and a minimum; nothing where nothing is due.
    PercentOfCharges(Decimal, Money),
    /// Once.
    PerConsignment(Money),
    /// For every distinct HS6 code.
    PerHs6(Money),
}

#[derive(Debug, Clone)]
struct Fee {
    name: String,
    carrier: Option<FeeCarrier>,
    country: Option<Country>,
    kind: Kind,
    /// Only up to this value of the goods (inclusive).
    max_value: Option<Money>,
    effective: Effective,
    evidence: Evidence,
}

/// All fees.
pub(crate) struct Fees {
    rows: Vec<Fee>,
}

impl Fees {
    /// The table that ships with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        let text = include_str!("../../../../../data/customs/fees.csv");
        Ok(Self { rows: table::read("fees.csv", text, parse)? })
    }

    /// The fees of a consignment in the basket's currency, with their explanation. `charges`: its duty and tax.
    ///
    /// # Errors
    /// When an exchange rate is missing.
    pub(super) fn assess(
        &self,
        basket: &Basket,
        values: &Values,
        carrier: FeeCarrier,
        charges: Money,
        rates: &ExchangeRates,
        explanation: &mut Vec<String>,
    ) -> Result<Money, NotCalculable> {
        let currency = basket.shipping.currency();
        let mut total = Money::zero(currency);
        for fee in self.of(basket.destination, carrier, basket.date) {
            if let Some(bound) = fee.max_value
                && rates.convert(values.goods, bound.currency())? > bound
            {
                continue;
            }
            let amount = fee.amount(values, charges, rates)?;
            if !amount.is_zero() {
                explanation.push(format!("Fee {}: {amount} [{}]", fee.name, fee.evidence));
                total = total.checked_add(rates.convert(amount, currency)?)?;
            }
        }
        Ok(total)
    }

    fn of(&self, country: Country, carrier: FeeCarrier, date: Date) -> impl Iterator<Item = &Fee> {
        self.rows.iter().filter(move |fee| {
            fee.effective.contains(date)
                && fee.carrier.is_none_or(|of| of == carrier)
                && fee.country.is_none_or(|of| of == country)
        })
    }
}

impl Fee {
    fn amount(&self, values: &Values, charges: Money, rates: &ExchangeRates) -> Result<Money, NotCalculable> {
        match self.kind {
            Kind::PercentOfCharges(..) if charges.is_zero() => Ok(charges),
            Kind::PercentOfCharges(percent, minimum) => {
                let share = rates.convert(charges, minimum.currency())?;
                Ok(share.percent(percent, Rounding::HalfUp)?.max(minimum)?)
            }
            Kind::PerConsignment(amount) => Ok(amount),
            Kind::PerHs6(amount) => {
                Ok(amount.checked_mul_qty(u32::try_from(values.distinct_hs6()).unwrap_or(u32::MAX))?)
            }
        }
    }
}

fn parse(row: &table::Row<'_>) -> Result<Fee, TableError> {
    let amount = bound(row, "amount", "currency")?.ok_or_else(|| row.error("amount", "is empty"))?;
    let kind = match row.text("kind")? {
        "PERCENT_OF_CHARGES" => Kind::PercentOfCharges(row.parse("percent")?, amount),
        "PER_CONSIGNMENT" => Kind::PerConsignment(amount),
        "PER_HS6" => Kind::PerHs6(amount),
        other => return Err(row.error("kind", format!("{other:?} is no kind of fee"))),
    };
    Ok(Fee {
        name: row.text("fee")?.to_owned(),
        carrier: row.word("carrier", &FeeCarrier::WORDS)?,
        country: row.optional("country")?,
        kind,
        max_value: bound(row, "max_value", "max_value_currency")?,
        effective: row.effective()?,
        evidence: row.evidence()?,
    })
}
