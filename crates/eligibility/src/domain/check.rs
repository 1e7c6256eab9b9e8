//! May this seller's product go to this country now? Enrolment, exclusions, embargoes and destinations count as of
//! now, the product's verdict as of its last evaluation. Every no has its reasons; what is not known is no.

use std::borrow::Cow;

use kernel::Country;

use super::offer::Group;
use super::rules::{Rule, RuleSet};

/// What is known about one line.
#[derive(Debug, Clone)]
pub(crate) struct LineFacts<'a> {
    pub(crate) country: Country,
    pub(crate) purpose: Purpose,
    /// `None` when enrollment never told us of the seller.
    pub(crate) seller: Option<SellerFacts>,
    /// `None` when the seller has no such offer.
    pub(crate) product: Option<ProductFacts<'a>>,
}

/// What the order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Of the store's own buyers.
    Export,
    /// Multi-channel: of another channel of the seller.
    Mcf,
}

/// A seller's settings, as far as they matter for the country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SellerFacts {
    pub(crate) enabled: bool,
    pub(crate) excludes_country: bool,
}

/// A product, as far as it matters for the country.
#[derive(Debug, Clone)]
pub(crate) struct ProductFacts<'a> {
    pub(crate) group: Group,
    pub(crate) exclusion: Option<Exclusion>,
    /// `None` before the first evaluation.
    pub(crate) verdict: Option<VerdictFacts<'a>>,
}

/// A seller's exclusion of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exclusion {
    Everywhere,
    ThisCountry,
    OtherCountries,
}

/// What the product's verdict says about the country.
#[derive(Debug, Clone)]
pub(crate) struct VerdictFacts<'a> {
    pub(crate) permits: bool,
    /// By the rules that it was made by, even when the tables have moved on. Need not be read when the country is permitted.
    pub(crate) findings: Vec<Finding<'a>>,
}

/// A rule about something that the product shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Finding<'a> {
    pub(crate) rule: &'a Rule,
    /// What of the product it is about.
    pub(crate) evidence: &'a str,
}

/// What is looked at, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Whether the seller takes part.
    Participation,
    /// Countries that the seller has excluded.
    Country,
    /// Embargoes, and destinations that are served.
    Destination,
    /// The seller's offer.
    Offer,
    /// What a multi-channel order may hold.
    Purpose,
    /// Products that the seller has excluded.
    Product,
    /// What the rules say of the product.
    Verdict,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason<'a> {
    /// Where it was found.
    pub(crate) step: Step,
    pub(crate) rule: &'a Rule,
    pub(crate) country: Country,
    pub(crate) evidence: Cow<'a, str>,
}

/// All reasons against a line; none means that it is eligible.
pub(crate) fn reasons<'a>(today: &'a RuleSet, line: &LineFacts<'a>) -> Vec<Reason<'a>> {
    let mut reasons = Vec::new();
    let country = line.country;
    let programme = &today.programme;
    let mut add = |step: Step, rule: &'a Rule, evidence: Cow<'a, str>| {
        reasons.push(Reason { step, rule, country, evidence });
    };
    match line.seller {
        None => add(
            Step::Participation,
            &programme.program_disabled,
            "the seller is not known to take part".into(),
        ),
        Some(seller) => {
            if !seller.enabled {
                add(Step::Participation, &programme.program_disabled, "the seller does not take part".into());
            }
            if seller.excludes_country {
                add(
                    Step::Country,
                    &programme.seller_excluded_country,
                    format!("excluded country: {country}").into(),
                );
            }
        }
    }
    if today.destinations.embargoed.contains(country) {
        add(Step::Destination, &programme.embargo, format!("destination: {country}").into());
    } else if !today.destinations.open.contains(country) {
        add(Step::Destination, &programme.destination_not_served, format!("destination: {country}").into());
    }
    let Some(product) = &line.product else {
        add(Step::Offer, &programme.sku_unknown, "the seller lists no such offer".into());
        return reasons;
    };
    if line.purpose == Purpose::Mcf && !today.mcf_groups.contains(&product.group) {
        add(Step::Purpose, &programme.mcf_group, format!("product group: {}", product.group.name()).into());
    }
    match product.exclusion {
        Some(Exclusion::Everywhere) => {
            add(Step::Product, &programme.seller_excluded_product, "all destinations".into())
        }
        Some(Exclusion::ThisCountry) => {
            add(
                Step::Product,
                &programme.seller_excluded_product_country,
                format!("excluded country: {country}").into(),
            );
        }
        Some(Exclusion::OtherCountries) | None => {}
    }
    match &product.verdict {
        None => add(Step::Verdict, &programme.pending, "not evaluated yet".into()),
        Some(verdict) if verdict.permits => {}
        Some(verdict) => reasons.extend(verdict.against(today, country)),
    }
    reasons
}

impl<'a> VerdictFacts<'a> {
    /// The verdict's reasons against a country. One that is open and that it has none against was held back until the next cycle, or
    /// opened after the evaluation.
    fn against(&self, today: &'a RuleSet, country: Country) -> Vec<Reason<'a>> {
        let closing = self.findings.iter().filter(|finding| finding.rule.closes(country));
        let step = Step::Verdict;
        let reason = |&Finding { rule, evidence }| Reason { step, rule, country, evidence: evidence.into() };
        let mut reasons: Vec<Reason<'_>> = closing.map(reason).collect();
        if reasons.is_empty() && today.destinations.open.contains(country) {
            let evidence = "opened after the last evaluation".into();
            reasons.push(Reason { step, rule: &today.programme.pending, country, evidence });
        }
        reasons
    }
}

impl Reason<'_> {
    /// With the country where countries judge for themselves.
    pub(crate) fn code(&self) -> String {
        self.rule.code_for(self.country)
    }
}

#[cfg(test)]
mod tests;
