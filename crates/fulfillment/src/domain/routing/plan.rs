//! Plans the shipments of an order.

use kernel::{Country, FcCode, SellerId};

use super::allocation::Demand;
use super::cut::{Cut, Units, cut};
use super::filing;
use super::load::{Load, Wanted};
use super::network::{Lane, Network};
use super::route::{Route, ServiceLevel, cheapest};
use crate::domain::policy::Policy;
use crate::domain::stock::StockPool;

/// Where an order goes and how fast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Destination<'a> {
    /// Country of the consignee.
    pub(crate) country: Country,
    /// Postal code as written; decides the carrier's zone in some countries.
    pub(crate) postal_code: &'a str,
    /// What the buyer was promised.
    pub(crate) level: ServiceLevel,
}

/// One planned shipment: its way and its units by position of the line in what was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Center, gateway, carrier and cost.
    pub(crate) route: Route,
    /// Position of the line and units, in line order.
    pub(crate) units: Vec<(usize, u32)>,
}

/// Why an order cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoPlan {
    /// These lines ask for more than all centers together hold.
    OutOfStock(Vec<usize>),
    /// No carrier of the service level goes to the destination.
    NotServed,
    /// The stock is there, but no carrier takes it: too heavy, too large, or a filing is needed.
    NoCarrier,
    /// More shipments than an order may have.
    TooManyShipments(usize),
}

/// Plans the cheapest shipments of `wanted`, which are one seller's; reserves nothing.
///
/// # Errors
/// [`NoPlan`]: nothing of the order can be sent then, since an order is taken whole or not at all.
pub(crate) fn plan(
    network: &Network,
    policy: &Policy,
    destination: Destination<'_>,
    seller: SellerId,
    wanted: &[Wanted],
    pool: &StockPool,
) -> Result<Vec<Part>, NoPlan> {
    let lanes = network.lanes(destination.country, destination.postal_code, destination.level);
    if lanes.is_empty() {
        return Err(NoPlan::NotServed);
    }
    let mut demand = Demand::new(wanted, seller, pool, |fc| network.has_center(fc));
    let unserved = demand.unserved_lines();
    if !unserved.is_empty() {
        return Err(NoPlan::OutOfStock(unserved));
    }
    let planner = Planner { network, policy, country: destination.country, lanes: &lanes, wanted };
    let parts = planner.whole_from_one_center(&demand).or_else(|| planner.split(&mut demand));
    let parts = parts.ok_or(NoPlan::NoCarrier)?;
    if parts.len() > policy.order_max_shipments {
        return Err(NoPlan::TooManyShipments(parts.len()));
    }
    Ok(parts)
}

struct Planner<'a> {
    network: &'a Network,
    policy: &'a Policy,
    country: Country,
    lanes: &'a [Lane<'a>],
    wanted: &'a [Wanted],
}

/// What centers are compared by: cost in cents, road miles, code.
type Rank = (i64, u64, FcCode);

