//! The tables of the network as they are shipped, and how a day's network is made of them.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use kernel::{Country, FcCode, Gateway, Length, Weight};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;

use super::canada::PostalZones;
use super::network::{Center, Leg, Network, Service};
use super::rates::{RateCard, Row, Zone};
use super::route::ServiceLevel;
use crate::domain::table::{Table, TableError};

macro_rules! embedded {
    ($file:literal) => {
        Table::parse($file, include_str!(concat!("../../../../../data/fulfillment/", $file)))
    };
}

#[derive(Debug, Deserialize)]
struct CenterRow {
    center: FcCode,
}

#[derive(Debug, Deserialize)]
struct GatewayRow {
    gateway: Gateway,
    carriers: String,
}

#[derive(Debug, Deserialize)]
struct MilesRow {
    center: FcCode,
    gateway: Gateway,
    road_miles: Decimal,
}

#[derive(Debug, Deserialize)]
struct ServiceRow {
    carrier: String,
    service: String,
    levels: String,
    takes_filings: String,
    max_piece_pounds: Decimal,
    max_length_in: Decimal,
    max_length_girth_in: Decimal,
    max_commodities: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct ZoneRow {
    carrier: String,
    country: Country,
    zone: String,
    services: String,
}

#[derive(Debug, Deserialize)]
struct PostalRow {
    from_area: String,
    to_area: String,
    zone: String,
}

#[derive(Debug, Deserialize)]
struct ExemptRow {
    country: Country,
}

/// All tables of the network, with the days on which each row holds.
pub(super) struct Tables {
    centers: Table<CenterRow>,
    gateways: Table<GatewayRow>,
    miles: Table<MilesRow>,
    services: Table<ServiceRow>,
    zones: Table<ZoneRow>,
    postal: Table<PostalRow>,
    rates: Table<Row>,
    bands: Table<Row>,
    exempt: Table<ExemptRow>,
}

impl Tables {
    pub(super) fn embedded() -> Result<Self, TableError> {
        Ok(Self {
            centers: embedded!("centers.csv")?,
            gateways: embedded!("gateways.csv")?,
            miles: embedded!("inland_miles.csv")?,
            services: embedded!("services.csv")?,
            zones: embedded!("zones.csv")?,
            postal: embedded!("fedex_canada_zones.csv")?,
            rates: embedded!("rates.csv")?,
            bands: embedded!("rates_per_pound.csv")?,
            exempt: embedded!("filing_exempt.csv")?,
        })
    }

    pub(super) fn periods(&self) -> impl Iterator<Item = kernel::Effective> {
        (self.centers.periods())
            .chain(self.gateways.periods())
            .chain(self.miles.periods())
            .chain(self.services.periods())
            .chain(self.zones.periods())
            .chain(self.postal.periods())
            .chain(self.rates.periods())
            .chain(self.bands.periods())
            .chain(self.exempt.periods())
    }

    pub(super) fn network(&self, day: Date) -> Result<Network, TableError> {
        let services = self.services(day)?;
        Ok(Network {
            zones: self.zones(day, &services)?,
            postal_zones: self.postal_zones(day)?,
            centers: self.centers(day, &services)?,
            filing_exempt: self.exempt.on(day).map(|row| row.country).collect(),
            services,
        })
    }

    /// Services in the order of carrier and name.
    fn services(&self, day: Date) -> Result<Vec<Service>, TableError> {
        let mut rows: Vec<&ServiceRow> = self.services.on(day).collect();
        rows.sort_by(|a, b| (&a.carrier, &a.service).cmp(&(&b.carrier, &b.service)));
        let mut carriers: Vec<&str> = rows.iter().map(|row| row.carrier.as_str()).collect();
        carriers.dedup();
        rows.iter()
            .map(|row| {
                let carrier_index = carriers.iter().position(|carrier| *carrier == row.carrier).unwrap_or(0);
                self.service(day, row, carrier_index)
            })
            .collect()
    }

    fn service(&self, day: Date, row: &ServiceRow, carrier_index: usize) -> Result<Service, TableError> {
        let fault = |error: &dyn std::fmt::Display| TableError::new(self.services.name(), error);
        let inches = |value| Length::from_in_decimal(value).map_err(|error| fault(&error));
        let levels = row.levels.split('|').map(ServiceLevel::parse).collect::<Result<_, _>>();
        let mut rates = RateCard::default();
        let own = |rate: &&Row| {
            rate.get("carrier") == Some(&row.carrier) && rate.get("service") == Some(&row.service)
        };
        for rate in self.rates.on(day).filter(own) {
            rates.push(self.rates.name(), rate)?;
        }
        for band in self.bands.on(day).filter(own) {
            rates.push_band(self.bands.name(), band)?;
        }
        Ok(Service {
            carrier: row.carrier.as_str().into(),
            name: row.service.as_str().into(),
            carrier_index,
            levels: levels.map_err(|error| fault(&error))?,
            takes_filings: match row.takes_filings.as_str() {
                "yes" => true,
                "no" => false,
                other => return Err(fault(&format!("takes_filings is {other:?}, not yes or no"))),
            },
            max_piece: Weight::from_lb_decimal(row.max_piece_pounds).map_err(|error| fault(&error))?,
            max_length_um: inches(row.max_length_in)?.micrometres(),
            max_length_and_girth_um: inches(row.max_length_girth_in)?.micrometres(),
            max_commodities: row.max_commodities.unwrap_or(u32::MAX),
            rates,
        })
    }

