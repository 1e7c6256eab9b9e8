//! Verdicts: one row for each ASIN.

use jiff_sqlx::ToSqlx;
use kernel::{Asin, CountrySet, CycleId};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::countries::{from_bytes, to_bytes};
use super::{known, stored};
use crate::domain::verdict::State;

/// What stands about a product, as far as the next evaluation needs it.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) asin: Asin,
    /// Number of events published about it.
    pub(crate) version: i64,
    pub(crate) state: State,
    /// `None` before the first evaluation.
    pub(crate) eligible: Option<CountrySet>,
    pub(crate) size_tier: Option<String>,
    pub(crate) codes: Vec<String>,
    pub(crate) cycle: Option<CycleId>,
}

/// A verdict to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewVerdict {
    pub(crate) asin: Asin,
    pub(crate) version: i64,
    /// Still to be looked at by the next cycle.
    pub(crate) changed: bool,
    pub(crate) state: State,
    pub(crate) eligible: CountrySet,
    pub(crate) size_tier: Option<String>,
    pub(crate) codes: Vec<String>,
    pub(crate) warnings: Vec<String>,
    /// Rule ids with their evidence.
    pub(crate) findings: Vec<(String, String)>,
    pub(crate) cycle: Option<CycleId>,
}

/// A whole verdict, for those who read it.
#[derive(Debug)]
pub(crate) struct Explained {
    pub(crate) state: State,
    pub(crate) eligible: CountrySet,
    pub(crate) size_tier: Option<String>,
    pub(crate) findings: Vec<(String, String)>,
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

struct StandingRow {
    asin: String,
    version: i64,
    state: String,
    eligible: Option<Vec<u8>>,
    size_tier: Option<String>,
    codes: String,
    cycle_id: Option<Uuid>,
}

/// Marks products as changed, adds those that are new, locks all of them in the order of their ASINs and answers what
/// stands.
pub(crate) async fn touch(db: &mut PgConnection, asins: &[Asin]) -> sqlx::Result<Vec<Standing>> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    let rows = sqlx::query_as!(
        StandingRow,
        "INSERT INTO verdicts (asin)
         SELECT asin FROM UNNEST($1::text[]) AS touched (asin) ORDER BY asin
         ON CONFLICT (asin) DO UPDATE SET changed = true
         RETURNING asin, version, state, eligible, size_tier, codes, cycle_id",
        &asins as &[&str]
    );
    rows.fetch_all(db).await?.into_iter().map(StandingRow::standing).collect()
}

/// The next products after an ASIN that a cycle has to evaluate under a rule set, locked in order.
pub(crate) async fn due(
    db: &mut PgConnection,
    after: &str,
    rule_set: i32,
    limit: i64,
) -> sqlx::Result<Vec<Standing>> {
    let rows = sqlx::query_as!(
        StandingRow,
        "SELECT asin, version, state, eligible, size_tier, codes, cycle_id FROM verdicts
          WHERE asin > $1 AND (changed OR rule_set_id IS DISTINCT FROM $2)
          ORDER BY asin LIMIT $3 FOR UPDATE",
        after,
        rule_set,
        limit
    );
    rows.fetch_all(db).await?.into_iter().map(StandingRow::standing).collect()
}

/// Writes verdicts that were locked before, all made by one rule set at one time.
pub(crate) async fn save(
    db: &mut PgConnection,
    verdicts: &[NewVerdict],
    rule_set: i32,
    at: jiff::Timestamp,
) -> sqlx::Result<()> {
    let asins: Vec<&str> = verdicts.iter().map(|verdict| verdict.asin.as_str()).collect();
    let versions: Vec<i64> = verdicts.iter().map(|verdict| verdict.version).collect();
    let changed: Vec<bool> = verdicts.iter().map(|verdict| verdict.changed).collect();
    let states: Vec<&str> = verdicts.iter().map(|verdict| verdict.state.name()).collect();
    let eligible: Vec<Vec<u8>> = verdicts.iter().map(|verdict| to_bytes(verdict.eligible)).collect();
    let tiers: Vec<Option<&str>> = verdicts.iter().map(|verdict| verdict.size_tier.as_deref()).collect();
    let codes: Vec<String> = verdicts.iter().map(|verdict| verdict.codes.join("|")).collect();
    let warnings: Vec<String> = verdicts.iter().map(|verdict| verdict.warnings.join("|")).collect();
    let findings: Vec<Value> = verdicts.iter().map(|verdict| json!(verdict.findings)).collect();
    let cycles: Vec<Option<Uuid>> = verdicts.iter().map(|verdict| verdict.cycle.map(Uuid::from)).collect();
    sqlx::query!(
        "UPDATE verdicts v
            SET version = new.version, changed = new.changed, state = new.state, eligible = new.eligible,
                size_tier = new.size_tier, codes = new.codes, warnings = new.warnings, findings = new.findings,
                cycle_id = new.cycle_id, rule_set_id = $11, evaluated_at = $12
           FROM UNNEST($1::text[], $2::bigint[], $3::boolean[], $4::text[], $5::bytea[], $6::text[], $7::text[],
                       $8::text[], $9::jsonb[], $10::uuid[])
                AS new (asin, version, changed, state, eligible, size_tier, codes, warnings, findings, cycle_id)
          WHERE v.asin = new.asin",
        &asins as &[&str],
        &versions,
        &changed,
        &states as &[&str],
        &eligible,
        &tiers as &[Option<&str>],
        &codes,
        &warnings,
        &findings,
        &cycles as &[Option<Uuid>],
        rule_set,
        at.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Products that no offer describes any more keep what stands; they are not looked at again until an offer comes.
pub(crate) async fn keep(db: &mut PgConnection, asins: &[Asin]) -> sqlx::Result<()> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    sqlx::query!("UPDATE verdicts SET changed = false WHERE asin = ANY($1)", &asins as &[&str])
        .execute(db)
        .await?;
    Ok(())
}

/// The whole verdict of a product; `None` when it was never listed.
pub(crate) async fn get(db: &mut PgConnection, asin: Asin) -> sqlx::Result<Option<Explained>> {
    let row = sqlx::query!(
        "SELECT state, eligible, size_tier, findings, rule_set_id, evaluated_at, cycle_id
           FROM verdicts WHERE asin = $1",
        asin.as_str()
    );
    let Some(row) = row.fetch_optional(db).await? else { return Ok(None) };
    let evaluated = row.evaluated_at.zip(row.rule_set_id);
    Ok(Some(Explained {
        state: known(State::from_name(&row.state), &row.state)?,
        eligible: row.eligible.as_deref().map(from_bytes).unwrap_or_default(),
        size_tier: row.size_tier,
        findings: findings(row.findings)?,
        evaluated: evaluated.map(|(at, rule_set)| Evaluated { at: at.to_jiff(), rule_set }),
        cycle: row.cycle_id.map(CycleId::new),
    }))
}

/// Rule ids with their evidence.
pub(super) fn findings(stored: Value) -> sqlx::Result<Vec<(String, String)>> {
    serde_json::from_value(stored).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

impl StandingRow {
    fn standing(self) -> sqlx::Result<Standing> {
        Ok(Standing {
            asin: stored(&self.asin)?,
            version: self.version,
            state: known(State::from_name(&self.state), &self.state)?,
            eligible: self.eligible.as_deref().map(from_bytes),
            size_tier: self.size_tier,
            codes: self.codes.split('|').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            cycle: self.cycle_id.map(CycleId::new),
        })
    }
}
