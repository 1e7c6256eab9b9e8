//! Sellers.

use wire::enrollment::v1 as wire_enrollment;

use super::{Time, enums, resources, views};

enums! {
    wire_enrollment::EnrollmentState: "ENROLLMENT_STATE_";
    wire_enrollment::Channel: "CHANNEL_";
    wire_enrollment::ExclusionGrounds: "EXCLUSION_GROUNDS_";
}

views! {
    /// A seller's part in the programme.
    Enrollment of wire_enrollment::Enrollment {
        seller_id: String,
        state: String as wire_enrollment::EnrollmentState,
        since_time: Option<Time>,
        changed_by: String,
        reason: String,
        authority: Option<Authority>,
        excluded_country_codes: Vec<String>,
        product_exclusion_count: i64,
        settings_version: i64,
        excluded_destinations: Vec<ExcludedDestination>,
    }
    /// A country or region the seller does not export to.
    ExcludedDestination of wire_enrollment::ExcludedDestination {
        destination: String,
        grounds: String as wire_enrollment::ExclusionGrounds,
    }
    /// A named group of destinations.
    Region of wire_enrollment::Region {
        region: String,
        name: String,
        name_zh: String,
        country_codes: Vec<String>,
    }
    /// One record of the authority ledger.
    Authority of wire_enrollment::Authority {
        authority_id: String,
        seller_id: String,
        terms_version: String,
        terms_sha256: String,
        granted_time: Option<Time>,
        granted_by: String,
        ended_time: Option<Time>,
        ended_by: String,
        revoked: bool,
        channel: String as wire_enrollment::Channel,
        revoked_time: Option<Time>,
        revoked_by: String,
    }
    /// One change of a seller's settings.
    SettingsChange of wire_enrollment::SettingsChange {
        seller_id: String,
        settings_version: i64,
        change: String,
        changed_time: Option<Time>,
        changed_by: String,
        channel: String as wire_enrollment::Channel,
        reason: String,
        before_json: String,
        after_json: String,
    }
    /// A product the seller does not export; no countries = all.
    ProductExclusion of wire_enrollment::ProductExclusion {
        seller_id: String,
        asin: String,
        country_codes: Vec<String>,
        reason: String,
        changed_time: Option<Time>,
        changed_by: String,
    }
}

/// The authority that was in force at a time, if any.
#[derive(Debug, serde::Serialize)]
pub(crate) struct AuthorityAsOf {
    pub(crate) time: Time,
    pub(crate) authority: Option<Authority>,
    pub(crate) settings_version: i64,
}

/// A product's exclusion that was taken back.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Inclusion {
    pub(crate) seller_id: String,
    pub(crate) asin: String,
    pub(crate) settings_version: i64,
}

resources! {
    Enrollment: "enrollment", "enrollments",
        ["seller_id", "state", "since_time", "changed_by", "excluded_country_codes", "product_exclusion_count"];
    Authority: "authority", "authorities",
        ["authority_id", "terms_version", "granted_time", "granted_by", "channel", "ended_time", "ended_by", "revoked"];
    SettingsChange: "change", "changes",
        ["settings_version", "changed_time", "change", "changed_by", "channel", "reason", "before_json", "after_json"];
    AuthorityAsOf: "authority_as_of", "authorities_as_of", ["time", "authority", "settings_version"];
    Region: "region", "regions", ["region", "name", "country_codes"];
    ProductExclusion: "exclusion", "exclusions", ["asin", "country_codes", "reason", "changed_time", "changed_by"];
    Inclusion: "inclusion", "inclusions", ["seller_id", "asin", "settings_version"];
}
