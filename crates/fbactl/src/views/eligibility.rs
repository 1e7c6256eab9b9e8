//! Catalogue, verdicts, cycles, reports, HS codes.

use wire::eligibility::v1 as wire_eligibility;

use super::{Time, enums, resources, views};

enums! {
    wire_eligibility::VerdictState: "VERDICT_STATE_";
    wire_eligibility::CycleState: "CYCLE_STATE_";
    wire_eligibility::ReportType: "REPORT_TYPE_";
    wire_eligibility::ReportState: "REPORT_STATE_";
    wire_eligibility::ReportReasonCode: "REPORT_REASON_CODE_";
    wire_eligibility::ConfirmedAs: "CONFIRMED_AS_";
    wire_eligibility::ReviewState: "REVIEW_STATE_";
    wire_eligibility::RuleChangeKind: "RULE_CHANGE_KIND_";
    wire_eligibility::CheckSubject: "CHECK_SUBJECT_";
    wire_eligibility::CheckOutcome: "CHECK_OUTCOME_";
}

views! {
    /// Why a product may not go somewhere.
    EligibilityReason of wire_eligibility::EligibilityReason {
        code: String,
        rule_id: String,
        evidence: String,
        source: String,
        remedy: String,
        text: String,
    }
    /// A reason that holds for some countries.
    CountryReason of wire_eligibility::CountryReason {
        country_codes: Vec<String>,
        reason: Option<EligibilityReason>,
    }
    /// One ASIN against all destinations.
    Verdict of wire_eligibility::Verdict {
        asin: String,
        state: String as wire_eligibility::VerdictState,
        size_tier: String,
        eligible_country_codes: Vec<String>,
        reasons: Vec<EligibilityReason>,
        country_reasons: Vec<CountryReason>,
        rule_set_version: String,
        evaluated_time: Option<Time>,
        cycle_id: String,
    }
    /// Something that is looked at.
    CheckStep of wire_eligibility::CheckStep {
        subject: String as wire_eligibility::CheckSubject,
        outcome: String as wire_eligibility::CheckOutcome,
        known: String,
        reasons: Vec<EligibilityReason>,
    }
    /// Why a seller's product may, or may not, go to a country.
    Explanation of wire_eligibility::Explanation {
        eligible: bool,
        at: Option<Time>,
        rule_set_version: String,
        next_evaluation_time: Option<Time>,
        steps: Vec<CheckStep>,
        verdict: Option<Verdict>,
        warnings: Vec<CountryReason>,
        classification: Option<Classification>,
    }
    /// What would be decided about a product.
    Preview of wire_eligibility::PreviewProductResponse {
        verdict: Option<Verdict>,
        opening_country_codes: Vec<String>,
        closing_country_codes: Vec<String>,
    }
    /// A seller's item.
    Item of wire_eligibility::Item {
        seller_id: String,
        sku: String,
        asin: String,
        title: String,
        verdict_state: String as wire_eligibility::VerdictState,
        eligible_country_count: i32,
    }
    /// An offer that may go to the country asked for.
    DeliverableOffer of wire_eligibility::DeliverableOffer {
        seller_id: String,
        sku: String,
        asin: String,
        title: String,
    }
    /// One monthly run.
    Cycle of wire_eligibility::Cycle {
        cycle_id: String,
        month: String,
        state: String as wire_eligibility::CycleState,
        started_time: Option<Time>,
        completed_time: Option<Time>,
        cancelled_time: Option<Time>,
        cancelled_by: String,
        total_count: i64,
        evaluated_count: i64,
        exportable_count: i64,
        not_exportable_count: i64,
        needs_review_count: i64,
        rule_set_version: String,
    }
    /// Why a report has no document.
    ReportReason of wire_eligibility::ReportReason {
        code: String as wire_eligibility::ReportReasonCode,
        text: String,
        remedy: String,
        actor: String,
    }
    /// The file of a report.
    ReportDocument of wire_eligibility::ReportDocument {
        sha256: String,
        size_bytes: i64,
        row_count: i64,
        content_type: String,
        expires_time: Option<Time>,
        expired: bool,
    }
    /// A report that was asked for.
    Report of wire_eligibility::Report {
        report_id: String,
        seller_id: String,
        report_type: String as wire_eligibility::ReportType,
        state: String as wire_eligibility::ReportState,
        reason: Option<ReportReason>,
        document: Option<ReportDocument>,
        next_evaluation_time: Option<Time>,
        created_by: String,
        created_time: Option<Time>,
        started_time: Option<Time>,
        ended_time: Option<Time>,
        attempts: i32,
    }
    /// A code that a product may have.
    HsSuggestion of wire_eligibility::HsSuggestion {
        hs_code: String,
        confidence: i32,
        reference: String,
        reference_origin: String,
        matched_words: Vec<String>,
        restricted_classes: Vec<String>,
    }
    /// A code that somebody answers for.
    Classification of wire_eligibility::Classification {
        asin: String,
        version: i64,
        hs_code: String,
        confirmed_by: String,
        confirmed_as: String as wire_eligibility::ConfirmedAs,
        reason: String,
        confirmed_time: Option<Time>,
    }
    /// The codes of a product.
    KnownCodes of wire_eligibility::GetClassificationResponse {
        classification: Option<Classification>,
        declared_hs_codes: Vec<String>,
    }
    /// Tables that verdicts can be decided by.
    RuleSet of wire_eligibility::RuleSet {
        digest: String,
        shipped: bool,
        in_force: bool,
        imported_by: String,
        imported_time: Option<Time>,
    }
    /// Tables that were brought.
    ImportedRules of wire_eligibility::ImportRuleSetResponse {
        rule_set: Option<RuleSet>,
        rule_count: i32,
        already_applied: bool,
    }
    /// Tables put in force.
    RuleActivation of wire_eligibility::RuleActivation {
        activation_id: i64,
        digest: String,
        reason: String,
        activated_by: String,
        activated_time: Option<Time>,
        compared_count: i64,
        tightened_count: i64,
        completed_time: Option<Time>,
    }
    /// All tables and what was put in force.
    RuleSets of wire_eligibility::ListRuleSetsResponse {
        rule_sets: Vec<RuleSet>,
        activations: Vec<RuleActivation>,
    }
    /// A rule that two rule sets have otherwise.
    RuleChange of wire_eligibility::RuleChange {
        rule_id: String,
        kind: String as wire_eligibility::RuleChangeKind,
    }
    /// How many products a country loses and gains.
    CountryDifference of wire_eligibility::CountryDifference {
        country_code: String,
        closing_count: i64,
        opening_count: i64,
    }
    /// A product that may go elsewhere.
    ProductDifference of wire_eligibility::ProductDifference {
        asin: String,
        closing_country_codes: Vec<String>,
        opening_country_codes: Vec<String>,
    }
    /// What one rule set decides otherwise than another.
    RuleSetDifference of wire_eligibility::RuleSetDifference {
        from_version: String,
        to_version: String,
        product_count: i64,
        tightened_count: i64,
        loosened_count: i64,
        rules: Vec<RuleChange>,
        countries: Vec<CountryDifference>,
        samples: Vec<ProductDifference>,
    }
    /// A product's evaluation that a seller asked for.
    Review of wire_eligibility::Review {
        review_id: String,
        seller_id: String,
        asin: String,
        state: String as wire_eligibility::ReviewState,
        verdict_changed: bool,
        verdict_version: i64,
        created_by: String,
        created_time: Option<Time>,
        evaluated_time: Option<Time>,
    }
}

