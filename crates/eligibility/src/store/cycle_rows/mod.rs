//! What a cycle reads of products, and the verdicts it writes: by COPY, a piece at a time.

mod read;
mod rows;

use sqlx::{AssertSqlSafe, PgConnection};

pub(crate) use read::{Candidate, Piece, Source, pieces, read, standing};
pub(crate) use rows::{Decided, Rows};

/// Rows read and written together: some megabytes.
pub(crate) const PIECE: usize = 16_384;
/// Shards of a generation.
pub(crate) const SHARDS: i32 = 16;

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
