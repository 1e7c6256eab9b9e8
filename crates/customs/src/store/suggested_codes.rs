//! HS codes that eligibility suggests.

use std::collections::BTreeMap;

use kernel::Asin;
use sqlx::PgConnection;

use crate::domain::hs::SuggestedCode;

/// Writes suggestions with their versions; one that is stored in the same or a later version stays. `None`: no code is likely
/// enough any more.
pub(crate) async fn upsert(
    db: &mut PgConnection,
    suggested: &BTreeMap<Asin, (i64, Option<SuggestedCode>)>,
) -> sqlx::Result<()> {
    if suggested.is_empty() {
        return Ok(());
    }
    let asins: Vec<&str> = suggested.keys().map(Asin::as_str).collect();
    let versions: Vec<i64> = suggested.values().map(|(version, _)| *version).collect();
    let codes: Vec<Option<&str>> =
        suggested.values().map(|(_, code)| code.as_ref().map(|code| code.hs_code.as_str())).collect();
    let confidences: Vec<i32> =
        suggested.values().map(|(_, code)| code.map_or(0, |code| code.confidence.into())).collect();
    sqlx::query!(
        "INSERT INTO suggested_codes (asin, version, hs_code, confidence)
         SELECT * FROM UNNEST($1::text[], $2::bigint[], $3::text[], $4::integer[]) ORDER BY 1
         ON CONFLICT (asin) DO UPDATE
            SET version = excluded.version, hs_code = excluded.hs_code, confidence = excluded.confidence
          WHERE suggested_codes.version < excluded.version",
        &asins as &[&str],
        &versions,
        &codes as &[Option<&str>],
        &confidences,
    )
    .execute(db)
    .await?;
    Ok(())
}
