//! Units of a seller's FNSKU in a center: on hand (received + restocked − dispatched), and of those reserved. Never
//! more reserved than on hand.

use std::collections::HashMap;

use kernel::{FcCode, Fnsku, SellerId};

/// Whose units, under which label, where. Rows are locked in the order of these keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StockKey {
    /// Center.
    pub(crate) fc: FcCode,
    /// Label.
    pub(crate) fnsku: Fnsku,
    /// Owner: commingled labels hold units of several sellers.
    pub(crate) seller: SellerId,
}

/// A change of one stock row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct StockDelta {
    /// Units received from the seller.
    pub(crate) received: i64,
    /// Returned units put back.
    pub(crate) restocked: i64,
    /// Units that left with a shipment.
    pub(crate) dispatched: i64,
    /// Units promised (above zero) or let go (below).
    pub(crate) reserved: i64,
}

impl StockDelta {
    /// Both changes.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            received: self.received + other.received,
            restocked: self.restocked + other.restocked,
            dispatched: self.dispatched + other.dispatched,
            reserved: self.reserved + other.reserved,
        }
    }

    /// True when nothing changes.
    pub(crate) fn is_zero(self) -> bool {
        self == Self::default()
    }
}

/// What one center holds of one seller's label, as read under lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holding {
    /// Center.
    pub(crate) fc: FcCode,
    on_hand: u32,
    reserved: u32,
    taken: u32,
}

impl Holding {
    /// A holding as stored; `None` when more is reserved than there is.
    pub(crate) fn new(fc: FcCode, on_hand: u32, reserved: u32) -> Option<Self> {
        (reserved <= on_hand).then_some(Self { fc, on_hand, reserved, taken: 0 })
    }

    /// Units that may still be reserved.
    pub(crate) fn free(&self) -> u32 {
        self.on_hand - self.reserved - self.taken
    }
}

/// The stock that a batch of orders is served from, one after the other.
#[derive(Debug, Default)]
pub(crate) struct StockPool {
    holdings: HashMap<(SellerId, Fnsku), Vec<Holding>>,
}

/// More was to be reserved than is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{units} units of {fnsku} are not free in {fc}")]
pub(crate) struct Oversold {
    /// Center.
    pub(crate) fc: FcCode,
    /// Label.
    pub(crate) fnsku: Fnsku,
    /// Units asked for.
    pub(crate) units: u32,
}

impl StockPool {
    /// Adds a row.
    pub(crate) fn insert(&mut self, seller: SellerId, fnsku: Fnsku, holding: Holding) {
        self.holdings.entry((seller, fnsku)).or_default().push(holding);
    }

    /// What the centers hold of a seller's label.
    pub(crate) fn holdings(&self, seller: SellerId, fnsku: Fnsku) -> &[Holding] {
        self.holdings.get(&(seller, fnsku)).map_or(&[], Vec::as_slice)
    }

    /// Reserves units in a center.
    ///
    /// # Errors
    /// When fewer are free; nothing is reserved then.
    pub(crate) fn reserve(&mut self, key: StockKey, units: u32) -> Result<(), Oversold> {
        let oversold = Oversold { fc: key.fc, fnsku: key.fnsku, units };
        let holdings = self.holdings.get_mut(&(key.seller, key.fnsku)).ok_or(oversold)?;
        let holding = holdings.iter_mut().find(|holding| holding.fc == key.fc).ok_or(oversold)?;
        if holding.free() < units {
            return Err(oversold);
        }
        holding.taken += units;
        Ok(())
    }

    /// What was reserved since the rows were read: one change per row.
    pub(crate) fn reserved(&self) -> impl Iterator<Item = (StockKey, StockDelta)> + '_ {
        self.holdings.iter().flat_map(|((seller, fnsku), holdings)| {
            holdings.iter().filter(|holding| holding.taken > 0).map(|holding| {
                let key = StockKey { fc: holding.fc, fnsku: *fnsku, seller: *seller };
                (key, StockDelta { reserved: i64::from(holding.taken), ..StockDelta::default() })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn key() -> StockKey {
        StockKey {
            fc: "LEX1".parse().unwrap(),
            fnsku: "X000000001".parse().unwrap(),
            seller: "A1SELLER00001".parse().unwrap(),
        }
    }

    fn pool(on_hand: u32, reserved: u32) -> StockPool {
        let mut pool = StockPool::default();
        pool.insert(key().seller, key().fnsku, Holding::new(key().fc, on_hand, reserved).unwrap());
        pool
    }

    #[test]
    fn the_last_unit_is_reserved_once() {
        let mut pool = pool(3, 2);
        assert_eq!(pool.reserve(key(), 1), Ok(()));
        assert!(pool.reserve(key(), 1).is_err());
    }

    #[test]
    fn a_row_with_more_reserved_than_on_hand_is_not_stock() {
        assert!(Holding::new(key().fc, 1, 2).is_none());
    }

    proptest! {
        #[test]
        fn reservations_never_exceed_stock(on_hand in 0_u32..100, wishes in prop::collection::vec(1_u32..20, 0..30)) {
            let mut pool = pool(on_hand, 0);
            let granted: u32 = wishes.into_iter().filter(|units| pool.reserve(key(), *units).is_ok()).sum();
            prop_assert!(granted <= on_hand);
            let booked: i64 = pool.reserved().map(|(_, delta)| delta.reserved).sum();
            prop_assert_eq!(booked, i64::from(granted));
        }
    }
}
