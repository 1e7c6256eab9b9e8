//! Conversions between kernel values and wire messages. Every parse names the field, what is wrong with it and what
//! would be right; nothing is guessed or defaulted.

use std::str::FromStr;

use jiff::Timestamp;

use kernel::{Address, AddressParts, Country, Currency, Dimensions, Length, Money, Quantity, Weight};

use crate::{ErrorReason, common};

/// A field of a message that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct WireError {
    /// Path of the field, e.g. `lines[2].unit_price`.
    pub field: String,
    /// What kind of refusal it is.
    pub reason: ErrorReason,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl WireError {
    /// A field that is malformed or out of its range.
    pub fn invalid(field: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(ErrorReason::InvalidArgument, field, problem)
    }

    /// A field refused for a given reason.
    pub fn new(reason: ErrorReason, field: &str, problem: impl std::fmt::Display) -> Self {
        Self { field: field.to_owned(), reason, problem: problem.to_string() }
    }

    fn missing(field: &str) -> Self {
        Self::invalid(field, "is required")
    }
}

/// Parses a text field into a kernel value.
pub fn parse<T: FromStr>(field: &str, text: &str) -> Result<T, WireError>
where
    T::Err: std::fmt::Display,
{
    if text.is_empty() {
        return Err(WireError::missing(field));
    }
    text.parse().map_err(|error| WireError::invalid(field, error))
}

/// Parses a text field that may be empty.
pub fn optional<T: FromStr>(field: &str, text: &str) -> Result<Option<T>, WireError>
where
    T::Err: std::fmt::Display,
{
    if text.is_empty() { Ok(None) } else { parse(field, text).map(Some) }
}

/// A point in time for the wire.
pub fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}

/// A required point in time.
pub fn parse_timestamp(field: &str, time: Option<prost_types::Timestamp>) -> Result<Timestamp, WireError> {
    let time = time.ok_or_else(|| WireError::missing(field))?;
    Timestamp::new(time.seconds, time.nanos).map_err(|error| WireError::invalid(field, error))
}

/// Money for the wire.
pub fn money(money: Money) -> common::v1::Money {
    common::v1::Money { currency_code: money.currency().to_string(), minor_units: money.minor() }
}

/// A required amount in any currency; may be negative.
pub fn parse_money(field: &str, money: Option<common::v1::Money>) -> Result<Money, WireError> {
    let money = money.ok_or_else(|| WireError::missing(field))?;
    let currency: Currency = parse(&format!("{field}.currency_code"), &money.currency_code)?;
    Ok(Money::new(currency, money.minor_units))
}

/// A required amount in US dollars, zero or more: what the programme's prices are in.
pub fn parse_usd(field: &str, money: Option<common::v1::Money>) -> Result<Money, WireError> {
    let money = parse_money(field, money)?;
    if money.currency() != Currency::USD {
        let problem = format!("is in {}; amounts of this programme are in USD", money.currency());
        return Err(WireError::new(ErrorReason::WrongCurrency, field, problem));
    }
    if money.is_negative() {
        return Err(WireError::invalid(field, format!("is {money}; it must be zero or more")));
    }
    Ok(money)
}

/// A weight for the wire.
pub fn weight(weight: Weight) -> common::v1::Weight {
    common::v1::Weight { milligrams: weight.milligrams() }
}

/// A required weight.
pub fn parse_weight(field: &str, weight: Option<common::v1::Weight>) -> Result<Weight, WireError> {
    let weight = weight.ok_or_else(|| WireError::missing(field))?;
    Weight::from_milligrams(weight.milligrams).map_err(|error| WireError::invalid(field, error))
}

/// Dimensions for the wire, longest side first.
pub fn dimensions(dimensions: Dimensions) -> common::v1::Dimensions {
    common::v1::Dimensions {
        length_um: dimensions.longest().micrometres(),
        width_um: dimensions.median().micrometres(),
        height_um: dimensions.shortest().micrometres(),
    }
}

