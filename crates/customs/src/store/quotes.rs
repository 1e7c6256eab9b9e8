//! Quotes, written once and read by id.

use std::collections::HashMap;

use jiff_sqlx::ToSqlx;
use kernel::{Money, QuoteId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{from_json, stored, to_json};
use crate::domain::quote::{BasketHash, Quote, QuoteTerms};

/// Writes quotes.
pub(crate) async fn insert(db: &mut PgConnection, quotes: &[&Quote]) -> sqlx::Result<()> {
    if quotes.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = quotes.iter().map(|q| q.quote_id.as_uuid()).collect();
    let sellers: Vec<&str> = quotes.iter().map(|q| q.seller_id.as_str()).collect();
    let destinations: Vec<&str> = quotes.iter().map(|q| q.destination.as_str()).collect();
    let baskets: Vec<Vec<u8>> = quotes.iter().map(|q| q.basket.to_vec()).collect();
    let deposits: Vec<i64> = quotes.iter().map(|q| q.estimate.deposit.minor()).collect();
    let quoted: Vec<jiff_sqlx::Timestamp> = quotes.iter().map(|q| q.quoted.to_sqlx()).collect();
    let expires: Vec<jiff_sqlx::Timestamp> = quotes.iter().map(|q| q.expires.to_sqlx()).collect();
    let versions: Vec<&str> = quotes.iter().map(|q| q.rule_set_version.as_str()).collect();
    let estimates = quotes.iter().map(|q| to_json(&q.estimate)).collect::<sqlx::Result<Vec<_>>>()?;
    sqlx::query!(
        "INSERT INTO quotes (quote_id, seller_id, destination, basket, deposit, quoted_at, expires_at,
                             rule_set_version, estimate)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::timestamptz[],
                              $7::timestamptz[], $8::text[], $9::jsonb[])",
        &ids,
        &sellers as &[&str],
        &destinations as &[&str],
        &baskets,
        &deposits,
        &quoted,
        &expires,
        &versions as &[&str],
        &estimates,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A quote.
pub(crate) async fn get(db: &mut PgConnection, id: QuoteId) -> sqlx::Result<Option<Quote>> {
    let row = sqlx::query!(
        "SELECT seller_id, destination, basket, quoted_at, expires_at, rule_set_version, estimate FROM quotes
          WHERE quote_id = $1",
        id.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Quote {
            quote_id: id,
            seller_id: stored(&row.seller_id)?,
            destination: stored(&row.destination)?,
            estimate: from_json(row.estimate)?,
            basket: hash(row.basket)?,
            quoted: row.quoted_at.to_jiff(),
            expires: row.expires_at.to_jiff(),
            rule_set_version: row.rule_set_version,
        })
    })
    .transpose()
}

/// What orders are checked by, of the quotes with these ids; unknown ones are left out.
pub(crate) async fn terms(
    db: &mut PgConnection,
    ids: &[QuoteId],
) -> sqlx::Result<HashMap<QuoteId, QuoteTerms>> {
    let ids: Vec<Uuid> = ids.iter().map(QuoteId::as_uuid).collect();
    let rows = sqlx::query!(
        "SELECT quote_id, seller_id, destination, basket, deposit, expires_at FROM quotes WHERE quote_id = ANY($1)",
        &ids,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let terms = QuoteTerms {
                seller_id: stored(&row.seller_id)?,
                destination: stored(&row.destination)?,
                deposit: Money::usd(row.deposit),
                basket: hash(row.basket)?,
                expires: row.expires_at.to_jiff(),
            };
            Ok((QuoteId::new(row.quote_id), terms))
        })
        .collect()
}

fn hash(bytes: Vec<u8>) -> sqlx::Result<BasketHash> {
    let length = bytes.len();
    bytes.try_into().map_err(|_| sqlx::Error::Decode(format!("a basket hash of {length} bytes").into()))
}
