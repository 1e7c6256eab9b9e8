//! What is known about order lines: all of them in one query.

use kernel::{Country, SellerId, Sku};
use sqlx::PgConnection;

use super::slot;
use super::verdicts::{Because, because};
use crate::domain::check::{Exclusion, SellerFacts};

/// A line to be checked.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) seller: SellerId,
    pub(crate) sku: Sku,
    pub(crate) country: Country,
}

/// What the tables say about a line.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) seller: Option<SellerFacts>,
    /// 0 for a seller nobody told us of.
    pub(crate) settings_version: i64,
    pub(crate) product: Option<KnownProduct>,
}

/// What they say about its product.
#[derive(Debug)]
pub(crate) struct KnownProduct {
    pub(crate) asin: String,
    pub(crate) exclusion: Option<Exclusion>,
    /// `None` before the first evaluation.
    pub(crate) verdict: Option<KnownVerdict>,
}

/// What its verdict says about the country. What it was made from is read only where the country is closed.
#[derive(Debug)]
pub(crate) struct KnownVerdict {
    pub(crate) permits: bool,
    pub(crate) rule_set: i32,
    pub(crate) because: Option<Because>,
}

/// The facts of each line, in the order given.
pub(crate) async fn facts(db: &mut PgConnection, lines: &[Line]) -> sqlx::Result<Vec<Known>> {
    let sellers: Vec<&str> = lines.iter().map(|line| line.seller.as_str()).collect();
    let skus: Vec<&str> = lines.iter().map(|line| line.sku.as_str()).collect();
    let slots: Vec<i32> = lines.iter().map(|line| slot(line.country)).collect();
    let rows = sqlx::query!(
        r#"SELECT s.settings_version AS "settings_version?", s.enabled AS "enabled?", get_bit(s.excluded, l.slot) = 1 AS "excludes_country?",
                  i.asin AS "asin?",
                  x.asin IS NOT NULL AS "excluded!", x.countries IS NULL AS "everywhere!",
                  get_bit(x.countries, l.slot) = 1 AS "excluded_country?",
                  v.rule_set_id AS "rule_set_id?", get_bit(v.eligible, l.slot) = 1 AS "permits?",
                  CASE WHEN get_bit(v.eligible, l.slot) = 0 THEN v.facts END AS "facts?",
                  CASE WHEN get_bit(v.eligible, l.slot) = 0 THEN v.evidence END AS "evidence?",
                  CASE WHEN get_bit(v.eligible, l.slot) = 0 THEN v.findings END AS "findings?"
             FROM UNNEST($1::text[], $2::text[], $3::int[]) WITH ORDINALITY AS l (seller_id, sku, slot, place)
             LEFT JOIN sellers s ON s.seller_id = l.seller_id
             LEFT JOIN items i ON i.seller_id = l.seller_id AND i.sku = l.sku AND i.listed
             LEFT JOIN product_exclusions x ON x.seller_id = i.seller_id AND x.asin = i.asin
             LEFT JOIN verdicts_now v ON v.shard = shard_of(i.asin) AND v.asin = i.asin
            ORDER BY l.place"#,
        &sellers as &[&str],
        &skus as &[&str],
        &slots,
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let seller = row.enabled.map(|enabled| SellerFacts {
            enabled,
            excludes_country: row.excludes_country.unwrap_or_default(),
        });
        let exclusion = row.excluded.then_some(match (row.everywhere, row.excluded_country) {
            (true, _) => Exclusion::Everywhere,
            (false, Some(true)) => Exclusion::ThisCountry,
            (false, _) => Exclusion::OtherCountries,
        });
        let verdict = match row.rule_set_id.zip(row.permits) {
            Some((rule_set, permits)) => {
                let because = because(row.facts.as_deref(), row.evidence, row.findings)?;
                Some(KnownVerdict { permits, rule_set, because: (!permits).then_some(because) })
            }
            None => None,
        };
        let product = row.asin.map(|asin| KnownProduct { asin, exclusion, verdict });
        Ok(Known { seller, settings_version: row.settings_version.unwrap_or(0), product })
    });
    rows.collect()
}
