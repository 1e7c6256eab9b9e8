//! May this seller's product go to this country now? Enrolment, exclusions, embargoes and destinations count as of
//! now, the product's verdict as of its last evaluation. Every no has its reasons; what is not known is no.

use std::collections::HashMap;

use kernel::Country;

use super::offer::Group;
use super::rules::{Effect, Rule, RuleSet};

/// The rules a verdict was made by, by id: it is explained by them even when the tables have moved on.
pub(crate) type RuleIndex = HashMap<String, Rule>;

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
    /// Rule ids with their evidence; need not be read when the country is permitted.
    pub(crate) findings: &'a [(String, String)],
    pub(crate) rules: &'a RuleIndex,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) code: String,
    /// The same without a country.
    pub(crate) base_code: String,
    pub(crate) rule_id: String,
    pub(crate) evidence: String,
    pub(crate) source: String,
    pub(crate) remedy: String,
}

/// All reasons against a line; none means that it is eligible.
pub(crate) fn reasons(today: &RuleSet, line: &LineFacts<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let country = line.country;
    let programme = &today.programme;
    let mut add = |rule: &Rule, evidence: String| reasons.push(Reason::of(rule, country, evidence));
    match line.seller {
        None => add(&programme.program_disabled, "the seller is not known to take part".to_owned()),
        Some(seller) => {
            if !seller.enabled {
                add(&programme.program_disabled, "the seller does not take part".to_owned());
            }
            if seller.excludes_country {
                add(&programme.seller_excluded_country, format!("excluded country: {country}"));
            }
        }
    }
    if today.destinations.embargoed.contains(country) {
        add(&programme.embargo, format!("destination: {country}"));
    } else if !today.destinations.open.contains(country) {
        add(&programme.destination_not_served, format!("destination: {country}"));
    }
    let Some(product) = &line.product else {
        add(&programme.sku_unknown, "the seller has no offer with this SKU".to_owned());
        return reasons;
    };
    if line.purpose == Purpose::Mcf && !today.mcf_groups.contains(&product.group) {
        add(&programme.mcf_group, format!("product group: {}", product.group.name()));
    }
    match product.exclusion {
        Some(Exclusion::Everywhere) => add(&programme.seller_excluded_product, "all destinations".to_owned()),
        Some(Exclusion::ThisCountry) => {
            add(&programme.seller_excluded_product_country, format!("excluded country: {country}"));
        }
        Some(Exclusion::OtherCountries) | None => {}
    }
    match &product.verdict {
        None => add(&programme.pending, "not evaluated yet".to_owned()),
        Some(verdict) if verdict.permits => {}
        Some(verdict) => reasons.extend(verdict.against(today, country, reasons.is_empty())),
    }
    reasons
}

impl VerdictFacts<'_> {
    /// The verdict's reasons against a country. One that it has none against was held back until the next cycle, or
    /// opened after the evaluation; `alone` says that nothing else is against the line.
    fn against(&self, today: &RuleSet, country: Country, alone: bool) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = Vec::new();
        for (rule_id, evidence) in self.findings {
            let rule = self.rules.get(rule_id);
            let binds = |rule: &&Rule| rule.effect != Effect::Warn && rule.scope.contains(country);
            reasons.extend(rule.filter(binds).map(|rule| Reason::of(rule, country, evidence.clone())));
        }
        if reasons.is_empty() && alone {
            let evidence = "opened after the last evaluation".to_owned();
            reasons.push(Reason::of(&today.programme.pending, country, evidence));
        }
        reasons
    }
}

impl Reason {
    pub(crate) fn of(rule: &Rule, country: Country, evidence: String) -> Self {
        Self {
            code: rule.code_for(country),
            base_code: rule.code.clone(),
            rule_id: rule.id.clone(),
            evidence,
            source: rule.source.clone(),
            remedy: rule.remedy.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
