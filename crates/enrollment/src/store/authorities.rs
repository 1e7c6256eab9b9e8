//! The authority ledger, one record for each authority: its grant with what came of it.

use kernel::{AuthorityId, SellerId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::stored;
use crate::domain::Channel;

/// An authority as the ledger tells it.
#[derive(Debug, Clone)]
pub(crate) struct Authority {
    pub(crate) id: AuthorityId,
    pub(crate) seller: SellerId,
    /// The seller's settings version at the grant; orders the list.
    pub(crate) version: i64,
    pub(crate) terms_version: String,
    pub(crate) terms_sha256: String,
    pub(crate) granted_at: jiff::Timestamp,
    pub(crate) granted_by: String,
    /// `None` where version 0.1.0 wrote it.
    pub(crate) channel: Option<Channel>,
    /// When and by whom; absent while in force.
    pub(crate) ended: Option<(jiff::Timestamp, String)>,
    pub(crate) revoked: Option<(jiff::Timestamp, String)>,
}

struct Row {
    authority_id: Uuid,
    seller_id: String,
    version: i64,
    terms_version: String,
    terms_sha256: String,
    granted_at: jiff::Timestamp,
    granted_by: String,
    channel: Option<String>,
    ended_at: Option<jiff_sqlx::Timestamp>,
    ended_by: Option<String>,
    revoked_at: Option<jiff_sqlx::Timestamp>,
    revoked_by: Option<String>,
}

/// One record.
pub(crate) async fn get(conn: &mut PgConnection, id: AuthorityId) -> sqlx::Result<Option<Authority>> {
    Ok(get_all(conn, &[id]).await?.pop())
}

/// The records of these authorities, in any order.
pub(crate) async fn get_all(conn: &mut PgConnection, ids: &[AuthorityId]) -> sqlx::Result<Vec<Authority>> {
    let ids: Vec<Uuid> = ids.iter().map(AuthorityId::as_uuid).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT g.authority_id, g.seller_id, g.version, g.terms_version AS "terms_version!",
                  g.terms_sha256 AS "terms_sha256!", g.at AS granted_at, g.by AS granted_by, g.channel,
                  e.at AS "ended_at?", e.by AS "ended_by?", r.at AS "revoked_at?", r.by AS "revoked_by?"
             FROM authority_ledger g
             LEFT JOIN authority_ledger e ON e.authority_id = g.authority_id AND e.entry = 'ENDED'
             LEFT JOIN authority_ledger r ON r.authority_id = g.authority_id AND r.entry = 'REVOKED'
            WHERE g.authority_id = ANY($1) AND g.entry = 'GRANTED'"#,
        &ids
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::authority).collect()
}

/// Up to `limit` records of a seller that were granted after a settings version, oldest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    seller: SellerId,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Authority>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT g.authority_id, g.seller_id, g.version, g.terms_version AS "terms_version!",
                  g.terms_sha256 AS "terms_sha256!", g.at AS granted_at, g.by AS granted_by, g.channel,
                  e.at AS "ended_at?", e.by AS "ended_by?", r.at AS "revoked_at?", r.by AS "revoked_by?"
             FROM authority_ledger g
             LEFT JOIN authority_ledger e ON e.authority_id = g.authority_id AND e.entry = 'ENDED'
             LEFT JOIN authority_ledger r ON r.authority_id = g.authority_id AND r.entry = 'REVOKED'
            WHERE g.seller_id = $1 AND g.entry = 'GRANTED' AND g.version > $2
            ORDER BY g.version LIMIT $3"#,
        seller.as_str(),
        after,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::authority).collect()
}

/// A seller's authorities that were not revoked, oldest first. As many as the seller enabled export since it last
/// revoked.
pub(crate) async fn unrevoked(conn: &mut PgConnection, seller: SellerId) -> sqlx::Result<Vec<AuthorityId>> {
    let ids = sqlx::query_scalar!(
        "SELECT authority_id FROM authority_ledger g
          WHERE seller_id = $1 AND entry = 'GRANTED'
            AND NOT EXISTS (SELECT FROM authority_ledger r
                             WHERE r.authority_id = g.authority_id AND r.entry = 'REVOKED')
          ORDER BY version",
        seller.as_str()
    );
    Ok(ids.fetch_all(conn).await?.into_iter().map(AuthorityId::new).collect())
}

impl Row {
    fn authority(self) -> sqlx::Result<Authority> {
        Ok(Authority {
            id: AuthorityId::new(self.authority_id),
            seller: stored(&self.seller_id)?,
            version: self.version,
            terms_version: self.terms_version,
            terms_sha256: self.terms_sha256,
            granted_at: self.granted_at,
            granted_by: self.granted_by,
            channel: self.channel.as_deref().and_then(Channel::from_name),
            ended: self.ended_at.map(|at| at.to_jiff()).zip(self.ended_by),
            revoked: self.revoked_at.map(|at| at.to_jiff()).zip(self.revoked_by),
        })
    }
}
