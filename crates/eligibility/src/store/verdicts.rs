//! Verdicts: one for each ASIN, in the generation that stands.

use jiff_sqlx::ToSqlx;
use kernel::{Asin, CountrySet, CycleId};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::countries::{from_bytes, to_bytes};
use super::told::Told;
use super::{evidence, known, past, stored};
use crate::domain::facts::Facts;
use crate::domain::verdict::{Shown, State};

/// What stands about a product, as far as a change between two cycles needs it.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) asin: Asin,
    /// Number of events about it.
    pub(crate) version: i64,
    pub(crate) state: State,
    /// `None` before the first evaluation.
    pub(crate) eligible: Option<CountrySet>,
    pub(crate) size_tier: Option<String>,
    pub(crate) codes: Vec<String>,
    pub(crate) cycle: Option<CycleId>,
    /// The event of its version waits to be told.
    pub(crate) untold: bool,
}

/// A verdict to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewVerdict {
    pub(crate) asin: Asin,
    pub(crate) version: i64,
    pub(crate) state: State,
    pub(crate) eligible: CountrySet,
    pub(crate) codes: Vec<String>,
    pub(crate) warnings: Vec<String>,
    pub(crate) shown: Shown,
    pub(crate) cycle: Option<CycleId>,
}

/// A whole verdict, for those who read it.
#[derive(Debug)]
pub(crate) struct Explained {
    pub(crate) state: State,
    pub(crate) eligible: CountrySet,
    pub(crate) size_tier: Option<String>,
    pub(crate) because: Because,
    /// `None` before the first evaluation.
    pub(crate) evaluated: Option<Evaluated>,
    pub(crate) cycle: Option<CycleId>,
}

/// When and by which rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evaluated {
    pub(crate) at: jiff::Timestamp,
    pub(crate) rule_set: i32,
}

/// What a verdict was made from.
#[derive(Debug, Clone)]
pub(crate) enum Because {
    /// Facts, and a line of evidence for each.
    Facts(Facts, String),
    /// Rules with their evidence: a verdict of a version before 0.5.0.
    Findings(Vec<(String, String)>),
}

/// What stands about those of some products that are in one of these states, in the order of their ASINs. While verdicts are
/// being told, this waits for who tells them.
pub(crate) async fn standing(
    db: &mut PgConnection,
    asins: &[Asin],
    states: &[State],
) -> sqlx::Result<Vec<Standing>> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    let states: Vec<&str> = states.iter().map(|state| state.name()).collect();
    sqlx::query!("SELECT slice FROM announcements ORDER BY slice FOR SHARE").fetch_all(&mut *db).await?;
    let rows = sqlx::query!(
        r#"SELECT v.asin AS "asin!", v.version AS "version!", v.state AS "state!", v.eligible, v.size_tier,
                  v.codes AS "codes!", v.cycle_id,
                  coalesce(v.announce AND v.asin > a.after_asin, false) AS "untold!"
             FROM UNNEST($1::text[]) AS t (asin)
             JOIN verdicts_now v ON v.shard = shard_of(t.asin) AND v.asin = t.asin
             LEFT JOIN announcements a ON a.slice = v.slice
            WHERE v.state = ANY($2) ORDER BY v.asin"#,
        &asins as &[&str],
        &states as &[&str]
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        Ok(Standing {
            asin: stored(&row.asin)?,
            version: row.version,
            state: known(State::from_name(&row.state), &row.state)?,
            eligible: row.eligible.as_deref().map(from_bytes),
            size_tier: row.size_tier.filter(|tier| !tier.is_empty()),
            codes: split(&row.codes),
            cycle: row.cycle_id.map(CycleId::new),
            untold: row.untold,
        })
    });
    rows.collect()
}

