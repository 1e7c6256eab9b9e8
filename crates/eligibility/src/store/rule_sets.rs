//! Rule sets that verdicts were made by.

use sqlx::PgConnection;

use super::countries::{from_bytes, to_bytes};
use super::known;
use crate::domain::check::RuleIndex;
use crate::domain::facts::Fact;
use crate::domain::rules::{Effect, Rule, RuleSet};
use kernel::CountrySet;

/// A rule set as verdicts refer to it.
#[derive(Debug)]
pub(crate) struct StoredRuleSet {
    pub(crate) version: String,
    /// Destinations that were open under it.
    pub(crate) open: CountrySet,
    pub(crate) rules: RuleIndex,
    /// Ids of rules with the facts they are about, in their order.
    pub(crate) by_fact: Vec<(Fact, String)>,
}

impl StoredRuleSet {
    /// Rules that no verdict was made by yet.
    pub(crate) fn of(rules: &RuleSet) -> Self {
        Self {
            version: rules.version.clone(),
            open: rules.destinations.open,
            rules: rules.rules.iter().map(|rule| (rule.id.clone(), rule.clone())).collect(),
            by_fact: rules.with_facts().map(|(fact, rule)| (fact, rule.id.clone())).collect(),
        }
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
    let about = rows.iter().filter_map(|row| Some((Fact::at_index(row.fact?)?, row.rule_id.clone())));
    let by_fact = about.collect();
    let rules = rows.into_iter().map(|row| {
        let rule = Rule {
            id: row.rule_id,
            code: row.code,
            per_country: row.per_country,
            effect: known(Effect::from_name(&row.effect), &row.effect)?,
            scope: from_bytes(&row.scope),
            source: row.source,
            remedy: row.remedy,
        };
        Ok((rule.id.clone(), rule))
    });
    let rules = rules.collect::<sqlx::Result<_>>()?;
    Ok(StoredRuleSet { version: set.version, open: from_bytes(&set.open), rules, by_fact })
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