impl Planner<'_> {
    /// The cheapest of the centers that hold everything.
    fn whole_from_one_center(&self, demand: &Demand) -> Option<Vec<Part>> {
        let centers = demand.complete_centers();
        self.cheapest_of(&centers, &demand.portion(*centers.first()?)).map(|(_, parts)| parts)
    }

    /// Greedy: again and again the center that can send the most of what is left, of equals the cheapest.
    fn split(&self, demand: &mut Demand) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        while !demand.is_served() {
            let centers = demand.fullest_centers();
            let options = centers.iter().filter_map(|fc| self.cheapest_of(&[*fc], &demand.portion(*fc)));
            match options.min_by_key(|(rank, _)| *rank) {
                Some(((_, _, fc), sent)) => {
                    demand.serve(&demand.portion(fc));
                    demand.leave_out(fc);
                    parts.extend(sent);
                }
                None if centers.is_empty() => return None,
                None => centers.iter().for_each(|fc| demand.leave_out(*fc)),
            }
        }
        Some(parts)
    }

    /// The cheapest of `centers` that can each send `units`, with the shipments.
    fn cheapest_of(&self, centers: &[FcCode], units: &Units) -> Option<(Rank, Vec<Part>)> {
        let cuts = cut(self.wanted, units, self.policy.parcel_max, self.policy.shipment_max_parcels);
        let loads = cuts.iter().map(|cut| self.load(cut)).collect::<Option<Vec<Load>>>()?;
        let offers = centers.iter().filter_map(|fc| self.offer(*fc, &cuts, &loads));
        offers.min_by_key(|(rank, _)| *rank)
    }

    /// The shipments from one center; `None` when a shipment of it has no way.
    fn offer(&self, fc: FcCode, cuts: &[Cut], loads: &[Load]) -> Option<(Rank, Vec<Part>)> {
        let center = self.network.center(fc)?;
        let (mut cost, mut miles, mut parts) = (0_i64, 0_u64, Vec::with_capacity(cuts.len()));
        for (cut, load) in cuts.iter().zip(loads) {
            let choice = cheapest(center, self.lanes, load, self.policy)?;
            let (part_cost, part_miles) = choice.cost_and_miles();
            cost = cost.checked_add(part_cost)?;
            miles += part_miles;
            parts.push(Part { route: choice.into_route(fc), units: cut.units.clone() });
        }
        Some(((cost, miles, fc), parts))
    }

    fn load(&self, cut: &Cut) -> Option<Load> {
        let lines: Vec<(&Wanted, u32)> =
            cut.units.iter().map(|(line, units)| (&self.wanted[*line], *units)).collect();
        let (exempt, threshold) = (self.network.filing_exempt(), self.policy.filing_threshold);
        let needs_filing = filing::may_be_needed(&lines, self.country, exempt, threshold);
        Load::of(&lines, cut.parcels, needs_filing)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::Timestamp;

    use super::super::fixtures::{wanted, wanted_sized, wanted_worth};
    use super::super::network::Networks;
    use super::*;
    use crate::domain::policy::Policies;
    use crate::domain::stock::Holding;

    const SELLER: &str = "A1SELLER00001";

    fn day() -> Timestamp {
        "2026-10-05T12:00:00Z".parse().unwrap()
    }

    fn pool(rows: &[(&str, &str, u32)]) -> StockPool {
        let mut pool = StockPool::default();
        for (fc, fnsku, free) in rows {
            let holding = Holding::new(fc.parse().unwrap(), *free, 0).unwrap();
            pool.insert(SELLER.parse().unwrap(), fnsku.parse().unwrap(), holding);
        }
        pool
    }

    fn plan_to(country: &str, wanted: &[Wanted], pool: &StockPool) -> Result<Vec<Part>, NoPlan> {
        plan_at(country, "", ServiceLevel::Standard, wanted, pool)
    }

    fn plan_at(
        country: &str,
        postal_code: &str,
        level: ServiceLevel,
        wanted: &[Wanted],
        pool: &StockPool,
    ) -> Result<Vec<Part>, NoPlan> {
        let (networks, policies) = (Networks::embedded().unwrap(), Policies::embedded().unwrap());
        let destination = Destination { country: country.parse().unwrap(), postal_code, level };
        plan(
            networks.at(day()).unwrap(),
            policies.at(day()).unwrap(),
            destination,
            SELLER.parse().unwrap(),
            wanted,
            pool,
        )
    }

    fn centers(parts: &[Part]) -> Vec<&str> {
        parts.iter().map(|part| part.route.fc.as_str()).collect()
    }

    const A: &str = "X000000001";
    const B: &str = "X000000002";

    #[test]
    fn the_center_nearest_to_the_carriers_airport_is_cheapest() {
        let parts = plan_to("DE", &[wanted(A, 1)], &pool(&[("LEX1", A, 5), ("EWR4", A, 5)])).unwrap();
        assert_eq!(centers(&parts), ["EWR4"]);
        assert_eq!(parts[0].units, [(0, 1)]);
    }

    #[test]
    fn the_cheapest_service_of_all_carriers_is_taken() {
        // 500 g are 2 lb. DE is zone C of DHL (164.93) and zone C of FedEx; economy services undercut.
        let parts = plan_to("DE", &[wanted(A, 1)], &pool(&[("LEX1", A, 5)])).unwrap();
        let route = &parts[0].route;
        assert_eq!((&*route.carrier, &*route.service), ("FEDEX", "INTERNATIONAL_CONNECT_PLUS"));
        let fast =
            plan_at("DE", "", ServiceLevel::Priority, &[wanted(A, 1)], &pool(&[("LEX1", A, 5)])).unwrap();
        assert!(fast[0].route.cost > route.cost, "{} {}", fast[0].route.cost, route.cost);
        assert!(["WORLDWIDE", "INTERNATIONAL_PRIORITY"].contains(&&*fast[0].route.service));
    }

    #[test]
    fn one_shipment_is_preferred_to_two_cheaper_centers() {
        let stock = pool(&[("LEX1", A, 1), ("LEX2", B, 1), ("ONT8", A, 1), ("ONT8", B, 1)]);
        let parts = plan_to("DE", &[wanted(A, 1), wanted(B, 1)], &stock).unwrap();
        assert_eq!(centers(&parts), ["ONT8"]);
    }

    #[test]
    fn an_order_that_no_center_holds_alone_is_split() {
        let stock = pool(&[("LEX1", A, 2), ("ONT8", A, 1), ("ONT8", B, 1)]);
        let parts = plan_to("DE", &[wanted(A, 3), wanted(B, 1)], &stock).unwrap();
        let mut sent: Vec<_> =
            parts.iter().map(|part| (part.route.fc.as_str(), part.units.clone())).collect();
        sent.sort();
        assert_eq!(sent, [("LEX1", vec![(0, 2)]), ("ONT8", vec![(0, 1), (1, 1)])]);
    }

    #[test]
    fn lines_that_cannot_be_served_are_named() {
        let stock = pool(&[("LEX1", A, 2), ("ONT8", B, 9)]);
        let result = plan_to("DE", &[wanted(A, 2), wanted(B, 1), wanted(A, 1)], &stock);
        assert_eq!(result, Err(NoPlan::OutOfStock(vec![2])));
    }

    #[test]
    fn a_destination_without_a_carrier_is_not_served() {
        assert_eq!(plan_to("AQ", &[wanted(A, 1)], &pool(&[("LEX1", A, 1)])), Err(NoPlan::NotServed));
    }

    #[test]
    fn a_shipment_that_needs_a_filing_goes_to_a_carrier_that_takes_filings() {
        let line = wanted_worth(300_000, Some("851712"));
        let parts = plan_to("DE", &[line], &pool(&[("LEX1", A, 1)])).unwrap();
        assert_eq!(&*parts[0].route.carrier, "DHL_EXPRESS");
        assert_eq!(plan_to("FM", &[line], &pool(&[("LEX1", A, 1)])), Err(NoPlan::NoCarrier), "FedEx only");
        assert!(plan_to("FM", &[wanted(A, 1)], &pool(&[("LEX1", A, 1)])).is_ok());
    }

    #[test]
    fn what_is_too_heavy_or_too_long_for_every_carrier_has_no_route() {
        let stock = pool(&[("LEX1", A, 1)]);
        let heavy = wanted_sized(70_000, [100_000; 3]);
        assert_eq!(plan_to("DE", &[heavy], &stock), Err(NoPlan::NoCarrier));
        let long = wanted_sized(1_000, [2_800_000, 10_000, 10_000]);
        assert_eq!(plan_to("DE", &[long], &stock), Err(NoPlan::NoCarrier));
    }

    #[test]
    fn more_than_fifty_parcels_become_several_shipments() {
        // 22 kg each: one a parcel of 50 lb.
        let line = Wanted { units: 101, ..wanted_sized(22_000, [100_000; 3]) };
        let parts = plan_to("DE", &[line], &pool(&[("LEX1", A, 101)])).unwrap();
        assert_eq!(parts.iter().map(|part| part.units[0].1).collect::<Vec<_>>(), [50, 50, 1]);
    }

    #[test]
    fn more_than_two_hundred_shipments_are_refused() {
        let line = Wanted { units: 10_001, ..wanted_sized(22_000, [100_000; 3]) };
        let result = plan_to("DE", &[line], &pool(&[("LEX1", A, 10_001)]));
        assert_eq!(result, Err(NoPlan::TooManyShipments(201)));
    }

    #[test]
    fn more_than_ten_commodities_do_not_go_with_fedex() {
        let labels: Vec<String> = (0..11).map(|n| format!("X0000000{n:02}")).collect();
        let lines: Vec<Wanted> = labels.iter().map(|label| wanted(label, 1)).collect();
        let rows: Vec<_> = labels.iter().map(|label| ("LEX1", label.as_str(), 1)).collect();
        let parts = plan_to("DE", &lines, &pool(&rows)).unwrap();
        assert_eq!(&*parts[0].route.carrier, "DHL_EXPRESS");
        let ten = plan_to("DE", &lines[..10], &pool(&rows)).unwrap();
        assert_eq!(&*ten[0].route.carrier, "FEDEX");
    }

    #[test]
    fn in_canada_fedex_depends_on_the_postal_code() {
        let cost = |postal_code| {
            let stock = pool(&[("LEX1", A, 1)]);
            let parts = plan_at("CA", postal_code, ServiceLevel::Standard, &[wanted(A, 1)], &stock).unwrap();
            parts[0].route.cost
        };
        assert!(cost("K1A 0B1") < cost("X0A 0A0"));
        assert_eq!(cost("no code"), cost("K1A 0B1"), "without a good code the carrier's printed zone counts");
    }
}
