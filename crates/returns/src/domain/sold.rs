//! What was sold and delivered: the lines of an order's shipments, as far as returns needs them.

use jiff::Timestamp;
use kernel::{Asin, Fnsku, LineNo, Money, OrderId, SellerId, ShipmentId, Sku};

/// How far a shipment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Planned, or on its way.
    Underway,
    Delivered(Timestamp),
    Lost,
    /// Refused and back at the center.
    Returned,
    /// Given up before dispatch.
    Cancelled,
}

/// A shipment of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shipment {
    pub(crate) id: ShipmentId,
    pub(crate) order: OrderId,
    pub(crate) seller: SellerId,
    /// When the order was accepted: the day of purchase for the return window (ours).
    pub(crate) bought: Timestamp,
    pub(crate) progress: Progress,
    pub(crate) lines: Vec<SoldLine>,
}

/// Units of one order line in a shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SoldLine {
    pub(crate) line: LineNo,
    pub(crate) sku: Sku,
    pub(crate) asin: Asin,
    pub(crate) fnsku: Fnsku,
    pub(crate) quantity: u32,
    /// Price paid for these units: unit price times quantity less discount.
    pub(crate) paid: Money,
    /// Units already promised to a return.
    pub(crate) authorised: u32,
}

impl SoldLine {
    /// What was paid for each of `quantity` units from the index `first` on.
    #[must_use]
    pub(crate) fn prices(&self, first: u32, quantity: u32) -> Vec<Money> {
        (first..first + quantity).map(|unit| self.unit_price(unit)).collect()
    }

    /// What was paid for each of `units` equal units that cost `paid` together.
    #[must_use]
    pub(crate) fn shares(paid: Money, units: u32) -> Vec<Money> {
        (0..units).map(|unit| share(paid, units, unit)).collect()
    }

    /// What was paid for the unit of an index, 0 to quantity - 1: the shares of all units add up to `paid`.
    #[must_use]
    pub(crate) fn unit_price(&self, index: u32) -> Money {
        share(self.paid, self.quantity, index)
    }
}

/// The share of one of `units` equal units; the odd cents go to the first.
fn share(paid: Money, units: u32, index: u32) -> Money {
    let units = i64::from(units.max(1));
    let (share, rest) = (paid.minor().div_euclid(units), paid.minor().rem_euclid(units));
    Money::new(paid.currency(), share + i64::from(i64::from(index) < rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn line(quantity: u32, paid: i64) -> SoldLine {
        SoldLine {
            line: LineNo::new(1).unwrap(),
            sku: "SKU-1".parse().unwrap(),
            asin: "B000000001".parse().unwrap(),
            fnsku: "X000000001".parse().unwrap(),
            quantity,
            paid: Money::usd(paid),
            authorised: 0,
        }
    }

    #[test]
    fn the_odd_cents_go_to_the_first_units() {
        let line = line(3, 1_000);
        let prices: Vec<_> = (0..3).map(|unit| line.unit_price(unit).minor()).collect();
        assert_eq!(prices, [334, 333, 333]);
    }

    proptest! {
        #[test]
        fn unit_prices_add_up_to_what_was_paid(quantity in 1u32..500, paid in 0i64..10_000_000) {
            let line = line(quantity, paid);
            let sum: i64 = (0..quantity).map(|unit| line.unit_price(unit).minor()).sum();
            prop_assert_eq!(sum, paid);
        }
    }
}
