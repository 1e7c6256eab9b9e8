//! Changes as the events that others see.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{CountrySet, SellerId};
use messaging::Outgoing;
use wire::convert::timestamp;
use wire::enrollment::events::v1::{
    AuthorityRevoked, CountryExclusionsReplaced, EnrollmentEvent, ExcludedProducts, ExportDisabled,
    ExportEnabled, GrantedAuthority, ProductExcluded, ProductExclusionsChanged, ProductIncluded,
    SellerEnrolled, SellerNotEnrolled,
};
use wire::enrollment::state::v1::{EnrollmentState, ExcludedChunk, ExcludedGroup, SellerSettings};

use crate::domain::{Change, Event, Grant, Seller};
use crate::grpc::convert::enrollment;
use crate::store::authorities::Authority;
use crate::store::state::Chunk;

/// A part of a change of many products.
pub(crate) struct Part {
    pub(crate) seller: SellerId,
    /// The settings version that it brings.
    pub(crate) version: i64,
    pub(crate) at: Timestamp,
    /// From 1 to `parts`.
    pub(crate) part: i64,
    pub(crate) parts: i64,
    /// Products by the countries they are excluded from, joined by |; none = all.
    pub(crate) excluded: BTreeMap<String, Vec<String>>,
    /// Products that are not excluded any more.
    pub(crate) included: Vec<String>,
}

/// The event of a change: key and subject are the seller, the sequence is its settings version. Of a change of many
/// products `None`: its parts are events.
pub(crate) fn outgoing(change: &Change) -> Option<Outgoing> {
    let event = event(change)?;
    Some(told(change.seller, change.version, change.at, event))
}

/// The event of a part.
pub(crate) fn part(part: Part) -> Outgoing {
    let excluded = part
        .excluded
        .into_iter()
        .map(|(countries, asins)| ExcludedProducts { country_codes: split_codes(&countries), asins });
    let event = ProductExclusionsChanged {
        seller_id: part.seller.to_string(),
        settings_version: part.version,
        excluded: excluded.collect(),
        included_asins: part.included,
        // At most as many as products in a list and its successor.
        part: part.part.try_into().unwrap_or(i32::MAX),
        parts: part.parts.try_into().unwrap_or(i32::MAX),
    };
    told(part.seller, part.version, part.at, event.into())
}

/// The record of a chunk for the state topic.
pub(crate) fn chunk(chunk: Chunk, now: Timestamp) -> Outgoing {
    let groups = chunk.groups.into_iter();
    let record = ExcludedChunk {
        seller_id: chunk.seller.to_string(),
        settings_version: chunk.version,
        chunk: chunk.number.into(),
        groups: groups
            .map(|(countries, asins)| ExcludedGroup { country_codes: split_codes(&countries), asins })
            .collect(),
    };
    let key = format!("{}/{:04}", chunk.seller, chunk.number);
    Outgoing::event::<EnrollmentState>(&key, &key, chunk.version, now, record)
}

/// The record of a seller for the state topic.
pub(crate) fn settings(seller: &Seller, authority: Option<&Authority>, now: Timestamp) -> Outgoing {
    let record = SellerSettings { enrollment: Some(enrollment(seller, authority)) };
    let key = seller.id.as_str();
    Outgoing::event::<EnrollmentState>(key, key, seller.version, now, record)
}

/// Codes that a column joins by |.
pub(crate) fn split_codes(countries: &str) -> Vec<String> {
    countries.split('|').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

fn told(seller: SellerId, version: i64, at: Timestamp, event: EnrollmentEvent) -> Outgoing {
    Outgoing::event::<EnrollmentEvent>(seller.as_str(), seller.as_str(), version, at, event)
}

fn event(change: &Change) -> Option<EnrollmentEvent> {
    let seller_id = change.seller.to_string();
    let (settings_version, reason) = (change.version, change.reason.clone());
    Some(match &change.event {
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
        Event::ProductsChanged { .. } => return None,
    })
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