    fn zones(
        &self,
        day: Date,
        services: &[Service],
    ) -> Result<HashMap<Country, Vec<(usize, Zone)>>, TableError> {
        let mut zones: HashMap<Country, Vec<(usize, Zone)>> = HashMap::new();
        for row in self.zones.on(day) {
            let zone = self.zone(&row.zone)?;
            for name in row.services.split('|') {
                let known = |service: &Service| *service.carrier == row.carrier && &*service.name == name;
                // A carrier's guide prints more than we use: services that are not in `services.csv` are left out.
                if let Some(index) = services.iter().position(known) {
                    zones.entry(row.country).or_default().push((index, zone));
                }
            }
        }
        Ok(zones)
    }

    fn postal_zones(&self, day: Date) -> Result<PostalZones, TableError> {
        let mut zones = PostalZones::default();
        for row in self.postal.on(day) {
            zones.push(row.from_area.clone(), row.to_area.clone(), self.zone(&row.zone)?);
        }
        Ok(zones)
    }

    fn zone(&self, letter: &str) -> Result<Zone, TableError> {
        let unknown = || TableError::new(self.zones.name(), format!("{letter:?} is no zone"));
        Zone::parse(letter).ok_or_else(unknown)
    }

    /// For each center and carrier the nearest airport that loads it: the way there costs by the mile, so the nearest
    /// is the cheapest for every weight and destination.
    fn centers(&self, day: Date, services: &[Service]) -> Result<HashMap<FcCode, Center>, TableError> {
        let carriers: BTreeMap<&str, usize> =
            services.iter().map(|service| (&*service.carrier, service.carrier_index)).collect();
        let mut centers: HashMap<FcCode, Center> = (self.centers.on(day))
            .map(|row| (row.center, Center { legs: vec![None; carriers.len()] }))
            .collect();
        let loads: HashMap<Gateway, Vec<usize>> = (self.gateways.on(day))
            .map(|row| {
                (row.gateway, row.carriers.split('|').filter_map(|c| carriers.get(c).copied()).collect())
            })
            .collect();
        for row in self.miles.on(day) {
            let (Some(center), Some(carriers)) = (centers.get_mut(&row.center), loads.get(&row.gateway))
            else {
                continue;
            };
            let tenths = (row.road_miles * Decimal::TEN).to_u64();
            let leg = Leg {
                road_tenth_miles: tenths
                    .ok_or_else(|| TableError::new(self.miles.name(), "road_miles is below zero"))?,
                gateway: row.gateway,
            };
            for &carrier in carriers {
                let best = &mut center.legs[carrier];
                *best = Some(best.map_or(leg, |known| known.min(leg)));
            }
        }
        Ok(centers)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixtures::wanted_sized;
    use super::super::load::Load;
    use super::super::route::inland_cents;
    use super::*;
    use crate::domain::policy::Policies;

    /// The worked examples of the cost model.
    #[test]
    fn the_way_to_the_gateway_costs_by_parcel_weight_and_miles() {
        let tables = Tables::embedded().unwrap();
        let policies = Policies::embedded().unwrap();
        let day = "2026-10-05T12:00:00Z".parse().unwrap();
        let cost = |center: &str, gateway: &str, grams: i64| {
            let row = (tables.miles.on(jiff::civil::date(2026, 10, 5)))
                .find(|row| row.center.as_str() == center && row.gateway.as_str() == gateway)
                .unwrap();
            let road_tenth_miles = (row.road_miles * Decimal::TEN).to_u64().unwrap();
            let wanted = wanted_sized(grams, [1_000; 3]);
            let load = Load::of(&[(&wanted, 1)], 1, false).unwrap();
            inland_cents(&load, &Leg { road_tenth_miles, gateway: row.gateway }, policies.at(day).unwrap())
        };
        assert_eq!(cost("LEX1", "CVG", 1_000), Some(38));
        assert_eq!(cost("LEX1", "MEM", 1_000), Some(50));
        assert_eq!(cost("ONT8", "CVG", 1_000), Some(112));
        assert_eq!(cost("ONT8", "LAX", 1_000), Some(38));
        assert_eq!(cost("EWR4", "JFK", 2_500), Some(40));
        assert_eq!(cost("PHX7", "MEM", 5_000), Some(302));
    }
}
