//! The treasury: publishes the exchange rates of each month on its first day.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use kernel::YearMonth;
use wire::rates::events::v1::{ExchangeRate, ExchangeRatesPublished};

use super::{Actor, Deeds, Envelope, Heard};
use crate::import::month_of;
use crate::world::World;

/// Who publishes the rates: where `data/sample/rates.csv` has them from, row by row.
const SOURCE: &str = "ECB, HMRC, FRED and parities (data/sample/rates.csv)";

pub(crate) struct Treasury {
    world: Arc<World>,
    next_month: YearMonth,
}

impl Treasury {
    pub(crate) fn new(world: Arc<World>) -> Self {
        let next_month = month_of(world.period.start);
        Self { world, next_month }
    }

    fn due(&self) -> Timestamp {
        let first = self.next_month.first_day().to_zoned(TimeZone::UTC);
        first.map_or(self.world.period.start, |day| day.timestamp().max(self.world.period.start))
    }

    fn publish(&self, month: YearMonth, time: Timestamp, deeds: &mut Deeds) {
        let Some((known, rates)) = self.world.rates.month(month) else { return };
        let repeated = if known == month { String::new() } else { format!("; {month} repeats {known}") };
        let rates = rates.iter().map(|(currency, rate)| ExchangeRate {
            currency_code: currency.to_string(),
            units_per_usd: rate.to_string(),
        });
        let event = ExchangeRatesPublished {
            month: month.to_string(),
            rates: rates.collect(),
            source: format!("{SOURCE}{repeated}"),
        };
        let key = month.to_string();
        deeds.say(&key, &key, time, Envelope::Rates(event.into()));
    }
}

impl Actor for Treasury {
    fn name(&self) -> &'static str {
        "treasury"
    }

    fn hear(&mut self, _: &Heard, _: Timestamp, _: &mut Deeds) {}

    fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        while self.due() <= now {
            self.publish(self.next_month, self.due(), deeds);
            self.next_month = self.next_month.next();
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        Some(self.due())
    }

    fn has_plans(&self) -> bool {
        false
    }
}
