//! The FBA fulfillment fee of one unit: by size tier, shipping weight, price and day, by dated rows.

use jiff::civil::Date;
use kernel::{Currency, Dimensions, Effective, Money, MoneyError, Rounding, Weight};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::num::NonZeroU32;

use super::data::{DataError, rows};

const FEES: &str = include_str!("../../../../data/returns/fba_fulfillment_fees.csv");
const SURCHARGES: &str = include_str!("../../../../data/returns/fba_fee_surcharges.csv");

/// Cubic inches per pound of dimensional weight (Amazon's fee page).
const DIMENSIONAL_DIVISOR: NonZeroU32 = NonZeroU32::new(139).unwrap();
/// Tiers charged by unit weight alone, whatever the dimensions.
const BY_UNIT_WEIGHT: [&str; 3] = ["SMALL_STANDARD", "SPECIAL_OVERSIZE", "EXTRA_LARGE_150_PLUS"];
/// The surcharge rows that apply to this fee.
const THIS_FEE: &str = "FBA_FULFILLMENT_FEE";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Program {
    Standard,
    LowPrice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Season {
    NonPeak,
    Peak,
}

#[derive(Deserialize)]
struct Row {
    program: Program,
    season: Season,
    size_tier: String,
    price_from_usd: Option<Decimal>,
    price_to_usd: Option<Decimal>,
    /// Exclusive.
    weight_above_lb: Decimal,
    /// Inclusive; none = no limit.
    weight_to_lb: Option<Decimal>,
    base_fee_usd: Decimal,
    step_fee_usd: Option<Decimal>,
    step_lb: Option<Decimal>,
    step_over_lb: Option<Decimal>,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct SurchargeRow {
    percent: Decimal,
    applies_to: String,
    valid_from: String,
    valid_to: String,
}

/// All fulfillment fees and surcharges.
pub(crate) struct FulfillmentFees {
    fees: Vec<(Effective, Row)>,
    surcharges: Vec<(Effective, SurchargeRow)>,
}

/// One unit as the fee sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit<'a> {
    /// As eligibility evaluated it, e.g. `LARGE_STANDARD`.
    pub(crate) size_tier: &'a str,
    pub(crate) weight: Weight,
    pub(crate) dimensions: Dimensions,
    pub(crate) price: Money,
}

impl FulfillmentFees {
    /// Reads the embedded rows.
    ///
    /// # Errors
    /// When a row is malformed.
    pub(crate) fn load() -> Result<Self, DataError> {
        let mut fees = Vec::new();
        for row in rows::<Row>("fba_fulfillment_fees.csv", FEES)? {
            fees.push((effective("fba_fulfillment_fees.csv", &row.valid_from, &row.valid_to)?, row));
        }
        let mut surcharges = Vec::new();
        for row in rows::<SurchargeRow>("fba_fee_surcharges.csv", SURCHARGES)? {
            let in_force = effective("fba_fee_surcharges.csv", &row.valid_from, &row.valid_to)?;
            if row.applies_to == THIS_FEE {
                surcharges.push((in_force, row));
            }
        }
        Ok(Self { fees, surcharges })
    }

    /// The fee of one unit shipped on a day, USD; `None` when no row holds it. A low-price row goes before the standard
    /// one; in the peak season it pays the standard peak's difference on top (ours: there are no low-price peak rows).
    ///
    /// # Errors
    /// When the amount does not fit.
    pub(crate) fn fee(&self, unit: &Unit<'_>, on: Date) -> Result<Option<Money>, MoneyError> {
        let weight = unit.shipping_weight_lb();
        let of = |program, season| self.row(unit, weight, program, season, on).map(|row| row.amount(weight));
        let standard = of(Program::Standard, Season::NonPeak);
        let peak = of(Program::Standard, Season::Peak);
        let low = of(Program::LowPrice, Season::NonPeak);
        let fee = match (low, standard, peak) {
            (Some(low), Some(standard), Some(peak)) => low + (peak - standard),
            (Some(low), _, _) => low,
            (None, standard, peak) => match peak.or(standard) {
                Some(fee) => fee,
                None => return Ok(None),
            },
        };
        let base = Money::from_decimal(Currency::USD, fee, Rounding::HalfUp)?;
        self.surcharged(base, on).map(Some)
    }

    fn row(
        &self,
        unit: &Unit<'_>,
        weight: Decimal,
        program: Program,
        season: Season,
        on: Date,
    ) -> Option<&Row> {
        let price = unit.price.to_decimal();
        let rows = self.fees.iter().filter(|(in_force, _)| in_force.contains(on)).map(|(_, row)| row);
        let mut fitting = rows.filter(|row| {
            row.program == program
                && row.season == season
                && row.size_tier == unit.size_tier
                && row.holds(weight, price)
        });
        fitting.next()
    }

    /// Adds the surcharges in force, each half up to cents.
    fn surcharged(&self, fee: Money, on: Date) -> Result<Money, MoneyError> {
        let in_force = self.surcharges.iter().filter(|(effective, _)| effective.contains(on));
        in_force
            .map(|(_, row)| row.percent)
            .try_fold(fee, |sum, percent| sum.checked_add(fee.percent(percent, Rounding::HalfUp)?))
    }
}

impl Row {
    fn holds(&self, weight: Decimal, price: Decimal) -> bool {
        weight > self.weight_above_lb
            && self.weight_to_lb.is_none_or(|to| weight <= to)
            && self.price_from_usd.is_none_or(|from| price >= from)
            && self.price_to_usd.is_none_or(|to| price <= to)
    }

    /// The base fee and a step for every started step of weight above the step's beginning.
    fn amount(&self, weight: Decimal) -> Decimal {
        let steps = match (self.step_fee_usd, self.step_lb, self.step_over_lb) {
            (Some(fee), Some(step), Some(over)) if weight > over => fee * ((weight - over) / step).ceil(),
            _ => Decimal::ZERO,
        };
        self.base_fee_usd + steps
    }
}

impl Unit<'_> {
    /// Unit weight, or the dimensional weight where it is higher and the tier counts it.
    fn shipping_weight_lb(&self) -> Decimal {
        let unit = self.weight.to_lb_decimal();
        if BY_UNIT_WEIGHT.contains(&self.size_tier) {
            return unit;
        }
        let dimensional = self.dimensions.volume_in3() / Decimal::from(DIMENSIONAL_DIVISOR.get());
        unit.max(dimensional)
    }
}

