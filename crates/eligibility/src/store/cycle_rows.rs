//! What a cycle reads of products, and the verdicts it writes: by COPY, a piece at a time.

use futures::TryStreamExt;
use jiff::Timestamp;
use kernel::CycleId;
use sqlx::{AssertSqlSafe, PgConnection};

use super::copy::{self, Reader, Writer};
use super::shards::Attempt;
use crate::domain::facts::Facts;

/// Rows read and written together: some megabytes.
pub(crate) const PIECE: usize = 16_384;
/// Shards of a generation.
pub(crate) const SHARDS: i32 = 16;

/// Which products of a shard are to be evaluated.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    All,
    /// Those that were touched.
    Touched,
    /// Those that were touched after a cycle's attempt has read the shard.
    TouchedSince(Attempt),
}

/// Products that an offer describes, with what stands about them.
pub(crate) struct Piece(Vec<u8>);

/// A product and what stands about it.
#[derive(Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) asin: &'a [u8],
    pub(crate) facts: Facts,
    pub(crate) size_tier: &'a [u8],
    pub(crate) evidence: &'a [u8],
    /// `None` before the first evaluation.
    pub(crate) standing: Option<Stands<'a>>,
}

/// What stands about a product.
#[derive(Debug)]
pub(crate) struct Stands<'a> {
    pub(crate) version: i64,
    pub(crate) state: &'a [u8],
    pub(crate) eligible: &'a [u8],
    pub(crate) size_tier: &'a [u8],
    pub(crate) codes: &'a [u8],
}

/// Verdicts that are written together: they share who made them and when.
pub(crate) struct Rows {
    writer: Writer,
    slice: i32,
    rule_set: i32,
    at: Timestamp,
    cycle: CycleId,
}

/// What of a verdict follows from facts alone, as tables keep it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) state: &'static str,
    pub(crate) eligible: Vec<u8>,
    pub(crate) codes: String,
    pub(crate) warnings: String,
}

/// The verdicts of a shard that stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    slice: i32,
    /// There are some: the first cycle need not look for each.
    any: bool,
}

/// The verdicts of a shard in the generation that stands.
pub(crate) async fn standing(db: &mut PgConnection, shard: i32, generation: i32) -> sqlx::Result<Standing> {
    let slice = generation * SHARDS + shard;
    let any =
        sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM verdict_rows WHERE slice = $1) AS "any!""#, slice);
    Ok(Standing { slice, any: any.fetch_one(db).await? })
}

/// Reads the next products of a shard after an ASIN, in order; fewer than [`PIECE`] at the end. The shard and its slice are named:
/// both indexes begin with them, and no other slice is looked at. An ASIN has no quotes, a cycle's id neither.
pub(crate) async fn read(
    db: &mut PgConnection,
    source: Source,
    (shard, standing): (i32, Standing),
    after: &str,
) -> sqlx::Result<Piece> {
    let Standing { slice, any } = standing;
    // One by one: the planner would rather read the whole slice for each piece.
    let touched = |since: &str| {
        format!(
            "(SELECT t.asin FROM touched t {since} WHERE t.shard = {shard} AND t.asin > '{after}' ORDER BY t.asin) t,
             LATERAL (SELECT p.facts, p.size_tier, p.evidence FROM products_{shard} p
                       WHERE p.shard = {shard} AND p.asin = t.asin AND p.facts IS NOT NULL LIMIT 1) p"
        )
    };
    let (products, from) = match source {
        Source::All => {
            let all = format!("p.shard = {shard} AND p.asin > '{after}' AND p.facts IS NOT NULL");
            (format!("products_{shard} p WHERE {all}"), "p")
        }
        Source::Touched => (touched(""), "t"),
        Source::TouchedSince((cycle, attempt)) => {
            let since = format!(
                "JOIN cycle_shards s ON s.cycle_id = '{cycle}' AND s.attempt = {attempt} AND s.shard = t.shard
                                    AND t.xid >= s.seen"
            );
            (touched(&since), "t")
        }
    };
    let statement = format!(
        "COPY (SELECT q.*, v.version, v.state, v.eligible, v.size_tier, v.codes
                 FROM (SELECT {from}.asin, p.facts, p.size_tier, p.evidence
                         FROM {products} ORDER BY {from}.asin LIMIT {PIECE}) AS q
                 LEFT JOIN LATERAL (SELECT * FROM verdict_rows r WHERE r.slice = {slice} AND r.asin = q.asin AND {any}
                                      LIMIT 1) v
                        ON true
                ORDER BY q.asin) TO STDOUT (FORMAT binary)"
    );
    let mut bytes = Vec::new();
    let mut rows = db.copy_out_raw(&statement).await?;
    while let Some(row) = rows.try_next().await? {
        bytes.extend_from_slice(&row);
    }
    Ok(Piece(bytes))
}

impl Piece {
    /// One after the other.
    pub(crate) fn for_each(&self, mut then: impl FnMut(Candidate<'_>)) -> sqlx::Result<()> {
        let mut rows = Reader::new(&self.0)?;
        while let Some([asin, facts, size_tier, evidence, version, state, eligible, tier, codes]) =
            rows.row()?
        {
            let standing = match version {
                None => None,
                version => Some(Stands {
                    version: i64::from_be_bytes(copy::fixed(version)?),
                    state: copy::some(state)?,
                    eligible: copy::some(eligible)?,
                    size_tier: copy::some(tier)?,
                    codes: copy::some(codes)?,
                }),
            };
            then(Candidate {
                asin: copy::some(asin)?,
                facts: Facts::from_bytes(copy::fixed(facts)?),
                size_tier: copy::some(size_tier)?,
                evidence: copy::some(evidence)?,
                standing,
            });
        }
        Ok(())
    }
}

impl Rows {
    /// Verdicts of a slice.
    pub(crate) fn new(slice: i32, rule_set: i32, at: Timestamp, cycle: CycleId) -> Self {
        Self { writer: Writer::new(14), slice, rule_set, at, cycle }
    }

