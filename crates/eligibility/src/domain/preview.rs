//! What a change of a seller's excluded products would do to what is exportable now.

use kernel::CountrySet;

use super::settings::{Excluded, Settings};

/// Products by what would become of them; one that stays as it is does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Preview {
    /// Went somewhere, would go nowhere.
    pub(crate) stopping: i64,
    /// Would go to fewer destinations.
    pub(crate) narrowing: i64,
    /// Would go to more.
    pub(crate) widening: i64,
}

impl Preview {
    /// Counts a product that may go to `eligible` by its verdict. A seller that takes no part exports nothing.
    pub(crate) fn count(&mut self, seller: &Settings, eligible: CountrySet, now: Excluded, then: Excluded) {
        let open = eligible.minus(seller.excluded);
        let (now, then) = (reached(open, now), reached(open, then));
        if !seller.enabled || now == then {
            return;
        }
        if then.is_empty() {
            self.stopping += 1;
        } else if then.is_subset_of(now) {
            self.narrowing += 1;
        } else {
            self.widening += 1;
        }
    }
}

fn reached(open: CountrySet, excluded: Excluded) -> CountrySet {
    match excluded {
        Excluded::Not => open,
        Excluded::Everywhere => CountrySet::EMPTY,
        Excluded::Countries(countries) => open.minus(countries),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn set(codes: &str) -> CountrySet {
        CountrySet::parse(codes).unwrap()
    }

    /// What becomes of a product that may go to Canada, Germany and France, where the seller excludes France.
    fn counted(enabled: bool, now: Excluded, then: Excluded) -> (i64, i64, i64) {
        let seller = Settings { enabled, excluded: set("FR"), version: 1 };
        let mut preview = Preview::default();
        preview.count(&seller, set("CA|DE|FR"), now, then);
        (preview.stopping, preview.narrowing, preview.widening)
    }

    #[test]
    fn a_product_stops_narrows_or_widens_by_where_it_really_goes() {
        let countries = |codes| Excluded::Countries(set(codes));
        assert_eq!(counted(true, Excluded::Not, Excluded::Everywhere), (1, 0, 0));
        assert_eq!(counted(true, Excluded::Not, countries("CA|DE")), (1, 0, 0), "France is excluded anyway");
        assert_eq!(counted(true, Excluded::Not, countries("DE|JP")), (0, 1, 0));
        assert_eq!(counted(true, Excluded::Not, countries("FR|JP")), (0, 0, 0));
        assert_eq!(counted(true, Excluded::Everywhere, countries("DE")), (0, 0, 1));
        assert_eq!(counted(true, countries("DE"), countries("CA")), (0, 0, 1), "elsewhere is more, too");
    }

    #[test]
    fn a_seller_that_takes_no_part_has_nothing_to_lose() {
        assert_eq!(counted(false, Excluded::Not, Excluded::Everywhere), (0, 0, 0));
    }
}
