//! Each value has one text form: what is shown parses back to the value, in JSON too; what is not a value never panics.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use kernel::*;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::country_set::{countries, country};
use crate::measures::{dimensions, length, weight};
use crate::money::{currency, money};
use crate::period::{day, effective};

fn round_trips<T>(value: &T) -> Result<(), TestCaseError>
where
    T: Display + FromStr<Err = ParseError> + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let text = value.to_string();
    prop_assert_eq!(&text.parse::<T>().unwrap(), value);
    let json = serde_json::to_string(value).unwrap();
    prop_assert_eq!(&json, &serde_json::to_string(&text).unwrap(), "JSON is the text form");
    prop_assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value);
    Ok(())
}

/// A text that a type accepts is shown again unchanged.
fn is_the_one_spelling<T>(text: &str) -> Result<(), TestCaseError>
where
    T: Display + FromStr<Err = ParseError>,
{
    if let Ok(value) = text.parse::<T>() {
        prop_assert_eq!(value.to_string(), text);
    }
    Ok(())
}

proptest! {
    #[test]
    fn codes_round_trip(
        asin in "B[A-Z0-9]{9}", seller in "A[A-Z0-9]{9,15}", order in "([0-9]{3}|S[0-9]{2})-[0-9]{7}-[0-9]{7}",
        fc in "[A-Z]{3}[A-Z0-9]", gateway in "[A-Z]{3}", lpn in "LPN[A-Z0-9]{5,17}", request in "[!-~]{1,64}",
        hs in "(0[1-9]|[1-6][0-9])([0-9]{4}|[0-9]{6}|[0-9]{8})", tracking in "[A-Z0-9]{8,35}",
    ) {
        round_trips(&Asin::parse(&asin).unwrap())?;
        round_trips(&Fnsku::parse(&asin).unwrap())?;
        prop_assert!(Fnsku::from(Asin::parse(&asin).unwrap()).is_commingled(Asin::parse(&asin).unwrap()));
        round_trips(&SellerId::parse(&seller).unwrap())?;
        round_trips(&MarketplaceId::parse(&seller).unwrap())?;
        round_trips(&OrderId::parse(&order).unwrap())?;
        round_trips(&FcCode::parse(&fc).unwrap())?;
        round_trips(&Gateway::parse(&gateway).unwrap())?;
        round_trips(&Lpn::parse(&lpn).unwrap())?;
        round_trips(&RequestId::parse(&request).unwrap())?;
        round_trips(&HsCode::parse(&hs).unwrap())?;
        round_trips(&TrackingNumber::parse(&tracking).unwrap())?;
    }

    #[test]
    fn values_round_trip(
        money in money(), currency in currency(), country in country(), set in countries(), weight in weight(),
        length in length(), dimensions in dimensions(), effective in effective(), day in day(), uuid in any::<u128>(),
        line in 1_u32..=2_000, units in 1_u32..=100_000, service in "[A-Z]{2}", serial in 0_u32..100_000_000,
    ) {
        round_trips(&money)?;
        round_trips(&currency)?;
        round_trips(&country)?;
        round_trips(&set.into_iter().collect::<CountrySet>())?;
        round_trips(&weight)?;
        round_trips(&length)?;
        round_trips(&dimensions)?;
        round_trips(&effective)?;
        round_trips(&YearMonth::of(day))?;
        round_trips(&ShipmentId::new(uuid::Uuid::from_u128(uuid)))?;
        round_trips(&LineNo::new(line).unwrap())?;
        round_trips(&Quantity::new(units).unwrap())?;
        round_trips(&S10::new(&service, serial, country).unwrap())?;
    }

    #[test]
    fn skus_round_trip(text in "\\PC{1,40}") {
        if let Ok(sku) = Sku::parse(&text) {
            round_trips(&sku)?;
        } else {
            prop_assert!(text.trim() != text || text.chars().any(char::is_control), "{:?}", text);
        }
    }

    /// Any text is accepted or refused, and what is accepted has one spelling.
    #[test]
    fn no_text_panics_and_no_value_has_two_spellings(text in "\\PC{0,24}|[A-Z0-9 .|-]{0,24}") {
        is_the_one_spelling::<Asin>(&text)?;
        is_the_one_spelling::<Fnsku>(&text)?;
        is_the_one_spelling::<Sku>(&text)?;
        is_the_one_spelling::<SellerId>(&text)?;
        is_the_one_spelling::<OrderId>(&text)?;
        is_the_one_spelling::<FcCode>(&text)?;
        is_the_one_spelling::<Gateway>(&text)?;
        is_the_one_spelling::<Lpn>(&text)?;
        is_the_one_spelling::<RequestId>(&text)?;
        is_the_one_spelling::<HsCode>(&text)?;
        is_the_one_spelling::<S10>(&text)?;
        is_the_one_spelling::<Country>(&text)?;
        is_the_one_spelling::<Currency>(&text)?;
        is_the_one_spelling::<Money>(&text)?;
        is_the_one_spelling::<YearMonth>(&text)?;
        let _ = (CountrySet::parse(&text), Weight::parse(&text), Length::parse(&text), Dimensions::parse(&text));
        let _ = (Effective::parse(&text), LineNo::parse(&text), Quantity::parse(&text), ShipmentId::parse(&text));
    }
}

#[test]
fn an_error_names_the_type_the_value_and_the_remedy_within_bounds() {
    let error = Quantity::parse(&"9".repeat(10_000)).unwrap_err().to_string();
    assert!(error.starts_with("quantity \"999") && error.ends_with("from 1 to 100000"), "{error}");
    assert!(error.chars().count() < 200);
}

#[test]
fn line_numbers_and_quantities_are_bounded() {
    assert!(LineNo::new(0).is_err() && LineNo::new(2_001).is_err() && Quantity::new(0).is_err());
    let (one, most) = (Quantity::ONE, Quantity::new(Quantity::MAX).unwrap());
    assert_eq!(most.checked_add(one), None);
    assert_eq!(one.checked_sub(one), None);
    assert_eq!(most.checked_sub(one).map(Quantity::get), Some(99_999));
}