    /// Adds a verdict; `announce`: it is told, being otherwise than what stood.
    pub(crate) fn add(&mut self, product: &Candidate<'_>, version: i64, announce: bool, decided: &Decided) {
        self.writer
            .row()
            .field(&self.slice.to_be_bytes())
            .field(product.asin)
            .field(&version.to_be_bytes())
            .field(&[u8::from(announce)])
            .field(decided.state.as_bytes())
            .field(&decided.eligible)
            .field(product.size_tier)
            .field(decided.codes.as_bytes())
            .field(decided.warnings.as_bytes())
            .field(&product.facts.to_bytes())
            .field(product.evidence)
            .field(&self.rule_set.to_be_bytes())
            .time(self.at)
            .field(self.cycle.as_uuid().as_bytes());
    }

    /// Writes them to a table of the form of `verdict_rows`.
    pub(crate) async fn write(self, db: &mut PgConnection, table: &str) -> sqlx::Result<()> {
        let statement = format!(
            "COPY {table} (slice, asin, version, announce, state, eligible, size_tier, codes, warnings, facts, evidence,
                           rule_set_id, evaluated_at, cycle_id) FROM STDIN (FORMAT binary)"
        );
        let mut copy = db.copy_in_raw(&statement).await?;
        copy.send(self.writer.finish()).await?;
        copy.finish().await?;
        Ok(())
    }
}

/// The table of a shard's verdicts in a generation.
pub(crate) fn table(generation: i32, shard: i32) -> String {
    format!("verdict_rows_{}", generation * SHARDS + shard)
}

/// Makes the table of a shard's verdicts, which nobody sees before it is completed. Its pages have room for a few new verdicts, so that
/// these change no index.
pub(crate) async fn create(db: &mut PgConnection, table: &str) -> sqlx::Result<()> {
    let statement =
        format!("CREATE TABLE {table} (LIKE verdict_rows INCLUDING CONSTRAINTS) WITH (fillfactor = 90)");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(db).await.map(drop)
}

/// Completes the table of a shard: products that no offer describes any more keep what stands.
pub(crate) async fn complete(
    db: &mut PgConnection,
    standing: i32,
    generation: i32,
    shard: i32,
) -> sqlx::Result<()> {
    let (table, slice) = (table(generation, shard), generation * SHARDS + shard);
    let statement = format!(
        "INSERT INTO {table}
         SELECT {slice}, v.asin, v.version, false, v.state, v.eligible, v.size_tier, v.codes, v.warnings, v.facts,
                v.evidence, v.findings, v.rule_set_id, v.evaluated_at, v.cycle_id
           FROM products_{shard} p JOIN verdict_rows v ON v.slice = {} AND v.asin = p.asin
          WHERE p.shard = {shard} AND p.facts IS NULL;
         ALTER TABLE {table} ADD PRIMARY KEY (slice, asin), ADD CHECK (slice = {slice});
         ALTER TABLE verdict_rows ATTACH PARTITION {table} FOR VALUES IN ({slice});",
        standing * SHARDS + shard
    );
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(db).await.map(drop)
}

/// A table of the transaction alone for verdicts that go into slices that are there.
pub(crate) const LATE: &str = "late_rows";

/// Makes it.
pub(crate) async fn create_late(db: &mut PgConnection) -> sqlx::Result<()> {
    let statement = format!("CREATE TEMP TABLE {LATE} (LIKE verdict_rows) ON COMMIT DROP");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(db).await.map(drop)
}

/// How many verdicts of which state it is to replace.
pub(crate) async fn replaced(db: &mut PgConnection) -> sqlx::Result<Vec<(String, i64)>> {
    let replaced = sqlx::query_as::<_, (String, i64)>(
        "SELECT v.state, count(*)
           FROM late_rows l
           JOIN LATERAL (SELECT state FROM verdict_rows r WHERE r.slice = l.slice AND r.asin = l.asin LIMIT 1) v ON true
          GROUP BY v.state",
    );
    replaced.fetch_all(db).await
}

/// Takes what is in it over.
pub(crate) async fn merge_late(db: &mut PgConnection) -> sqlx::Result<()> {
    let merge = "INSERT INTO verdict_rows SELECT * FROM late_rows
                 ON CONFLICT (slice, asin) DO UPDATE
                    SET version = EXCLUDED.version, announce = EXCLUDED.announce, state = EXCLUDED.state,
                        eligible = EXCLUDED.eligible, size_tier = EXCLUDED.size_tier, codes = EXCLUDED.codes,
                        warnings = EXCLUDED.warnings, facts = EXCLUDED.facts, evidence = EXCLUDED.evidence,
                        findings = NULL, rule_set_id = EXCLUDED.rule_set_id, evaluated_at = EXCLUDED.evaluated_at,
                        cycle_id = EXCLUDED.cycle_id";
    sqlx::query(merge).execute(db).await.map(drop)
}
