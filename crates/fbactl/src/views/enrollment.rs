//! Sellers.

use wire::enrollment::v1 as wire_enrollment;

use super::{Time, enums, resources, views};

enums! {
    wire_enrollment::EnrollmentState: "ENROLLMENT_STATE_";
    wire_enrollment::Channel: "CHANNEL_";
    wire_enrollment::ExclusionGrounds: "EXCLUSION_GROUNDS_";
    wire_enrollment::ExclusionUploadState: "EXCLUSION_UPLOAD_STATE_";
    wire_enrollment::ExclusionUploadMode: "EXCLUSION_UPLOAD_MODE_";
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
    /// A product the seller does not export; no destinations = all.
    ProductExclusion of wire_enrollment::ProductExclusion {
        seller_id: String,
        asin: String,
        country_codes: Vec<String>,
        destinations: Vec<String>,
        grounds: String as wire_enrollment::ExclusionGrounds,
        reason: String,
        changed_time: Option<Time>,
        changed_by: String,
    }
    /// What a change of many products does.
    ExclusionsEffect of wire_enrollment::ExclusionsEffect {
        added: i64,
        changed: i64,
        removed: i64,
        unchanged: i64,
        products: i64,
        non_media_products: i64,
    }
    /// What a dry run would do to what is exportable now.
    ExclusionsPreview of wire_enrollment::ExclusionsPreview {
        stopping: i64,
        narrowing: i64,
        widening: i64,
    }
    /// An exclusion file that was sent.
    ExclusionUpload of wire_enrollment::ExclusionUpload {
        upload_id: String,
        seller_id: String,
        state: String as wire_enrollment::ExclusionUploadState,
        mode: String as wire_enrollment::ExclusionUploadMode,
        dry_run: bool,
        accept_good_lines: bool,
        file_name: String,
        reason: String,
        uploaded_by: String,
        started_time: Option<Time>,
        finished_time: Option<Time>,
        lines: i64,
        refused_lines: i64,
        repeated_lines: i64,
        effect: Option<ExclusionsEffect>,
        preview: Option<ExclusionsPreview>,
        settings_version: i64,
        refusal_code: String,
        refusal: String,
        refusal_zh: String,
    }
    /// A list that was restored, or would be.
    Restoration of wire_enrollment::RestoreExclusionsResponse {
        effect: Option<ExclusionsEffect>,
        preview: Option<ExclusionsPreview>,
        settings_version: i64,
    }
}

/// What became of a line of an exclusion file; line 0 is the whole file.
#[derive(Debug, serde::Serialize)]
pub(crate) struct UploadedLine {
    pub(crate) line: u64,
    pub(crate) result: String,
    pub(crate) column: String,
    pub(crate) message: String,
}

impl UploadedLine {
    /// A line of the report; `None` for its header.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split('\t');
        let line = fields.next()?.parse().ok()?;
        let mut next = || unquoted(fields.next().unwrap_or_default());
        Some(Self { line, result: next(), column: next(), message: next() })
    }

    /// It says why something was not carried out.
    pub(crate) fn is_error(&self) -> bool {
        !["ACCEPTED", "NOT_APPLIED", "SKIPPED", "DUPLICATE_ROW"].contains(&self.result.as_str())
    }
}

/// A field as it was before it was written: one with a quote in it stands in quotes, with its quotes doubled.
fn unquoted(field: &str) -> String {
    let inner = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| field.to_owned(), |inner| inner.replace("\"\"", "\""))
}

/// An empty exclusion file with its instructions.
#[derive(Debug, serde::Serialize)]
pub(crate) struct ExclusionTemplate {
    pub(crate) file: String,
}

/// The authority that was in force at a time, if any.
#[derive(Debug, serde::Serialize)]
pub(crate) struct AuthorityAsOf {
    pub(crate) time: Time,
    pub(crate) authority: Option<Authority>,
    pub(crate) settings_version: i64,
}

/// A seller's part in the programme and what is on its way.
#[derive(Debug, serde::Serialize)]
pub(crate) struct SellerStatus {
    pub(crate) seller_id: String,
    pub(crate) state: String,
    pub(crate) since_time: Option<Time>,
    pub(crate) changed_by: String,
    pub(crate) reason: String,
    pub(crate) authority_id: String,
    pub(crate) accepted_orders: i64,
    pub(crate) paid_orders: i64,
    pub(crate) revoked_shipments: i64,
    pub(crate) settings_version: i64,
}

/// A product's exclusion that was taken back.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Inclusion {
    pub(crate) seller_id: String,
    pub(crate) asin: String,
    pub(crate) sku: String,
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
    ProductExclusion: "exclusion", "exclusions",
        ["asin", "destinations", "grounds", "reason", "changed_time", "changed_by"];
    ExclusionUpload: "upload", "uploads",
        ["upload_id", "started_time", "state", "mode", "dry_run", "lines", "refused_lines", "effect", "settings_version"];
    Restoration: "restoration", "restorations", ["effect", "settings_version"];
    UploadedLine: "line", "lines", ["line", "result", "column", "message"];
    Inclusion: "inclusion", "inclusions", ["seller_id", "asin", "sku", "settings_version"];
}
