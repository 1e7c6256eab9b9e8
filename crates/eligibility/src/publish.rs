//! What others are told.

use jiff::Timestamp;
use kernel::CountrySet;
use messaging::Outgoing;
use wire::Event as _;
use wire::convert::timestamp;
use wire::eligibility::events::v1::{
    ClassificationConfirmed, ClassificationSuggested, CycleCompleted, EligibilityEvent, VerdictChanged,
};
use wire::eligibility::state::v1::{CurrentVerdict, EligibilityState};
use wire::eligibility::v1::{StandingVerdict, VerdictState};
use wire::eligibility::work::v1::{EligibilityWork, ShardDue};

use crate::domain::classification::{Confirmation, Suggested};
use crate::domain::cycle::Cycle;
use crate::domain::verdict::State;
use crate::store::told::Told;

/// An ASIN's verdict is new or differs from the one before: the event, and what stands now.
pub(crate) fn verdict(told: &Told) -> [Outgoing; 2] {
    [verdict_changed(told), current_verdict(told)]
}

/// Key and subject are the ASIN, the sequence counts its events.
fn verdict_changed(told: &Told) -> Outgoing {
    let asin = told.asin.as_str();
    let event = VerdictChanged {
        asin: asin.to_owned(),
        state: told.state.name().to_owned(),
        eligible_country_codes: codes(told.eligible),
        reason_codes: told.codes.clone(),
        rule_set_version: told.rule_set_version.clone(),
        cycle_id: told.cycle.map(|cycle| cycle.to_string()).unwrap_or_default(),
        size_tier: told.size_tier.clone(),
    };
    Outgoing::event::<EligibilityEvent>(asin, asin, told.version, told.at, event)
}

/// What stands about an ASIN, after the event of the same sequence.
pub(crate) fn current_verdict(told: &Told) -> Outgoing {
    let asin = told.asin.as_str();
    let current = CurrentVerdict { verdict: Some(standing_verdict(told)) };
    Outgoing::event::<EligibilityState>(asin, asin, told.version, told.at, current)
}

/// A verdict without reasons.
pub(crate) fn standing_verdict(told: &Told) -> StandingVerdict {
    StandingVerdict {
        asin: told.asin.clone(),
        version: told.version,
        state: verdict_state(told.state).into(),
        eligible_country_codes: codes(told.eligible),
        size_tier: told.size_tier.clone(),
        rule_set_version: told.rule_set_version.clone(),
        evaluated_time: Some(timestamp(told.at)),
    }
}

/// A verdict's state.
pub(crate) fn verdict_state(state: State) -> VerdictState {
    match state {
        State::Pending => VerdictState::Pending,
        State::Exportable => VerdictState::Exportable,
        State::NotExportable => VerdictState::NotExportable,
        State::NeedsReview => VerdictState::NeedsReview,
    }
}

/// A shard of a cycle is to be evaluated. Key: the shard; the sequence counts the attempts of the cycle.
pub(crate) fn shard_due(cycle: &Cycle, shard: i32, at: Timestamp) -> Outgoing {
    let (cycle_id, attempt) = (cycle.id.to_string(), cycle.attempt);
    let subject = format!("{cycle_id}/{shard}");
    let event = ShardDue { cycle_id, attempt, shard };
    Outgoing::event::<EligibilityWork>(&shard_key(shard), &subject, i64::from(attempt), at, event)
}

/// Numbers of partitions among which shards lie evenly: the divisors of this one.
const EVENLY: u32 = 48;

/// The first key of a shard's that hashes to the shard: by their numbers alone some partitions would have three shards, others none, and
/// so would the workers.
fn shard_key(shard: i32) -> String {
    let lies_right = |key: &String| {
        let hash = bus::partition_hash(EligibilityWork::PACKAGE, key.as_bytes());
        hash % EVENLY == shard.cast_unsigned() % EVENLY
    };
    (0_u32..).map(|n| format!("{shard:02}-{n}")).find(lies_right).unwrap_or_default()
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

/// The HS code of an ASIN is confirmed. Key: the ASIN, as of its verdicts; the sequence counts its confirmations.
pub(crate) fn classification_confirmed(confirmed: &Confirmation) -> Outgoing {
    let asin = confirmed.asin.to_string();
    let subject = format!("{asin}/classification");
    let event = ClassificationConfirmed {
        asin: asin.clone(),
        hs_code: confirmed.code.to_string(),
        version: confirmed.version,
        confirmed_as: confirmed.by_role.name().to_owned(),
        confirmed_by: confirmed.by.clone(),
    };
    Outgoing::event::<EligibilityEvent>(&asin, &subject, confirmed.version, confirmed.at, event)
}

/// The likeliest HS code of an ASIN is another. Key: the ASIN; the sequence counts its suggestions.
pub(crate) fn classification_suggested(told: &Suggested, at: Timestamp) -> Outgoing {
    let asin = told.asin.to_string();
    let subject = format!("{asin}/suggestion");
    let event = ClassificationSuggested {
        asin: asin.clone(),
        hs_code: told.likeliest.map(|likeliest| likeliest.code.to_string()).unwrap_or_default(),
        confidence: told.likeliest.map_or(0, |likeliest| likeliest.confidence.into()),
        version: told.version,
    };
    Outgoing::event::<EligibilityEvent>(&asin, &subject, told.version, at, event)
}

/// Sorted alpha-2 codes.
pub(crate) fn codes(countries: CountrySet) -> Vec<String> {
    countries.iter().map(|country| country.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::cycle_rows::SHARDS;

    #[test]
    fn shards_lie_evenly_in_partitions() {
        for partitions in [1, 4, 8, 12, 16, 24] {
            let mut shards = vec![0; partitions as usize];
            for shard in 0..SHARDS {
                let hash = bus::partition_hash(EligibilityWork::PACKAGE, shard_key(shard).as_bytes());
                shards[(hash % partitions) as usize] += 1;
            }
            let (fewest, most) = (shards.iter().min(), shards.iter().max());
            assert!(
                most.zip(fewest).is_some_and(|(most, fewest)| most - fewest <= 1),
                "{partitions}: {shards:?}"
            );
        }
    }
}
