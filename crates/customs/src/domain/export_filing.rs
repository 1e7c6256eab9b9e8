//! Electronic export information (EEI): exempt by citation, or filed by a broker until its number (ITN) is back.

use std::collections::BTreeMap;
use std::fmt;

use kernel::{Country, CountrySet, HsCode, Money, MoneyError};
use serde::{Deserialize, Serialize};

/// Canada needs no filing (15 CFR 30.36).
const CANADA: Country = Country::constant("CA");

/// Where the exemption by value is never used (15 CFR 30.37(a) with part 30, and country groups E).
const NEVER_EXEMPT_BY_VALUE: CountrySet = CountrySet::EMPTY
    .with(Country::constant("CU"))
    .with(Country::constant("IR"))
    .with(Country::constant("KP"))
    .with(Country::constant("SD"))
    .with(Country::constant("SY"));

/// What stands on the invoice and the label in place of, or as, the proof of filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExportCitation {
    /// To Canada: 15 CFR 30.36.
    Canada,
    /// Every Schedule B number up to the limit: 15 CFR 30.37(a).
    LowValue,
    /// Filed: the internal transaction number.
    Filed(Itn),
}

impl fmt::Display for ExportCitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Canada => f.write_str("NOEEI 30.36"),
            Self::LowValue => f.write_str("NOEEI 30.37(a)"),
            Self::Filed(itn) => write!(f, "AES {itn}"),
        }
    }
}

/// An internal transaction number: `X`, the day of filing (YYYYMMDD) and six digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Itn(String);

impl Itn {
    /// Parses an ITN.
    ///
    /// # Errors
    /// When it is not `X`, a day of the calendar and six digits.
    pub(crate) fn parse(text: &str) -> Result<Self, MalformedItn> {
        let digits =
            text.strip_prefix('X').filter(|d| d.len() == 14 && d.bytes().all(|b| b.is_ascii_digit()));
        let day = digits.and_then(|d| {
            jiff::civil::Date::new(d[..4].parse().ok()?, d[4..6].parse().ok()?, d[6..8].parse().ok()?).ok()
        });
        day.map(|_| Self(text.to_owned())).ok_or(MalformedItn)
    }
}

impl TryFrom<String> for Itn {
    type Error = MalformedItn;

    fn try_from(text: String) -> Result<Self, MalformedItn> {
        Self::parse(&text)
    }
}

impl From<Itn> for String {
    fn from(itn: Itn) -> Self {
        itn.0
    }
}

impl fmt::Display for Itn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A filing number that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an ITN is X, the day of filing as YYYYMMDD and six digits, such as X20261101123456")]
pub(crate) struct MalformedItn;

/// The value of each Schedule B number of a shipment, told apart by its six worldwide digits (what catalogues have).
///
/// # Errors
/// When a sum does not fit.
pub(crate) fn totals(
    lines: impl IntoIterator<Item = (HsCode, Money)>,
) -> Result<BTreeMap<HsCode, Money>, MoneyError> {
    let mut totals: BTreeMap<HsCode, Money> = BTreeMap::new();
    for (code, value) in lines {
        let total = totals.entry(code.hs6()).or_insert(Money::zero(value.currency()));
        *total = total.checked_add(value)?;
    }
    Ok(totals)
}

/// The exemption that holds for a shipment; `None` when it must be filed. `limit` is that of 15 CFR 30.37(a).
///
/// # Errors
/// When the values are not in the limit's currency or do not fit.
pub(crate) fn exemption(
    destination: Country,
    lines: impl IntoIterator<Item = (HsCode, Money)>,
    limit: Money,
) -> Result<Option<ExportCitation>, MoneyError> {
    if destination == CANADA {
        return Ok(Some(ExportCitation::Canada));
    }
    if NEVER_EXEMPT_BY_VALUE.contains(destination) {
        return Ok(None);
    }
    for total in totals(lines)?.into_values() {
        if total.max(limit)? != limit {
            return Ok(None);
        }
    }
    Ok(Some(ExportCitation::LowValue))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const LIMIT: Money = Money::usd(250_000);

    fn citation(country: &str, lines: &[(&str, i64)]) -> Option<String> {
        let lines = lines.iter().map(|(code, cents)| (HsCode::parse(code).unwrap(), Money::usd(*cents)));
        let exemption = exemption(Country::parse(country).unwrap(), lines, LIMIT).unwrap();
        exemption.map(|citation| citation.to_string())
    }

    #[test]
    fn the_limit_counts_per_schedule_b_number_not_per_shipment() {
        assert_eq!(citation("DE", &[("950300", 250_000)]), Some("NOEEI 30.37(a)".into()));
        assert_eq!(
            citation("DE", &[("950300", 250_000), ("610910", 250_000)]),
            Some("NOEEI 30.37(a)".into())
        );
        assert_eq!(citation("DE", &[("950300", 250_001)]), None);
        let thrice = [("9503000011", 90_000), ("9503000090", 90_000), ("950300", 90_000)];
        assert_eq!(citation("DE", &thrice), None, "three lines of one code are added together");
    }

    #[test]
    fn canada_is_exempt_whatever_the_value() {
        assert_eq!(citation("CA", &[("950300", 9_000_000)]), Some("NOEEI 30.36".into()));
    }

    #[test]
    fn the_low_value_exemption_is_never_cited_to_five_countries() {
        for country in ["CU", "IR", "KP", "SD", "SY"] {
            assert_eq!(citation(country, &[("950300", 100)]), None, "{country}");
        }
    }

    #[test]
    fn an_itn_names_a_day_of_the_calendar() {
        let itn = Itn::parse("X20261101123456").unwrap();
        assert_eq!(ExportCitation::Filed(itn).to_string(), "AES X20261101123456");
        for text in
            ["20261101123456", "X20261301123456", "X2026110112345", "X2026110112345A", "X202611011234567"]
        {
            assert_eq!(Itn::parse(text), Err(MalformedItn), "{text}");
        }
    }
}