/// One checked line: what was asked and what was answered.
#[derive(Debug, serde::Serialize)]
pub(crate) struct CheckedLine {
    pub(crate) seller_id: String,
    pub(crate) sku: String,
    pub(crate) country_code: String,
    pub(crate) eligible: bool,
    pub(crate) asin: String,
    pub(crate) reasons: Vec<EligibilityReason>,
}

resources! {
    Item: "item", "items", ["sku", "asin", "verdict_state", "eligible_country_count", "title"];
    DeliverableOffer: "offer", "offers", ["seller_id", "sku", "asin", "title"];
    Cycle: "cycle", "cycles", [
        "cycle_id", "month", "state", "started_time", "completed_time", "total_count", "evaluated_count",
        "exportable_count", "not_exportable_count", "needs_review_count",
    ];
    Report: "report", "reports", [
        "report_id", "report_type", "state", "created_time", "ended_time", "created_by", "reason",
    ];
    HsSuggestion: "suggestion", "suggestions", [
        "hs_code", "confidence", "reference", "matched_words", "restricted_classes",
    ];
    Classification: "classification", "classifications", [
        "version", "hs_code", "confirmed_as", "confirmed_by", "confirmed_time", "reason",
    ];
    Review: "review", "reviews", ["review_id", "asin", "state", "verdict_changed", "created_time", "evaluated_time"];
    CheckedLine: "result", "results", ["seller_id", "sku", "asin", "country_code", "eligible", "reasons"];
}
