//! Tables of rules that operators brought, and which of them were put in force.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use sqlx::types::Json;

/// Tables that were brought.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) digest: String,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
}

/// Tables put in force, and how far what stands was compared with them.
#[derive(Debug, Clone)]
pub(crate) struct Activation {
    pub(crate) id: i64,
    /// `None`: those that ship with the program.
    pub(crate) digest: Option<String>,
    pub(crate) reason: String,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) shard: i32,
    pub(crate) after_asin: String,
    pub(crate) looked_at: i64,
    pub(crate) tightened: i64,
    pub(crate) completed: Option<Timestamp>,
}

struct Row {
    activation_id: i64,
    digest: Option<String>,
    reason: String,
    activated_by: String,
    activated_at: jiff_sqlx::Timestamp,
    shard: i32,
    after_asin: String,
    looked_at: i64,
    tightened: i64,
    completed_at: Option<jiff_sqlx::Timestamp>,
}

impl From<Row> for Activation {
    fn from(row: Row) -> Self {
        Self {
            id: row.activation_id,
            digest: row.digest,
            reason: row.reason,
            by: row.activated_by,
            at: row.activated_at.to_jiff(),
            shard: row.shard,
            after_asin: row.after_asin,
            looked_at: row.looked_at,
            tightened: row.tightened,
            completed: row.completed_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    }
}

/// Keeps tables; `false` where they are known.
pub(crate) async fn insert(
    db: &mut PgConnection,
    imported: &Imported,
    files: &BTreeMap<&str, &str>,
) -> sqlx::Result<bool> {
    let inserted = sqlx::query!(
        "INSERT INTO rule_tables (digest, files, imported_by, imported_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (digest) DO NOTHING",
        imported.digest,
        Json(files) as _,
        imported.by,
        imported.at.to_sqlx(),
    );
    Ok(inserted.execute(db).await?.rows_affected() > 0)
}

/// The texts of tables by file; `None` where nobody brought them.
pub(crate) async fn files(
    db: &mut PgConnection,
    digest: &str,
) -> sqlx::Result<Option<BTreeMap<String, String>>> {
    let files = sqlx::query_scalar!(
        r#"SELECT files AS "files: Json<BTreeMap<String, String>>" FROM rule_tables WHERE digest = $1"#,
        digest
    );
    Ok(files.fetch_optional(db).await?.map(|Json(files)| files))
}

/// What was brought, the newest first, at most `limit`.
pub(crate) async fn imported(db: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Imported>> {
    let rows = sqlx::query!(
        "SELECT digest, imported_by, imported_at FROM rule_tables ORDER BY imported_at DESC, digest LIMIT $1",
        limit
    );
    let rows = rows.fetch_all(db).await?.into_iter();
    let imported =
        rows.map(|row| Imported { digest: row.digest, by: row.imported_by, at: row.imported_at.to_jiff() });
    Ok(imported.collect())
}

/// Puts tables in force.
pub(crate) async fn activate(
    db: &mut PgConnection,
    digest: Option<&str>,
    reason: &str,
    by: &str,
    at: Timestamp,
) -> sqlx::Result<Activation> {
    let row = sqlx::query_as!(
        Row,
        "INSERT INTO rule_activations (digest, reason, activated_by, activated_at) VALUES ($1, $2, $3, $4)
         RETURNING activation_id, digest, reason, activated_by, activated_at, shard, after_asin, looked_at, tightened,
                   completed_at",
        digest,
        reason,
        by,
        at.to_sqlx(),
    );
    Ok(row.fetch_one(db).await?.into())
}

/// Activations, the newest first, at most `limit`.
pub(crate) async fn activations(db: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Activation>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT activation_id, digest, reason, activated_by, activated_at, shard, after_asin, looked_at, tightened,
                completed_at
           FROM rule_activations ORDER BY activation_id DESC LIMIT $1",
        limit
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(Activation::from).collect())
}

/// The activation by which verdicts were decided at a time; `None` before the first.
pub(crate) async fn activation_at(db: &mut PgConnection, at: Timestamp) -> sqlx::Result<Option<Activation>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT activation_id, digest, reason, activated_by, activated_at, shard, after_asin, looked_at, tightened,
                completed_at
           FROM rule_activations WHERE activated_at <= $1 ORDER BY activation_id DESC LIMIT 1",
        at.to_sqlx() as _
    );
    Ok(row.fetch_optional(db).await?.map(Activation::from))
}

/// The newest activation, if what stands was not yet compared with it, locked; `None` also where another holds it.
pub(crate) async fn take_newest(db: &mut PgConnection) -> sqlx::Result<Option<Activation>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT activation_id, digest, reason, activated_by, activated_at, shard, after_asin, looked_at, tightened,
                completed_at
           FROM rule_activations
          WHERE completed_at IS NULL AND activation_id = (SELECT max(activation_id) FROM rule_activations)
            FOR UPDATE SKIP LOCKED"
    );
    Ok(row.fetch_optional(db).await?.map(Activation::from))
}

/// Writes how far it has come.
pub(crate) async fn save_progress(db: &mut PgConnection, activation: &Activation) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE rule_activations
            SET shard = $2, after_asin = $3, looked_at = $4, tightened = $5, completed_at = $6
          WHERE activation_id = $1",
        activation.id,
        activation.shard,
        activation.after_asin,
        activation.looked_at,
        activation.tightened,
        activation.completed.map(|at| at.to_sqlx()) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
