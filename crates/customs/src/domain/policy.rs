//! The numbers this service decides by that are neither law nor a country's: dated rows of `policies.csv`.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kernel::{Dated, Money};

use super::table::{self, TableError};

const TABLE: &str = "policies.csv";
const ROWS: &str = include_str!("../../../../data/customs/policies.csv");

/// Every policy with its days.
pub(crate) struct Policies {
    rows: HashMap<String, Dated<i64>>,
}

/// The policies in force on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    /// How long a quote holds.
    pub quote_validity: SignedDuration,
    /// How long a held shipment may stay held.
    pub hold_deadline: SignedDuration,
    /// Value of one Schedule B number up to which no export filing is needed (15 CFR 30.37(a)).
    pub export_filing_limit: Money,
    /// From dispatch: when a deposit whose charges never came is given back.
    pub deposit_settlement: SignedDuration,
    /// Pause before a failed refund is asked for again.
    pub refund_retry: SignedDuration,
    /// How often a refund is asked for before an operator takes it.
    pub refund_attempts: i32,
    /// Pause before missing reference data is looked for again.
    pub reference_retry: SignedDuration,
    /// How long a shipment waits for reference data before it is held.
    pub reference_wait: SignedDuration,
}

/// No row of a policy holds on a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no policy {policy} holds on {date}: add a row to data/customs/policies.csv")]
pub(crate) struct NoPolicy {
    /// The policy's name.
    pub policy: &'static str,
    /// The day.
    pub date: Date,
}

impl Policies {
    /// The table that ships with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        let rows = table::read(TABLE, ROWS, |row| {
            Ok((row.text("policy")?.to_owned(), row.effective()?, row.parse::<i64>("value")?))
        })?;
        Ok(Self { rows: table::dated(TABLE, rows)? })
    }

    /// Confidence, of 1,000, from which a suggested HS code counts on a day; `None`: none counts.
    #[must_use]
    pub(crate) fn suggested_code_confidence(&self, date: Date) -> Option<u16> {
        let value = self.rows.get("suggested_code_confidence")?.at(date)?;
        u16::try_from(*value).ok()
    }

    /// The policies in force on the day of `now` (UTC).
    ///
    /// # Errors
    /// When one of them has no row for the day.
    pub(crate) fn at(&self, now: Timestamp) -> Result<Policy, NoPolicy> {
        let date = utc_date(now);
        let value = |policy: &'static str| {
            let row = self.rows.get(policy).and_then(|dated| dated.at(date));
            row.copied().ok_or(NoPolicy { policy, date })
        };
        let days = |policy| Ok(SignedDuration::from_hours(24 * value(policy)?));
        let hours = |policy| Ok(SignedDuration::from_hours(value(policy)?));
        Ok(Policy {
            quote_validity: days("quote_validity_days")?,
            hold_deadline: days("hold_deadline_days")?,
            export_filing_limit: Money::usd(100 * value("export_filing_limit_usd")?),
            deposit_settlement: days("deposit_settlement_days")?,
            refund_retry: hours("refund_retry_hours")?,
            refund_attempts: i32::try_from(value("refund_attempts")?).unwrap_or(i32::MAX),
            reference_retry: SignedDuration::from_mins(value("reference_retry_minutes")?),
            reference_wait: hours("reference_wait_hours")?,
        })
    }
}

/// The day of a point in time, in UTC: what dated tables are read by.
#[must_use]
pub(crate) fn utc_date(time: Timestamp) -> Date {
    time.to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_policy_holds_today_and_none_before_the_table_begins() {
        let policies = Policies::load().unwrap();
        let policy = policies.at("2026-10-05T12:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(policy.quote_validity, SignedDuration::from_hours(7 * 24));
        assert_eq!(policy.export_filing_limit, Money::usd(250_000));
        assert!(policies.suggested_code_confidence("2026-10-05".parse().unwrap()).is_some());
        assert!(policies.at("2024-12-31T23:59:59Z".parse().unwrap()).is_err());
        assert_eq!(policies.suggested_code_confidence("2024-12-31".parse().unwrap()), None);
    }
}
