//! What others are told of verdicts: in events, in the order of their versions, and all of them at once.

use kernel::{Asin, CountrySet, CycleId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::countries::from_bytes;
use super::known;
use super::verdicts::split;
use crate::domain::verdict::State;

/// What is told of a verdict.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) asin: String,
    pub(crate) version: i64,
    pub(crate) state: State,
    pub(crate) eligible: CountrySet,
    pub(crate) codes: Vec<String>,
    pub(crate) size_tier: String,
    pub(crate) cycle: Option<CycleId>,
    pub(crate) rule_set_version: String,
    pub(crate) at: jiff::Timestamp,
}

struct Row {
    asin: String,
    version: i64,
    state: String,
    eligible: Vec<u8>,
    size_tier: String,
    codes: String,
    cycle_id: Option<Uuid>,
    evaluated_at: jiff_sqlx::Timestamp,
    rule_set_version: String,
}

/// What is told of the verdict that stands; `None` before the first evaluation.
pub(crate) async fn untold(db: &mut PgConnection, asin: Asin) -> sqlx::Result<Option<Told>> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT v.asin AS "asin!", v.version AS "version!", v.state AS "state!", v.eligible AS "eligible!",
                  v.size_tier AS "size_tier!", v.codes AS "codes!", v.cycle_id, v.evaluated_at AS "evaluated_at!",
                  r.version AS rule_set_version
             FROM verdicts_now v JOIN rule_sets r USING (rule_set_id)
            WHERE v.shard = shard_of($1) AND v.asin = $1"#,
        asin.as_str()
    );
    row.fetch_optional(db).await?.map(Row::told).transpose()
}

/// Verdicts of a slice after an ASIN that wait to be told, in order.
pub(crate) async fn waiting(
    db: &mut PgConnection,
    slice: i32,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Told>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT v.asin, v.version, v.state, v.eligible, v.size_tier, v.codes, v.cycle_id, v.evaluated_at,
                r.version AS rule_set_version
           FROM verdict_rows v JOIN rule_sets r USING (rule_set_id)
          WHERE v.slice = $1 AND v.asin > $2 AND v.announce ORDER BY v.asin LIMIT $3",
        slice,
        after,
        limit
    );
    rows.fetch_all(db).await?.into_iter().map(Row::told).collect()
}

/// Verdicts of a slice about some products, in the order of their ASINs.
pub(crate) async fn of(db: &mut PgConnection, slice: i32, asins: &[Asin]) -> sqlx::Result<Vec<Told>> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT v.asin, v.version, v.state, v.eligible, v.size_tier, v.codes, v.cycle_id, v.evaluated_at,
                r.version AS rule_set_version
           FROM verdict_rows v JOIN rule_sets r USING (rule_set_id)
          WHERE v.slice = $1 AND v.asin = ANY($2) ORDER BY v.asin",
        slice,
        &asins as &[&str]
    );
    rows.fetch_all(db).await?.into_iter().map(Row::told).collect()
}

/// The next verdicts of a slice after an ASIN, in order. They are found before the rules are looked up: the planner would rather
/// sort the whole slice.
pub(crate) async fn page(
    db: &mut PgConnection,
    slice: i32,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Told>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT v.asin, v.version, v.state, v.eligible, v.size_tier, v.codes, v.cycle_id, v.evaluated_at,
                r.version AS rule_set_version
           FROM (SELECT * FROM verdict_rows WHERE slice = $1 AND asin > $2 ORDER BY asin LIMIT $3) AS v
           JOIN rule_sets r USING (rule_set_id) ORDER BY v.asin",
        slice,
        after,
        limit
    );
    rows.fetch_all(db).await?.into_iter().map(Row::told).collect()
}

impl Row {
    fn told(self) -> sqlx::Result<Told> {
        Ok(Told {
            asin: self.asin,
            version: self.version,
            state: known(State::from_name(&self.state), &self.state)?,
            eligible: from_bytes(&self.eligible),
            codes: split(&self.codes),
            size_tier: self.size_tier,
            cycle: self.cycle_id.map(CycleId::new),
            rule_set_version: self.rule_set_version,
            at: self.evaluated_at.to_jiff(),
        })
    }
}
