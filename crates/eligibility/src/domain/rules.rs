//! The rule set: every dated table, compiled for a day into rules that are sets of countries. A verdict is then a
//! union of masks, and each rule says whom it binds, why, and what helps.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Country, CountrySet};
use sha2::{Digest, Sha256};

use super::data::{self, DataError, Table, Tables};
use super::destinations::{Destinations, DestinationsToday};
use super::export_control::{ControlRules, ControlTable};
use super::facts::{Fact, Facts};
use super::goods::{Class, ClassId, Confidence, Goods, Kind};
use super::hazards::{HazardRules, HazardTable};
use super::masks::Masks;
use super::mcf::McfGroups;
use super::offer::Group;
use super::policies::{Numbers, Policies};
use super::programme::ProgrammeRules;
use super::restrictions::{Decision, Restriction, Restrictions};
use super::size::{SizeTiers, Tiers};
use super::verdict::{Ruling, State};

/// Version of how the code reads the tables. Raised whenever the same tables would give another verdict.
const SEMANTICS: &str = "1.2.0";
/// End of the id of a rule for a class that is only possible.
const POSSIBLE: &str = "/POSSIBLE";
/// Digits of the tables' digest in a version: enough to tell them apart, short enough to read.
const DIGEST_DIGITS: usize = 12;

/// What a rule does to the countries in its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Never permitted.
    Block,
    /// Not permitted until people have looked.
    Review,
    /// Permitted; the report says it.
    Warn,
}

impl Effect {
    const NAMES: [(&'static str, Self); 3] =
        [("BLOCK", Self::Block), ("REVIEW", Self::Review), ("WARN", Self::Warn)];

    /// Name in tables.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, effect)| *effect == self).map_or("", |(name, _)| name)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, effect)| *effect)
    }
}

/// One compiled rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Row of the data that it comes from; `…/POSSIBLE` when the class is only possible.
    pub(crate) id: String,
    /// Reason code; a country's code is appended where `per_country` says so.
    pub(crate) code: String,
    pub(crate) per_country: bool,
    pub(crate) effect: Effect,
    pub(crate) scope: CountrySet,
    pub(crate) source: String,
    pub(crate) remedy: String,
}

/// All tables, all dates.
#[derive(Debug)]
pub(crate) struct RuleBook {
    goods: Arc<Goods>,
    policies: Policies,
    tiers: SizeTiers,
    hazards: HazardTable,
    export_control: ControlTable,
    destinations: Destinations,
    restrictions: Restrictions,
    programme: ProgrammeRules,
    mcf_groups: McfGroups,
    digest: String,
    /// Of the tables that decide which facts a product shows.
    showing_digest: String,
    /// Days on which anything changes.
    boundaries: BTreeSet<Date>,
    /// Days on which it changes which facts a product shows.
    showing_boundaries: BTreeSet<Date>,
}

/// The rules of one day.
#[derive(Debug)]
pub(crate) struct RuleSet {
    /// `<semantics>+<digest of the tables>@<day since which they read like this>`.
    pub(crate) version: String,
    /// The same of what finds facts: with an equal one, what a product shows is as it was.
    pub(crate) detector: String,
    pub(crate) rules: Vec<Rule>,
    pub(crate) programme: ProgrammeRules,
    pub(crate) destinations: DestinationsToday,
    /// Product groups that multi-channel orders take abroad.
    pub(crate) mcf_groups: Vec<Group>,
    pub(crate) goods: Arc<Goods>,
    pub(crate) tiers: Tiers,
    pub(crate) hazards: HazardRules,
    pub(crate) export_control: ControlRules,
    pub(crate) numbers: Numbers,
    /// What the rules come to.
    pub(crate) masks: Masks,
    /// The fact that each rule is about.
    facts: Vec<Fact>,
}

