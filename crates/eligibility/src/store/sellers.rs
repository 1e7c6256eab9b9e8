//! The mirror of enrollment.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use kernel::{Asin, SellerId};
use sqlx::PgConnection;

use super::countries::{from_bytes, to_bytes};
use super::stored;
use crate::domain::settings::{Excluded, Settings};

/// Settings of sellers, locked in the order of their ids; those we never heard of are left out.
pub(crate) async fn lock(
    db: &mut PgConnection,
    sellers: &[SellerId],
) -> sqlx::Result<BTreeMap<SellerId, Settings>> {
    let ids: Vec<&str> = sellers.iter().map(SellerId::as_str).collect();
    let rows = sqlx::query!(
        "SELECT seller_id, enabled, excluded, settings_version FROM sellers
          WHERE seller_id = ANY($1) ORDER BY seller_id FOR UPDATE",
        &ids as &[&str]
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let excluded = from_bytes(&row.excluded);
        let settings = Settings { enabled: row.enabled, excluded, version: row.settings_version };
        Ok((stored(&row.seller_id)?, settings))
    });
    rows.collect()
}

/// Settings of a seller; `None` when nobody told us of it.
pub(crate) async fn get(db: &mut PgConnection, seller: SellerId) -> sqlx::Result<Option<Settings>> {
    let row = sqlx::query!(
        "SELECT enabled, excluded, settings_version FROM sellers WHERE seller_id = $1",
        seller.as_str()
    );
    Ok(row.fetch_optional(db).await?.map(|row| Settings {
        enabled: row.enabled,
        excluded: from_bytes(&row.excluded),
        version: row.settings_version,
    }))
}

/// True while nobody told us of any seller.
pub(crate) async fn none(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT NOT EXISTS (SELECT FROM sellers) AS "none!""#).fetch_one(db).await
}

/// Writes settings, and keeps those that held until now. `since`: `None` where it is not known since when they hold.
pub(crate) async fn save(
    db: &mut PgConnection,
    sellers: &BTreeMap<SellerId, Settings>,
    since: Option<Timestamp>,
) -> sqlx::Result<()> {
    let ids: Vec<&str> = sellers.keys().map(SellerId::as_str).collect();
    let enabled: Vec<bool> = sellers.values().map(|settings| settings.enabled).collect();
    let excluded: Vec<Vec<u8>> = sellers.values().map(|settings| to_bytes(settings.excluded)).collect();
    let versions: Vec<i64> = sellers.values().map(|settings| settings.version).collect();
    sqlx::query!(
        "WITH kept AS (INSERT INTO past_sellers (seller_id, enabled, excluded, settings_version, since, until)
                       SELECT seller_id, enabled, excluded, settings_version, since, greatest($5, since) FROM sellers
                        WHERE seller_id = ANY($1) AND $5::timestamptz IS NOT NULL
                       ON CONFLICT DO NOTHING)
         INSERT INTO sellers (seller_id, enabled, excluded, settings_version, since)
         SELECT new.*, $5 FROM UNNEST($1::text[], $2::boolean[], $3::bytea[], $4::bigint[]) AS new
         ON CONFLICT (seller_id) DO UPDATE
            SET enabled = EXCLUDED.enabled, excluded = EXCLUDED.excluded,
                settings_version = EXCLUDED.settings_version, since = greatest(EXCLUDED.since, sellers.since)",
        &ids as &[&str],
        &enabled,
        &excluded,
        &versions,
        since.map(|since| since.to_sqlx()) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes and removes exclusions of products, and keeps those that held until now. `since` as in [`save`].
pub(crate) async fn save_exclusions(
    db: &mut PgConnection,
    exclusions: &BTreeMap<(SellerId, Asin), Excluded>,
    since: Option<Timestamp>,
) -> sqlx::Result<()> {
    let sellers: Vec<&str> = exclusions.keys().map(|(seller, _)| seller.as_str()).collect();
    let asins: Vec<&str> = exclusions.keys().map(|(_, asin)| asin.as_str()).collect();
    let excluded: Vec<bool> = exclusions.values().map(|excluded| *excluded != Excluded::Not).collect();
    let countries: Vec<Option<Vec<u8>>> = exclusions
        .values()
        .map(|excluded| match excluded {
            Excluded::Countries(countries) => Some(to_bytes(*countries)),
            Excluded::Everywhere | Excluded::Not => None,
        })
        .collect();
    sqlx::query!(
        "WITH new AS (SELECT * FROM UNNEST($1::text[], $2::text[], $3::boolean[], $4::bytea[])
                               AS new (seller_id, asin, excluded, countries)),
              kept AS (INSERT INTO past_exclusions (seller_id, asin, countries, since, until)
                       SELECT x.seller_id, x.asin, x.countries, x.since, greatest($5, x.since)
                         FROM product_exclusions x JOIN new ON x.seller_id = new.seller_id AND x.asin = new.asin
                        WHERE $5::timestamptz IS NOT NULL
                       ON CONFLICT DO NOTHING),
              removed AS (DELETE FROM product_exclusions x USING new
                           WHERE x.seller_id = new.seller_id AND x.asin = new.asin AND NOT new.excluded)
         INSERT INTO product_exclusions (seller_id, asin, countries, since)
         SELECT seller_id, asin, countries, $5 FROM new WHERE excluded
         ON CONFLICT (seller_id, asin) DO UPDATE
            SET countries = EXCLUDED.countries, since = greatest(EXCLUDED.since, product_exclusions.since)",
        &sellers as &[&str],
        &asins as &[&str],
        &excluded,
        &countries as &[Option<Vec<u8>>],
        since.map(|since| since.to_sqlx()) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
