//! All rules of the service, loaded once when the process starts.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Address, Country};
use sha2::{Digest, Sha256};

use super::destinations::Destinations;
use super::hs::{Classification, Classifier, Unclassified};
use super::hs_demands::HsDemands;
use super::landed_cost::{LandedCost, Tariff};
use super::party::Signatories;
use super::policy::{NoPolicy, Policies, Policy};
use super::recipient_id::RecipientIds;
use super::screening::{DeniedParties, Embargoes, Hit, ListError, Place, PlaceVerdict};
use super::shipment::Item;
use super::table::TableError;

/// The tables, ready to be asked.
pub(crate) struct Rules {
    /// Served destinations.
    pub destinations: Destinations,
    /// Duties, taxes and fees.
    pub landed_cost: LandedCost,
    /// Default HS codes.
    pub classifier: Classifier,
    /// Destinations that demand a confirmed HS code.
    pub hs_demands: HsDemands,
    /// Embargoed places.
    pub embargoes: Embargoes,
    /// Denied parties.
    pub denied_parties: DeniedParties,
    /// Countries that want the recipient's tax id.
    pub recipient_ids: RecipientIds,
    /// Who signs invoices.
    pub signatories: Signatories,
    policies: Policies,
    version: String,
}

/// The rules cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulesError {
    /// A table that ships with the product is broken.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The list of denied parties is.
    #[error(transparent)]
    List(#[from] ListError),
}

/// Every table whose content decides something.
const TABLES: [&str; 17] = [
    include_str!("../../../../data/customs/destinations.csv"),
    include_str!("../../../../data/customs/duty_averages.csv"),
    include_str!("../../../../data/customs/duty_rules.csv"),
    include_str!("../../../../data/customs/embargoes.csv"),
    include_str!("../../../../data/customs/fees.csv"),
    include_str!("../../../../data/customs/hs_defaults.csv"),
    include_str!("../../../../data/customs/hs_demands.csv"),
    include_str!("../../../../data/customs/import_rules.csv"),
    include_str!("../../../../data/customs/mtn_chapters.csv"),
    include_str!("../../../../data/customs/policies.csv"),
    include_str!("../../../../data/customs/recipient_ids.csv"),
    include_str!("../../../../data/customs/signatories.csv"),
    include_str!("../../../../data/customs/tariff_chapters.csv"),
    include_str!("../../../../data/customs/tariff_hs6.csv"),
    include_str!("../../../../data/customs/tax_rates.csv"),
    include_str!("../../../../data/customs/thresholds.csv"),
    include_str!("../../../../data/customs/wto_mtn_rates.csv"),
];

/// Hex digits of a rule set's version.
const VERSION_DIGITS: usize = 12;

impl Rules {
    /// The tables that ship with the product, and a list of denied parties.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub(crate) fn load(denied_parties: DeniedParties) -> Result<Self, RulesError> {
        let landed_cost = LandedCost::load()?;
        Ok(Self {
            destinations: Destinations::load()?,
            classifier: Classifier::load(landed_cost.tariff())?,
            hs_demands: HsDemands::load()?,
            landed_cost,
            embargoes: Embargoes::load()?,
            denied_parties,
            recipient_ids: RecipientIds::load()?,
            signatories: Signatories::load()?,
            policies: Policies::load()?,
            version: version(),
        })
    }

    /// Names the content of all tables: `customs-` and the first digits of their SHA-256. Kept with every quote.
    #[must_use]
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The tariff, which knows which HS codes exist.
    #[must_use]
    pub(crate) fn tariff(&self) -> &Tariff {
        self.landed_cost.tariff()
    }

    /// The policies in force at a time.
    ///
    /// # Errors
    /// When one has no row for the day.
    pub(crate) fn policy(&self, now: Timestamp) -> Result<Policy, NoPolicy> {
        self.policies.at(now)
    }

    /// The HS code under which a product goes to a country on a day.
    ///
    /// # Errors
    /// When there is none, or the country demands a confirmed one.
    pub(crate) fn classify(
        &self,
        item: &Item,
        destination: Country,
        date: Date,
    ) -> Result<Classification, Unclassified> {
        let confirmed = item.codes.confirmed.is_some_and(|code| self.tariff().knows(code));
        if self.hs_demands.demands(destination, date) && !confirmed {
            return Err(Unclassified::NotConfirmed(destination));
        }
        let codes = item.codes.likely(self.policies.suggested_code_confidence(date));
        let found = self.classifier.classify(self.tariff(), codes, item.group, &item.category, date);
        found.ok_or(Unclassified::Missing)
    }

    /// Screens where a parcel goes.
    #[must_use]
    pub(crate) fn screen_place(&self, address: &Address, date: Date) -> PlaceVerdict {
        let place = Place {
            country: address.country(),
            region: address.region(),
            city: address.city(),
            postal_code: address.postal_code(),
        };
        self.embargoes.screen(&place, date)
    }

    /// Screens a party by name and country, as operators ask.
    #[must_use]
    pub(crate) fn screen_party(&self, name: &str, country: Country, date: Date) -> Vec<Hit> {
        let mut hits: Vec<Hit> = self.embargoes.whole_country(country, date).into_iter().collect();
        hits.extend(self.denied_parties.screen(name));
        hits
    }
}

fn version() -> String {
    let mut hasher = Sha256::new();
    TABLES.iter().for_each(|table| hasher.update(table.as_bytes()));
    let digest: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("customs-{}", &digest[..VERSION_DIGITS])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::hs::{KnownCodes, SuggestedCode};
    use crate::domain::samples::item;

    #[test]
    fn a_destination_that_demands_a_confirmed_code_takes_no_other() {
        let mut rules = Rules::load(DeniedParties::shipped().unwrap()).unwrap();
        rules.hs_demands = HsDemands::of("DE");
        let (date, declared) = ("2026-10-01".parse().unwrap(), item("Wooden puzzle", "950300"));
        let country = Country::constant;
        let classified = |item: &Item, to: Country| rules.classify(item, to, date).map(|found| found.hs_code);
        let code = declared.codes.declared.unwrap();
        assert_eq!(classified(&declared, country("FR")), Ok(code));
        assert_eq!(classified(&declared, country("DE")), Err(Unclassified::NotConfirmed(country("DE"))));
        let suggested = Some(SuggestedCode { hs_code: code, confidence: 1_000 });
        let suggested = Item { codes: KnownCodes { suggested, ..KnownCodes::default() }, ..declared.clone() };
        assert_eq!(classified(&suggested, country("FR")), Ok(code));
        assert_eq!(classified(&suggested, country("DE")), Err(Unclassified::NotConfirmed(country("DE"))));
        let confirmed =
            Item { codes: KnownCodes { confirmed: Some(code), ..KnownCodes::default() }, ..declared };
        assert_eq!(classified(&confirmed, country("DE")), Ok(code));
    }
}
