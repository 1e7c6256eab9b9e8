//! The dated policy: whom the programme takes in, under which terms, and the bounds of settings. Rows of
//! `data/enrollment/*.csv`, embedded.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Country, Dated, Effective, MarketplaceId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{Membership, Region, Regions};

/// The row for marketplaces that have none of their own.
const ANY_MARKETPLACE: &str = "*";
const ENROLMENT: &str = include_str!("../../../../data/enrollment/enrolment_policy.csv");
const TERMS: &str = include_str!("../../../../data/enrollment/terms.csv");
const LIMITS: &str = include_str!("../../../../data/enrollment/limits.csv");
const REGIONS: &str = include_str!("../../../../data/enrollment/regions.csv");
const REGION_NAMES: &str = include_str!("../../../../data/enrollment/region_names.csv");
/// The wording of each version that `terms.csv` names.
const TEXTS: &[(&str, &str)] = &[("2012-01", include_str!("../../../../data/enrollment/terms/2012-01.txt"))];

/// A row of the embedded data that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("data/enrollment/{file}: {problem}")]
pub(crate) struct PolicyError {
    file: &'static str,
    problem: String,
}

/// What a marketplace's sellers get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnrolmentRule {
    /// A registered seller takes part without asking.
    pub(crate) by_default: bool,
    /// A seller may take part at all.
    pub(crate) may_take_part: bool,
    pub(crate) reason: String,
}

/// The terms a seller accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) version: String,
    /// SHA-256 of the text, hex.
    pub(crate) sha256: String,
}

/// All dated rows.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    enrolment: BTreeMap<String, Dated<EnrolmentRule>>,
    terms: Dated<Terms>,
    product_exclusions: Dated<i64>,
    regions: Regions,
}

#[derive(Deserialize)]
struct EnrolmentRow {
    marketplace_id: String,
    valid_from: String,
    valid_to: String,
    enrolled_by_default: String,
    may_take_part: String,
    reason: String,
}

#[derive(Deserialize)]
struct TermsRow {
    version: String,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct RegionRow {
    region: String,
    country: Country,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct RegionNameRow {
    region: String,
    name_en: String,
    name_zh: String,
}

#[derive(Deserialize)]
struct LimitRow {
    name: String,
    value: i64,
    valid_from: String,
    valid_to: String,
}

impl Policy {
    /// The rows that ship with the product.
    ///
    /// # Errors
    /// When a row is malformed, two rows overlap, or a version of the terms has no text.
    pub(crate) fn embedded() -> Result<Self, PolicyError> {
        Ok(Self {
            enrolment: enrolment("enrolment_policy.csv")?,
            terms: terms("terms.csv")?,
            product_exclusions: limit("limits.csv", "product_exclusions")?,
            regions: regions("regions.csv")?,
        })
    }

    /// The rule for sellers of a marketplace on a day; `None` before the first row.
    pub(crate) fn enrolment(&self, marketplace: MarketplaceId, day: Date) -> Option<&EnrolmentRule> {
        let own = self.enrolment.get(marketplace.as_str()).and_then(|rows| rows.at(day));
        own.or_else(|| self.enrolment.get(ANY_MARKETPLACE).and_then(|rows| rows.at(day)))
    }

    /// The terms in force on a day; `None` before the first version.
    pub(crate) fn terms(&self, day: Date) -> Option<&Terms> {
        self.terms.at(day)
    }

    /// The most products a seller may exclude; none where no row holds.
    pub(crate) fn product_exclusions(&self, day: Date) -> i64 {
        self.product_exclusions.at(day).copied().unwrap_or(0)
    }

    /// The regions, with all their dated members.
    pub(crate) fn regions(&self) -> &Regions {
        &self.regions
    }
}

fn enrolment(file: &'static str) -> Result<BTreeMap<String, Dated<EnrolmentRule>>, PolicyError> {
    let mut rows: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for row in read::<EnrolmentRow>(file, ENROLMENT)? {
        let rule = EnrolmentRule {
            by_default: yes(file, &row.enrolled_by_default)?,
            may_take_part: yes(file, &row.may_take_part)?,
            reason: row.reason,
        };
        let held = effective(file, &row.valid_from, &row.valid_to)?;
        rows.entry(row.marketplace_id).or_default().push((held, rule));
    }
    rows.into_iter().map(|(marketplace, rows)| Ok((marketplace, dated(file, rows)?))).collect()
}

fn terms(file: &'static str) -> Result<Dated<Terms>, PolicyError> {
    let mut rows = Vec::new();
    for row in read::<TermsRow>(file, TERMS)? {
        let text = TEXTS.iter().find(|(version, _)| *version == row.version).map(|(_, text)| text);
        let text = text.ok_or_else(|| wrong(file, format!("version {} has no text", row.version)))?;
        let sha256 = hex::encode(Sha256::digest(text.as_bytes()));
        let held = effective(file, &row.valid_from, &row.valid_to)?;
        rows.push((held, Terms { version: row.version, sha256 }));
    }
    dated(file, rows)
}

/// Names first: a member of a region that has none is a mistake.
fn regions(file: &'static str) -> Result<Regions, PolicyError> {
    let mut table = BTreeMap::new();
    for row in read::<RegionNameRow>("region_names.csv", REGION_NAMES)? {
        let membership = Membership { name: row.name_en, name_zh: row.name_zh, members: Vec::new() };
        table.insert(Region::new(&row.region), membership);
    }
    for row in read::<RegionRow>(file, REGIONS)? {
        let region = table.get_mut(&Region::new(&row.region));
        let region = region.ok_or_else(|| wrong(file, format!("region {} has no name", row.region)))?;
        region.members.push((row.country, effective(file, &row.valid_from, &row.valid_to)?));
    }
    Regions::new(table).map_err(|error| wrong(file, error))
}

fn limit(file: &'static str, name: &str) -> Result<Dated<i64>, PolicyError> {
    let mut rows = Vec::new();
    for row in read::<LimitRow>(file, LIMITS)?.into_iter().filter(|row| row.name == name) {
        rows.push((effective(file, &row.valid_from, &row.valid_to)?, row.value));
    }
    dated(file, rows)
}

fn read<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<Vec<T>, PolicyError> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect::<Result<_, _>>();
    rows.map_err(|error| wrong(file, error))
}

fn effective(file: &'static str, from: &str, to: &str) -> Result<Effective, PolicyError> {
    Effective::from_columns(from, to).map_err(|error| wrong(file, error))
}

fn dated<T>(file: &'static str, rows: Vec<(Effective, T)>) -> Result<Dated<T>, PolicyError> {
    Dated::new(rows).map_err(|error| wrong(file, error))
}

fn yes(file: &'static str, text: &str) -> Result<bool, PolicyError> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(wrong(file, format!("{other:?} is neither yes nor no"))),
    }
}

