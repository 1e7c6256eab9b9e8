//! A steady flow of orders made of those that were read: for load, and for faults under load.

use jiff::SignedDuration;
use kernel::OrderId;

use crate::chance::Chance;
use crate::world::{PlannedOrder, Product};

/// Business time that passes in a second of a steady flow: payments come after seconds, parcels after minutes, and an
/// outage of half a minute is half an hour, which no deadline minds.
pub const MINUTES_A_SECOND: i32 = 1;

/// How many orders, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steady {
    /// Orders a second of machine time, 1 to 10,000.
    pub orders_per_second: u32,
    /// Seconds of machine time, 1 to 86,400.
    pub seconds: u32,
}

impl Steady {
    /// How many orders that makes.
    pub fn orders(&self) -> usize {
        self.orders_per_second as usize * self.seconds as usize
    }

    /// The orders over and over, each under a number of its own, evenly spread from the first one's time on; and stock
    /// for all of them.
    pub(super) fn spread(&self, chance: Chance, orders: &mut Vec<PlannedOrder>, products: &mut [Product]) {
        let Some(first) = orders.first().map(|order| order.at) else { return };
        let pattern = std::mem::take(orders);
        let rounds = self.orders().div_ceil(pattern.len());
        *orders = (0..self.orders())
            .map(|index| {
                let model = &pattern[index % pattern.len()];
                let milliseconds =
                    index as i64 * i64::from(MINUTES_A_SECOND) * 60_000 / i64::from(self.orders_per_second);
                PlannedOrder {
                    id: number(chance, model.id, index / pattern.len()),
                    at: first + SignedDuration::from_millis(milliseconds),
                    ..model.clone()
                }
            })
            .collect();
        let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
        for holding in products.iter_mut().flat_map(|product| &mut product.stock) {
            // A receipt is of at most a million units.
            holding.units = holding.units.saturating_mul(rounds).min(1_000_000);
        }
    }
}

/// The number of an order in a later round; in the first it keeps its own.
fn number(chance: Chance, id: OrderId, round: usize) -> OrderId {
    if round == 0 {
        return id;
    }
    let bits = chance.bits("order of a later round", &format!("{id}/{round}"));
    let digits = format!("{:017}", bits % 100_000_000_000_000_000);
    OrderId::parse(&format!("{}-{}-{}", &digits[..3], &digits[3..10], &digits[10..])).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashSet;

    use super::*;
    use crate::import::{Inputs, load};

    #[test]
    fn a_steady_flow_has_its_rate_its_own_numbers_and_stock_for_all() {
        let plain = load(&Inputs::default()).unwrap();
        let steady = Steady { orders_per_second: 50, seconds: 60 };
        let world = load(&Inputs { steady: Some(steady), ..Inputs::default() }).unwrap();
        assert_eq!(world.orders.len(), 3_000);
        let numbers: HashSet<OrderId> = world.orders.iter().map(|order| order.id).collect();
        assert_eq!(numbers.len(), 3_000);
        // A business minute for each second.
        let in_the_first_minute = world.orders[0].at + SignedDuration::from_secs(60);
        let placed = world.orders.iter().filter(|order| order.at < in_the_first_minute).count();
        assert_eq!(placed, 50);
        assert_eq!(world.period.last_order, world.orders[2_999].at);
        let units = |world: &crate::world::World| -> u64 {
            world
                .products
                .iter()
                .flat_map(|product| &product.stock)
                .map(|holding| u64::from(holding.units))
                .sum()
        };
        let rounds = 3_000_u64.div_ceil(plain.orders.len() as u64);
        assert_eq!(units(&world), units(&plain) * rounds);
        assert!(world.take_backs.is_empty());
    }
}
