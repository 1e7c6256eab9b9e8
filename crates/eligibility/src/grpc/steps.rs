//! What is looked at of a line, step by step, with what is known of each.

use wire::eligibility::v1::{CheckOutcome, CheckStep, CheckSubject};

use super::convert::Teller;
use crate::app::{Deciding, Line};
use crate::domain::check::{Purpose, Reason, Step};
use crate::domain::rules::RuleSet;
use crate::domain::settings::{Excluded, Settings};
use crate::publish::codes;
use crate::store::check::{KnownProduct, KnownVerdict};

/// All steps, in their order.
const STEPS: [(Step, CheckSubject); 7] = [
    (Step::Participation, CheckSubject::Participation),
    (Step::Country, CheckSubject::ExcludedCountries),
    (Step::Destination, CheckSubject::Destination),
    (Step::Offer, CheckSubject::Offer),
    (Step::Purpose, CheckSubject::Purpose),
    (Step::Product, CheckSubject::ExcludedProducts),
    (Step::Verdict, CheckSubject::Verdict),
];

/// The steps of a line.
pub(super) fn of(line: &Line, deciding: &Deciding, teller: Teller<'_>) -> Vec<CheckStep> {
    let reasons = deciding.reasons(line);
    let step = |(step, subject): &(Step, CheckSubject)| {
        let against = reasons.iter().filter(|reason| reason.step == *step);
        let reasons: Vec<_> = against.map(|reason: &Reason<'_>| teller.reason(reason.clone())).collect();
        let known = known(*step, line, deciding.rules());
        let refused = !reasons.is_empty() || *step == Step::Verdict && known.is_some() && !permits(line);
        let outcome = match (&known, refused) {
            (None, false) => CheckOutcome::NotLookedAt,
            (Some(_), false) => CheckOutcome::Passed,
            (_, true) => CheckOutcome::Refused,
        };
        let (subject, outcome) = ((*subject).into(), outcome.into());
        CheckStep { subject, outcome, known: known.unwrap_or_default(), reasons }
    };
    STEPS.iter().map(step).collect()
}

/// Its verdict permits the country.
fn permits(line: &Line) -> bool {
    let verdict = line.offer.known.product.as_ref().and_then(|product| product.verdict.as_ref());
    verdict.is_some_and(|verdict| verdict.eligible.contains(line.country))
}

/// What is known; `None` of an offer that is not there.
fn known(step: Step, line: &Line, rules: &RuleSet) -> Option<String> {
    let (settings, product) = (line.offer.known.settings, line.offer.known.product.as_ref());
    match step {
        Step::Participation => Some(settings.map_or_else(|| "unknown seller".to_owned(), participation)),
        Step::Country => Some(excluded_countries(settings)),
        Step::Destination => Some(destination(line, rules)),
        Step::Offer => Some(product.map_or_else(|| "none".to_owned(), |product| offer(line, product))),
        Step::Purpose => product.map(|product| purpose(line.purpose, product)),
        Step::Product => product.map(|product| excluded(product.excluded)),
        Step::Verdict => product.map(|product| verdict(line, product.verdict.as_ref())),
    }
}

fn participation(settings: Settings) -> String {
    let takes_part = if settings.enabled { "takes part" } else { "does not take part" };
    format!("settings version {}: {takes_part}", settings.version)
}

fn excluded_countries(settings: Option<Settings>) -> String {
    let countries = settings.map(|settings| codes(settings.excluded)).unwrap_or_default();
    if countries.is_empty() { "none".to_owned() } else { countries.join(", ") }
}

fn destination(line: &Line, rules: &RuleSet) -> String {
    let (country, to) = (line.country, &rules.destinations);
    let standing = match (to.embargoed.contains(country), to.open.contains(country)) {
        (true, _) => "under embargo",
        (false, true) => "served",
        (false, false) => "not served",
    };
    format!("{country}: {standing}")
}

fn offer(line: &Line, product: &KnownProduct) -> String {
    format!("SKU {} lists {}, product group {}", line.offer.sku(), product.asin, product.group.name())
}

fn purpose(purpose: Purpose, product: &KnownProduct) -> String {
    match purpose {
        Purpose::Export => "EXPORT: every product group".to_owned(),
        Purpose::Mcf => format!("MCF: media alone, and this is {}", product.group.name()),
    }
}

fn excluded(excluded: Excluded) -> String {
    match excluded {
        Excluded::Not => "not excluded".to_owned(),
        Excluded::Everywhere => "excluded everywhere".to_owned(),
        Excluded::Countries(countries) => format!("excluded from {}", codes(countries).join(", ")),
    }
}

fn verdict(line: &Line, verdict: Option<&KnownVerdict>) -> String {
    match verdict {
        None => "not evaluated yet".to_owned(),
        Some(verdict) => {
            let permits = if permits(line) { "permits" } else { "does not permit" };
            format!("{permits} {}; permits {} destinations", line.country, verdict.eligible.len())
        }
    }
}
