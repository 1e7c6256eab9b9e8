//! Exclusion files that were sent, and what became of their lines.

use jiff_sqlx::ToSqlx;
use kernel::SellerId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::stored;
use crate::domain::{Effect, Preview, Upload, UploadMode, UploadRefused, UploadState};

struct Row {
    upload_id: Uuid,
    seller_id: String,
    number: i64,
    request_id: String,
    mode: String,
    dry_run: bool,
    accept_good_lines: bool,
    expected_version: i64,
    reason: String,
    file_name: String,
    by: String,
    started_at: jiff::Timestamp,
    finished_at: Option<jiff_sqlx::Timestamp>,
    state: String,
    file_lines: i64,
    lines: i64,
    refused_lines: i64,
    repeated_lines: i64,
    added: Option<i64>,
    changed: Option<i64>,
    removed: Option<i64>,
    unchanged: Option<i64>,
    products: Option<i64>,
    non_media_products: Option<i64>,
    settings_version: Option<i64>,
    refusal_code: Option<String>,
    refusal_en: Option<String>,
    refusal_zh: Option<String>,
    stopping: Option<i64>,
    narrowing: Option<i64>,
    widening: Option<i64>,
}

/// Takes an upload on; one that is there already stays as it is.
pub(crate) async fn insert(conn: &mut PgConnection, upload: &Upload) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO exclusion_uploads
                (upload_id, seller_id, request_id, mode, dry_run, accept_good_lines, expected_version, reason,
                 file_name, by, started_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'RECEIVING')
         ON CONFLICT (upload_id) DO NOTHING",
        upload.id,
        upload.seller.as_str(),
        upload.request_id,
        upload.mode.name(),
        upload.dry_run,
        upload.accept_good_lines,
        upload.expected_version,
        upload.reason,
        upload.file_name,
        upload.by,
        upload.started_at.to_sqlx(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Holds an upload until the transaction ends; `false` when another transaction does.
pub(crate) async fn hold(conn: &mut PgConnection, upload: Uuid) -> sqlx::Result<bool> {
    let held = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtextextended($1::text, 0)) AS "held!""#,
        upload.to_string()
    );
    held.fetch_one(conn).await
}

/// Whether a transaction holds an upload. Asked without holding it even for a moment.
pub(crate) async fn is_held(conn: &mut PgConnection, upload: Uuid) -> sqlx::Result<bool> {
    let held = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM pg_locks, hashtextextended($1::text, 0) AS key
                           WHERE locktype = 'advisory' AND objsubid = 1
                             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                             AND classid::bigint = (key >> 32) & 4294967295
                             AND objid::bigint = key & 4294967295) AS "held!""#,
        upload.to_string()
    );
    held.fetch_one(conn).await
}

/// An upload as it was written last.
pub(crate) async fn get(conn: &mut PgConnection, upload: Uuid) -> sqlx::Result<Option<Upload>> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT u.upload_id, u.seller_id, u.number, u.request_id, u.mode, u.dry_run, u.accept_good_lines, u.expected_version,
                u.reason, u.file_name, u.by, u.started_at, u.finished_at, u.state, u.file_lines, u.lines, u.refused_lines,
                u.repeated_lines, u.added, u.changed, u.removed, u.unchanged, u.products, u.non_media_products,
                u.settings_version, u.refusal_code, u.refusal_en, u.refusal_zh,
                p.stopping AS "stopping?", p.narrowing AS "narrowing?", p.widening AS "widening?"
           FROM exclusion_uploads u LEFT JOIN exclusion_previews p USING (upload_id) WHERE u.upload_id = $1"#,
        upload
    );
    row.fetch_optional(conn).await?.map(Row::upload).transpose()
}

/// Up to `limit` uploads of a seller before a number, newest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    seller: SellerId,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<Upload>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT u.upload_id, u.seller_id, u.number, u.request_id, u.mode, u.dry_run, u.accept_good_lines, u.expected_version,
                u.reason, u.file_name, u.by, u.started_at, u.finished_at, u.state, u.file_lines, u.lines, u.refused_lines,
                u.repeated_lines, u.added, u.changed, u.removed, u.unchanged, u.products, u.non_media_products,
                u.settings_version, u.refusal_code, u.refusal_en, u.refusal_zh,
                p.stopping AS "stopping?", p.narrowing AS "narrowing?", p.widening AS "widening?"
           FROM exclusion_uploads u LEFT JOIN exclusion_previews p USING (upload_id)
          WHERE u.seller_id = $1 AND u.number < $2 ORDER BY u.number DESC LIMIT $3"#,
        seller.as_str(),
        before,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::upload).collect()
}

