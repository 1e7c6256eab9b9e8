//! A quote: an estimate that a buyer was shown, and whether an order may rely on it.

use jiff::Timestamp;
use kernel::{Country, LineNo, Money, QuoteId, SellerId, Sku};
use sha2::{Digest, Sha256};

use super::landed_cost::Estimate;

/// An estimate with its validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quote {
    /// Its id.
    pub quote_id: QuoteId,
    /// Whose goods.
    pub seller_id: SellerId,
    /// Destination.
    pub destination: Country,
    /// What was quoted.
    pub estimate: Estimate,
    /// SHA-256 of the quoted lines: what an order must claim.
    pub basket: BasketHash,
    /// When it was made.
    pub quoted: Timestamp,
    /// Until when it holds, exclusive.
    pub expires: Timestamp,
    /// The rules it was made by.
    pub rule_set_version: String,
}

/// Names the content of a basket.
pub(crate) type BasketHash = [u8; 32];

/// A line as quotes and orders name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuotedGoods {
    /// Its number.
    pub line_no: LineNo,
    /// The seller's key.
    pub sku: Sku,
    /// Units.
    pub quantity: u32,
    /// Price of one unit before promotions.
    pub unit_price: Money,
}

/// The hash of a basket's lines, in whatever order they are given.
#[must_use]
pub(crate) fn basket_hash(lines: &[QuotedGoods]) -> BasketHash {
    let mut sorted: Vec<&QuotedGoods> = lines.iter().collect();
    sorted.sort_by_key(|line| line.line_no);
    let mut hasher = Sha256::new();
    for line in sorted {
        let text = format!(
            "{}\u{1f}{}\u{1f}{}\u{1f}{}\u{1e}",
            line.line_no, line.sku, line.quantity, line.unit_price
        );
        hasher.update(text.as_bytes());
    }
    hasher.finalize().into()
}

/// What an order claims of its quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The quote.
    pub quote_id: QuoteId,
    /// Whose goods.
    pub seller_id: SellerId,
    /// Destination.
    pub destination: Country,
    /// The deposit the buyer paid.
    pub deposit: Money,
    /// The hash of the order's lines.
    pub basket: BasketHash,
}

/// What is kept of a quote to check orders by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuoteTerms {
    /// Whose goods.
    pub seller_id: SellerId,
    /// Destination.
    pub destination: Country,
    /// The deposit.
    pub deposit: Money,
    /// The hash of the quoted lines.
    pub basket: BasketHash,
    /// Until when it holds, exclusive.
    pub expires: Timestamp,
}

/// Why an order may not rely on its quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// There is no such quote.
    NotFound,
    /// It holds no more.
    Expired(Timestamp),
    /// It was made for something else: for what.
    Different(&'static str),
}

impl Mismatch {
    /// The word on the wire.
    #[must_use]
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::NotFound => "QUOTE_NOT_FOUND",
            Self::Expired(_) => "QUOTE_EXPIRED",
            Self::Different(_) => "QUOTE_MISMATCH",
        }
    }

    /// For people.
    #[must_use]
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::NotFound => "there is no quote with this id: quote the basket first".to_owned(),
            Self::Expired(when) => format!("the quote expired at {when}: quote the basket again"),
            Self::Different(what) => format!("the order's {what} is not the quote's: quote the basket again"),
        }
    }
}

/// Checks an order's claim against its quote.
///
/// # Errors
/// The first thing that does not agree.
pub(crate) fn check(claim: &Claim, quote: Option<&QuoteTerms>, now: Timestamp) -> Result<(), Mismatch> {
    let quote = quote.ok_or(Mismatch::NotFound)?;
    let agreements = [
        (claim.seller_id == quote.seller_id, "seller"),
        (claim.destination == quote.destination, "destination"),
        (claim.basket == quote.basket, "basket"),
        (claim.deposit == quote.deposit, "deposit"),
    ];
    if let Some((_, what)) = agreements.into_iter().find(|(agrees, _)| !agrees) {
        return Err(Mismatch::Different(what));
    }
    if now >= quote.expires { Err(Mismatch::Expired(quote.expires)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn goods(line_no: u32, sku: &str, quantity: u32) -> QuotedGoods {
        let sku = Sku::parse(sku).unwrap();
        QuotedGoods { line_no: LineNo::new(line_no).unwrap(), sku, quantity, unit_price: Money::usd(1_999) }
    }

    fn terms() -> QuoteTerms {
        QuoteTerms {
            seller_id: "A123456789".parse().unwrap(),
            destination: Country::constant("DE"),
            deposit: Money::usd(500),
            basket: basket_hash(&[goods(1, "A-1", 2), goods(2, "B-1", 1)]),
            expires: "2026-10-08T00:00:00Z".parse().unwrap(),
        }
    }

    fn claim() -> Claim {
        let terms = terms();
        Claim {
            quote_id: QuoteId::new(uuid::Uuid::nil()),
            seller_id: terms.seller_id,
            destination: terms.destination,
            deposit: terms.deposit,
            basket: basket_hash(&[goods(2, "B-1", 1), goods(1, "A-1", 2)]),
        }
    }

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn an_order_that_claims_what_was_quoted_may_rely_on_it() {
        assert_eq!(check(&claim(), Some(&terms()), at("2026-10-07T23:59:59Z")), Ok(()));
    }

    #[test]
    fn a_quote_holds_until_it_expires() {
        let expired = check(&claim(), Some(&terms()), at("2026-10-08T00:00:00Z"));
        assert_eq!(expired.unwrap_err().reason(), "QUOTE_EXPIRED");
    }

    #[test]
    fn whatever_differs_is_named() {
        let now = at("2026-10-02T00:00:00Z");
        assert_eq!(check(&claim(), None, now), Err(Mismatch::NotFound));
        let more = Claim { basket: basket_hash(&[goods(1, "A-1", 3), goods(2, "B-1", 1)]), ..claim() };
        assert_eq!(check(&more, Some(&terms()), now), Err(Mismatch::Different("basket")));
        let cheaper = Claim { deposit: Money::usd(499), ..claim() };
        assert_eq!(check(&cheaper, Some(&terms()), now), Err(Mismatch::Different("deposit")));
        let elsewhere = Claim { destination: Country::constant("FR"), ..claim() };
        assert_eq!(check(&elsewhere, Some(&terms()), now), Err(Mismatch::Different("destination")));
    }
}