impl RuleBook {
    /// Reads tables.
    ///
    /// # Errors
    /// When a row of them cannot be used.
    pub(crate) fn read(tables: &Tables) -> Result<Self, DataError> {
        let goods = Goods::read(tables)?;
        let mut book = Self {
            policies: Policies::read(tables)?,
            tiers: SizeTiers::read(tables)?,
            hazards: HazardTable::read(tables)?,
            export_control: ControlTable::read(tables)?,
            destinations: Destinations::read(tables)?,
            restrictions: Restrictions::read(tables, &goods)?,
            programme: ProgrammeRules::read(tables)?,
            mcf_groups: McfGroups::embedded()?,
            goods: Arc::new(goods),
            digest: digest(tables.iter()),
            showing_digest: digest(data::SHOWING.into_iter().map(|table| tables.of(table))),
            boundaries: BTreeSet::new(),
            showing_boundaries: BTreeSet::new(),
        };
        book.showing_boundaries = book.find_showing_boundaries();
        book.boundaries = book.find_boundaries();
        Ok(book)
    }

    pub(crate) fn goods(&self) -> &Goods {
        &self.goods
    }

    /// Digest of the tables.
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// The first day of the stretch around `day` on which nothing changes: equal epochs have equal rule sets.
    pub(crate) fn epoch(&self, day: Date) -> Date {
        last(&self.boundaries, day)
    }

    /// Compiles the rules of a day.
    pub(crate) fn at(&self, day: Date) -> RuleSet {
        let epoch = self.epoch(day);
        let numbers = self.policies.at(epoch);
        let destinations = self.destinations.at(epoch);
        let mut rules = RuleSet {
            version: format!("{SEMANTICS}+{}@{epoch}", self.digest),
            detector: format!(
                "{SEMANTICS}+{}@{}",
                self.showing_digest,
                last(&self.showing_boundaries, epoch)
            ),
            rules: Vec::new(),
            programme: self.programme.clone(),
            masks: Masks::compile(destinations.open, []),
            destinations,
            mcf_groups: self.mcf_groups.at(epoch),
            goods: self.goods.clone(),
            tiers: self.tiers.at(epoch, numbers.dimensional_divisor),
            hazards: self.hazards.at(epoch, numbers),
            export_control: self.export_control.at(epoch),
            numbers,
            facts: Vec::new(),
        };
        let programme = &self.programme;
        rules.push(Fact::CONTENT_MISSING, programme.content_missing.clone());
        rules.push(Fact::DIMENSIONS_MISSING, programme.dimensions_missing.clone());
        rules.push(Fact::OVERSIZE, programme.oversize.clone());
        rules.push(Fact::FAMILY_UNKNOWN, programme.family_unknown.clone());
        rules.push(Fact::TEXT_NOT_UNDERSTOOD, programme.text_not_understood.clone());
        let restrictions: Vec<&Restriction> = self.restrictions.at(epoch).collect();
        for (id, class) in self.goods.iter() {
            rules.add_family(id, class, &restrictions);
        }
        for restriction in restrictions {
            rules.add_restriction(restriction, self.goods.class(restriction.class));
        }
        rules.masks = Masks::compile(rules.destinations.open, rules.with_facts());
        rules
    }

    fn find_showing_boundaries(&self) -> BTreeSet<Date> {
        let periods = self
            .policies
            .periods()
            .chain(self.tiers.periods())
            .chain(self.hazards.periods())
            .chain(self.export_control.periods());
        periods.flat_map(data::boundaries).collect()
    }

    fn find_boundaries(&self) -> BTreeSet<Date> {
        let periods = self.destinations.periods().chain(self.restrictions.periods());
        periods
            .chain(self.mcf_groups.periods())
            .flat_map(data::boundaries)
            .chain(self.showing_boundaries.iter().copied())
            .collect()
    }
}

impl RuleSet {
    /// Every rule with the fact it is about.
    pub(crate) fn with_facts(&self) -> impl Iterator<Item = (Fact, &Rule)> {
        self.facts.iter().copied().zip(&self.rules)
    }

    fn push(&mut self, fact: Fact, rule: Rule) {
        self.facts.push(fact);
        self.rules.push(rule);
    }

    /// A family that is restricted wherever no row allows it; nothing for a class that only rows restrict.
    fn add_family(&mut self, id: ClassId, class: &Class, restrictions: &[&Restriction]) {
        let allowed = || -> CountrySet {
            let rows = restrictions.iter().filter(|row| row.class == id && row.decision == Decision::Allow);
            rows.map(|row| row.country).collect()
        };
        let scope = match class.kind {
            Kind::Item => return,
            Kind::Export | Kind::Logistics => CountrySet::all(),
            Kind::Import => CountrySet::all().minus(allowed()),
        };
        let rule = Rule {
            id: format!("FAMILY-{}", class.name.replace('_', "-")),
            code: class.code.clone(),
            per_country: class.kind == Kind::Import,
            effect: Effect::Block,
            scope,
            source: class.source.clone(),
            remedy: class.remedy.clone(),
        };
        self.add(id, rule, &class.review_code);
    }