/// Writes how far an upload is, or what became of it.
pub(crate) async fn save(conn: &mut PgConnection, upload: &Upload) -> sqlx::Result<()> {
    let effect = upload.effect.as_ref();
    let refused = upload.refused.as_ref();
    sqlx::query!(
        "UPDATE exclusion_uploads
            SET state = $2, finished_at = $3, file_lines = $4, lines = $5, refused_lines = $6, repeated_lines = $7,
                added = $8, changed = $9, removed = $10, unchanged = $11, products = $12, non_media_products = $13,
                settings_version = $14, refusal_code = $15, refusal_en = $16, refusal_zh = $17
          WHERE upload_id = $1",
        upload.id,
        upload.state.name(),
        upload.finished_at.map(|at| at.to_sqlx()) as Option<jiff_sqlx::Timestamp>,
        upload.file_lines,
        upload.lines,
        upload.refused_lines,
        upload.repeated_lines,
        effect.map(|effect| effect.added),
        effect.map(|effect| effect.changed),
        effect.map(|effect| effect.removed),
        effect.map(|effect| effect.unchanged),
        effect.map(|effect| effect.products),
        effect.map(|effect| effect.non_media),
        upload.settings_version,
        refused.map(|refused| refused.code.as_str()),
        refused.map(|refused| refused.english.as_str()),
        refused.map(|refused| refused.chinese.as_str()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what a dry run would do to what is exportable.
pub(crate) async fn save_preview(
    conn: &mut PgConnection,
    upload: Uuid,
    preview: Preview,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO exclusion_previews (upload_id, stopping, narrowing, widening) VALUES ($1, $2, $3, $4)",
        upload,
        preview.stopping,
        preview.narrowing,
        preview.widening,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many lines of an upload are refused, and how many repeat earlier ones.
pub(crate) async fn count(conn: &mut PgConnection, upload: Uuid) -> sqlx::Result<(i64, i64)> {
    let counts = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE problem NOT IN ('SKIPPED', 'DUPLICATE_ROW')) AS "refused!",
                  count(*) FILTER (WHERE problem = 'DUPLICATE_ROW') AS "repeated!"
             FROM exclusion_findings WHERE upload_id = $1"#,
        upload
    );
    let counts = counts.fetch_one(conn).await?;
    Ok((counts.refused, counts.repeated))
}

/// What is said of some lines of a file.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) line: i64,
    pub(crate) until_line: i64,
    pub(crate) problem: String,
    pub(crate) place: String,
    pub(crate) detail: String,
}

/// Up to `limit` findings after a line, in order.
pub(crate) async fn findings(
    conn: &mut PgConnection,
    upload: Uuid,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Found>> {
    let found = sqlx::query_as!(
        Found,
        "SELECT line, until_line, problem, place, detail FROM exclusion_findings
          WHERE upload_id = $1 AND line > $2 ORDER BY line LIMIT $3",
        upload,
        after,
        limit
    );
    found.fetch_all(conn).await
}

impl Row {
    fn upload(self) -> sqlx::Result<Upload> {
        let unknown =
            |what: &str, name: &str| sqlx::Error::Decode(format!("no {what} is called {name}").into());
        Ok(Upload {
            id: self.upload_id,
            seller: stored(&self.seller_id)?,
            number: self.number,
            request_id: self.request_id,
            mode: UploadMode::from_name(&self.mode).ok_or_else(|| unknown("mode", &self.mode))?,
            dry_run: self.dry_run,
            accept_good_lines: self.accept_good_lines,
            expected_version: self.expected_version,
            reason: self.reason,
            file_name: self.file_name,
            by: self.by,
            started_at: self.started_at,
            finished_at: self.finished_at.map(jiff_sqlx::Timestamp::to_jiff),
            state: UploadState::from_name(&self.state).ok_or_else(|| unknown("state", &self.state))?,
            file_lines: self.file_lines,
            lines: self.lines,
            refused_lines: self.refused_lines,
            repeated_lines: self.repeated_lines,
            effect: self.added.map(|added| Effect {
                added,
                changed: self.changed.unwrap_or_default(),
                removed: self.removed.unwrap_or_default(),
                unchanged: self.unchanged.unwrap_or_default(),
                products: self.products.unwrap_or_default(),
                non_media: self.non_media_products.unwrap_or_default(),
            }),
            preview: self.stopping.map(|stopping| Preview {
                stopping,
                narrowing: self.narrowing.unwrap_or_default(),
                widening: self.widening.unwrap_or_default(),
            }),
            settings_version: self.settings_version,
            refused: self.refusal_code.map(|code| UploadRefused {
                code,
                english: self.refusal_en.unwrap_or_default(),
                chinese: self.refusal_zh.unwrap_or_default(),
            }),
        })
    }
}
