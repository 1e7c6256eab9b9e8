//! Domain and store for the wire.

use wire::convert::timestamp;
use wire::eligibility::v1;

use crate::app::Explanation;
use crate::domain::check::Reason;
use crate::domain::cycle::Cycle;
use crate::domain::rules::Rule;
use crate::domain::wording::{Language, Wording};
use crate::publish::{codes, verdict_state};

/// The language of texts that is asked for; English where none is.
pub(crate) fn language(language: wire::common::v1::Language) -> Language {
    match language {
        wire::common::v1::Language::SimplifiedChinese => Language::SimplifiedChinese,
        wire::common::v1::Language::English | wire::common::v1::Language::Unspecified => Language::English,
    }
}

/// Tells reasons in a language.
#[derive(Clone, Copy)]
pub(crate) struct Teller<'a> {
    pub(crate) wording: &'a Wording,
    pub(crate) language: Language,
}

impl Teller<'_> {
    /// A reason against a line.
    pub(crate) fn reason(self, reason: Reason<'_>) -> v1::EligibilityReason {
        v1::EligibilityReason { code: reason.code(), ..self.of_rule(reason.rule, &reason.evidence) }
    }

    /// The same without what is alike in all reasons of a rule.
    pub(crate) fn mention(reason: Reason<'_>) -> v1::EligibilityReason {
        v1::EligibilityReason {
            code: reason.code(),
            rule_id: reason.rule.id.clone(),
            evidence: reason.evidence.into_owned(),
            ..v1::EligibilityReason::default()
        }
    }

    /// What is alike in all reasons of a rule.
    pub(crate) fn rule(self, rule: &Rule) -> v1::EligibilityRule {
        let v1::EligibilityReason { rule_id, source, remedy, text, .. } = self.of_rule(rule, "");
        v1::EligibilityRule { rule_id, source, remedy, text }
    }

    fn of_rule(self, rule: &Rule, evidence: &str) -> v1::EligibilityReason {
        let text = self.wording.reason(&rule.code, Rule::is_possible(&rule.id), self.language);
        v1::EligibilityReason {
            code: rule.code.clone(),
            rule_id: rule.id.clone(),
            evidence: evidence.to_owned(),
            source: rule.source.clone(),
            remedy: self.wording.remedy(&rule.remedy, self.language).to_owned(),
            text: text.unwrap_or_default(),
        }
    }
}

/// A verdict with its reasons. A reason that holds for many countries has its code without a country.
pub(crate) fn verdict(
    asin: String,
    explanation: &Explanation,
    pending: &Rule,
    teller: Teller<'_>,
) -> v1::Verdict {
    let verdict = &explanation.verdict;
    let (mut reasons, mut country_reasons) = (Vec::new(), Vec::new());
    for (rule, evidence, closed) in explanation.reasons() {
        match closed {
            None => reasons.push(teller.of_rule(rule, evidence)),
            Some(closed) => country_reasons.push(v1::CountryReason {
                country_codes: codes(closed),
                reason: Some(teller.of_rule(rule, evidence)),
            }),
        }
    }
    let waiting = explanation.waiting();
    if verdict.evaluated.is_none() {
        reasons.push(teller.of_rule(pending, "not evaluated yet"));
    } else if !waiting.is_empty() {
        let reason = Some(teller.of_rule(pending, "opened after the last evaluation"));
        country_reasons.push(v1::CountryReason { country_codes: codes(waiting), reason });
    }
    v1::Verdict {
        asin,
        state: verdict_state(verdict.state).into(),
        size_tier: verdict.size_tier.clone().unwrap_or_default(),
        eligible_country_codes: codes(verdict.eligible),
        reasons,
        country_reasons,
        rule_set_version: explanation.version().to_owned(),
        evaluated_time: verdict.evaluated.map(|evaluated| timestamp(evaluated.at)),
        cycle_id: verdict.cycle.map(|cycle| cycle.to_string()).unwrap_or_default(),
    }
}

/// What rules warn of, with the countries that they are about.
pub(crate) fn warnings(explanation: &Explanation, teller: Teller<'_>) -> Vec<v1::CountryReason> {
    let warnings = explanation.warnings().into_iter().map(|(rule, evidence, countries)| v1::CountryReason {
        country_codes: codes(countries),
        reason: Some(teller.of_rule(rule, evidence)),
    });
    warnings.collect()
}

/// A cycle.
pub(crate) fn cycle(cycle: &Cycle) -> v1::Cycle {
    let state = match (&cycle.completed, &cycle.cancelled) {
        (Some(_), _) => v1::CycleState::Completed,
        (None, Some(_)) => v1::CycleState::Cancelled,
        (None, None) => v1::CycleState::Running,
    };
    v1::Cycle {
        cycle_id: cycle.id.to_string(),
        month: cycle.month.to_string(),
        state: state.into(),
        started_time: Some(timestamp(cycle.started)),
        completed_time: cycle.completed.map(timestamp),
        evaluated_count: cycle.counts.evaluated(),
        exportable_count: cycle.counts.exportable,
        not_exportable_count: cycle.counts.not_exportable,
        needs_review_count: cycle.counts.needs_review,
        rule_set_version: cycle.rule_set_version.clone(),
        total_count: cycle.total,
        cancelled_time: cycle.cancelled.as_ref().map(|cancelled| timestamp(cancelled.at)),
        cancelled_by: cycle.cancelled.as_ref().map(|cancelled| cancelled.by.clone()).unwrap_or_default(),
    }
}
