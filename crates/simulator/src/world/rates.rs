//! Exchange rates by month.

use std::collections::BTreeMap;

use kernel::{Currency, Money, Rounding, YearMonth};
use rust_decimal::Decimal;

/// Units of a currency per US dollar, by month. A month after the last known one repeats the last known.
#[derive(Debug, Clone, Default)]
pub struct RateTable {
    months: BTreeMap<YearMonth, BTreeMap<Currency, Decimal>>,
}

impl RateTable {
    /// Adds a rate; a second one for the same month and currency replaces the first.
    pub fn put(&mut self, month: YearMonth, currency: Currency, units_per_usd: Decimal) {
        self.months.entry(month).or_default().insert(currency, units_per_usd);
    }

    /// All rates of a month and the month they are really of; `None` before the first month.
    pub fn month(&self, month: YearMonth) -> Option<(YearMonth, &BTreeMap<Currency, Decimal>)> {
        self.months.range(..=month).next_back().map(|(known, rates)| (*known, rates))
    }

    /// The rate in force; `None` when none is known.
    pub fn at(&self, month: YearMonth, currency: Currency) -> Option<Decimal> {
        self.month(month)?.1.get(&currency).copied()
    }

    /// The last month with rates of its own.
    pub fn last_month(&self) -> Option<YearMonth> {
        self.months.keys().next_back().copied()
    }

    /// An amount in another currency at a month's rates, half-up; `None` when a rate is missing.
    pub fn convert(&self, amount: Money, target: Currency, month: YearMonth) -> Option<Money> {
        if amount.currency() == target {
            return Some(amount);
        }
        let own = self.rate_or_one(amount.currency(), month)?;
        let wanted = self.rate_or_one(target, month)?;
        amount.convert(target, own, wanted, Rounding::HalfUp).ok()
    }

    fn rate_or_one(&self, currency: Currency, month: YearMonth) -> Option<Decimal> {
        if currency == Currency::USD { Some(Decimal::ONE) } else { self.at(month, currency) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const GBP: Currency = Currency::constant("GBP");

    fn table() -> RateTable {
        let mut table = RateTable::default();
        table.put(YearMonth::new(2026, 9).unwrap(), GBP, Decimal::new(75, 2));
        table.put(YearMonth::new(2026, 10).unwrap(), GBP, Decimal::new(80, 2));
        table
    }

    #[test]
    fn a_month_after_the_last_known_repeats_it_and_one_before_the_first_has_none() {
        let table = table();
        assert_eq!(table.at(YearMonth::new(2027, 3).unwrap(), GBP), Some(Decimal::new(80, 2)));
        assert_eq!(table.at(YearMonth::new(2026, 8).unwrap(), GBP), None);
    }

    #[test]
    fn amounts_are_converted_half_up() {
        let september = YearMonth::new(2026, 9).unwrap();
        let dollars = table().convert(Money::new(GBP, 255), Currency::USD, september).unwrap();
        assert_eq!(dollars, Money::usd(340));
        assert_eq!(table().convert(Money::usd(10), Currency::USD, september), Some(Money::usd(10)));
    }
}
