//! Sellers as exporters.

use std::collections::HashMap;

use kernel::SellerId;
use sqlx::PgConnection;

use super::{from_json, stored};
use crate::domain::party::Exporter;

/// Writes exporters, each seller at most once in the slice; a later registration replaces an earlier one.
pub(crate) async fn upsert(db: &mut PgConnection, exporters: &[Exporter]) -> sqlx::Result<()> {
    if exporters.is_empty() {
        return Ok(());
    }
    let texts = |of: fn(&Exporter) -> &str| exporters.iter().map(of).collect::<Vec<&str>>();
    // UNNEST flattens arrays of arrays, so the street lines go through JSON.
    let lines: Vec<serde_json::Value> = exporters.iter().map(|e| e.lines.clone().into()).collect();
    let eins: Vec<Option<&str>> = exporters.iter().map(|e| e.ein.as_deref()).collect();
    sqlx::query!(
        "INSERT INTO exporters (seller_id, legal_name, lines, city, region, postal_code, country, phone, email, ein)
         SELECT seller_id, legal_name, ARRAY(SELECT jsonb_array_elements_text(lines)), city, region, postal_code,
                country, phone, email, ein
           FROM UNNEST($1::text[], $2::text[], $3::jsonb[], $4::text[], $5::text[], $6::text[], $7::text[],
                       $8::text[], $9::text[], $10::text[])
                AS new (seller_id, legal_name, lines, city, region, postal_code, country, phone, email, ein)
          ORDER BY seller_id
         ON CONFLICT (seller_id) DO UPDATE
            SET legal_name = excluded.legal_name, lines = excluded.lines, city = excluded.city,
                region = excluded.region, postal_code = excluded.postal_code, country = excluded.country,
                phone = excluded.phone, email = excluded.email, ein = excluded.ein",
        &texts(|e| e.seller_id.as_str()) as &[&str],
        &texts(|e| &e.legal_name) as &[&str],
        &lines,
        &texts(|e| &e.city) as &[&str],
        &texts(|e| &e.region) as &[&str],
        &texts(|e| &e.postal_code) as &[&str],
        &texts(|e| e.country.as_str()) as &[&str],
        &texts(|e| &e.phone) as &[&str],
        &texts(|e| &e.email) as &[&str],
        &eins as &[Option<&str>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The exporters of these sellers; unknown ones are left out.
pub(crate) async fn load(
    db: &mut PgConnection,
    sellers: &[SellerId],
) -> sqlx::Result<HashMap<SellerId, Exporter>> {
    if sellers.is_empty() {
        return Ok(HashMap::new());
    }
    let sellers: Vec<&str> = sellers.iter().map(SellerId::as_str).collect();
    let rows = sqlx::query!(
        r#"SELECT seller_id, legal_name, to_jsonb(lines) AS "lines!", city, region, postal_code, country, phone, email,
                  ein
             FROM exporters WHERE seller_id = ANY($1)"#,
        &sellers as &[&str],
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let exporter = Exporter {
                seller_id: stored(&row.seller_id)?,
                legal_name: row.legal_name,
                lines: from_json(row.lines)?,
                city: row.city,
                region: row.region,
                postal_code: row.postal_code,
                country: stored(&row.country)?,
                phone: row.phone,
                email: row.email,
                ein: row.ein,
            };
            Ok((exporter.seller_id, exporter))
        })
        .collect()
}
