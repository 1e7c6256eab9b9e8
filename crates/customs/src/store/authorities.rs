//! Authorities that sellers granted and took back.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use kernel::AuthorityId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::stored;
use crate::domain::party::Authority;

/// Writes granted authorities; one that is known stays as it is.
pub(crate) async fn insert(db: &mut PgConnection, granted: &[Authority]) -> sqlx::Result<()> {
    if granted.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = granted.iter().map(|a| a.authority_id.as_uuid()).collect();
    let sellers: Vec<&str> = granted.iter().map(|a| a.seller_id.as_str()).collect();
    let terms: Vec<&str> = granted.iter().map(|a| a.terms_version.as_str()).collect();
    let times: Vec<jiff_sqlx::Timestamp> = granted.iter().map(|a| a.granted.to_sqlx()).collect();
    sqlx::query!(
        "INSERT INTO authorities (authority_id, seller_id, terms_version, granted_at)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) ORDER BY 1
         ON CONFLICT (authority_id) DO NOTHING",
        &ids,
        &sellers as &[&str],
        &terms as &[&str],
        &times,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Marks authorities as taken back; the first time counts.
pub(crate) async fn revoke(db: &mut PgConnection, revoked: &[(AuthorityId, Timestamp)]) -> sqlx::Result<()> {
    if revoked.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = revoked.iter().map(|(id, _)| id.as_uuid()).collect();
    let times: Vec<jiff_sqlx::Timestamp> = revoked.iter().map(|(_, time)| time.to_sqlx()).collect();
    sqlx::query!(
        "UPDATE authorities SET revoked_at = least(authorities.revoked_at, new.revoked_at)
           FROM UNNEST($1::uuid[], $2::timestamptz[]) AS new (authority_id, revoked_at)
          WHERE authorities.authority_id = new.authority_id",
        &ids,
        &times,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The authorities with these ids; unknown ones are left out.
pub(crate) async fn load(
    db: &mut PgConnection,
    ids: &[AuthorityId],
) -> sqlx::Result<HashMap<AuthorityId, Authority>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = ids.iter().map(AuthorityId::as_uuid).collect();
    let rows = sqlx::query!(
        "SELECT authority_id, seller_id, terms_version, granted_at, revoked_at FROM authorities
          WHERE authority_id = ANY($1)",
        &ids,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let authority = Authority {
                authority_id: AuthorityId::new(row.authority_id),
                seller_id: stored(&row.seller_id)?,
                terms_version: row.terms_version,
                granted: row.granted_at.to_jiff(),
                revoked: row.revoked_at.map(|time| time.to_jiff()),
            };
            Ok((authority.authority_id, authority))
        })
        .collect()
}