fn effective(file: &'static str, from: &str, to: &str) -> Result<Effective, DataError> {
    Effective::from_columns(from, to).map_err(|error| DataError::new(file, error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use kernel::Length;

    use super::*;

    fn fee(pounds: &str, price: i64, on: &str) -> i64 {
        let side = |inches: i64| Length::from_in_decimal(Decimal::from(inches)).unwrap();
        let unit = Unit {
            size_tier: "LARGE_STANDARD",
            weight: Weight::from_lb_decimal(pounds.parse().unwrap()).unwrap(),
            dimensions: Dimensions::new(side(6), side(4), side(2)),
            price: Money::usd(price),
        };
        FulfillmentFees::load().unwrap().fee(&unit, on.parse().unwrap()).unwrap().unwrap().minor()
    }

    #[test]
    fn one_pound_costs_what_the_table_of_the_day_says() {
        assert_eq!(fee("1", 2_000, "2024-01-01"), 475);
        assert_eq!(fee("1", 2_000, "2024-06-01"), 455);
        assert_eq!(fee("1", 2_000, "2024-12-01"), 484); // peak
    }

    #[test]
    fn a_low_price_goes_before_the_standard_row() {
        assert_eq!(fee("1", 900, "2024-06-01"), 378);
    }

    #[test]
    fn a_started_step_is_charged_whole() {
        assert_eq!(fee("5.1", 2_000, "2024-06-01"), 764);
    }

    #[test]
    fn from_april_2026_the_fuel_surcharge_is_on_top() {
        assert_eq!(fee("20", 6_000, "2026-04-16"), 1_267);
        assert_eq!(fee("20", 6_000, "2026-04-17"), 1_311); // and 3.5 %
    }

    #[test]
    fn an_unknown_tier_has_no_fee() {
        let side = Length::from_in_decimal(Decimal::ONE).unwrap();
        let unit = Unit {
            size_tier: "",
            weight: Weight::from_grams(1).unwrap(),
            dimensions: Dimensions::new(side, side, side),
            price: Money::usd(1),
        };
        assert_eq!(FulfillmentFees::load().unwrap().fee(&unit, "2026-06-01".parse().unwrap()), Ok(None));
    }
}
