//! Centers, airports, carriers and rates of one day, compiled so that routing an order is a few look-ups.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::{Country, CountrySet, Dated, FcCode, Gateway, Weight};

use super::canada::PostalZones;
use super::load::Load;
use super::rates::{RateCard, Zone};
use super::route::ServiceLevel;
use super::tables::Tables;
use crate::domain::table::{TableError, compile};

/// What the tables say on one day.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(super) services: Vec<Service>,
    /// Services (by position) and their zone, by destination.
    pub(super) zones: HashMap<Country, Vec<(usize, Zone)>>,
    /// Zones of [`SPLIT_CARRIER`] inside [`SPLIT_COUNTRY`].
    pub(super) postal_zones: PostalZones,
    pub(super) centers: HashMap<FcCode, Center>,
    pub(super) filing_exempt: CountrySet,
}

/// The networks of all days.
#[derive(Debug, Clone)]
pub(crate) struct Networks(Dated<Network>);

/// The one carrier and country whose zone depends on the postal code.
const SPLIT_CARRIER: &str = "FEDEX";
const SPLIT_COUNTRY: Country = Country::constant("CA");

/// A carrier's service.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) carrier: Arc<str>,
    pub(super) name: Arc<str>,
    /// Position among the carriers: index of a center's legs.
    pub(super) carrier_index: usize,
    pub(super) levels: Vec<ServiceLevel>,
    pub(super) takes_filings: bool,
    pub(super) max_piece: Weight,
    pub(super) max_length_um: i64,
    pub(super) max_length_and_girth_um: i64,
    pub(super) max_commodities: u32,
    pub(super) rates: RateCard,
}

impl Service {
    /// True when the carrier takes the load: sizes, number of commodities and filings; not whether it has a rate.
    pub(super) fn takes(&self, load: &Load) -> bool {
        load.heaviest_piece <= self.max_piece
            && load.longest_piece_um <= self.max_length_um
            && load.greatest_length_and_girth_um <= self.max_length_and_girth_um
            && load.commodities <= self.max_commodities
            && (self.takes_filings || !load.needs_filing)
    }
}

/// A service to a destination.
#[derive(Debug, Clone)]
pub(super) struct Lane<'a> {
    pub(super) service: &'a Service,
    pub(super) zone: Zone,
}

/// A center: the best airport for each carrier.
#[derive(Debug, Clone, Default)]
pub(super) struct Center {
    pub(super) legs: Vec<Option<Leg>>,
}

impl Center {
    pub(super) fn leg(&self, carrier_index: usize) -> Option<&Leg> {
        self.legs.get(carrier_index)?.as_ref()
    }
}

/// The way from a center to an airport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leg {
    pub(super) road_tenth_miles: u64,
    pub(super) gateway: Gateway,
}

impl Networks {
    /// The networks that ship with the program.
    ///
    /// # Errors
    /// When a table is malformed or names what another does not have.
    pub(crate) fn embedded() -> Result<Self, TableError> {
        let tables = Tables::embedded()?;
        compile(tables.periods(), |day| tables.network(day)).map(Self)
    }

    /// What holds on the UTC day of a time; `None` before the first row.
    pub(crate) fn at(&self, time: Timestamp) -> Option<&Network> {
        self.0.at(TimeZone::UTC.to_datetime(time).date())
    }
}

impl Network {
    /// The services of a level that go to a destination, each with its zone.
    pub(super) fn lanes(&self, country: Country, postal_code: &str, level: ServiceLevel) -> Vec<Lane<'_>> {
        let zones = self.zones.get(&country).map_or(&[][..], Vec::as_slice);
        let offered = zones.iter().map(|&(index, zone)| (&self.services[index], zone));
        offered
            .filter(|(service, _)| service.levels.contains(&level))
            .map(|(service, zone)| {
                let split = country == SPLIT_COUNTRY && &*service.carrier == SPLIT_CARRIER;
                let zone = if split { self.postal_zones.zone(postal_code).unwrap_or(zone) } else { zone };
                Lane { service, zone }
            })
            .collect()
    }

    pub(super) fn center(&self, fc: FcCode) -> Option<&Center> {
        self.centers.get(&fc)
    }

    pub(super) fn filing_exempt(&self) -> CountrySet {
        self.filing_exempt
    }

    /// True for a center that can send exports.
    pub(crate) fn has_center(&self, fc: FcCode) -> bool {
        self.centers.contains_key(&fc)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day() -> Timestamp {
        "2026-10-05T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn every_destination_of_either_carrier_has_a_lane() {
        let networks = Networks::embedded().unwrap();
        let network = networks.at(day()).unwrap();
        let served =
            Country::all().filter(|country| !network.lanes(*country, "", ServiceLevel::Standard).is_empty());
        assert!(served.count() > 210);
        assert_eq!(network.centers.len(), 59);
        let complete = |center: &Center| center.legs.iter().all(Option::is_some);
        assert!(network.centers.values().all(complete), "every center reaches an airport of every carrier");
    }

    #[test]
    fn before_the_tariffs_there_is_no_lane() {
        let networks = Networks::embedded().unwrap();
        let network = networks.at("2020-01-01T00:00:00Z".parse().unwrap()).unwrap();
        assert!(network.lanes(Country::constant("DE"), "", ServiceLevel::Standard).is_empty());
    }
}
