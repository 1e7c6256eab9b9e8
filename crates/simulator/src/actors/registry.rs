//! The seller registry, and the sellers themselves as far as they change their settings.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::derive_uuid;
use wire::convert::timestamp;
use wire::enrollment::events::v1::enrollment_event::Event as Enrollment;
use wire::enrollment::v1::{DisableExportRequest, ExcludeProductRequest, ReplaceExcludedCountriesRequest};
use wire::sellers::events::v1::{BusinessAddress, SellerRegistered};

use super::{Actor, Answer, Call, Deeds, Envelope, Heard};

use crate::world::{Seller, World};

pub(crate) struct Registry {
    world: Arc<World>,
    registered: bool,
}

impl Registry {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world, registered: false }
    }

    /// What a seller changes as soon as it takes part.
    fn set_up(seller: &Seller, deeds: &mut Deeds) {
        let request_id = |what: &str| derive_uuid("seller setting", &[seller.id.as_str(), what]).to_string();
        if !seller.excluded_countries.is_empty() {
            deeds.ask(Call::ExcludeCountries(
                seller.id,
                ReplaceExcludedCountriesRequest {
                    request_id: request_id("countries"),
                    seller_id: seller.id.to_string(),
                    country_codes: seller.excluded_countries.iter().map(ToString::to_string).collect(),
                    reason: "we do not deliver there".to_owned(),
                    ..Default::default()
                },
            ));
        }
        for (asin, countries) in &seller.excluded_products {
            deeds.ask(Call::ExcludeProduct(
                seller.id,
                ExcludeProductRequest {
                    request_id: request_id(asin.as_str()),
                    seller_id: seller.id.to_string(),
                    asin: asin.to_string(),
                    country_codes: countries.iter().map(ToString::to_string).collect(),
                    reason: "not meant for these countries".to_owned(),
                    ..Default::default()
                },
            ));
        }
        if seller.leaves {
            deeds.ask(Call::Disable(
                seller.id,
                DisableExportRequest {
                    request_id: request_id("leave"),
                    seller_id: seller.id.to_string(),
                    reason: "we sell at home only".to_owned(),
                },
            ));
        }
    }
}

fn registration(seller: &Seller, time: Timestamp) -> SellerRegistered {
    SellerRegistered {
        seller_id: seller.id.to_string(),
        legal_name: seller.legal_name.clone(),
        address: Some(BusinessAddress {
            lines: seller.lines.clone(),
            city: seller.city.clone(),
            region: seller.region.clone(),
            postal_code: seller.postal_code.clone(),
            country_code: seller.country.to_string(),
            phone: seller.phone.clone(),
            email: seller.email.clone(),
        }),
        ein: seller.ein.clone(),
        marketplace_id: seller.marketplace.to_string(),
        registered_time: Some(timestamp(time)),
    }
}

impl Actor for Registry {
    fn name(&self) -> &'static str {
        "seller-registry"
    }

    fn hear(&mut self, heard: &Heard, _: Timestamp, deeds: &mut Deeds) {
        let Heard::Enrollment(Enrollment::SellerEnrolled(enrolled)) = heard else { return };
        if let Some(seller) =
            self.world.sellers.iter().find(|seller| seller.id.as_str() == enrolled.seller_id)
        {
            Self::set_up(seller, deeds);
        }
    }

    fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        let start = self.world.period.start;
        if self.registered || now < start {
            return;
        }
        self.registered = true;
        for seller in &self.world.sellers {
            let event = registration(seller, start);
            deeds.say(seller.id.as_str(), seller.id.as_str(), start, Envelope::Sellers(event.into()));
        }
    }

    fn answered(&mut self, answer: Answer, _: Timestamp, _: &mut Deeds) {
        if let Answer::SettingsChanged { seller, outcome: Err(refusal) } = answer {
            tracing::warn!(%seller, reason = refusal.reason.name(), message = refusal.message, "a setting was refused");
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        (!self.registered).then_some(self.world.period.start)
    }
}
