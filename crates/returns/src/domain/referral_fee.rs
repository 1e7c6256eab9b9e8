//! The referral fee of one unit: a percentage of its price by category, by dated rows.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Currency, Effective, Money, MoneyError, Rounding};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::data::{DataError, rows};

const FEES: &str = include_str!("../../../../data/returns/referral_fees.csv");
const CATEGORIES: &str = include_str!("../../../../data/returns/referral_categories.csv");

/// Where no row's word is in the catalogue category.
const OTHERWISE: &str = "Everything Else";

/// How the rows of a category share a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum TierMode {
    /// One rate.
    Flat,
    /// The row that holds the price sets the rate of the whole price.
    Whole,
    /// Each row's rate applies to its slice of the price.
    Portion,
}

#[derive(Deserialize)]
struct Row {
    category: String,
    percent: Decimal,
    minimum_usd: Decimal,
    tier_mode: TierMode,
    /// Exclusive.
    price_above_usd: Decimal,
    /// Inclusive; none = no limit.
    price_to_usd: Option<Decimal>,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct CategoryRow {
    term: String,
    category: String,
}

struct Tier {
    effective: Effective,
    row: Row,
}

/// All referral fees.
pub(crate) struct ReferralFees {
    tiers: BTreeMap<String, Vec<Tier>>,
    /// Word of a catalogue category → fee category; the first that occurs wins.
    words: Vec<CategoryRow>,
}

impl ReferralFees {
    /// Reads the embedded rows.
    ///
    /// # Errors
    /// When a row is malformed, or a word names a category without a fee.
    pub(crate) fn load() -> Result<Self, DataError> {
        let mut tiers: BTreeMap<String, Vec<Tier>> = BTreeMap::new();
        for row in rows::<Row>("referral_fees.csv", FEES)? {
            let effective = Effective::from_columns(&row.valid_from, &row.valid_to);
            let effective = effective.map_err(|error| DataError::new("referral_fees.csv", error))?;
            tiers.entry(row.category.clone()).or_default().push(Tier { effective, row });
        }
        let words = rows::<CategoryRow>("referral_categories.csv", CATEGORIES)?;
        let named = words.iter().map(|word| word.category.as_str()).chain([OTHERWISE]);
        if let Some(unknown) = named.into_iter().find(|category| !tiers.contains_key(*category)) {
            return Err(DataError::new("referral_categories.csv", format!("{unknown} has no referral fee")));
        }
        Ok(Self { tiers, words })
    }

    /// The fee category of a catalogue category (ours: by its words, in the order of the rows).
    #[must_use]
    pub(crate) fn category(&self, catalogue_category: &str) -> &str {
        let text = catalogue_category.to_lowercase();
        let word = self.words.iter().find(|word| text.contains(&word.term));
        word.map_or(OTHERWISE, |word| &word.category)
    }

    /// The fee of one unit sold at a price on a day, USD, half up to cents; `None` when no row holds.
    ///
    /// # Errors
    /// When the amount does not fit.
    pub(crate) fn fee(&self, category: &str, price: Money, on: Date) -> Result<Option<Money>, MoneyError> {
        let Some(tiers) = self.tiers.get(category) else { return Ok(None) };
        let in_force: Vec<&Row> = tiers.iter().filter(|t| t.effective.contains(on)).map(|t| &t.row).collect();
        let Some(first) = in_force.first() else { return Ok(None) };
        let amount = price.to_decimal();
        let fee = match first.tier_mode {
            TierMode::Portion => in_force.iter().map(|row| row.percent * row.slice(amount)).sum::<Decimal>(),
            TierMode::Flat | TierMode::Whole => match in_force.iter().find(|row| row.holds(amount)) {
                Some(row) => row.percent * amount,
                None => return Ok(None),
            },
        };
        let fee = (fee / Decimal::ONE_HUNDRED).max(first.minimum_usd);
        Money::from_decimal(Currency::USD, fee, Rounding::HalfUp).map(Some)
    }
}

impl Row {
    /// Whether the price lies in this row; a price of zero lies in the lowest.
    fn holds(&self, price: Decimal) -> bool {
        (price > self.price_above_usd || self.price_above_usd.is_zero())
            && self.price_to_usd.is_none_or(|to| price <= to)
    }

    /// The part of the price that lies in this row.
    fn slice(&self, price: Decimal) -> Decimal {
        let top = self.price_to_usd.map_or(price, |to| price.min(to));
        (top - self.price_above_usd).max(Decimal::ZERO)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn fee(category: &str, cents: i64) -> i64 {
        let fees = ReferralFees::load().unwrap();
        fees.fee(category, Money::usd(cents), "2026-10-01".parse().unwrap()).unwrap().unwrap().minor()
    }

    #[test]
    fn toys_pay_fifteen_percent() {
        assert_eq!(fee("Toys and Games", 2_000), 300);
    }

    #[test]
    fn the_minimum_is_a_floor_not_an_addition() {
        assert_eq!(fee("Toys and Games", 100), 30);
    }

    #[test]
    fn electronics_accessories_pay_each_rate_on_its_slice() {
        // 15 % of the first 100.00, 8 % of the rest.
        assert_eq!(fee("Electronics Accessories", 20_000), 1_500 + 800);
    }

    #[test]
    fn beyond_all_words_a_category_is_everything_else() {
        assert_eq!(ReferralFees::load().unwrap().category("Zymurgy"), "Everything Else");
    }

    #[test]
    fn a_category_is_found_by_its_words() {
        let fees = ReferralFees::load().unwrap();
        assert_eq!(fees.category("Toys & Games > Puzzles"), "Toys and Games");
        assert_eq!(fees.category("Books"), "Media - Books");
    }

    #[test]
    fn before_the_first_row_there_is_no_fee() {
        let fees = ReferralFees::load().unwrap();
        assert_eq!(fees.fee("Toys and Games", Money::usd(1), "2001-01-01".parse().unwrap()), Ok(None));
    }
}
