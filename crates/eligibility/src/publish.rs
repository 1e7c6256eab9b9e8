//! What others are told.

use jiff::Timestamp;
use kernel::CountrySet;
use messaging::Outgoing;
use wire::eligibility::events::v1::{CycleCompleted, EligibilityEvent, VerdictChanged};

use crate::domain::cycle::Cycle;
use crate::store::verdicts::NewVerdict;

/// An ASIN's verdict is new or differs from the one before. Key and subject are the ASIN, the sequence counts its
/// events.
pub(crate) fn verdict_changed(verdict: &NewVerdict, rule_set_version: &str, at: Timestamp) -> Outgoing {
    let asin = verdict.asin.as_str();
    let event = VerdictChanged {
        asin: asin.to_owned(),
        state: verdict.state.name().to_owned(),
        eligible_country_codes: codes(verdict.eligible),
        reason_codes: verdict.codes.clone(),
        rule_set_version: rule_set_version.to_owned(),
        cycle_id: verdict.cycle.map(|cycle| cycle.to_string()).unwrap_or_default(),
        size_tier: verdict.size_tier.clone().unwrap_or_default(),
    };
    Outgoing::event::<EligibilityEvent>(asin, asin, verdict.version, at, event)
}

/// A cycle has evaluated everything. The only event of its cycle.
pub(crate) fn cycle_completed(cycle: &Cycle, at: Timestamp) -> Outgoing {
    let id = cycle.id.to_string();
    let event = CycleCompleted {
        cycle_id: id.clone(),
        month: cycle.month.to_string(),
        evaluated_count: cycle.counts.evaluated(),
        exportable_count: cycle.counts.exportable,
        not_exportable_count: cycle.counts.not_exportable,
        needs_review_count: cycle.counts.needs_review,
    };
    Outgoing::event::<EligibilityEvent>(&id, &id, 1, at, event)
}

/// Sorted alpha-2 codes.
pub(crate) fn codes(countries: CountrySet) -> Vec<String> {
    countries.iter().map(|country| country.to_string()).collect()
}
