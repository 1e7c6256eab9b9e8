//! What is known about offers, for all destinations: all of them in one query.

use kernel::{Asin, CountrySet};
use sqlx::PgConnection;

use super::countries::from_bytes;
use super::items::Key;
use super::verdicts::{Because, because};
use super::{known, stored};
use crate::domain::offer::Group;
use crate::domain::settings::{Excluded, Settings};

/// What the tables say about an offer.
#[derive(Debug)]
pub(crate) struct Known {
    /// `None` for a seller nobody told us of.
    pub(crate) settings: Option<Settings>,
    /// `None` when the seller has no such offer.
    pub(crate) product: Option<KnownProduct>,
}

/// What they say about its product.
#[derive(Debug)]
pub(crate) struct KnownProduct {
    pub(crate) asin: Asin,
    pub(crate) group: Group,
    pub(crate) excluded: Excluded,
    /// `None` before the first evaluation.
    pub(crate) verdict: Option<KnownVerdict>,
}

/// What its verdict says.
#[derive(Debug)]
pub(crate) struct KnownVerdict {
    pub(crate) eligible: CountrySet,
    pub(crate) rule_set: i32,
    pub(crate) because: Because,
}

impl Known {
    /// 0 for a seller nobody told us of.
    pub(crate) fn settings_version(&self) -> i64 {
        self.settings.map_or(0, |settings| settings.version)
    }

    /// The product, when it was evaluated and the seller is known.
    pub(crate) fn evaluated(&self) -> Option<Asin> {
        let product = self.product.as_ref().filter(|product| product.verdict.is_some())?;
        self.settings.map(|_| product.asin)
    }

    /// Bytes of text that it holds.
    pub(crate) fn text_len(&self) -> usize {
        let verdict = self.product.as_ref().and_then(|product| product.verdict.as_ref());
        verdict.map_or(0, |verdict| verdict.because.text_len())
    }
}

/// The facts of each offer, in the order given.
pub(crate) async fn facts(db: &mut PgConnection, offers: &[Key]) -> sqlx::Result<Vec<Known>> {
    let sellers: Vec<&str> = offers.iter().map(|(seller, _)| seller.as_str()).collect();
    let skus: Vec<&str> = offers.iter().map(|(_, sku)| sku.as_str()).collect();
    let rows = sqlx::query!(
        r#"SELECT s.settings_version AS "settings_version?", s.enabled AS "enabled?", s.excluded AS "excluded_countries?",
                  i.asin AS "asin?", i.product_group AS "product_group?",
                  x.asin IS NOT NULL AS "excluded!", x.countries,
                  v.rule_set_id AS "rule_set_id?", v.eligible AS "eligible?", v.facts AS "facts?",
                  v.evidence AS "evidence?", v.findings AS "findings?"
             FROM UNNEST($1::text[], $2::text[]) WITH ORDINALITY AS l (seller_id, sku, place)
             LEFT JOIN sellers s ON s.seller_id = l.seller_id
             LEFT JOIN items i ON i.seller_id = l.seller_id AND i.sku = l.sku AND i.listed
             LEFT JOIN product_exclusions x ON x.seller_id = i.seller_id AND x.asin = i.asin
             LEFT JOIN verdicts_now v ON v.shard = shard_of(i.asin) AND v.asin = i.asin
            ORDER BY l.place"#,
        &sellers as &[&str],
        &skus as &[&str],
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let seller = row.enabled.zip(row.excluded_countries).zip(row.settings_version);
        let settings = seller.map(|((enabled, excluded), version)| Settings {
            enabled,
            excluded: from_bytes(&excluded),
            version,
        });
        let excluded = match (row.excluded, row.countries) {
            (false, _) => Excluded::Not,
            (true, None) => Excluded::Everywhere,
            (true, Some(countries)) => Excluded::Countries(from_bytes(&countries)),
        };
        let verdict = match row.rule_set_id.zip(row.eligible) {
            Some((rule_set, eligible)) => Some(KnownVerdict {
                eligible: from_bytes(&eligible),
                rule_set,
                because: because(row.facts.as_deref(), row.evidence, row.findings)?,
            }),
            None => None,
        };
        let asin = row.asin.as_deref().map(stored).transpose()?;
        let group = row.product_group.unwrap_or_default();
        let product = match asin {
            Some(asin) => {
                let group = known(Group::from_name(&group), &group)?;
                Some(KnownProduct { asin, group, excluded, verdict })
            }
            None => None,
        };
        Ok(Known { settings, product })
    });
    rows.collect()
}
