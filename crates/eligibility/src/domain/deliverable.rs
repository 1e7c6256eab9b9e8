//! Offers that may go to a country, and places in their order: by shard, ASIN, seller and SKU. A place is named by what
//! stands there, not by a count, so that it stays where it is whatever comes and goes.

use std::fmt;
use std::str::FromStr;

use kernel::{Asin, SellerId, Sku};

/// Separates the parts of a place; only the last one, the SKU, may hold it.
const SEPARATOR: char = '~';

/// An offer that may go there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) asin: Asin,
    pub(crate) seller: SellerId,
    pub(crate) sku: Sku,
    pub(crate) title: String,
}

/// What comes next is what stands after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) shard: i32,
    /// Empty at the beginning of the shard.
    pub(crate) asin: String,
    /// The offer of this product that was passed last; `None`: all of them were.
    pub(crate) offer: Option<(SellerId, Sku)>,
}

/// A text that is no place.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no place among offers")]
pub(crate) struct NoPosition(String);

impl Position {
    /// After a product with all its offers.
    pub(crate) fn after_product(&self, asin: Asin) -> Self {
        Self { asin: asin.to_string(), offer: None, ..*self }
    }

    /// After an offer.
    pub(crate) fn after_offer(&self, offer: &Offer) -> Self {
        let passed = Some((offer.seller, offer.sku.clone()));
        Self { asin: offer.asin.to_string(), offer: passed, ..*self }
    }

    /// The beginning of the next shard.
    pub(crate) fn next_shard(&self) -> Self {
        Self { shard: self.shard + 1, ..Self::default() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}", self.shard, self.asin)?;
        match &self.offer {
            Some((seller, sku)) => write!(f, "{SEPARATOR}{seller}{SEPARATOR}{sku}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Position {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        read(text.splitn(4, SEPARATOR)).ok_or_else(|| NoPosition(text.to_owned()))
    }
}

fn read<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<Position> {
    let shard: u8 = parts.next()?.parse().ok()?;
    let asin = match parts.next()? {
        "" => String::new(),
        asin => asin.parse::<Asin>().ok()?.to_string(),
    };
    let offer = match parts.next() {
        Some(seller) => Some((seller.parse().ok()?, parts.next()?.parse().ok()?)),
        None => None,
    };
    Some(Position { shard: shard.into(), asin, offer })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn position(sku: Option<&str>) -> Position {
        let offer = sku.map(|sku| ("A1SELLER00001".parse().unwrap(), sku.parse().unwrap()));
        Position { shard: 3, asin: "B000000001".to_owned(), offer }
    }

    #[test]
    fn a_place_survives_its_text() {
        let places = [Position::default(), position(None), position(Some("SKU-1")), position(Some("a~b~~c"))];
        for place in places {
            assert_eq!(place.to_string().parse::<Position>().unwrap(), place);
        }
    }

    #[test]
    fn another_text_is_no_place() {
        for text in ["", "3", "x~B000000001", "3~short", "3~B000000001~A1SELLER00001", "3~B000000001~~SKU"] {
            assert!(text.parse::<Position>().is_err(), "{text}");
        }
    }
}
