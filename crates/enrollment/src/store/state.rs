//! What of the state topic is to be published anew, and what it says.

use kernel::SellerId;
use sqlx::PgConnection;

use super::stored;

/// A chunk of a seller's excluded products as it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) seller: SellerId,
    pub(crate) version: i64,
    /// 0 to 2047.
    pub(crate) number: i16,
    /// Countries, joined by | (none = all), and the products excluded from them.
    pub(crate) groups: Vec<(String, Vec<String>)>,
}

/// Takes up to `limit` sellers of whom something is due and whom nobody else has taken or is changing.
pub(crate) async fn take(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<SellerId>> {
    let ids = sqlx::query_scalar!(
        "SELECT seller_id FROM state_due WHERE chunk = -1 ORDER BY seller_id LIMIT $1 FOR UPDATE SKIP LOCKED",
        limit
    );
    ids.fetch_all(conn).await?.iter().map(|id| stored(id)).collect()
}

/// Up to `limit` due chunks of sellers that were taken; they are due no more.
pub(crate) async fn chunks(
    conn: &mut PgConnection,
    sellers: &[SellerId],
    limit: i64,
) -> sqlx::Result<Vec<Chunk>> {
    let ids: Vec<&str> = sellers.iter().map(SellerId::as_str).collect();
    let due = sqlx::query!(
        "DELETE FROM state_due d
          USING (SELECT seller_id, chunk FROM state_due WHERE seller_id = ANY($1) AND chunk >= 0
                  ORDER BY seller_id, chunk LIMIT $2) AS first
          WHERE d.seller_id = first.seller_id AND d.chunk = first.chunk
         RETURNING d.seller_id, d.chunk",
        &ids as &[&str],
        limit,
    )
    .fetch_all(&mut *conn)
    .await?;
    let (ids, numbers): (Vec<String>, Vec<i16>) =
        due.into_iter().map(|row| (row.seller_id, row.chunk)).unzip();
    let rows = sqlx::query!(
        r#"SELECT d.seller_id AS "seller_id!", d.chunk AS "chunk!", s.settings_version,
                  coalesce(x.countries, '') AS "countries!", array_agg(x.asin ORDER BY x.asin) AS "asins!: Vec<Option<String>>"
             FROM unnest($1::text[], $2::smallint[]) AS d (seller_id, chunk)
             JOIN sellers s ON s.seller_id = d.seller_id
             LEFT JOIN product_exclusions x ON x.seller_id = d.seller_id AND chunk_of(x.asin) = d.chunk
            GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4"#,
        &ids,
        &numbers,
    )
    .fetch_all(conn)
    .await?;
    let mut chunks: Vec<Chunk> = Vec::with_capacity(ids.len());
    for row in rows {
        let (seller, number) = (stored(&row.seller_id)?, row.chunk);
        if chunks.last().is_none_or(|last| (last.seller, last.number) != (seller, number)) {
            chunks.push(Chunk { seller, version: row.settings_version, number, groups: Vec::new() });
        }
        // Without a product there is one row with none.
        let asins: Vec<String> = row.asins.into_iter().flatten().collect();
        if let Some(chunk) = chunks.last_mut().filter(|_| !asins.is_empty()) {
            chunk.groups.push((row.countries, asins));
        }
    }
    Ok(chunks)
}

/// Those sellers of the taken ones of whom no chunk is due any more: nor are their settings.
pub(crate) async fn complete(conn: &mut PgConnection, sellers: &[SellerId]) -> sqlx::Result<Vec<SellerId>> {
    let ids: Vec<&str> = sellers.iter().map(SellerId::as_str).collect();
    let complete = sqlx::query_scalar!(
        "DELETE FROM state_due d
          WHERE seller_id = ANY($1) AND chunk = -1
            AND NOT EXISTS (SELECT FROM state_due c WHERE c.seller_id = d.seller_id AND c.chunk >= 0)
         RETURNING seller_id",
        &ids as &[&str],
    );
    complete.fetch_all(conn).await?.iter().map(|id| stored(id)).collect()
}
