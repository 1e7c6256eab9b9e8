//! HS codes that people confirmed.

use std::collections::BTreeMap;

use kernel::{Asin, HsCode};
use sqlx::PgConnection;

/// Writes confirmed codes with their versions; one that is stored in the same or a later version stays.
pub(crate) async fn upsert(
    db: &mut PgConnection,
    confirmed: &BTreeMap<Asin, (i64, HsCode)>,
) -> sqlx::Result<()> {
    if confirmed.is_empty() {
        return Ok(());
    }
    let asins: Vec<&str> = confirmed.keys().map(Asin::as_str).collect();
    let versions: Vec<i64> = confirmed.values().map(|(version, _)| *version).collect();
    let codes: Vec<&str> = confirmed.values().map(|(_, code)| code.as_str()).collect();
    sqlx::query!(
        "INSERT INTO confirmed_codes (asin, version, hs_code)
         SELECT * FROM UNNEST($1::text[], $2::bigint[], $3::text[]) ORDER BY 1
         ON CONFLICT (asin) DO UPDATE SET version = excluded.version, hs_code = excluded.hs_code
          WHERE confirmed_codes.version < excluded.version",
        &asins as &[&str],
        &versions,
        &codes as &[&str],
    )
    .execute(db)
    .await?;
    Ok(())
}