    fn add_restriction(&mut self, restriction: &Restriction, class: &Class) {
        let of_family = matches!(class.kind, Kind::Export | Kind::Logistics);
        let (code, per_country, effect) = match restriction.decision {
            Decision::Allow => return,
            Decision::ProgrammeBlock | Decision::Prohibit => (class.code.clone(), !of_family, Effect::Block),
            Decision::License => ("LICENSE_REQUIRED".to_owned(), false, Effect::Block),
            Decision::Condition => (format!("IMP_CONDITION_{}", class.name), true, Effect::Review),
            Decision::Warning => (format!("POSTAL_{}", class.name), true, Effect::Warn),
        };
        let rule = Rule {
            id: restriction.rule_id.clone(),
            code,
            per_country,
            effect,
            scope: CountrySet::EMPTY.with(restriction.country),
            source: format!("{}: {}", restriction.source, restriction.item),
            remedy: class.remedy.clone(),
        };
        let code = rule.code.clone();
        self.add(restriction.class, rule, &code);
    }

    /// Adds a rule and its twin for products that only may be of the class: where the rule blocks, people look first.
    fn add(&mut self, class: ClassId, rule: Rule, review_code: &str) {
        let effect = if rule.effect == Effect::Block { Effect::Review } else { rule.effect };
        let possible = Rule {
            id: format!("{}{POSSIBLE}", rule.id),
            code: review_code.to_owned(),
            effect,
            ..rule.clone()
        };
        self.push(Fact::class(class, Confidence::Certain), rule);
        self.push(Fact::class(class, Confidence::Possible), possible);
    }
}

impl RuleSet {
    /// Codes of the rules about facts, without countries, sorted and without repeats.
    fn codes(&self, facts: Facts, wanted: impl Fn(Effect) -> bool) -> Vec<String> {
        let about = self.with_facts().filter(|(fact, rule)| facts.contains(*fact) && wanted(rule.effect));
        let codes: BTreeSet<&str> = about.map(|(_, rule)| rule.code.as_str()).collect();
        codes.into_iter().map(str::to_owned).collect()
    }

    /// What facts come to, whatever product shows them.
    pub(crate) fn decide(&self, facts: Facts) -> Ruling {
        let outcome = self.masks.judge(facts);
        Ruling {
            state: State::of(&outcome),
            eligible: outcome.eligible,
            codes: self.codes(facts, |effect| effect != Effect::Warn),
            warnings: self.codes(facts, |effect| effect == Effect::Warn),
        }
    }
}

impl Rule {
    /// True where people have to look first whether the product is of the class.
    pub(crate) fn is_possible(id: &str) -> bool {
        id.ends_with(POSSIBLE)
    }

    /// True where it keeps a product that it is about from a country.
    pub(crate) fn closes(&self, country: Country) -> bool {
        self.effect != Effect::Warn && self.scope.contains(country)
    }

    /// The reason code for one country.
    pub(crate) fn code_for(&self, country: Country) -> String {
        if self.per_country { format!("{}_{country}", self.code) } else { self.code.clone() }
    }
}

/// The last of some days up to a day.
fn last(days: &BTreeSet<Date>, day: Date) -> Date {
    days.range(..=day).next_back().copied().unwrap_or(Date::MIN)
}

/// Digest of tables, and of nothing else.
fn digest<'a>(tables: impl Iterator<Item = Table<'a>>) -> String {
    let mut hasher = Sha256::new();
    for table in tables {
        hasher.update(table.file.as_bytes());
        hasher.update(table.text.len().to_le_bytes());
        hasher.update(table.text.as_bytes());
    }
    let mut digest = hex::encode(hasher.finalize());
    digest.truncate(DIGEST_DIGITS);
    digest
}

pub(crate) mod difference;
#[cfg(test)]
mod tests;
