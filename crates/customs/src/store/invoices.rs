//! Invoice numbers without gaps, and the issued invoices.

use std::collections::BTreeMap;

use jiff_sqlx::ToSqlx;
use kernel::{AuthorityId, SellerId, ShipmentId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::stored;
use crate::domain::shipment::IssuedInvoice;

/// An invoice with what its row needs besides.
pub(crate) struct Issued {
    pub(crate) shipment_id: ShipmentId,
    pub(crate) seller_id: SellerId,
    pub(crate) year: i16,
    pub(crate) number: i32,
    pub(crate) authority_id: AuthorityId,
    pub(crate) invoice: IssuedInvoice,
}

/// Takes so many numbers of each seller and year and answers the last before them. The counters stay locked until the
/// transaction ends: what is rolled back takes its numbers with it.
pub(crate) async fn take_numbers(
    db: &mut PgConnection,
    counts: &BTreeMap<(SellerId, i16), i32>,
) -> sqlx::Result<BTreeMap<(SellerId, i16), i32>> {
    let sellers: Vec<&str> = counts.keys().map(|(seller, _)| seller.as_str()).collect();
    let years: Vec<i16> = counts.keys().map(|(_, year)| *year).collect();
    let many: Vec<i32> = counts.values().copied().collect();
    let rows = sqlx::query!(
        "INSERT INTO invoice_counters AS counter (seller_id, year, last)
         SELECT * FROM UNNEST($1::text[], $2::smallint[], $3::integer[]) ORDER BY 1, 2
         ON CONFLICT (seller_id, year) DO UPDATE SET last = counter.last + excluded.last
         RETURNING seller_id, year, last",
        &sellers as &[&str],
        &years,
        &many,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let key = (stored(&row.seller_id)?, row.year);
            let taken = counts.get(&key).copied().unwrap_or(0);
            Ok((key, row.last - taken))
        })
        .collect()
}

/// Writes issued invoices; their files are stored already.
pub(crate) async fn insert(db: &mut PgConnection, issued: &[Issued]) -> sqlx::Result<()> {
    let numbers: Vec<&str> = issued.iter().map(|i| i.invoice.number.as_str()).collect();
    let shipments: Vec<Uuid> = issued.iter().map(|i| i.shipment_id.as_uuid()).collect();
    let sellers: Vec<&str> = issued.iter().map(|i| i.seller_id.as_str()).collect();
    let years: Vec<i16> = issued.iter().map(|i| i.year).collect();
    let counts: Vec<i32> = issued.iter().map(|i| i.number).collect();
    let authorities: Vec<Uuid> = issued.iter().map(|i| i.authority_id.as_uuid()).collect();
    let times: Vec<jiff_sqlx::Timestamp> = issued.iter().map(|i| i.invoice.issued.to_sqlx()).collect();
    let hashes: Vec<&str> = issued.iter().map(|i| i.invoice.sha256.as_str()).collect();
    let currencies: Vec<String> = issued.iter().map(|i| i.invoice.total.currency().to_string()).collect();
    let totals: Vec<i64> = issued.iter().map(|i| i.invoice.total.minor()).collect();
    let incoterms: Vec<&str> = issued.iter().map(|i| i.invoice.incoterm.as_str()).collect();
    sqlx::query!(
        "INSERT INTO invoices (invoice_number, shipment_id, seller_id, year, number, authority_id, issued_at, sha256,
                               currency, total, incoterm)
         SELECT * FROM UNNEST($1::text[], $2::uuid[], $3::text[], $4::smallint[], $5::integer[], $6::uuid[],
                              $7::timestamptz[], $8::text[], $9::text[], $10::bigint[], $11::text[])",
        &numbers as &[&str],
        &shipments,
        &sellers as &[&str],
        &years,
        &counts,
        &authorities,
        &times,
        &hashes as &[&str],
        &currencies,
        &totals,
        &incoterms as &[&str],
    )
    .execute(db)
    .await?;
    Ok(())
}
