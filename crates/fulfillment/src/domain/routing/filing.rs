//! When a shipment needs an export filing (EEI), and so a carrier that takes one.
//!
//! Customs decides on the classified codes; routing only has to be on the safe side of it: it adds up by the
//! worldwide six digits, counts units without a declared code into every code, and takes prices before promotions.

use std::collections::BTreeMap;

use kernel::{Country, CountrySet, HsCode, Money};

use super::load::Wanted;

/// True when the value under one code may be above the threshold and the destination is not exempt.
pub(super) fn may_be_needed(
    lines: &[(&Wanted, u32)],
    destination: Country,
    exempt: CountrySet,
    threshold: Money,
) -> bool {
    if exempt.contains(destination) {
        return false;
    }
    let mut by_code: BTreeMap<Option<HsCode>, i64> = BTreeMap::new();
    for (wanted, units) in lines {
        let value = wanted.unit_price.minor().saturating_mul(i64::from(*units));
        let sum = by_code.entry(wanted.unit.hs6()).or_default();
        *sum = sum.saturating_add(value);
    }
    let without_code = by_code.remove(&None).unwrap_or(0);
    let greatest = by_code.values().copied().max().unwrap_or(0);
    greatest.saturating_add(without_code) > threshold.minor()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixtures::wanted_worth;
    use super::*;

    const THRESHOLD: Money = Money::usd(250_000);

    fn needed(lines: &[(&Wanted, u32)], destination: &str) -> bool {
        let exempt = CountrySet::EMPTY.with(Country::constant("CA"));
        may_be_needed(lines, Country::parse(destination).unwrap(), exempt, THRESHOLD)
    }

    #[test]
    fn exactly_2500_dollars_under_a_code_need_no_filing() {
        let line = wanted_worth(125_000, Some("610910"));
        assert!(!needed(&[(&line, 2)], "DE"));
        assert!(needed(&[(&line, 3)], "DE"));
    }

    #[test]
    fn lines_of_one_code_are_added_up_and_those_of_two_are_not() {
        let (shirt, other_shirt, book) = (
            wanted_worth(150_000, Some("6109100010")),
            wanted_worth(150_000, Some("610910")),
            wanted_worth(150_000, Some("490199")),
        );
        assert!(needed(&[(&shirt, 1), (&other_shirt, 1)], "DE"));
        assert!(!needed(&[(&shirt, 1), (&book, 1)], "DE"));
    }

    #[test]
    fn a_line_without_a_code_may_belong_to_any() {
        let (shirt, unknown) = (wanted_worth(150_000, Some("610910")), wanted_worth(150_000, None));
        assert!(needed(&[(&shirt, 1), (&unknown, 1)], "DE"));
    }

    #[test]
    fn canada_is_exempt() {
        assert!(!needed(&[(&wanted_worth(900_000, None), 1)], "CA"));
    }
}
