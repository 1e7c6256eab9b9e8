//! Exchange rates by month.

use std::collections::{BTreeMap, HashMap};

use kernel::{Currency, YearMonth};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::stored;
use crate::domain::landed_cost::ExchangeRates;

/// Rates of a month as they were published.
pub(crate) struct Published {
    pub(crate) month: YearMonth,
    pub(crate) source: String,
    pub(crate) units_per_usd: BTreeMap<Currency, Decimal>,
}

/// Replaces the rates of months, each at most once in the slice.
pub(crate) async fn replace(db: &mut PgConnection, published: &[Published]) -> sqlx::Result<()> {
    if published.is_empty() {
        return Ok(());
    }
    let replaced: Vec<String> = published.iter().map(|p| p.month.to_string()).collect();
    sqlx::query!("DELETE FROM exchange_rates WHERE month = ANY($1)", &replaced).execute(&mut *db).await?;
    let (mut months, mut currencies, mut rates, mut sources) = (vec![], vec![], vec![], vec![]);
    for of_month in published {
        for (currency, rate) in &of_month.units_per_usd {
            months.push(of_month.month.to_string());
            currencies.push(currency.as_str());
            rates.push(*rate);
            sources.push(of_month.source.as_str());
        }
    }
    sqlx::query!(
        "INSERT INTO exchange_rates (month, currency, units_per_usd, source)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::numeric[], $4::text[])",
        &months,
        &currencies as &[&str],
        &rates,
        &sources as &[&str],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The rates of these months; a month of which none were published is left out.
pub(crate) async fn load(
    db: &mut PgConnection,
    months: &[YearMonth],
) -> sqlx::Result<HashMap<YearMonth, ExchangeRates>> {
    if months.is_empty() {
        return Ok(HashMap::new());
    }
    let months: Vec<String> = months.iter().map(ToString::to_string).collect();
    let rows = sqlx::query!(
        "SELECT month, currency, units_per_usd, source FROM exchange_rates WHERE month = ANY($1)",
        &months
    )
    .fetch_all(db)
    .await?;
    let mut by_month: HashMap<YearMonth, (String, BTreeMap<Currency, Decimal>)> = HashMap::new();
    for row in rows {
        let (_, rates) = by_month.entry(stored(&row.month)?).or_insert((row.source, BTreeMap::new()));
        rates.insert(stored(&row.currency)?, row.units_per_usd);
    }
    let rates = |(month, (source, rates)): (YearMonth, (String, _))| {
        (month, ExchangeRates::new(month, &source, rates))
    };
    Ok(by_month.into_iter().map(rates).collect())
}