fn wrong(file: &'static str, problem: impl std::fmt::Display) -> PolicyError {
    PolicyError { file, problem: problem.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn sellers_on_amazon_com_are_enrolled_by_default_and_others_are_not() {
        let policy = Policy::embedded().unwrap();
        let day = date(2026, 10, 1);
        assert!(policy.enrolment(MarketplaceId::US, day).unwrap().by_default);
        let other = MarketplaceId::parse("A1F83G8C2ARO7P").unwrap();
        let rule = policy.enrolment(other, day).unwrap();
        assert!(!rule.by_default && !rule.may_take_part);
    }

    #[test]
    fn the_digest_of_terms_is_pinned_since_authorities_name_it() {
        let policy = Policy::embedded().unwrap();
        let terms = policy.terms(date(2026, 10, 1)).unwrap();
        assert_eq!(terms.version, "2012-01");
        assert_eq!(terms.sha256, "d878ba96b845a965cef4bf7677b9f986edd73d2c1851910f879319e4d90ce76b");
    }

    #[test]
    fn regions_have_the_members_they_had_on_a_day() {
        let policy = Policy::embedded().unwrap();
        let members = |region: &str, day| policy.regions().members(&Region::new(region), day);
        let (before, after) = (date(2020, 1, 31), date(2020, 2, 1));
        let kingdom = Country::parse("GB").unwrap();
        assert!(members("EEA", before).contains(kingdom) && !members("EEA", after).contains(kingdom));
        assert_eq!((members("EU27", after).len(), members("EEA", after).len()), (27, 30));
        assert_eq!(members("GREATER_CHINA", after).to_string(), "CN|HK|MO|TW");
    }

    #[test]
    fn before_the_first_row_nothing_holds() {
        let policy = Policy::embedded().unwrap();
        let day = date(2011, 12, 31);
        assert!(policy.terms(day).is_none() && policy.enrolment(MarketplaceId::US, day).is_none());
        assert_eq!(policy.product_exclusions(day), 0);
    }
}
