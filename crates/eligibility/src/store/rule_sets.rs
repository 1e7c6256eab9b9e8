//! Rule sets that verdicts were made by.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::countries::{from_bytes, to_bytes};
use super::verdicts::Because;
use super::{evidence, known};
use crate::domain::check::Finding;
use crate::domain::facts::{Fact, Facts};
use crate::domain::rules::{Effect, Rule, RuleSet};
use kernel::CountrySet;

/// A rule set as verdicts refer to it.
#[derive(Debug)]
pub(crate) struct StoredRuleSet {
    pub(crate) version: String,
    /// Destinations that were open under it.
    pub(crate) open: CountrySet,
    /// In their order, each with the fact it is about.
    rules: Vec<(Option<Fact>, Rule)>,
    /// Their positions by id.
    by_id: HashMap<String, usize>,
    /// Their positions by fact.
    by_fact: HashMap<Fact, Vec<usize>>,
}

impl StoredRuleSet {
    fn new(version: String, open: CountrySet, rules: Vec<(Option<Fact>, Rule)>) -> Self {
        let by_id = rules.iter().enumerate().map(|(at, (_, rule))| (rule.id.clone(), at)).collect();
        let mut by_fact: HashMap<Fact, Vec<usize>> = HashMap::new();
        for (at, (fact, _)) in rules.iter().enumerate() {
            if let Some(fact) = fact {
                by_fact.entry(*fact).or_default().push(at);
            }
        }
        Self { version, open, rules, by_id, by_fact }
    }

    /// Rules that no verdict was made by yet.
    pub(crate) fn of(rules: &RuleSet) -> Self {
        let with_facts = rules.with_facts().map(|(fact, rule)| (Some(fact), rule.clone())).collect();
        Self::new(rules.version.clone(), rules.destinations.open, with_facts)
    }

    /// The rules that a verdict found and that are asked for, in their order, with the evidence.
    pub(crate) fn findings<'a>(
        &'a self,
        because: &'a Because,
        asked: impl Fn(&Rule) -> bool,
    ) -> Vec<Finding<'a>> {
        match because {
            Because::Findings(findings) => {
                let known = findings.iter().filter_map(|(id, evidence)| {
                    Some(Finding { rule: &self.rules[*self.by_id.get(id)?].1, evidence })
                });
                known.filter(|finding| asked(finding.rule)).collect()
            }
            Because::Facts(facts, text) => self.about(*facts, text, asked),
        }
    }

    fn about<'a>(&'a self, facts: Facts, text: &'a str, asked: impl Fn(&Rule) -> bool) -> Vec<Finding<'a>> {
        let about = facts.iter().filter_map(|fact| self.by_fact.get(&fact)).flatten().copied();
        let mut places: Vec<usize> = about.filter(|at| asked(&self.rules[*at].1)).collect();
        places.sort_unstable();
        let evidence = |fact: Option<Fact>| {
            let mut lines = evidence::lines(text);
            lines.find(|(about, _)| Some(*about) == fact).map(|(_, evidence)| evidence).unwrap_or_default()
        };
        let findings = places.into_iter().map(|at| {
            let (fact, rule) = &self.rules[at];
            Finding { rule, evidence: evidence(*fact) }
        });
        findings.collect()
    }
}

/// The id of a rule set, which is written down with all its rules when it is new.
pub(crate) async fn ensure(db: &mut PgConnection, rules: &RuleSet) -> sqlx::Result<i32> {
    if let Some(id) = id_of(db, &rules.version).await? {
        return Ok(id);
    }
    let added = sqlx::query_scalar!(
        "INSERT INTO rule_sets (version, open) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING
         RETURNING rule_set_id",
        rules.version,
        to_bytes(rules.destinations.open),
    );
    match added.fetch_optional(&mut *db).await? {
        Some(id) => {
            insert(db, id, rules).await?;
            Ok(id)
        }
        // Another transaction wrote it in this moment.
        None => id_of(db, &rules.version).await?.ok_or(sqlx::Error::RowNotFound),
    }
}

/// A rule set with its rules.
pub(crate) async fn get(db: &mut PgConnection, id: i32) -> sqlx::Result<StoredRuleSet> {
    let set = sqlx::query!("SELECT version, open FROM rule_sets WHERE rule_set_id = $1", id)
        .fetch_one(&mut *db)
        .await?;
    let rows = sqlx::query!(
        "SELECT rule_id, code, per_country, effect, scope, source, remedy, fact FROM rules
          WHERE rule_set_id = $1 ORDER BY place",
        id
    );
    let rows = rows.fetch_all(db).await?;
    let rules = rows.into_iter().map(|row| {
        let fact = row.fact.and_then(Fact::at_index);
        let rule = Rule {
            id: row.rule_id,
            code: row.code,
            per_country: row.per_country,
            effect: known(Effect::from_name(&row.effect), &row.effect)?,
            scope: from_bytes(&row.scope),
            source: row.source,
            remedy: row.remedy,
        };
        Ok((fact, rule))
    });
    let rules = rules.collect::<sqlx::Result<_>>()?;
    Ok(StoredRuleSet::new(set.version, from_bytes(&set.open), rules))
}

async fn id_of(db: &mut PgConnection, version: &str) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!("SELECT rule_set_id FROM rule_sets WHERE version = $1", version)
        .fetch_optional(db)
        .await
}

async fn insert(db: &mut PgConnection, id: i32, set: &RuleSet) -> sqlx::Result<()> {
    let rules = &set.rules;
    // Below 256.
    let facts: Vec<i16> = set.with_facts().map(|(fact, _)| fact.index() as i16).collect();
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let codes: Vec<&str> = rules.iter().map(|rule| rule.code.as_str()).collect();
    let per_country: Vec<bool> = rules.iter().map(|rule| rule.per_country).collect();
    let effects: Vec<&str> = rules.iter().map(|rule| rule.effect.name()).collect();
    let scopes: Vec<Vec<u8>> = rules.iter().map(|rule| to_bytes(rule.scope)).collect();
    let sources: Vec<&str> = rules.iter().map(|rule| rule.source.as_str()).collect();
    let remedies: Vec<&str> = rules.iter().map(|rule| rule.remedy.as_str()).collect();
    sqlx::query!(
        "INSERT INTO rules (rule_set_id, rule_id, code, per_country, effect, scope, source, remedy, fact, place)
         SELECT $1, new.* FROM UNNEST($2::text[], $3::text[], $4::boolean[], $5::text[], $6::bytea[], $7::text[],
                                      $8::text[], $9::smallint[]) WITH ORDINALITY
                          AS new (rule_id, code, per_country, effect, scope, source, remedy, fact, place)",
        id,
        &ids as &[&str],
        &codes as &[&str],
        &per_country,
        &effects as &[&str],
        &scopes,
        &sources as &[&str],
        &remedies as &[&str],
        &facts,
    )
    .execute(db)
    .await?;
    Ok(())
}