/// Writes verdicts in place of those that stand, which are kept, or as the first, all by one rule set at one time. Their events are
/// told apart.
pub(crate) async fn replace(
    db: &mut PgConnection,
    generation: i32,
    verdicts: &[NewVerdict],
    rule_set: i32,
    at: jiff::Timestamp,
) -> sqlx::Result<()> {
    let asins: Vec<&Asin> = verdicts.iter().map(|verdict| &verdict.asin).collect();
    past::keep_verdicts(db, generation, &asins, at).await?;
    let asins: Vec<&str> = asins.into_iter().map(Asin::as_str).collect();
    let versions: Vec<i64> = verdicts.iter().map(|verdict| verdict.version).collect();
    let states: Vec<&str> = verdicts.iter().map(|verdict| verdict.state.name()).collect();
    let eligible: Vec<Vec<u8>> = verdicts.iter().map(|verdict| to_bytes(verdict.eligible)).collect();
    let tiers: Vec<&str> =
        verdicts.iter().map(|verdict| verdict.shown.size_tier.as_deref().unwrap_or_default()).collect();
    let codes: Vec<String> = verdicts.iter().map(|verdict| verdict.codes.join("|")).collect();
    let warnings: Vec<String> = verdicts.iter().map(|verdict| verdict.warnings.join("|")).collect();
    let facts: Vec<Vec<u8>> =
        verdicts.iter().map(|verdict| verdict.shown.facts.to_bytes().to_vec()).collect();
    let evidence: Vec<String> =
        verdicts.iter().map(|verdict| evidence::to_text(&verdict.shown.evidence)).collect();
    let cycles: Vec<Option<Uuid>> =
        verdicts.iter().map(|verdict| verdict.cycle.map(|cycle| cycle.as_uuid())).collect();
    sqlx::query!(
        "INSERT INTO verdict_rows (slice, asin, version, announce, state, eligible, size_tier, codes, warnings, facts,
                                   evidence, rule_set_id, evaluated_at, cycle_id)
         SELECT 16 * $1::integer + shard_of(asin), asin, version, false, state, eligible, size_tier, codes, warnings,
                facts, evidence, $2, $3, cycle_id
           FROM UNNEST($4::text[], $5::bigint[], $6::text[], $7::bytea[], $8::text[], $9::text[], $10::text[],
                       $11::bytea[], $12::text[], $13::uuid[])
                AS new (asin, version, state, eligible, size_tier, codes, warnings, facts, evidence, cycle_id)
         ON CONFLICT (slice, asin) DO UPDATE
            SET version = EXCLUDED.version, announce = false, state = EXCLUDED.state, eligible = EXCLUDED.eligible,
                size_tier = EXCLUDED.size_tier, codes = EXCLUDED.codes, warnings = EXCLUDED.warnings,
                facts = EXCLUDED.facts, evidence = EXCLUDED.evidence, findings = NULL,
                rule_set_id = EXCLUDED.rule_set_id, evaluated_at = EXCLUDED.evaluated_at",
        generation,
        rule_set,
        at.to_sqlx(),
        &asins as &[&str],
        &versions,
        &states as &[&str],
        &eligible,
        &tiers as &[&str],
        &codes,
        &warnings,
        &facts,
        &evidence,
        &cycles as &[Option<Uuid>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A verdict, as a query answers it.
pub(super) struct Row {
    pub(super) state: Option<String>,
    pub(super) eligible: Option<Vec<u8>>,
    pub(super) size_tier: Option<String>,
    pub(super) facts: Option<Vec<u8>>,
    pub(super) evidence: Option<String>,
    pub(super) findings: Option<Value>,
    pub(super) rule_set_id: Option<i32>,
    pub(super) evaluated_at: Option<jiff_sqlx::Timestamp>,
    pub(super) cycle_id: Option<Uuid>,
}

/// The whole verdict of a product; `None` when it was never listed.
pub(crate) async fn get(db: &mut PgConnection, asin: Asin) -> sqlx::Result<Option<Explained>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT state, eligible, size_tier, facts, evidence, findings, rule_set_id, evaluated_at, cycle_id
           FROM verdicts_now WHERE shard = shard_of($1) AND asin = $1",
        asin.as_str()
    );
    row.fetch_optional(db).await?.map(Row::explained).transpose()
}

impl Row {
    pub(super) fn explained(self) -> sqlx::Result<Explained> {
        let state = self.state.as_deref().unwrap_or(State::Pending.name());
        let evaluated = self.evaluated_at.zip(self.rule_set_id);
        Ok(Explained {
            state: known(State::from_name(state), state)?,
            eligible: self.eligible.as_deref().map(from_bytes).unwrap_or_default(),
            size_tier: self.size_tier.filter(|tier| !tier.is_empty()),
            because: because(self.facts.as_deref(), self.evidence, self.findings)?,
            evaluated: evaluated.map(|(at, rule_set)| Evaluated { at: at.to_jiff(), rule_set }),
            cycle: self.cycle_id.map(CycleId::new),
        })
    }
}

/// What of a stored verdict explains it.
pub(super) fn because(
    facts: Option<&[u8]>,
    evidence: Option<String>,
    findings: Option<Value>,
) -> sqlx::Result<Because> {
    if let Some(findings) = findings {
        let findings =
            serde_json::from_value(findings).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        return Ok(Because::Findings(findings));
    }
    let facts = facts.and_then(|facts| facts.try_into().ok()).map(Facts::from_bytes).unwrap_or_default();
    Ok(Because::Facts(facts, evidence.unwrap_or_default()))
}

pub(super) fn split(codes: &str) -> Vec<String> {
    codes.split('|').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

impl Because {
    /// Bytes of text that it holds.
    pub(crate) fn text_len(&self) -> usize {
        match self {
            Self::Facts(_, evidence) => evidence.len(),
            Self::Findings(findings) => {
                findings.iter().map(|(rule, evidence)| rule.len() + evidence.len()).sum()
            }
        }
    }
}

impl NewVerdict {
    /// What is told of it.
    pub(crate) fn told(&self, rule_set_version: &str, at: jiff::Timestamp) -> Told {
        Told {
            asin: self.asin.to_string(),
            version: self.version,
            state: self.state,
            eligible: self.eligible,
            codes: self.codes.clone(),
            size_tier: self.shown.size_tier.clone().unwrap_or_default(),
            cycle: self.cycle,
            rule_set_version: rule_set_version.to_owned(),
            at,
        }
    }
}