/// Required dimensions; every side is above zero.
pub fn parse_dimensions(field: &str, sides: Option<common::v1::Dimensions>) -> Result<Dimensions, WireError> {
    let sides = sides.ok_or_else(|| WireError::missing(field))?;
    let side = |name: &str, micrometres: i64| {
        let path = format!("{field}.{name}");
        if micrometres == 0 {
            return Err(WireError::invalid(&path, "is 0; leave the dimensions out when they are unknown"));
        }
        Length::from_micrometres(micrometres).map_err(|error| WireError::invalid(&path, error))
    };
    Ok(Dimensions::new(
        side("length_um", sides.length_um)?,
        side("width_um", sides.width_um)?,
        side("height_um", sides.height_um)?,
    ))
}

/// An address for the wire.
pub fn address(address: &Address) -> common::v1::Address {
    common::v1::Address {
        name: address.name().to_owned(),
        lines: address.lines().to_vec(),
        city: address.city().to_owned(),
        region: address.region().to_owned(),
        postal_code: address.postal_code().to_owned(),
        country_code: address.country().to_string(),
        phone: address.phone().to_owned(),
        email: address.email().to_owned(),
    }
}

/// A required address; the error never repeats what it holds.
pub fn parse_address(field: &str, address: Option<common::v1::Address>) -> Result<Address, WireError> {
    let address = address.ok_or_else(|| WireError::missing(field))?;
    let country: Country = parse(&format!("{field}.country_code"), &address.country_code)?;
    Address::new(AddressParts {
        name: address.name,
        lines: address.lines,
        city: address.city,
        region: address.region,
        postal_code: address.postal_code,
        country,
        phone: address.phone,
        email: address.email,
    })
    .map_err(|error| WireError::invalid(field, error))
}

/// A quantity of 1 to 100,000 units.
pub fn parse_quantity(field: &str, units: u32) -> Result<Quantity, WireError> {
    Quantity::new(units).map_err(|error| WireError::invalid(field, error))
}

/// An ISO 3166-1 alpha-2 country.
pub fn parse_country(field: &str, code: &str) -> Result<Country, WireError> {
    parse(field, code)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn wire_money(code: &str, minor: i64) -> Option<common::v1::Money> {
        Some(common::v1::Money { currency_code: code.to_owned(), minor_units: minor })
    }

    #[test]
    fn money_keeps_amount_and_currency_both_ways() {
        let cents = Money::usd(1_234);
        assert_eq!(parse_money("price", Some(money(cents))), Ok(cents));
    }

    #[test]
    fn another_currency_than_usd_is_refused_as_such() {
        let error = parse_usd("price", wire_money("EUR", 1)).unwrap_err();
        assert_eq!(error.reason, ErrorReason::WrongCurrency);
        assert_eq!(error.to_string(), "price: is in EUR; amounts of this programme are in USD");
    }

    #[test]
    fn a_negative_price_is_refused() {
        let error = parse_usd("price", wire_money("USD", -1)).unwrap_err();
        assert_eq!(error.reason, ErrorReason::InvalidArgument);
    }

    #[test]
    fn a_missing_field_is_named() {
        assert_eq!(parse_money("lines[0].unit_price", None).unwrap_err().field, "lines[0].unit_price");
        assert_eq!(parse_timestamp("purchase_time", None).unwrap_err().field, "purchase_time");
    }

    #[test]
    fn an_unknown_currency_names_its_own_field() {
        let error = parse_money("price", wire_money("GPB", 1)).unwrap_err();
        assert_eq!(error.field, "price.currency_code");
    }

    #[test]
    fn times_survive_to_the_nanosecond() {
        let time: Timestamp = "2026-10-01T00:00:00.000000001Z".parse().unwrap();
        assert_eq!(parse_timestamp("t", Some(timestamp(time))), Ok(time));
    }

    #[test]
    fn a_side_of_zero_is_unknown_not_flat() {
        let flat = common::v1::Dimensions { length_um: 1, width_um: 1, height_um: 0 };
        assert_eq!(parse_dimensions("package", Some(flat)).unwrap_err().field, "package.height_um");
    }

    #[test]
    fn an_address_error_does_not_repeat_personal_data() {
        let nameless = common::v1::Address {
            country_code: "DE".into(),
            city: "Springfield".into(),
            ..Default::default()
        };
        assert!(!parse_address("ship_to", Some(nameless)).unwrap_err().to_string().contains("Springfield"));
    }
}
