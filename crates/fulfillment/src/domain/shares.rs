//! An order's amounts divided over its shipments, so that the parts add up exactly.

use kernel::Money;

use super::placement::Placed;
use super::routing::Part;

/// Divides an amount by the shipments' goods before promotions, or by their units where no goods have a price.
/// There is at least one shipment, and each has a unit.
pub(super) fn share_by_value(amount: Money, values: &[u64], units: &[u64]) -> Vec<Money> {
    amount
        .allocate(values)
        .or_else(|_| amount.allocate(units))
        .unwrap_or_else(|_| vec![Money::zero(amount.currency()); units.len()])
}

/// Divides every line's promotion discount over the shipments that have units of it, by units. The parts come in the
/// order of the shipments and of the lines inside them.
pub(super) fn split_discounts(placed: &Placed, parts: &[Part]) -> Vec<Money> {
    let mut weights: Vec<Vec<u64>> = vec![Vec::new(); placed.lines.len()];
    for (line, units) in parts.iter().flat_map(|part| &part.units) {
        weights[*line].push(u64::from(*units));
    }
    let mut shares: Vec<_> = (placed.lines.iter().zip(&weights))
        .map(|(line, weights)| share_by_value(line.discount, weights, weights).into_iter())
        .collect();
    (parts.iter())
        .flat_map(|part| &part.units)
        .map(|(line, _)| shares[*line].next().unwrap_or(Money::usd(0)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn goods_without_a_price_are_shared_by_units() {
        assert_eq!(share_by_value(Money::usd(10), &[0, 0], &[1, 3]), [Money::usd(3), Money::usd(7)]);
    }

    proptest! {
        #[test]
        fn shares_add_up_exactly(
            cents in 0_i64..10_000_000,
            parts in prop::collection::vec((0_u64..1_000_000, 1_u64..1_000), 1..200),
        ) {
            let (values, units): (Vec<u64>, Vec<u64>) = parts.into_iter().unzip();
            let shares = share_by_value(Money::usd(cents), &values, &units);
            prop_assert_eq!(shares.len(), values.len());
            prop_assert_eq!(shares.iter().map(Money::minor).sum::<i64>(), cents);
            prop_assert!(shares.iter().all(|share| !share.is_negative()));
        }
    }
}
