//! Changes as the events that others see.

use kernel::CountrySet;
use messaging::Outgoing;
use wire::convert::timestamp;
use wire::enrollment::events::v1::{
    AuthorityRevoked, CountryExclusionsReplaced, EnrollmentEvent, ExportDisabled, ExportEnabled,
    GrantedAuthority, ProductExcluded, ProductIncluded, SellerEnrolled, SellerNotEnrolled,
};

use crate::domain::{Change, Event, Grant};

/// The event of a change: key and subject are the seller, the sequence is its settings version.
pub(crate) fn outgoing(change: &Change) -> Outgoing {
    let seller = change.seller.as_str();
    Outgoing::event::<EnrollmentEvent>(seller, seller, change.version, change.at, event(change))
}

fn event(change: &Change) -> EnrollmentEvent {
    let seller_id = change.seller.to_string();
    let (settings_version, reason) = (change.version, change.reason.clone());
    match &change.event {
        Event::Enrolled(grant) => {
            SellerEnrolled { seller_id, authority: Some(granted(change, grant)), settings_version }.into()
        }
        Event::NotEnrolled => SellerNotEnrolled { seller_id, reason, settings_version }.into(),
        Event::Enabled(grant) => {
            ExportEnabled { seller_id, authority: Some(granted(change, grant)), settings_version }.into()
        }
        Event::Disabled { authority } => ExportDisabled {
            seller_id,
            authority_id: authority.to_string(),
            ended_time: Some(timestamp(change.at)),
            ended_by: change.by.clone(),
            reason,
            settings_version,
        }
        .into(),
        Event::Revoked { authority } => AuthorityRevoked {
            seller_id,
            authority_id: authority.to_string(),
            revoked_time: Some(timestamp(change.at)),
            revoked_by: change.by.clone(),
            reason,
            settings_version,
        }
        .into(),
        Event::CountriesReplaced(excluded) => CountryExclusionsReplaced {
            seller_id,
            country_codes: codes(excluded.countries()),
            settings_version,
            destinations: excluded.named().keys().map(ToString::to_string).collect(),
        }
        .into(),
        Event::ProductExcluded { asin, countries } => ProductExcluded {
            seller_id,
            asin: asin.to_string(),
            country_codes: codes(*countries),
            settings_version,
        }
        .into(),
        Event::ProductIncluded { asin } => {
            ProductIncluded { seller_id, asin: asin.to_string(), settings_version }.into()
        }
    }
}

fn granted(change: &Change, grant: &Grant) -> GrantedAuthority {
    GrantedAuthority {
        authority_id: grant.authority.to_string(),
        terms_version: grant.terms_version.clone(),
        terms_sha256: grant.terms_sha256.clone(),
        granted_time: Some(timestamp(change.at)),
        granted_by: change.by.clone(),
    }
}

/// Sorted alpha-2 codes.
pub(crate) fn codes(countries: CountrySet) -> Vec<String> {
    countries.iter().map(|country| country.to_string()).collect()
}
