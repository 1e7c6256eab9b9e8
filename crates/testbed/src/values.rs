//! Values that many events carry.

use chassis::Ids;
use wire::common::v1::Money;

/// US dollars, in cents.
pub fn usd(cents: i64) -> Option<Money> {
    Some(Money { currency_code: "USD".to_owned(), minor_units: cents })
}

/// An id that nothing has yet.
pub fn fresh_id() -> String {
    Ids::random().uuid().to_string()
}
